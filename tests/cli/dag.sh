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

cases_end
