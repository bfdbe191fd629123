#!/bin/sh
# S3 against versitygw, which judges signatures strictly; what one tool pushes the other pulls.
. "$(dirname "$0")/lib.sh"

serve_s3 s3
export AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret

# s3_project PREFIX: a project with a folder and two files, and a remote of that prefix.
s3_project() {
    project
    make_data
    remote "s3://bucket/$1" endpointurl "$url"
}

case_begin "push, status -c, pull"
s3_project one
keep
cairn push
expect_pushed 6
expect_in_sync
cairn push
grep -q 'Everything is up to date' out || fails "push again says: $(cat out)"
forget
cairn status -c
grep -q 'deleted: *large' out || fails "status says: $(cat out)"
cairn pull
expect_kept
count=$(find "$bucket/one/files/md5" -type f | wc -l)
[ "$count" = 6 ] || fails "$count objects in the bucket"

if [ -n "$DVC" ]; then
    case_begin "what cairn pushes DVC pulls, and back"
    s3_project two
    there_and_back
    url_stage "remote://r/files/md5/$(sed -n 's|^- md5: \(..\)|\1/|p' more.dvc)"
fi

case_begin "outs at urls: recorded as DVC does, depended on, seen when they change, and never removed by us"
project
remote s3://bucket/outs endpointurl "$url"
cat >put <<'EOF'
echo ran >>runs
curl -sf -X PUT --aws-sigv4 aws:amz:us-east-1:s3 -u testkey:testsecret --data-binary "$2" \
    -H "x-amz-content-sha256: $(printf %s "$2" | sha256sum | cut -c1-64)" "$AWS_ENDPOINT_URL/bucket/outs/$1"
EOF
cat >dvc.yaml <<'EOF'
stages:
  file:
    cmd: sh put file one
    outs:
    - remote://r/file:
        cache: false
  folder:
    cmd: sh put dir/1 one; sh put dir/2 two
    outs:
    - s3://bucket/outs/dir:
        cache: false
  use:
    cmd: echo x > used
    deps:
    - s3://bucket/outs/dir/2
    outs:
    - used
  missing:
    cmd: "true"
    outs:
    - s3://bucket/outs/never:
        cache: false
EOF
export AWS_ENDPOINT_URL="$url"
cairn dag --dot
grep -q '"folder" -> "use"' out || fails "no edge: $(cat out)"
cairn repro file use
grep -A 3 'path: remote://r/file' dvc.lock | grep -q "etag: $(printf one | md5sum | cut -c1-32)" || fails "records: $(cat dvc.lock)"
if [ -n "$DVC" ]; then
    dvc status --json file folder use
    [ "$(cat out)" = '{}' ] || fails "after our run DVC says: $(cat out)"
    cp dvc.lock "$work/ours.lock"
    rm dvc.lock used
    dvc repro file use
    cmp -s dvc.lock "$work/ours.lock" || fails "records differ: $(diff "$work/ours.lock" dvc.lock)"
fi
: >runs
cairn repro file use
[ ! -s runs ] || fails "an unchanged stage ran: $(cat out)"
sh put file changed
sh put dir/2 changed
cairn status --json file folder use
grep -q '"remote://r/file": "modified"' out && grep -q '"s3://bucket/outs/dir": "modified"' out &&
    grep -q '"s3://bucket/outs/dir/2": "modified"' out || fails "status says: $(cat out)"
cairn repro file use
cairn status --json file folder use
[ "$(cat out)" = '{}' ] || fails "status says: $(cat out)"
rm "$bucket/outs/file"
cairn status --json file
grep -q '"remote://r/file": "deleted"' out || fails "status says: $(cat out)"
run "$CAIRN" repro missing
expect_rc 255
expect_err_has "output 's3://bucket/outs/never' does not exist"
cairn remove folder --outs
[ -e "$bucket/outs/dir/1" ] || fails "data elsewhere was removed"
sed -i 's/^    outs:$/    metrics:/' dvc.yaml
run "$CAIRN" repro file
expect_rc 255
expect_err_has "a metric or plot that is a URL"
unset AWS_ENDPOINT_URL

# A bucket of this server that keeps versions.
mkdir "$(dirname "$bucket")/versions"
switch='<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'
other_writes() {
    curl -sf -X "$1" --aws-sigv4 aws:amz:us-east-1:s3 -u testkey:testsecret ${3+--data-binary "$3"} \
        -H "x-amz-content-sha256: $(printf %s "${3-}" | sha256sum | cut -c1-64)" "$url/versions/$2"
}
other_writes PUT '?versioning=' "$switch" || echo "no versions can be switched on"
versions_remote() {
    remote "s3://$1" endpointurl "$url"
}
. "$here/versions.sh"

case_begin "datasets: the versions of files, as DVC records them"
versions_project versions/named
cairn push
cairn dataset add --url remote://r/d d
cairn dataset add --url remote://r/f f
[ "$(grep -c version_id dvc.lock)" = 3 ] || fails "records: $(cat dvc.lock)"
second
cairn add d f
cairn push
cairn dataset update d
{ grep -q '^M *1$' out && grep -q '^A *3$' out; } || fails "update says: $(cat out)"
cairn dataset update d
grep -q '^Nothing to update' out || fails "update again says: $(cat out)"
if [ -n "$DVC" ]; then
    entry() {
        sed -n '/^- name: plain$/,/^- name: [^p]\|^stages/p' dvc.lock | sed '$d'
    }
    export AWS_ENDPOINT_URL="$url"
    cairn dataset add --url s3://versions/named/d plain
    entry >ours
    dvc dataset add -f --url s3://versions/named/d plain
    entry >theirs
    [ -s ours ] && cmp -s ours theirs || fails "records differ: $(diff ours theirs)"
    unset AWS_ENDPOINT_URL
fi

case_begin "versions: a store that keeps none is named"
versions_project bucket/none
run "$CAIRN" push
expect_rc 1
expect_err_has "keeps no versions"
! grep -q version_id d.dvc || fails "a version is recorded"

case_begin "a wrong secret, a bucket that is not there, a server that is not there"
s3_project four
AWS_SECRET_ACCESS_KEY=wrongsecret run "$CAIRN" push
expect_rc 1
expect_err_has SignatureDoesNotMatch
expect_no wrongsecret out err
cairn remote modify --local r url s3://nobucket/x
run "$CAIRN" push
expect_rc 1
expect_err_has "no bucket 'nobucket'"
cairn remote modify --local r url s3://bucket/x
cairn remote modify --local r endpointurl "http://127.0.0.1:$(free_port)"
run "$CAIRN" push
expect_rc 1
expect_err_has 127.0.0.1

case_begin "a listing of many objects, and questions for few"
s3_project five
make_many 1200
cairn push
cairn push -v
grep -q 'Everything' out || fails "push again says: $(cat out)"
cp -r many ../many
chmod -R u+w .dvc/cache
rm -rf .dvc/cache many
cairn pull many.dvc
expect_same_tree ../many many
rm -rf ../many

case_begin "a folder that was found whole is asked for by its listing; not for ever, nor after a gc"
project
make_many 300
remote s3://bucket/whole endpointurl "$url"
requests() { # of a push
    cairn push --json-progress
    sed -n 's/^{"event": "result".*"requests": \([0-9]*\).*/\1/p' err
}
cairn push
[ "$(requests)" = 1 ] || fails "a push with nothing to do asked $(requests) times"
lost=$(find "$bucket/whole/files/md5" -type f ! -name '*.dir' | head -n 1)
chmod -R u+w "$bucket/whole"
rm "$lost"
sed -i 's/^[0-9]* /1000 /' .dvc/tmp/cairn/journal/* # long ago
cairn push
grep -q '^1 file pushed' out || fails "push says: $(cat out)"
[ -e "$lost" ] || fails "the object is not there again"
echo more >other
"$CAIRN" add -q other
cairn push
grep -q '^1 file pushed' out || fails "push says: $(cat out)"
cairn gc -w -c -f
rm "$lost"
cairn push
[ -e "$lost" ] || fails "gc did not make it look again"

case_begin "uploads and downloads that are killed go on where they were"
project
head -c 400000000 /dev/urandom >huge
"$CAIRN" add -q huge
remote s3://bucket/resume endpointurl "$url"
"$CAIRN" push >/dev/null 2>&1 &
pushing=$!
tries=2000
while [ $tries -gt 0 ]; do
    [ "$(cat .dvc/tmp/cairn/journal/* 2>/dev/null | wc -l)" -lt 6 ] || break
    tries=$((tries - 1))
    sleep 0.005
done
kill -9 $pushing 2>/dev/null
wait $pushing 2>/dev/null
[ -z "$(find "$bucket/resume" -type f 2>/dev/null)" ] || fails "an object is there before it is whole"
cairn push -v
grep -q 'an upload from a run before' err || fails "it did not go on: $(cat err)"
[ -z "$(find .dvc/tmp/cairn/journal -type f)" ] || fails "a journal is left"
md5sum <huge >../huge.md5
chmod -R u+w .dvc/cache
rm -rf .dvc/cache huge
"$CAIRN" fetch >/dev/null 2>&1 &
fetching=$!
tries=2000
while [ $tries -gt 0 ]; do
    size=$(du -sk .dvc/tmp/cairn/partial 2>/dev/null | cut -f1)
    [ "${size:-0}" -lt 250000 ] || break
    tries=$((tries - 1))
    sleep 0.005
done
kill -9 $fetching 2>/dev/null
wait $fetching 2>/dev/null
[ -n "$(find .dvc/tmp/cairn/partial -type f)" ] || fails "nothing was kept of the download"
[ -z "$(find .dvc/cache/files/md5 -name '??' -type d 2>/dev/null)" ] || fails "something is in the cache"
cairn pull -v
grep -q 'from a run before' err || fails "it did not go on: $(cat err)"
md5sum <huge | cmp -s - ../huge.md5 || fails "huge is not what it was"
[ -z "$(find .dvc/tmp/cairn/partial -type f)" ] || fails "a part is left"

case_begin "an upload that the server has forgotten begins anew"
project
head -c 50000000 /dev/urandom >middle
"$CAIRN" add -q middle
remote s3://bucket/forgotten endpointurl "$url"
hash=$(md5sum <middle | cut -c1-32)
mkdir -p .dvc/tmp/cairn/journal
key="s3://bucket/forgotten files/md5/$(echo "$hash" | sed 's|^..|&/|')"
printf '16777216 50000000 no-such-upload\n0 "x"\n' >".dvc/tmp/cairn/journal/$(printf %s "$key" | md5sum | cut -c1-32)"
cairn push -v
grep -q 'an upload from a run before' err || fails "it did not go on: $(cat err)"
expect_in_sync

case_begin "OSS speaks as S3 does"
project
echo text >file
"$CAIRN" add -q file
"$CAIRN" remote add -q -d r oss://bucket/oss
run "$CAIRN" push
expect_rc 1
expect_err_has oss_endpoint
"$CAIRN" remote modify --local r oss_endpoint "$url"
"$CAIRN" remote modify --local r oss_key_id testkey
"$CAIRN" remote modify --local r oss_key_secret testsecret
cairn push
expect_in_sync
