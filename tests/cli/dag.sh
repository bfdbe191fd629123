#!/bin/sh
# dag: which nodes and edges are drawn; how boxes are laid out is show's own test.
. "$(dirname "$0")/lib.sh"

pipeline() {
    project
    cat >dvc.yaml <<'X'
stages:
  prep: {cmd: x, deps: [src], outs: [a, a2]}
  train: {cmd: x, deps: [a], outs: [b]}
  fe: {foreach: [x, y], do: {cmd: x, deps: [a], outs: ['${item}.o']}}
  last: {cmd: x, deps: [b, x.o]}
  apart: {cmd: x}
X
    echo 1 >src
    cairn add -q src
}

case_begin "all, as dot and Mermaid"
pipeline
run cairn dag --dot
expect_rc 0
sort "$OUT" >sorted
expect_file sorted <<'X'

"apart";
"fe@x" -> "last";
"fe@x";
"fe@y";
"last";
"prep" -> "fe@x";
"prep" -> "fe@y";
"prep" -> "train";
"prep";
"src.dvc" -> "prep";
"src.dvc";
"train" -> "last";
"train";
strict digraph {
}
X
run cairn dag --md fe@x
expect_rc 0
expect_out <<'X'
```mermaid
flowchart TD
	node1["fe@x"]
	node2["prep"]
	node3["src.dvc"]
	node2-->node1
	node3-->node2
```
X

case_begin "what a target needs, and all it hangs together with"
pipeline
run cairn dag --mermaid b
expect_out <<'X'
flowchart TD
	node1["prep"]
	node2["src.dvc"]
	node3["train"]
	node1-->node3
	node2-->node1
X
run cairn dag --mermaid --full train
expect_rc 0
expect_out_has '"fe@y"'
expect_out_has '"last"'
grep -q apart "$OUT" && fail "a part of its own was drawn"
run cairn dag --mermaid --collapse-foreach-matrix last
expect_out <<'X'
flowchart TD
	node1["fe"]
	node2["last"]
	node3["prep"]
	node4["src.dvc"]
	node5["train"]
	node1-->node2
	node3-->node1
	node3-->node5
	node4-->node3
	node5-->node2
X

case_begin "outputs in place of stages"
pipeline
run cairn dag --mermaid -o b
expect_rc 0
expect_out <<'X'
flowchart TD
	node1["a"]
	node2["b"]
	node3["src"]
	node1-->node2
	node3-->node1
X
run cairn dag -o --collapse-foreach-matrix
expect_rc 255
expect_err_has "exclude each other"

case_begin "a pager on a terminal"
pipeline
terminal() {
    env -u PAGER -u DVC_PAGER -u LESS TERM=dumb "$@" script -qec "cairn dag ${DAG_OPTS-}" /dev/null
    echo "rc $?"
}
run cairn dag
drawn=$(md5sum <"$OUT")
run terminal PAGER="cat >paged; exit 3"
expect_out_has "rc 0"
[ "$(md5sum <paged)" = "$drawn" ] || fail "the pager did not get the drawing"
grep -q prep "$OUT" && fail "the drawing was shown beside the pager, too"
rm -f paged
run terminal PAGER="cat >paged" DVC_PAGER="sed s/prep/PREP/"
expect_out_has PREP
expect_no_file paged
run terminal PAGER=true
expect_out_has "rc 0"
DAG_OPTS=--mermaid
run terminal PAGER=true
expect_out_has 'flowchart TD'
DAG_OPTS=
run terminal PAGER=none-such-pager
expect_out_has "cannot be run"
expect_out_has prep
mkdir fake
printf '#!/bin/sh\necho "less $*"\n' >fake/less
chmod +x fake/less
run terminal PATH="$PWD/fake:$PATH"
expect_out_has "less -FRSX"
run terminal PATH="$PWD/fake:$PATH" PAGER=less LESS=-i
expect_out_has "less -RS"

case_begin "no such target, cycles, overlaps"
pipeline
run cairn dag prp
expect_rc 255
expect_err <<'X'
ERROR: 'prp' is neither a stage nor tracked data
did you mean 'prep'?
X
cat >dvc.yaml <<'X'
stages:
  a: {cmd: x, deps: [c.o], outs: [a.o]}
  b: {cmd: x, deps: [a.o], outs: [c.o]}
X
run cairn dag
expect_rc 255
expect_err <<'X'
ERROR: dvc.yaml:2:6: stages depend on each other: 'a' -> 'b' -> 'a'
X
cat >dvc.yaml <<'X'
stages:
  a: {cmd: x, outs: [d]}
  b: {cmd: x, outs: [d/e]}
X
run cairn dag
expect_rc 255
expect_err <<'X'
ERROR: dvc.yaml:3:22: output 'd/e' of 'b' lies within output 'd' of 'a'
outputs must not overlap: track the folder as a whole, or what is in it
X

case_begin "files for other engines: make"
pipeline
run cairn dag --format make
expect_rc 0
expect_out <<'X'
# Made by `cairn dag --format make`: a target for each stage, to be made in the root of the project.

CAIRN = cairn

.PHONY: all
all: fe@y last apart

.PHONY: prep
prep:
	$(CAIRN) --wait-for-lock repro -s prep --pull

.PHONY: train
train: prep
	$(CAIRN) --wait-for-lock repro -s train --pull

.PHONY: fe@x
fe@x: prep
	$(CAIRN) --wait-for-lock repro -s fe@x --pull

.PHONY: fe@y
fe@y: prep
	$(CAIRN) --wait-for-lock repro -s fe@y --pull

.PHONY: last
last: train fe@x
	$(CAIRN) --wait-for-lock repro -s last --pull

.PHONY: apart
apart:
	$(CAIRN) --wait-for-lock repro -s apart --pull
X
# Of a target only what it needs; or all that hangs together with it.
run cairn dag --format make b
expect_that "$(grep -c '^\.PHONY' "$OUT")" = 3
expect_out_has 'train: prep'
run cairn dag --format make --full b
expect_that "$(grep -c '^\.PHONY' "$OUT")" = 6
expect_out_has 'all: fe@y last'
# What is frozen is not run, for nothing's sake; what needs it takes what is recorded.
cairn freeze -q train
run cairn dag --format make
expect_out_has 'last: fe@x'
grep -q train "$OUT" && fail "a frozen stage is a task"
run cairn dag --format airflow last
expect_that "$(grep -c 'stage("' "$OUT")" = 3

case_begin "other engines: the files as a whole"
project
printf 'stages:\n  prep: {cmd: x, outs: [a]}\n  train: {cmd: x, deps: [a], metrics: [{m.json: {cache: false}}]}\n' >dvc.yaml
run cairn dag --format airflow
expect_rc 0
expect_out_has 'stage("prep", "cairn --wait-for-lock repro -s prep --pull")'
expect_out_has 'stage("train", "cairn --wait-for-lock repro -s train --pull", after=["prep"])'
expect_out_has "project = os.environ.get(\"CAIRN_PROJECT\", \"$PWD\")"
python3 -c 'import sys; compile(open(sys.argv[1]).read(), "dag", "exec")' "$OUT" || fail "no Python"
run cairn dag --format gha
expect_rc 0
sed -n '/^  train:/,/^  result:/p' "$OUT" >train
expect_file train <<'X'
  train:
    needs: [prep]
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: cairn-data/cairn/.github/actions/setup-cairn@v0.1.0
      - uses: actions/download-artifact@v4
        with:
          pattern: stage-*
          path: ${{ runner.temp }}/stages
      - name: Take what stages before made
        run: |
          git config merge.dvc.driver 'cairn git-hook merge-driver --ancestor %O --our %A --their %B'
          printf 'dvc.lock merge=dvc\n.gitignore merge=union\n' >>.git/info/attributes
          for made in "$RUNNER_TEMP"/stages/*/made; do
            git pull --quiet --no-rebase --no-edit "$made" HEAD
          done
      - run: cairn config --local core.autostage true
      - run: cairn repro -s train --pull
      - run: cairn push train
      - name: Hand on what Git tracks
        run: |
          git add -- m.json
          git commit --quiet --allow-empty --message "$GITHUB_JOB"
          git bundle create --quiet "$RUNNER_TEMP/made" "$GITHUB_SHA..HEAD"
      - uses: actions/upload-artifact@v4
        with:
          name: stage-train
          path: ${{ runner.temp }}/made
  result:
X
expect_out_has 'needs: [train]'
run cairn dag --format argo
expect_rc 0
sed -n '/name: prep/,/^    - name: shell/p' "$OUT" >tasks
expect_file tasks <<'X'
          - name: prep
            dependencies: [clone]
            template: shell
            arguments:
              parameters:
                - name: command
                  value: cairn --wait-for-lock repro -s prep --pull
          - name: train
            dependencies: [prep]
            template: shell
            arguments:
              parameters:
                - name: command
                  value: cairn --wait-for-lock repro -s train --pull
          - name: result
            dependencies: [train]
            template: shell
            arguments:
              parameters:
                - name: command
                  value: |-
                    cairn push
                    git add --update
                    git add -- m.json
                    git diff --cached --quiet || git -c user.name=cairn -c user.email=cairn@localhost commit --quiet --message '{{workflow.name}}'
                    git push --quiet origin 'HEAD:refs/heads/{{workflow.name}}'
    - name: shell
X

case_begin "other engines: names"
project
mkdir -p sub/dir ./-d
cat >dvc.yaml <<'X'
stages:
  it:
    foreach:
      it's $HOME: 1
      '{{x}} {%': 2
      a/b: 3
      A-b: 4
    do: {cmd: 'echo ${item} >o${item}', outs: ['o${item}']}
  -dash: {cmd: x}
  no: {cmd: x}
  größe: {cmd: x}
X
echo 'stages: {use: {wdir: dir, cmd: cat ../../o1 >o, deps: [../../o1], outs: [o]}}' >sub/dvc.yaml
echo 'stages: {all: {cmd: x}}' >./-d/dvc.yaml
run cairn dag --format argo
sed -n '/ tasks:/,/name: shell/s/^          - name: //p' "$OUT" >names
expect_file names <<'X'
clone
it-it-s-HOME
it-x
it-a-b
it-A-b-2
dvc-yaml-dash
no-2
gr-e
stage-d-dvc-yaml-all
sub-dvc-yaml-use
result
X
expect_out_has 'value: cairn --wait-for-lock repro -s dvc.yaml:-dash --pull'
expect_out_has 'value: cairn --wait-for-lock repro -s ./-d/dvc.yaml:all --pull'
grep -A 1 'value: |-' "$OUT" >blocks
grep -q "^                    cairn --wait-for-lock repro -s 'it@{''{x}} {''%' --pull$" blocks || fail "$(cat blocks)"
# From a folder below: the addresses stay those of the root.
(cd sub && cairn dag --format argo) | cmp - "$OUT" || fail "it depends on the working folder"
cairn dag --format make >m.mk
run make -s -f m.mk it-it-s-HOME
expect_rc 2 # @ is kept here
run make -s -f m.mk it@it-s-HOME sub-dvc-yaml-use it@x
expect_rc 0
expect_file sub/dir/o <<'X'
1
X
expect_file o2 <<'X'
2
X
# Several at a time, in one folder.
rm -f o? dvc.lock
run make -f m.mk -j4 it@it-s-HOME it@x it@a-b it@A-b-2
expect_rc 0
expect_that "$(grep -c 'path: o' dvc.lock)" = 4

case_begin "other engines: bad input"
project
run cairn dag --format slurm
expect_rc 254
expect_err_has "slurm"
expect_err_has "airflow"
run cairn dag --format make
expect_rc 255
expect_err <<'X'
ERROR: no stage to run: there is none, or all are frozen
X
printf 'stages: {a: {cmd: x, frozen: true}, b: {foreach: {"x\\ny": 1}, do: {cmd: x}}}\n' >dvc.yaml
run cairn dag --format make a
expect_rc 255
expect_err_has "no stage to run"
run cairn dag --format gha
expect_rc 255
expect_err_has "dvc.yaml:1:"
expect_err_has "characters that the file could not hold"
run cairn dag --format make prp
expect_rc 255
expect_err_has "prp"
run cairn dag --format make --dot
expect_rc 255
expect_err <<'X'
ERROR: --format writes no picture: it excludes --dot
X
rm dvc.yaml
mkdir -p in/side
cd in/side
cairn init -q --subdir
echo 'stages: {a: {cmd: x}}' >dvc.yaml
run cairn dag --format gha
expect_rc 255
expect_err_has "is not the root of a Git repository"
run cairn dag --format make
expect_rc 0

cases_end
