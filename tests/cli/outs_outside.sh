#!/bin/sh
# Outputs outside of the repository: those that are not cached work, others are refused, and stop no other stage.
. "$(dirname "$0")/lib.sh"

repository() {
    mkdir repo out
    cd repo || exit 1
    project
}

case_begin "an output that is not cached may lie outside"
repository
cat >dvc.yaml <<EOF
stages:
  make:
    cmd: echo 1 >>$CASE_DIR/out/f
    outs:
    - $CASE_DIR/out/f:
        cache: false
  use:
    cmd: cp ../out/f copy
    deps: [../out/f]
    outs: [copy]
EOF
run cairn repro
expect_rc 0
cat >want <<EOF
schema: '2.0'
stages:
  make:
    cmd: echo 1 >>$CASE_DIR/out/f
    outs:
    - path: $CASE_DIR/out/f
      hash: md5
      md5: b026324c6904b2a9cb4b88d6d61c81d1
      size: 2
EOF
head -n 9 dvc.lock | cmp -s - want || fail "$(cat dvc.lock)"
run cairn status --json
echo '{}' | expect_out
run cairn repro
expect_rc 0
echo 1 | expect_file ../out/f
echo changed >../out/f
run cairn status --json
expect_out_has "\"$CASE_DIR/out/f\": \"modified\""
run cairn repro -f make
expect_rc 0
printf 'changed\n1\n' | expect_file ../out/f # what is outside is never removed
run cairn gc -wf
expect_rc 0
run cairn remove --outs make
expect_rc 0
[ -e ../out/f ] || fail "a file outside was removed"

case_begin "a cached one, and a metric at a url, are refused before the command runs; other stages work"
repository
cat >dvc.yaml <<EOF
stages:
  far:
    cmd: touch ran; echo 1 >$CASE_DIR/out/f
    outs: [$CASE_DIR/out/f]
  url:
    cmd: touch ran
    metrics:
    - s3://bucket/x:
        cache: false
  near:
    cmd: echo 1 >near
    outs: [near]
EOF
run cairn repro near
expect_rc 0
echo 1 | expect_file near
for stage in far url; do
    run cairn repro "$stage"
    expect_rc 255
    expect_err_has "not supported"
    run cairn status "$stage"
    expect_err_has "$stage"
done
expect_no_file ran

case_begin "stage add takes only what can run"
repository
run cairn stage add -n a -o ../out/f 'echo 1'
expect_rc 255
expect_err_has "--outs-no-cache"
run cairn stage add -n a -o s3://bucket/f 'echo 1'
expect_rc 255
expect_no_file dvc.yaml
run cairn stage add -n a -O ../out/f 'echo 1 >../out/f'
expect_rc 0
run cairn repro
expect_rc 0
echo 1 | expect_file ../out/f

cases_end
