#!/bin/sh
# plots show, diff, modify, templates: what is printed, drawn and refused.
. "$(dirname "$0")/lib.sh"

sample() {
    project
    printf 'step,loss,acc\n0,1.5,.1\n1,1.0,.5\n2,.7,.8\n' >h.csv
    cat >dvc.yaml <<'EOF'
plots:
# how it went
- h.csv:
    x: step
    y: [loss, acc]
    template: simple
    title: "<b>History</b> & more"
EOF
    git add -A
    git commit -q -m one
}
stage() {
    project
    cat >dvc.yaml <<'EOF'
stages:
  p:   # makes it
    cmd: printf 'a,b\n1,2\n' >c.csv; echo x >o.txt
    plots:
    - c.csv:
        cache: false
        x: a # the first
    outs:
    - o.txt
EOF
    cairn repro -q
    git add -A
    git commit -q -m one
}

case_begin "templates are listed and printed"
cd "$CASE_DIR" || exit 2
run cairn plots templates
expect_rc 0
expect_out <<'EOF'
simple
linear
confusion
confusion_normalized
scatter
scatter_jitter
smooth
bar_horizontal_sorted
bar_horizontal
EOF
for name in $(cat "$OUT"); do
    run cairn plots templates "$name"
    expect_rc 0
    expect_out_has '{"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "data": {"values": "<DVC_METRIC_DATA>"}'
done
run cairn plots templates linaer
expect_rc 1
expect_err_has "did you mean 'linear'?"

case_begin "a page is written that holds drawings and specifications"
sample
run cairn plots show
expect_rc 0
expect_out <<EOF
file://$(pwd)/dvc_plots/index.html
EOF
grep -c '<path class="line"' dvc_plots/index.html >count
expect_file count <<'EOF'
2
EOF
run cat dvc_plots/index.html
expect_out_has '<figcaption>&lt;b&gt;History&lt;/b&gt; &amp; more</figcaption>'
expect_out_has '<script type="application/vnd.vegalite+json" data-plot="h.csv">{"$schema"'
expect_out_has '\u003cb>History'
expect_out_has "default-src 'none'"
if grep -qE 'https?://' dvc_plots/index.html && grep -oE '(src|href)="https?://[^"]*' dvc_plots/index.html; then
    fail "the page names something of the network"
fi

case_begin "revisions are overlaid, the workspace first"
sample
printf 'step,loss,acc\n0,2.5,.1\n1,1.1,.4\n' >h.csv
run cairn plots diff --json
expect_rc 0
expect_out_has '"revisions": ["workspace", "HEAD"]'
expect_out_has '{"step": "0", "loss": "2.5", "acc": ".1", "dvc_inferred_y_value": "2.5", "rev": "workspace", "field": "loss"}'
run cairn plots diff HEAD
grep -c 'class="line"' dvc_plots/index.html >count
expect_file count <<'EOF'
4
EOF
run grep -c '<li>' dvc_plots/index.html
expect_out <<'EOF'
4
EOF
run cairn plots diff nope
expect_rc 1
expect_err_has "unknown Git revision 'nope'"

case_begin "an experiment is compared with what it was started from"
sample
printf 'step,loss,acc\n0,2.5,.1\n' >h.csv
tree=$(git stash create)
base=$(git rev-parse HEAD)
git checkout -q -- h.csv
git update-ref "refs/exps/$(echo "$base" | cut -c1-2)/$(echo "$base" | cut -c3-)/calm-sea" "$tree"
run cairn plots diff -e --json refs/exps/*/*/calm-sea
run cairn plots diff -e --json "$tree"
expect_rc 0
expect_out_has "\"revisions\": [\"$tree\", \"$(echo "$base" | cut -c1-7)\"]"

case_begin "no commits, no plots, targets that are not there"
git init -q . && cairn init -q
run cairn plots diff --json
expect_rc 0
expect_out <<'EOF'
{}
EOF
run cairn plots show
expect_rc 0
expect_out </dev/null
expect_err_has "no plots"
expect_no_file dvc_plots
run cairn plots show gone.csv
expect_rc 0
expect_err_has "gone.csv"

case_begin "data that only a remote has; a remote that is not there"
project
cairn remote add -q -d r "$PWD/remote"
printf 'x,y\n1,2\n' >p.csv
cairn add -q p.csv
cairn push -q
rm -rf .dvc/cache p.csv
run cairn plots show p.csv --json
expect_rc 0
expect_out_has '{"x": "1", "y": "2"'
expect_that -z "$(find .dvc/cache -type f)"
expect_that -z "$(find .dvc/cache -name '.*')"
mv remote elsewhere
run cairn plots show p.csv --json
expect_rc 0
expect_out_has '"errors": [{'
expect_err_has "neither in the cache nor in a remote"
cairn config core.remote none
run cairn plots show p.csv --json
expect_out_has '"errors": [{'

case_begin "a plot that was mistyped"
sample
run cairn plots show hh.csv
expect_rc 0
expect_err_has "'hh.csv' is no plot and no file, did you mean 'h.csv'?"
expect_no_file dvc_plots

case_begin "what cannot be read is told, the rest is drawn"
sample
printf '{' >bad.json
printf 'a\tb\n1\t2\n' >t.tsv
printf 'x,y\n\377,1\n' >enc.csv
echo hi >n.txt
run cairn plots show --json bad.json t.tsv enc.csv n.txt gone.csv
expect_rc 0
expect_out_has '"name": "bad.json", "rev": "workspace", "source": "bad.json", "type": "JSONFileCorruptedError"'
expect_out_has '"source": "enc.csv", "type": "EncodingError"'
expect_out_has '"source": "n.txt", "type": "PlotMetricTypeError"'
expect_out_has '{"a": "1", "b": "2", "step": 0, "rev": "workspace"}'
expect_err_has "could not be loaded for these revisions: 'workspace'"
run cairn plots show -y los h.csv --json
expect_rc 0
expect_err_has "'h.csv' has no field 'los'; did you mean 'loss'?"
expect_out_has '"type": "FieldNotFoundError"'

case_begin "a template that is not there or does not fit"
sample
run cairn plots show -t scater
expect_rc 255
expect_out </dev/null
expect_err_has "did you mean 'scatter'?"
run cairn plots show --json -t scater
expect_rc 255
expect_out </dev/null
mkdir .dvc/plots
echo '{"title": "<DVC_METRIC_TITLE>"}' >.dvc/plots/own.json
run cairn plots show -t own
expect_rc 255
expect_err_has "<DVC_METRIC_DATA>"
echo '{"data": "<DVC_METRIC_DATA>", "y": "the <DVC_METRIC_Y>, <DVC_METRIC_Y>", "mark": {"type": "bar"}}' >.dvc/plots/own.json
run cairn plots show --show-vega -t own -x step -y a.b h.csv
expect_rc 0
printf '[{"a.b": 1}]' >d.json
run cairn plots show --show-vega -t own -y a.b d.json
expect_out <<'EOF'
{"data": [{"a.b": 1, "step": 0, "rev": "workspace", "filename": "d.json", "field": "a.b"}], "y": "the a\\.b, a\\.b", "mark": {"type": "bar"}}
EOF

case_begin "properties of any type, by way of templates"
project
printf 'a,b\n1,2\n' >h.csv
for x in '[a, b]' '{h.csv: a}' 'null' '1' '{h.csv: [[a]]}' '{h.csv: {h: a}}' '[]' '{}'; do
    cat >dvc.yaml <<EOF
vars: [{v: $x}]
plots:
- t: {x: "\${v}", y: {h.csv: "\${v}"}}
- u: {x: "\${v}", y: "\${v}"}
- h.csv: {x: "\${v}", template: "\${v}", title: "\${v}", x_label: "\${v}"}
- w: {y: "\${v}"}
EOF
    run cairn plots show --json
    expect_rc 0
    run cairn plots show
    expect_rc 0
done

case_begin "--show-vega wants one target"
sample
run cairn plots show --show-vega
expect_rc 1
run cairn plots show --show-vega h.csv dvc.yaml
expect_rc 1
run cairn plots show --show-vega --json h.csv
expect_rc 1

case_begin "images lie within the page, and are written for clients of JSON"
project
mkdir im
printf '\211PNG' >im/a.png
printf '<svg/>' >im/b.svg
printf 'plots: [im]\n' >dvc.yaml
git add -A
git commit -q -m one
printf '\211PNH' >im/a.png
run cairn plots diff
expect_rc 0
run cat dvc_plots/index.html
expect_out_has '<img alt="im/a.png of workspace" src="data:image/png;base64,iVBOSA==">'
expect_out_has '<img alt="im/a.png of HEAD" src="data:image/png;base64,iVBORw==">'
expect_out_has 'src="data:image/svg+xml;base64,PHN2Zy8+">'
run cairn plots diff --json -o .dvc/tmp/plots
expect_out <<EOF
{"data": {"im/a.png": [{"type": "image", "revisions": ["workspace"], "url": "$(pwd)/.dvc/tmp/plots/workspace_im_a.png"}, {"type": "image", "revisions": ["HEAD"], "url": "$(pwd)/.dvc/tmp/plots/HEAD_im_a.png"}], "im/b.svg": [{"type": "image", "revisions": ["workspace"], "url": "$(pwd)/.dvc/tmp/plots/workspace_im_b.svg"}, {"type": "image", "revisions": ["HEAD"], "url": "$(pwd)/.dvc/tmp/plots/HEAD_im_b.svg"}]}}
EOF
expect_same im/a.png .dvc/tmp/plots/workspace_im_a.png

case_begin "the folder of pages is not reached through a link"
sample
mkdir "$CASE_TOP/elsewhere"
ln -s "$CASE_TOP/elsewhere" dvc_plots
run cairn plots show
expect_rc 1
expect_no_file "$CASE_TOP/elsewhere/index.html"

case_begin "a page of one's own is filled"
sample
echo '<html>{scripts}<p>mine</p>{plot_divs}</html>' >page.html
run cairn plots show --html-template page.html -o out/deep
expect_rc 0
run cat out/deep/index.html
expect_out_has '<p>mine</p><div class="plots">'
expect_out_has 'class="line"'
echo '<html></html>' >page.html
run cairn plots show --html-template page.html
expect_rc 255
expect_err_has '{plot_divs}'

case_begin "the configuration names folder and page, and opens it"
sample
cat >"$CASE_DIR/browser" <<'EOF'
#!/bin/sh
echo "opened $1"
exit "${BROWSER_FAILS:-0}"
EOF
chmod +x browser
BROWSER=$CASE_DIR/browser
export BROWSER
cairn config plots.out_dir 'our pages'
cairn config plots.html_template page.html
echo '<p>{plot_divs}' >.dvc/page.html
run cairn plots show --open
expect_rc 0
expect_out <<EOF
file://$(pwd)/our%20pages/index.html
'config plots.auto_open true' opens the page every time.
opened file://$(pwd)/our%20pages/index.html
EOF
run head -n 1 'our pages/index.html'
expect_out_has '<p><div class="plots">'
cairn config plots.auto_open true
BROWSER_FAILS=3
export BROWSER_FAILS
run cairn plots show
expect_rc 1
expect_err_has "exit status 3"
unset BROWSER BROWSER_FAILS

case_begin "plots are drawn on the terminal"
sample
printf '[{"f": "one", "v": 2}, {"f": "three", "v": 4}]' >bars.json
printf 'a,p\ncat,cat\ncat,dog\ndog,dog\ndog,dog\n' >m.csv
run cairn plots show --term -t bar_horizontal -x v -y f bars.json
expect_rc 0
expect_out <<'EOF'
bars.json
v
                 one │███████████████████████ 2
               three │██████████████████████████████████████████████ 4
  ■ workspace

EOF
run cairn plots show --term -t confusion -x a -y p m.csv
expect_out <<'EOF'
m.csv
workspace: p ↓ by a →
                        cat    dog
                 cat     1▒     0
                 dog     1▒     2█

EOF
run cairn plots show --term -x step -y loss -t linear h.csv --title T
expect_out_has '■ workspace'
expect_out_has '⠈⠑⠢⢄'
run cairn plots show --term h.csv
expect_out_has 'a loss  b acc'

case_begin "modify keeps comments and layout"
stage
run cairn plots modify c.csv -y b -t scatter --title 'T: 1' --no-header
expect_rc 0
expect_file dvc.yaml <<'EOF'
stages:
  p:   # makes it
    cmd: printf 'a,b\n1,2\n' >c.csv; echo x >o.txt
    plots:
    - c.csv:
        cache: false
        x: a # the first
        template: scatter
        y: b
        title: 'T: 1'
        header: false
    outs:
    - o.txt
EOF
run cairn plots modify c.csv --unset x title header
expect_rc 0
run cairn plots modify o.txt
expect_rc 0
expect_file dvc.yaml <<'EOF'
stages:
  p:   # makes it
    cmd: printf 'a,b\n1,2\n' >c.csv; echo x >o.txt
    plots:
    - c.csv:
        cache: false
        template: scatter
        y: b
    - o.txt
EOF
run cairn status -q
expect_rc 0

case_begin "modify refuses what it cannot do"
stage
cp dvc.yaml before
run cairn plots modify c.cvs -x a
expect_rc 255
expect_err_has "did you mean 'c.csv'?"
run cairn plots modify o.txt --unset x
expect_rc 255
run cairn plots modify c.csv --unset title
expect_rc 255
expect_err_has "has no 'title'"
run cairn plots modify c.csv -t nope
expect_rc 255
expect_same dvc.yaml before

case_begin "names are shown from where one stands"
sample
mkdir sub
cd sub || exit 2
run cairn plots show --json
expect_rc 0
expect_out_has '"../h.csv": ['

case_begin "many rows are drawn as few lines"
project
awk 'BEGIN { print "step,v"; for (i = 0; i < 40000; i++) print i "," (i * 7919) % 1000 }' >big.csv
run cairn plots show --title T big.csv -x step
expect_rc 0
sed -n '/class="line"/p' dvc_plots/index.html | wc -c >size
expect_that "$(cat size)" -lt 40000

cases_end
