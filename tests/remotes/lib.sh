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
    http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy no_proxy NO_PROXY SSL_CERT_FILE REQUESTS_CA_BUNDLE \
    CURL_CA_BUNDLE AWS_CA_BUNDLE GIT_SSL_CAINFO GIT_SSL_NO_VERIFY GIT_ASKPASS SSH_ASKPASS
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
trap 'status=$?; finish || status=1; exit $status' EXIT # also of one that gave up early
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

# serve_s3 NAME [OPTION...]: S3, with a bucket of that name. Sets $url, $port, and $bucket, where its objects are files.
serve_s3() {
    port=$(free_port) url=http://127.0.0.1:$port
    s3=$work/$1
    shift
    mkdir -p "$s3/data/bucket" "$s3/ver" "$s3/iam"
    ROOT_ACCESS_KEY=testkey ROOT_SECRET_KEY=testsecret serve "${s3##*/}" "$VERSITYGW" -p "127.0.0.1:$port" --keep-alive \
        --health /health --iam-dir "$s3/iam" "$@" posix --versioning-dir "$s3/ver" "$s3/data"
    until_ready curl -sf "$url/health" || { echo "versitygw does not start: $(cat "$s3.log")"; exit 1; }
    bucket=$s3/data/bucket
}
# serve_sshd: a real one, its folder $s, its port $port, and a user's configuration by which `ssh` reaches it, also as the
# host "box".
serve_sshd() {
    sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || { echo "there is no sshd"; exit 1; }
    port=$(free_port)
    s=$work/sshd
    mkdir -p "$s" "$HOME/.ssh" /run/sshd
    chmod 700 "$HOME/.ssh"
    ssh-keygen -q -t ed25519 -N '' -f "$s/hostkey"
    ssh-keygen -q -t rsa -b 2048 -N '' -f "$HOME/.ssh/id_rsa"
    cp "$HOME/.ssh/id_rsa.pub" "$s/authorized_keys"
    cat >"$s/sshd_config" <<EOF
Port $port
ListenAddress 127.0.0.1
HostKey $s/hostkey
PidFile $s/sshd.pid
AuthorizedKeysFile $s/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
Subsystem sftp internal-sftp
EOF
    # The user's own configuration is what ssh goes by; tests must not read the one of who runs them.
    mkdir -p "$work/bin"
    printf '#!/bin/sh\nexec /usr/bin/ssh -F "%s" "$@"\n' "$HOME/.ssh/config" >"$work/bin/ssh"
    chmod +x "$work/bin/ssh"
    PATH=$work/bin:$PATH
    cat >"$HOME/.ssh/config" <<EOF
Host box
    HostName 127.0.0.1
    Port $port
Host *
    UserKnownHostsFile $HOME/.ssh/known_hosts
    IdentityFile $HOME/.ssh/id_rsa
    IdentityAgent none
EOF
    echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$s/hostkey.pub")" >"$HOME/.ssh/known_hosts"
    serve sshd "$sshd" -D -e -f "$s/sshd_config"
    until_ready ssh -p "$port" 127.0.0.1 true || { echo "sshd does not start: $(cat "$work/sshd.log")"; exit 1; }
}

# make_certificate FOLDER NAME...: ca.crt, and srv.crt with srv.key for these names ("DNS:*.example.com", "IP:127.0.0.1").
make_certificate() {
    mkdir -p "$1"
    names=$2
    folder=$1
    shift 2
    for name in "$@"; do names=$names,$name; done
    (
        cd "$folder" || exit 1
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.crt -days 30 \
            -subj "/CN=test CA" -addext basicConstraints=critical,CA:TRUE
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout srv.key -out srv.csr -subj "/CN=test"
        echo "subjectAltName=$names" >ext
        openssl x509 -req -in srv.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out srv.crt
    ) >"$folder/openssl.log" 2>&1
}

# serve_cloud HOST=PORT...: a proxy through which these names are servers here (see relay.py), and on_cloud COMMAND...,
# which runs it with that proxy. The names of NAMES ("DNS:*.example.com …") get a certificate.
serve_cloud() {
    # shellcheck disable=SC2086 # a list
    make_certificate "$work/cloud" $NAMES
    cloud=$(free_port)
    serve relay python3 "$here/relay.py" cloud "$cloud" "$work/cloud/srv.crt" "$work/cloud/srv.key" "$@"
    until_ready curl -s "http://127.0.0.1:$cloud/" || { echo "the proxy does not start: $(cat "$work/relay.log")"; exit 1; }
}
on_cloud() {
    SSL_CERT_FILE=$work/cloud/ca.crt HTTPS_PROXY=http://127.0.0.1:$cloud http_proxy=http://127.0.0.1:$cloud NO_PROXY=127.0.0.1 "$@"
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
fails() { # an empty text is one too
    [ -n "$broken" ] || broken="${*:-it fails, with nothing to tell}"
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

# What the exchanges move: a folder and two files, six objects. A script sets no_empty=1 where the server falls over them.
make_data() {
    mkdir -p data/sub
    echo one >data/1
    echo two >"data/sub/two words"
    if [ -n "${no_empty:-}" ]; then echo three >data/3; else : >data/empty; fi
    head -c 3000000 /dev/urandom >middle
    head -c 50000000 /dev/urandom >large
    "$CAIRN" add -q data middle large
}
# remote URL [OPTION VALUE]...: the default one, its options in the configuration that is not committed.
remote() {
    rm -f .dvc/config.local
    "$CAIRN" remote add -q -f -d r "$1"
    shift
    while [ $# -gt 0 ]; do
        "$CAIRN" remote modify -q --local r "$1" "$2"
        shift 2
    done
}
keep() {
    rm -rf "$work/kept"
    mkdir "$work/kept"
    cp -r data middle large "$work/kept"
}
forget() { # what is here
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache data middle large
}
expect_kept() {
    for name in data middle large; do
        expect_same_tree "$work/kept/$name" "$name"
    done
}
expect_pushed() { # COUNT, of the push before
    grep -q "^$1 files pushed" out || fails "push says: $(cat out)"
}
expect_in_sync() {
    cairn status -c
    grep -q 'in sync' out || fails "status says: $(cat out)"
}
# make_many N: a folder of as many small files, added.
make_many() {
    mkdir many
    i=0
    while [ $i -lt "$1" ]; do
        echo $i >many/$i
        i=$((i + 1))
    done
    "$CAIRN" add -q many
}
# there_and_back: what cairn pushes to the remote DVC pulls, and what DVC pushes cairn pulls.
there_and_back() {
    keep
    cairn push
    forget
    dvc pull
    expect_kept
    head -c 100000 /dev/urandom >more
    dvc add -q more
    dvc push
    expect_in_sync
    cp more "$work/more"
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache more
    cairn pull more.dvc
    expect_same_tree "$work/more" more
    [ -n "${no_import:-}" ] || sources_agree
}
# exchange NAME URL [OPTION VALUE]...: what every remote can do, below this url: push, status, pull, gc; with DVC in both
# directions.
exchange() {
    kind=$1 place=$2
    shift 2
    case_begin "$kind: push, status -c, pull, gc -c"
    project
    make_data
    keep
    remote "$place/deep/store" "$@"
    cairn push
    expect_pushed 6
    expect_in_sync
    cairn push
    grep -q 'Everything is up to date' out || fails "push again says: $(cat out)"
    forget
    cairn pull
    expect_kept
    rm large.dvc large
    cairn gc -w -c -f
    cp "$work/kept/large" .
    cairn add -q large
    cairn status -c
    grep -q 'new: *large' out || fails "status after gc says: $(cat out)"
    [ -n "$DVC" ] || return 0
    case_begin "$kind: what cairn pushes DVC pulls, and back"
    project
    make_data
    remote "$place/dvc" "$@"
    there_and_back
}
# sources_agree: what is in the remote is data at a url too; of one that cannot list, a file.
sources_agree() {
    if [ -n "${no_list:-}" ]; then
        source_agrees "remote://r/files/md5/$(sed -n 's|^- md5: \(..\)|\1/|p' more.dvc)"
        return
    fi
    source_agrees remote://r/files/md5
    for name in $(cd ours && find . -type f ! -name '*.dir'); do
        md5sum <"ours/$name" | grep -q "^$(echo "$name" | tr -d ./)" || fails "ours/$name is not what its name says"
    done
    cairn list-url -R remote://r/files/md5
    sort out >listed
    dvc list-url -R remote://r/files/md5
    sort out | cmp -s - listed || fails "list-url -R differs: $(sort out | diff - listed)"
}
# source_agrees URL: it becomes `ours` and `theirs`, recorded alike, and each tool finds the import of the other fresh.
source_agrees() {
    rm -rf ours theirs got ours.dvc theirs.dvc
    cairn import-url -f "$1" ours
    dvc import-url -f "$1" theirs
    grep -v '^md5\|version_id' ours.dvc | sed 's/ours$/theirs/' >records
    grep -v '^md5\|version_id' theirs.dvc | cmp -s - records || fails "records of $1 differ: $(diff theirs.dvc records)"
    expect_same_tree ours theirs
    cairn update theirs.dvc
    grep -q "didn't change" out || fails "update finds the import of DVC stale: $(cat out)"
    dvc update ours.dvc
    grep -q "didn't change" out || fails "DVC finds our import stale: $(cat out)"
    cairn get-url "$1" got
    expect_same_tree ours got
    [ -z "$(find got -name '*.tmp*')" ] || fails "something half fetched is left"
    rm -rf ours ours.dvc
    cairn import-url --no-download "$1" ours
    cairn pull ours.dvc
    expect_same_tree theirs ours
}
# url_stage URL: as a dependency; what one tool ran the other finds up to date.
url_stage() {
    printf 'stages:\n  s:\n    cmd: echo x > made\n    deps:\n    - %s\n    outs:\n    - made\n' "$1" >dvc.yaml
    cairn repro
    dvc status --json s
    [ "$(cat out)" = '{}' ] || fails "after our run DVC says: $(cat out)"
    rm dvc.lock made
    dvc repro
    cairn status --json s
    [ "$(cat out)" = '{}' ] || fails "after DVC's run status says: $(cat out)"
    rm dvc.yaml dvc.lock
}
