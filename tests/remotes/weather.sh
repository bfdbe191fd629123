#!/bin/sh
# Networks that lie or are not there, for every kind of remote over HTTP: nothing is believed, nothing is lost, and what is
# wrong is told. (Connections that break, hang or close, and answers that are cut or wrong: tests/torture/flaky_s3.py. A
# wrong clock, region or session, and who may not list: aws.sh.)
. "$(dirname "$0")/lib.sh"

export AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret
key=$(printf 'a key of an account' | base64)

# each_kind HOST:PORT FUNCTION: it is called with a name and what `remote` takes, for every kind at this address.
each_kind() {
    $2 s3 s3://bucket/x endpointurl "http://$1"
    $2 "s3 by questions" s3://bucket/x endpointurl "http://$1" listobjects true
    $2 gs gs://bucket/x endpointurl "http://$1" allow_anonymous_login true
    $2 azure azure://store/x connection_string "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=$key;BlobEndpoint=http://$1/a;"
    $2 http "http://$1/x" method PUT
    $2 webdav "webdav://$1/x"
    $2 webhdfs "webhdfs://$1/x"
}
a_project() {
    project
    mkdir data
    echo one >data/1
    echo two >data/2
    "$CAIRN" add -q data
}

portal=$(free_port)
serve portal python3 "$here/relay.py" portal "$portal"
until_ready curl -s "http://127.0.0.1:$portal/" || { echo "the portal does not start: $(cat "$work/portal.log")"; exit 1; }

# What a page to log in answers must not pass for objects that are there, were taken, or came.
behind_portal() {
    case_begin "a captive portal: $1"
    shift
    a_project
    remote "$@"
    for command in push 'status -c' 'gc -c -w -f'; do
        # shellcheck disable=SC2086 # words
        run "$CAIRN" $command
        [ "$rc" != 0 ] || fails "$command believed it: $(cat out err)"
    done
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache data
    run "$CAIRN" pull
    [ "$rc" != 0 ] || fails "pull believed it: $(cat out err)"
    [ -z "$(find .dvc/cache/files/md5 -type f 2>/dev/null)" ] || fails "something is in the cache"
    [ ! -e data/1 ] || fails "something is in the workspace"
}
each_kind "127.0.0.1:$portal" behind_portal

without_name() {
    case_begin "a host that no name server knows: $1"
    shift
    a_project
    remote "$@"
    run "$CAIRN" push
    expect_rc 1
    expect_err_has nowhere.invalid
}
each_kind nowhere.invalid:80 without_name

# The same where what says that nothing is there was true, and only the uploads meet the page. (A plain HTTP server may
# answer an upload with any page, and WebDAV and WebHDFS are asked in more steps.)
late=$(free_port)
serve late python3 "$here/relay.py" portal "$late" late
until_ready curl -s "http://127.0.0.1:$late/" || { echo "the portal does not start: $(cat "$work/late.log")"; exit 1; }
late_portal() {
    case $1 in http | webdav | webhdfs) return ;; esac
    case_begin "a page to log in answers uploads: $1"
    shift
    a_project
    remote "$@"
    run "$CAIRN" push
    expect_rc 1
    expect_err_has 'is a login wanted?'
}
each_kind "127.0.0.1:$late" late_portal
