# metrics show, metrics diff: tables, JSON, what is left out.
. "$(dirname "$0")/lib.sh"

sample() {
    project
    printf 'metrics:\n- top.json\n- sc.json\n- l.yaml\n- t.toml\n- dir\n' >dvc.yaml
    echo '{"v": 1.23456789, "b": true, "s": "x|y", "e": {}, "l": [], "n": null, "deep": {"a": {"b": 1e-7}}}' >top.json
    echo 3.5 >sc.json
    echo '[1,2]' >l.yaml
    echo 'a = ' >t.toml
    mkdir -p dir/s
    echo '{"q": 1}' >dir/s/q.json
    echo 'z: 2' >dir/z.yaml
}

case_begin "show prints a table"
sample
run cairn metrics show
expect_rc 0
expect_out <<'EOF'
Path               b     deep.a.b    q    s    v        z
top.json      -    True  0.0         -    x|y  1.23457  -
sc.json       3.5  -     -           -    -    -        -
l.yaml        -    -     -           -    -    -        -
t.toml        -    -     -           -    -    -        -
dir/s/q.json  -    -     -           1    -    -        -
dir/z.yaml    -    -     -           -    -    -        2
EOF
expect_that -s "$ERR"

case_begin "show prints Markdown and rounds as told"
sample
run cairn metrics show --md --precision 2 top.json
expect_rc 0
expect_out <<'EOF'
| Path     | b    | deep.a.b   | s   | v    |
|----------|------|------------|-----|------|
| top.json | True | 0.0        | x|y | 1.23 |

EOF

case_begin "show prints JSON with errors in place"
sample
run cairn metrics show --json top.json t.toml gone.json sc.json
expect_rc 0
sed 's/"msg": "[^"]*"/"msg": ""/g' "$OUT" >seen
expect_file seen <<'EOF'
{"": {"data": {"top.json": {"data": {"v": 1.23456789, "b": true, "s": "x|y", "deep": {"a": {"b": 1e-07}}}}, "t.toml": {"error": {"type": "TOMLFileCorruptedError", "msg": ""}}, "gone.json": {"error": {"type": "FileNotFoundError", "msg": ""}}, "sc.json": {"data": 3.5}}}}
EOF

case_begin "show without metrics prints nothing"
project
run cairn metrics show
expect_rc 0
expect_out </dev/null
run cairn metrics show --json
expect_out <<'EOF'
{"": {"data": {}}}
EOF

case_begin "paths are shown from where one stands"
sample
cd dir || exit 2
run cairn metrics show z.yaml ../sc.json
expect_out <<'EOF'
Path             z
z.yaml      -    2
../sc.json  3.5  -
EOF

case_begin "show of branches and tags reads cached metrics from the cache"
project
echo '{"acc": 0.5}' >in.json
cairn stage add -q -n e -d in.json -m m.json 'cp in.json m.json'
cairn repro -q; git add -A; git commit -q -m one; git tag one
echo '{"acc": 0.75}' >in.json
cairn repro -q; git add -A; git commit -q -m two
run cairn metrics show -a -T
expect_rc 0
expect_out <<'EOF'
Revision    Path    acc
main        m.json  0.75
one         m.json  0.5
EOF
rm m.json
run cairn metrics show
expect_out <<'EOF'
Path    acc
m.json  0.75
EOF

case_begin "show prints comma-separated values"
sample
run cairn metrics show --csv top.json sc.json
expect_rc 0
tr -d '\r' <"$OUT" >seen
expect_file seen <<'EOF'
Path,,b,deep.a.b,s,v
top.json,,True,1e-07,x|y,1.23456789
sc.json,3.5,,,,
EOF
expect_that "$(tr -cd '\r' <"$OUT" | wc -c)" = 3

# Lines as the text format of Prometheus has them.
well_formed() {
    ! grep -Evq '^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{([a-z]+="([^"\\]|\\[\\"n])*",?)+\} ([-+]?[0-9][0-9.e+-]*|NaN|[-+]Inf))$' "$1" ||
        fail "not in the format of Prometheus:" "$(cat "$1")"
    if command -v promtool >"$CASE_TOP/found"; then
        promtool check metrics <"$1" >"$CASE_TOP/promtool" 2>&1 || fail "promtool:" "$(cat "$CASE_TOP/promtool")"
    fi
}

case_begin "show prints the text format of Prometheus"
project
printf 'metrics: ["a \\"q\\".json", m.json]\n' >dvc.yaml
printf '{"acc": 0.5, "ok": true, "s": "x", "n": NaN, "i": -Infinity, "a.b": 1, "a": {"b": 2}}' >m.json
printf '{"k\\\\\\n": 12345678901234567890}' >'a "q".json'
git add -A
git commit -q -m one
run cairn metrics show --format prometheus
expect_rc 0
expect_out <<'EOF'
# HELP dvc_metric A number from a metrics file of a DVC project.
# TYPE dvc_metric gauge
dvc_metric{path="a \"q\".json",key="k\\\n"} 1.2345678901234567e+19
dvc_metric{path="m.json",key="acc"} 0.5
dvc_metric{path="m.json",key="ok"} 1
dvc_metric{path="m.json",key="n"} NaN
dvc_metric{path="m.json",key="i"} -Inf
dvc_metric{path="m.json",key="a.b"} 1
EOF
well_formed "$OUT"
echo '{"acc": 0.25}' >m.json
run cairn metrics show -a --format prometheus m.json
expect_out_has 'dvc_metric{path="m.json",key="acc",rev="main"} 0.5'
expect_out_has 'dvc_metric{path="m.json",key="acc",rev="workspace"} 0.25'
well_formed "$OUT"
run cairn metrics show --format xml
expect_rc 254

case_begin "diff compares HEAD with the workspace"
project
printf 'metrics: [m.json]\n' >dvc.yaml
echo '{"a": {"b": 1}, "f": 0.1, "same": 1, "gone": 2}' >m.json
git add -A; git commit -q -m one
echo '{"a": {"b": 3}, "f": 0.3, "same": 1, "g": "x"}' >m.json
run cairn metrics diff
expect_rc 0
expect_out <<'EOF'
Path    Metric    HEAD    workspace    Change
m.json  a.b       1       3            2
m.json  f         0.1     0.3          0.2
m.json  g         -       x            -
m.json  gone      2       -            -
EOF
run cairn metrics diff --json
expect_out <<'EOF'
{"m.json": {"a.b": {"old": 1, "new": 3, "diff": 2}, "f": {"old": 0.1, "new": 0.3, "diff": 0.19999999999999998}, "g": {"old": null, "new": "x"}, "gone": {"old": 2, "new": null}}}
EOF
run cairn metrics diff --no-path --md --all HEAD workspace
expect_out <<'EOF'
| Metric   | HEAD   | workspace   | Change   |
|----------|--------|-------------|----------|
| a.b      | 1      | 3           | 2        |
| f        | 0.1    | 0.3         | 0.2      |
| g        | -      | x           | -        |
| gone     | 2      | -           | -        |
| same     | 1      | 1           | 0        |

EOF
run cairn metrics diff --csv
tr -d '\r' <"$OUT" >seen
expect_file seen <<'EOF'
Path,Metric,HEAD,workspace,Change
m.json,a.b,1,3,2
m.json,f,0.1,0.3,0.19999999999999998
m.json,g,,x,
m.json,gone,2,,
EOF
run cairn metrics diff --json --targets none.json -- HEAD
expect_rc 0
expect_out <<'EOF'
{}
EOF

case_begin "diff without commits is empty, an unknown revision an error"
git init -q . && cairn init -q
run cairn metrics diff --json
expect_rc 0
expect_out <<'EOF'
{}
EOF
git commit -q -m start
run cairn metrics diff nope
expect_rc 255
expect_err_has "unknown Git revision 'nope'"

case_begin "no Git, no comparison"
cairn init -q --no-scm
run cairn metrics diff
expect_rc 255
run cairn metrics show
expect_rc 0

case_begin "a folder without .dvc will do, and stays as it is"
git init -q .
printf 'metrics: [m.json]\n' >dvc.yaml
printf '{"a": 1}' >m.json
git add -A
git commit -qm 1
printf '{"a": 2}' >m.json
mkdir sub
cd sub || exit 2
run cairn metrics diff
expect_rc 0
expect_out <<'X'
Path       Metric    HEAD    workspace    Change
../m.json  a         1       2            1
X
cd ..
rm -rf .git
run cairn metrics show
expect_rc 0
expect_out <<'X'
Path    a
m.json  2
X
run cairn params diff
expect_rc 255
expect_no_file .dvc

case_begin "a file that cannot be read is named, with what is wrong in it"
project
cairn stage add -q -n a -M m.json 'echo {} >m.json'
cairn repro -q
git add -A
git commit -qm a
echo '{a: 1}' >m.json
run cairn metrics show
expect_rc 0
expect_err <<'EOF'
some metrics could not be loaded for these revisions: 'workspace'.
workspace: m.json:1:2: a key must be a string in double quotes
EOF
run cairn metrics diff
expect_err_has "workspace: m.json:1:2: a key"

cases_end
