# dvc.yaml and params files that make no sense: each error says where, and nothing is changed.
. "$(dirname "$0")/lib.sh"

# refuses NAME DVC.YAML MESSAGE [COMMAND...]
refuses() {
    name=$1 text=$2 message=$3
    shift 3
    printf '%b' "$text" >dvc.yaml
    git add -A
    before=$(git write-tree)
    run cairn "${@:-repro}"
    [ "$RC" = 255 ] || [ "$RC" = 1 ] || fail "$name: exit status $RC"
    grep -qF -e "$message" "$ERR" || fail "$name: stderr lacks: $message" "$(cat "$ERR")"
    git add -A
    [ "$before" = "$(git write-tree)" ] || fail "$name: something changed"
}

case_begin "graphs that are none"
project
refuses cycle 'stages:\n  a: {cmd: x, deps: [q], outs: [p]}\n  b: {cmd: x, deps: [p], outs: [q]}\n' \
    "dvc.yaml:2:6: stages depend on each other: 'a' -> 'b' -> 'a'"
refuses itself 'stages:\n  a: {cmd: x, deps: [q], outs: [q]}\n' "dvc.yaml:2:6: a stage depends on its own output: 'a' -> 'a'"
refuses two 'stages:\n  a: {cmd: x, outs: [p]}\n  b:\n    cmd: x\n    outs: [p]\n' \
    "dvc.yaml:5:12: output 'p' is specified in the stages 'a' and 'b'"
refuses twice 'stages:\n  a: {cmd: x, outs: [p], metrics: [p]}\n' "dvc.yaml:2:36: output 'p' is specified twice in stage 'a'"
refuses within 'stages:\n  a: {cmd: x, outs: [p]}\n  b:\n    cmd: x\n    outs: [p/q]\n' \
    "dvc.yaml:5:12: output 'p/q' of 'b' lies within output 'p' of 'a'"

case_begin "names and kinds"
project
refuses stage 'stages:\n  train: {cmd: echo}\n' "did you mean 'train'?" repro trian
refuses freeze 'stages:\n  train: {cmd: echo}\n' "did you mean 'train'?" freeze trian
refuses why 'stages:\n  train: {cmd: echo}\n' "did you mean 'train'?" why trian
refuses key 'stages:\n  a:\n    cmd: x\n    dep: [q]\n' "dvc.yaml:4:5: unknown key 'dep' in 'stages.a'"
refuses kind 'stages:\n  a:\n    cmd: x\n    deps: q\n' "dvc.yaml:4:11: 'stages.a.deps'"
refuses syntax 'stages:\n  a:\n    cmd: "echo\n' "dvc.yaml:4:1: a quoted string that does not end"
refuses again 'stages:\n  a:\n    cmd: x\n  a:\n    cmd: y\n' "dvc.yaml:4:3: the key 'a' is there twice"

case_begin "templates"
project
echo 'vars: [v.yaml]' >v.yaml
refuses undefined 'stages:\n  a:\n    cmd: echo ${nope.x}\n' "dvc.yaml:3:10: 'stages.a.cmd': 'nope.x' is not defined"
refuses near 'vars: [{nopa: 1}]\nstages:\n  a:\n    cmd: echo ${nope}\n' "did you mean 'nopa'?"
refuses recursive 'vars:\n- m: ${m}\nstages:\n  a:\n    cmd: echo ${m}\n' "dvc.yaml:2:3: vars cannot be interpolated"
refuses nested 'vars:\n- m: 1\nstages:\n  a:\n    cmd: echo ${m${m}}\n' "dvc.yaml:5:10:"
refuses absent 'vars:\n- nope.yaml\nstages:\n  a:\n    cmd: echo\n' "dvc.yaml:2:3: 'nope.yaml' does not exist"
refuses cyclic 'vars: [v.yaml]\nstages:\n  a:\n    cmd: echo ${vars}\n' "dvc.yaml:4:10:"
refuses nothing 'stages:\n  a:\n    foreach:\n    do: {cmd: echo}\n' "dvc.yaml:3:13: 'stages.a.foreach'"
refuses unknown 'stages:\n  a:\n    foreach: ${nope}\n    do: {cmd: echo}\n' "dvc.yaml:3:14: 'stages.a.foreach': 'nope' is not defined"
refuses letters 'stages:\n  a:\n    matrix: {x: abc}\n    cmd: echo\n' "dvc.yaml:3:17: 'stages.a.matrix.x' is a string; expected a list"

case_begin "stages that say nothing"
project
printf 'stages:\n  "": {cmd: x}\n' >dvc.yaml
run cairn repro
expect_rc 255
expect_err_has "ERROR: dvc.yaml:2:3: a stage without a name"
printf 'stages:\n  a: {cmd: []}\n  b: {cmd: ""}\n' >dvc.yaml
run cairn repro
expect_rc 0
printf 'stages:\n  a: {cmd: "", outs: [o]}\n' >dvc.yaml
run cairn repro
expect_rc 255
expect_err_has "has no command"
expect_no_file dvc.lock

case_begin "params files"
project
use='stages:\n  a:\n    cmd: echo\n    params: [lr]\n'
fill='stages:\n  a:\n    cmd: echo ${lr}\n'
refuses missing "$use" "'params.yaml' does not exist"
echo '[1]' >params.yaml
refuses list "$use" "params.yaml:1:1: a list; parameters are a mapping"
refuses list "$fill" "params.yaml:1:1: a list; values to interpolate are a mapping"
printf 'x: 1\nlr: [\n' >params.yaml
refuses broken "$use" "params.yaml:3:1:"
refuses broken "$fill" "params.yaml:3:1:"
printf 'x: 1\n' >params.yaml
refuses key "$use" "Parameters 'lr' are missing from 'params.yaml'"
printf 'lr: 1\n' >p.py
refuses python 'stages:\n  a:\n    cmd: echo\n    params: [{p.py: [lr]}]\n' "'lr'"
printf 'a = 1\nif True:\nb = 2\n' >p.py
refuses python 'stages:\n  a:\n    cmd: echo\n    params: [{p.py: [a]}]\n' "p.py:3:1: an indented block is missing"

case_begin "numbers and dates that are odd are kept as they are"
project
printf 'nan: .nan\ninf: -.inf\nday: 2024-01-02\nbig: 1%0399d\n' 0 >params.yaml
printf 'stages:\n  a:\n    cmd: echo 1 >o\n    params: [nan, inf, day, big]\n    outs: [o]\n' >dvc.yaml
run cairn repro -q
expect_rc 0
run cairn metrics show --json params.yaml
expect_rc 0
expect_that "$(grep -c '1000000000' dvc.lock)" = 1
run cairn status
expect_rc 0

cases_end
