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

# versions_project PREFIX: a project with a folder and a file, and a remote that keeps versions.
mkdir "$(dirname "$bucket")/versions"
switch='<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status></VersioningConfiguration>'
curl -sf -X PUT --aws-sigv4 aws:amz:us-east-1:s3 -u testkey:testsecret --data-binary "$switch" \
    -H "x-amz-content-sha256: $(printf %s "$switch" | sha256sum | cut -c1-64)" "$url/versions?versioning="
versions_project() {
    project
    mkdir -p d/sub
    echo one >d/1
    echo two >d/sub/2
    echo file >f
    "$CAIRN" add -q d f
    remote "$1" endpointurl "$url"
    "$CAIRN" remote modify -q --local r version_aware true
}
bare() {
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache d f
}
second() { # what comes after the first version
    echo 1 >d/1
    rm -r d/sub
    echo new >d/3
    echo changed >f
}

case_begin "versions: each push is another one, and the .dvc files say which is meant"
versions_project s3://versions/ours
cairn push
grep -q '^3 files pushed' out || fails "push says: $(cat out)"
[ "$(grep -c version_id d.dvc) $(grep -c version_id f.dvc)" = "2 1" ] || fails "records: $(cat d.dvc f.dvc)"
cp -r d f d.dvc f.dvc ..
cairn push
grep -q 'Everything is up to date' out || fails "push again says: $(cat out)"
second
cairn add d f
cairn push
grep -q '^3 files pushed' out || fails "push says: $(cat out)"
cp -r d ../d2
bare
cairn pull
expect_same_tree ../d2 d
bare
cp ../d.dvc ../f.dvc .
cairn pull
expect_same_tree ../d d
expect_same_tree ../f f
run "$CAIRN" status -c
expect_rc 1
rm -rf ../d ../f ../d2 ../d.dvc ../f.dvc

if [ -n "$DVC" ]; then
    case_begin "versions that cairn pushes DVC pulls, and back"
    versions_project s3://versions/both
    cp -r d ../d1
    cairn push
    bare
    dvc pull
    expect_same_tree ../d1 d
    second
    dvc add -q d f
    dvc push
    cp -r d ../d2
    bare
    cairn pull
    expect_same_tree ../d2 d
    dvc push
    grep -q 'Everything is up to date' out || fails "push of DVC says: $(cat out)"
    rm -rf ../d1 ../d2
fi

case_begin "import-url --version-aware: the version that was imported comes back from its source"
versions_project s3://versions/source
cairn push
cd .. && rm -rf other && mkdir other && cd other || exit 2
project
remote s3://versions/source endpointurl "$url"
cairn import-url --version-aware remote://r/d
cairn import-url --version-aware remote://r/f
[ "$(grep -c version_id d.dvc) $(grep -c version_id f.dvc)" = "2 1" ] || fails "records: $(cat d.dvc f.dvc)"
grep -q 'push: false' d.dvc || fails "it would be pushed: $(cat d.dvc)"
cp -r d ../first
(
    cd ../case || exit 2
    second
    "$CAIRN" add -q d f && "$CAIRN" push -q
) || fails "the second version was not pushed"
if [ -n "$DVC" ]; then
    bare
    dvc pull
    expect_same_tree ../first d
fi
bare
cairn pull
expect_same_tree ../first d
cairn update d.dvc f.dvc
cmp -s ../case/d/3 d/3 && cmp -s ../case/d/1 d/1 || fails "d is not the newest version"
[ -e d/sub/2 ] || fails "what nobody removed from the remote is gone"
expect_same_tree ../case/f f
cd .. && rm -rf other first && cd case || exit 2

# other_writes METHOD KEY [TEXT]: what somebody else does with the bucket that keeps versions.
other_writes() {
    curl -sf -X "$1" --aws-sigv4 aws:amz:us-east-1:s3 -u testkey:testsecret ${3+--data-binary "$3"} \
        -H "x-amz-content-sha256: $(printf %s "${3-}" | sha256sum | cut -c1-64)" "$url/versions/$2" || fails "$1 of $2"
}
worktree_project() { # PREFIX, with a third file in d
    versions_project "s3://versions/$1"
    "$CAIRN" remote modify -q --local --unset r version_aware
    "$CAIRN" remote modify -q --local r worktree true
    echo three >d/3
    "$CAIRN" add -q d
}

case_begin "update: what others changed in a worktree remote comes, what they did not keeps its record"
worktree_project wt
echo never >n
cairn add n
cairn update n.dvc
expect_err_has "'n' is in no remote yet"
cairn push d f
cp d.dvc f.dvc ..
cairn update d.dvc f.dvc
cmp -s d.dvc ../d.dvc && cmp -s f.dvc ../f.dvc || fails "an update with nothing new changed a record"
other_writes PUT wt/d/1 changed
other_writes PUT wt/d/new new
other_writes DELETE wt/d/3
other_writes PUT wt/f another
bare
cairn update d.dvc f
[ "$(cat d/1 d/new d/sub/2 f | tr '\n' ' ')" = "changednewtwo another" ] || fails "d and f are $(head d/* d/sub/* f)"
[ ! -e d/3 ] || fails "what was removed is there"
[ "$(grep -c 'version_id' d.dvc)" = 3 ] || fails "records: $(cat d.dvc)"
grep -A 6 'sub/2' ../d.dvc >../d.sub
grep -A 6 'sub/2' d.dvc | cmp -s - ../d.sub || fails "the record of an unchanged file changed: $(cat d.dvc)"
cairn status d.dvc f.dvc
grep -q 'up to date' out || fails "status says: $(cat out)"
cp d.dvc ../d.dvc
cairn push d f
grep -q 'Everything is up to date' out || fails "push says: $(cat out)"
if [ -n "$DVC" ]; then
    cp -r d ../first
    dvc push d f
    cmp -s d.dvc ../d.dvc || fails "DVC changes the record: $(diff ../d.dvc d.dvc)"
    bare
    dvc pull d f
    expect_same_tree ../first d
    rm -rf ../first
fi
echo mine >f
other_writes PUT wt/f third
run "$CAIRN" update f.dvc
expect_rc 1
[ "$(cat f)" = mine ] || fails "the user's only copy is gone"
rm f
cairn update f.dvc
[ "$(cat f)" = third ] || fails "f is $(cat f)"
for option in --no-download --to-remote --rev=x; do
    run "$CAIRN" update $option f.dvc
    expect_rc 1
    expect_err_has "goes with imports only"
done
other_writes DELETE wt/f
cairn update f.dvc
expect_err_has "no longer in the remote"
cairn remote modify --local r worktree false
run "$CAIRN" update f.dvc
expect_rc 1
expect_err_has "no worktree"
rm -f ../d.dvc ../f.dvc ../d.sub

case_begin "update: outs of stages; and what DVC updated in a folder, which names no remote then"
worktree_project stages
printf 'stages:\n  s:\n    cmd: echo x >made; mkdir -p md; echo 1 >md/1; echo 2 >md/2\n    outs:\n    - made\n    - md\n' >dvc.yaml
cairn repro
cairn push
other_writes PUT stages/made y
other_writes PUT stages/md/1 11
cairn update s
[ "$(cat made md/1)" = y11 ] || fails "made and md are $(head made md/*)"
cairn status
grep -q 'up to date' out || fails "status says: $(cat out)"
if [ -n "$DVC" ]; then
    dvc status --json
    [ "$(cat out)" = '{}' ] || fails "DVC says: $(cat out)"
    other_writes PUT stages/d/1 theirs
    dvc update d.dvc
    ! grep -A 4 "'1'" d.dvc | grep -q cloud || fails "DVC names the remote now: try whether it is read well"
    other_writes PUT stages/d/3 ours
    cairn update d.dvc
    [ "$(cat d/1 d/3)" = theirsours ] || fails "d is $(head d/*)"
    [ "$(grep -c cloud d.dvc)" = 3 ] || fails "records: $(cat d.dvc)"
fi

case_begin "datasets: the versions of files, as DVC records them"
versions_project s3://versions/named
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
versions_project s3://bucket/none
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
