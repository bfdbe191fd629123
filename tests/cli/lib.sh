#!/bin/sh
# Frame of the command-line tests. A test file is POSIX sh:
#
#     . "$(dirname "$0")/lib.sh"
#     case_begin "add tracks a file"      # fresh empty folder, made the working directory
#     project                             # git init, cairn init, a first commit
#     echo a >a.txt
#     run cairn add a.txt                 # keeps stdout in $OUT, stderr in $ERR, the exit status in $RC
#     expect_rc 0
#     expect_file a.txt.dvc <<'EOF'
#     …
#     EOF
#     cases_end                           # prints the TAP plan; exits 1 if anything failed
#
# CAIRN names the binary under test. Output is TAP; a failed expectation says what was seen and fails its case once.

set -u
CAIRN=${CAIRN:-$(cd "$(dirname "$0")/../.." && pwd)/build/release/cairn}
CASE_TOP=$(mktemp -d "${TMPDIR:-/tmp}/cairn-test.XXXXXX")
CASE_TOP=$(cd "$CASE_TOP" && pwd -P)
CASE_COUNT=0
CASE_NAME=
CASE_FAILED=$CASE_TOP/failed # a file, for expectations may stand in a pipeline
FAILED=0
OUT=$CASE_TOP/stdout
ERR=$CASE_TOP/stderr
RC=0

mkdir "$CASE_TOP/bin" "$CASE_TOP/home" "$CASE_TOP/etc"
ln -s "$CAIRN" "$CASE_TOP/bin/cairn"
ln -s "$CAIRN" "$CASE_TOP/bin/dvc"
PATH=$CASE_TOP/bin:/usr/local/bin:/usr/bin:/bin
HOME=$CASE_TOP/home
DVC_SYSTEM_CONFIG_DIR=$CASE_TOP/etc
GIT_CONFIG_NOSYSTEM=1
GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
GIT_AUTHOR_DATE='2024-01-02T03:04:05+0000' GIT_COMMITTER_DATE='2024-01-02T03:04:05+0000'
LC_ALL=C.UTF-8 TZ=UTC
export PATH HOME DVC_SYSTEM_CONFIG_DIR GIT_CONFIG_NOSYSTEM LC_ALL TZ
export GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE
unset MAKEFLAGS MFLAGS MAKELEVEL
unset XDG_CONFIG_HOME DVC_GLOBAL_CONFIG_DIR DVC_ROOT DVC_STAGE NO_COLOR
git config --global init.defaultBranch main
umask 022
trap 'chmod -R u+rwX "$CASE_TOP" 2>/dev/null; rm -rf "$CASE_TOP"' EXIT
trap 'exit 130' INT TERM

# Lets other users run cairn: the build may lie where they cannot go, as below /root.
open_to_all() {
    chmod 755 "$CASE_TOP" "$CASE_TOP/home" "$CASE_TOP/bin"
    rm -f "$CASE_TOP/bin/cairn"
    cp "$CAIRN" "$CASE_TOP/bin/cairn"
}

case_end() {
    [ -n "$CASE_NAME" ] || return 0
    if [ -e "$CASE_FAILED" ]; then
        echo "not ok $CASE_COUNT - $CASE_NAME"
        FAILED=$((FAILED + 1))
    else
        echo "ok $CASE_COUNT - $CASE_NAME"
    fi
    CASE_NAME=
}

case_begin() {
    case_end
    CASE_COUNT=$((CASE_COUNT + 1))
    CASE_NAME=$1
    rm -f "$CASE_FAILED"
    CASE_DIR=$CASE_TOP/case$CASE_COUNT
    mkdir "$CASE_DIR"
    cd "$CASE_DIR" || exit 2
}

cases_end() {
    case_end
    echo "1..$CASE_COUNT"
    [ "$FAILED" = 0 ]
    exit
}

# Says why the case failed, as a TAP comment.
fail() {
    : >"$CASE_FAILED"
    printf '%s\n' "$@" | sed 's/^/#   /'
}

run() {
    "$@" >"$OUT" 2>"$ERR" </dev/null
    RC=$?
}

project() {
    git init -q . && cairn init -q && git commit -q -m start
}

# Repositories below the working directory as if they were on another machine: $GIT_URL/<name>, over an ssh that runs what it
# is asked for here. git_stop: that machine no longer answers.
git_serve() {
    printf '#!/bin/sh\nshift $(($# - 1))\nexec sh -c "$1"\n' >"$CASE_TOP/bin/there-ssh"
    chmod +x "$CASE_TOP/bin/there-ssh"
    GIT_SSH_COMMAND=there-ssh GIT_SSH_VARIANT=simple GIT_URL=ssh://there$PWD
    export GIT_SSH_COMMAND GIT_SSH_VARIANT
}
git_stop() {
    GIT_SSH_COMMAND=false
}

expect_rc() {
    [ "$RC" = "$1" ] || fail "exit status $RC, expected $1" "$(cat "$OUT" "$ERR")"
}

# The expected text is standard input.
expect_text() {
    if ! diff_text=$(diff -u - "$2"); then
        fail "$1 differs (- expected, + seen):" "$diff_text"
    fi
}
expect_out() {
    expect_text stdout "$OUT"
}
expect_err() {
    expect_text stderr "$ERR"
}
expect_file() {
    if [ -e "$1" ]; then expect_text "$1" "$1"; else fail "no file $1"; fi
}
# The text holds this fixed string.
expect_out_has() {
    grep -qF -e "$1" "$OUT" || fail "stdout lacks: $1" "$(cat "$OUT" "$ERR")"
}
expect_err_has() {
    grep -qF -e "$1" "$ERR" || fail "stderr lacks: $1" "$(cat "$OUT" "$ERR")"
}
expect_no_file() {
    { [ ! -e "$1" ] && [ ! -L "$1" ]; } || fail "$1 exists"
}
expect_same() {
    cmp -s "$1" "$2" || fail "$1 and $2 differ"
}
# A condition in test(1)'s words: expect_that -L link
expect_that() {
    test "$@" || fail "not true: test $*"
}
