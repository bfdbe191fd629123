# shellcheck shell=sh
# Sourced by the scripts here. Servers run on free ports of the loopback, each in a folder of its own below $work, and
# are stopped by their process id at the end. Needs: CAIRN (the program), DVC (the real one; cases that need it are
# left out without it), VERSITYGW (likewise).
set -u
: "${CAIRN:?}"
DVC=${DVC:-}
here=$(cd "$(dirname "$0")" && pwd)
shm=/dev/shm
[ -d $shm ] || shm=/tmp
work=$(mktemp -d "${TMPDIR:-$shm}/cairn-remotes.XXXXXX")
passed=0 failed=0 current='' servers=''
export HOME="$work/home" GIT_CONFIG_NOSYSTEM=1 DVC_NO_ANALYTICS=1 DVC_SYSTEM_CONFIG_DIR=/nonexistent LC_ALL=C.UTF-8
export AWS_EC2_METADATA_DISABLED=true
unset AWS_PROFILE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION AWS_ENDPOINT_URL \
    http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy SSL_CERT_FILE REQUESTS_CA_BUNDLE
mkdir -p "$HOME"
git config --global user.name t
git config --global user.email t@example.com
git config --global init.defaultBranch main

finish() {
    for pid in $servers; do
        kill "$pid" 2>/dev/null
    done
    case_end
    chmod -R u+w "$work" 2>/dev/null
    rm -rf "$work"
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
}
trap 'finish; exit $?' EXIT
trap 'exit 130' INT TERM

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# until_ready COMMAND...: within half a minute.
until_ready() {
    tries=300
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}
# serve NAME COMMAND...: in the background, its output in $work/NAME.log; $server is its process id.
serve() {
    log=$work/$1.log
    shift
    "$@" >"$log" 2>&1 &
    server=$!
    servers="$servers $server"
}

# Cases: everything between two case_begin is one; the first thing that goes wrong in it is told.
case_begin() {
    case_end
    current=$1 broken=''
    mkdir -p "$work/case"
    chmod -R u+w "$work/case"
    rm -rf "$work/case"
    mkdir "$work/case"
    cd "$work/case" || exit 2
}
case_end() {
    [ -n "$current" ] || return 0
    if [ -z "$broken" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $current"
        printf '%s\n' "$broken" | sed 's/^/    /'
    fi
    current=''
}
fails() {
    [ -n "$broken" ] || broken="$*"
}
# cairn ARGS...: must succeed. run COMMAND...: sets $rc; output in out and err.
cairn() {
    timeout 120 "$CAIRN" "$@" >out 2>err || fails "cairn $*: status $?: $(cat out err)"
}
run() {
    timeout 120 "$@" >out 2>err
    rc=$?
}
dvc() {
    timeout 120 "$DVC" "$@" >out 2>err || fails "dvc $*: status $?: $(tail -n 5 err)"
}
expect_rc() {
    [ "$rc" = "$1" ] || fails "status $rc instead of $1: $(cat out err)"
}
expect_err_has() {
    grep -qF -e "$1" err || fails "no '$1' in: $(cat err)"
}
expect_no() { # TEXT FILE...: a secret that must not be there
    text=$1
    shift
    ! grep -qF -e "$text" "$@" || fails "'$text' is in $*"
}
expect_same_tree() {
    diff -r "$1" "$2" >diffs || fails "$1 and $2 differ: $(head -n 5 diffs)"
}
project() { # in the working directory
    git init -q . && "$CAIRN" init -q
}
