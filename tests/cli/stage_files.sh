#!/bin/sh
# Broken and hostile stage files: each names its place, and nothing is changed.
. "$(dirname "$0")/lib.sh"

# refused FILE ERROR: status of the repository whose FILE is standard input.
refused() {
    cat >"$1"
    cp "$1" "$CASE_TOP/before"
    run cairn status
    expect_rc 1
    printf '%s\n' "$2" >"$CASE_TOP/want"
    expect_err <"$CASE_TOP/want"
    expect_same "$1" "$CASE_TOP/before"
    rm "$1"
}

case_begin "dvc.yaml"
project
refused dvc.yaml "ERROR: dvc.yaml:3:5: unknown key 'dep' in 'stages.a'
did you mean 'deps'?" <<'X'
stages:
  a:
    dep: [x]
    cmd: y
X
refused dvc.yaml "ERROR: dvc.yaml:3:3: the key 'a' is there twice" <<'X'
stages:
  a: {cmd: x}
  a: {cmd: y}
X
refused dvc.yaml "ERROR: dvc.yaml:2:22: output '.git/hooks/x' lies where only Git or DVC may write" <<'X'
stages:
  a: {cmd: x, outs: [.git/hooks/x]}
X
refused dvc.yaml "ERROR: dvc.yaml:2:12: 'stages.a.cmd': 'lr' is not defined" <<'X'
stages:
  a: {cmd: 'x ${lr}'}
X

case_begin ".dvc files"
project
refused x.dvc "ERROR: x.dvc:2:8: '../../.git/hooks/x' is not an md5 digest" <<'X'
outs:
- md5: ../../.git/hooks/x
  path: x
X
refused x.dvc "ERROR: x.dvc:2:9: 'size' is not a count" <<'X'
outs:
- size: -4
  path: x
X
refused x.dvc "ERROR: x.dvc:2:9: output '/etc/passwd' lies outside the repository" <<'X'
outs:
- path: /etc/passwd
X

case_begin "dvc.lock"
project
printf 'stages:\n  a: {cmd: x}\n' >dvc.yaml
refused dvc.lock "ERROR: dvc.lock:1:9: the schema is not '2.0'
was it written by a DVC older than 2.0, or by one newer than is known here?" <<'X'
schema: '3.0'
stages: {}
X
refused dvc.lock "ERROR: dvc.lock:4:5: unknown key 'dps' in 'stages.a'
did you mean 'deps'?" <<'X'
schema: '2.0'
stages:
  a:
    dps: []
    cmd: x
X
printf 'dvc.lock\n' >.gitignore
run cairn status
expect_rc 1
expect_err_has "'dvc.lock' is ignored by Git"

case_begin "files that others made: a mark, CRLF, flow style"
project
printf '\357\273\277stages:\r\n  a:\r\n    cmd: echo\r\n    outs: [o]\r\n' >dvc.yaml
printf '{outs: [{path: x, md5: b1946ac92492d2347c6235b4d2611184, hash: md5}]}' >x.dvc
run cairn stage list --all
expect_rc 0
expect_out <<'X'
a      Outputs o
x.dvc  Outputs x
X

cases_end
