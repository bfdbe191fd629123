#!/bin/sh
# S3 against versitygw, which judges signatures strictly; what one tool pushes the other pulls.
. "$(dirname "$0")/lib.sh"

port=$(free_port)
url=http://127.0.0.1:$port
mkdir -p "$work/s3/data/bucket" "$work/s3/ver" "$work/s3/iam"
ROOT_ACCESS_KEY=testkey ROOT_SECRET_KEY=testsecret serve versitygw "$VERSITYGW" -p "127.0.0.1:$port" --keep-alive \
    --health /health --iam-dir "$work/s3/iam" posix --versioning-dir "$work/s3/ver" "$work/s3/data"
until_ready curl -sf "$url/health" || { echo "versitygw does not start"; exit 1; }
bucket=$work/s3/data/bucket
export AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret

# s3_project PREFIX: a project with a folder and two files, and a remote of that prefix.
s3_project() {
    project
    mkdir -p data/sub
    echo one >data/1
    echo two >"data/sub/two words"
    : >data/empty
    head -c 3000000 /dev/urandom >middle
    head -c 40000000 /dev/urandom >large
    "$CAIRN" add -q data middle large
    "$CAIRN" remote add -q -d r "s3://bucket/$1"
    "$CAIRN" remote modify r endpointurl "$url"
}
forget() { # what is here
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache data middle large
}
keep() {
    mkdir -p ../kept
    rm -rf ../kept/*
    cp -r data middle large ../kept
}
expect_kept() {
    for name in data middle large; do
        expect_same_tree "../kept/$name" "$name"
    done
}

case_begin "push, status -c, pull"
s3_project one
keep
cairn push
grep -q '^6 files pushed' out || fails "push says: $(cat out)"
cairn status -c
grep -q 'in sync' out || fails "status says: $(cat out)"
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
    case_begin "what cairn pushes DVC pulls"
    s3_project two
    keep
    cairn push
    forget
    dvc pull
    expect_kept

    case_begin "what DVC pushes cairn pulls"
    s3_project three
    keep
    dvc push
    cairn status -c
    grep -q 'in sync' out || fails "status says: $(cat out)"
    forget
    cairn pull
    expect_kept
fi

case_begin "a wrong secret, a bucket that is not there, a server that is not there"
s3_project four
AWS_SECRET_ACCESS_KEY=wrongsecret run "$CAIRN" push
expect_rc 1
expect_err_has SignatureDoesNotMatch
expect_no wrongsecret out err
cairn remote modify r url s3://nobucket/x
run "$CAIRN" push
expect_rc 1
expect_err_has "no bucket 'nobucket'"
cairn remote modify r url s3://bucket/x
cairn remote modify r endpointurl "http://127.0.0.1:$(free_port)"
run "$CAIRN" push
expect_rc 1
expect_err_has 127.0.0.1

case_begin "a listing of many objects, and questions for few"
s3_project five
mkdir many
i=0
while [ $i -lt 1200 ]; do
    echo $i >many/$i
    i=$((i + 1))
done
cairn add -q many
cairn push
cairn push -v
grep -q 'Everything' out || fails "push again says: $(cat out)"
cp -r many ../many
chmod -R u+w .dvc/cache
rm -rf .dvc/cache many
cairn pull many.dvc
expect_same_tree ../many many
rm -rf ../many

stub=$(free_port)
serve aws_stub python3 "$here/aws_stub.py" "$stub" testkey testsecret
until_ready curl -s "http://127.0.0.1:$stub/"
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
mkdir -p "$HOME/.aws"
cat >"$HOME/.aws/config" <<EOF
[default]
region = us-east-1
[profile plain]
aws_access_key_id = testkey
aws_secret_access_key = testsecret
s3 =
    addressing_style = path
[profile program]
credential_process = printf '{"Version":1,"AccessKeyId":"testkey","SecretAccessKey":"testsecret"}'
[profile role]
role_arn = arn:aws:iam::1:role/r
source_profile = plain
[profile chain]
role_arn = arn:aws:iam::1:role/r
source_profile = role
[profile circle]
role_arn = arn:aws:iam::1:role/r
source_profile = circle2
[profile circle2]
role_arn = arn:aws:iam::1:role/r
source_profile = circle
[profile web]
role_arn = arn:aws:iam::1:role/r
web_identity_token_file = $work/webtoken
EOF
printf webtoken >"$work/webtoken"
export AWS_ENDPOINT_URL_STS="http://127.0.0.1:$stub"

case_begin "credentials of profiles: keys, a program, a role, roles in a chain, a web identity"
s3_project creds
for profile in plain program role chain web; do
    "$CAIRN" remote modify r profile $profile
    cairn push
    cairn status -c
done
"$CAIRN" remote modify r profile circle
run "$CAIRN" push
expect_rc 1
expect_err_has circle
"$CAIRN" remote modify r profile nobody
run "$CAIRN" status -c
expect_err_has "no profile 'nobody'"

case_begin "credentials of the shared file, of the environment, of containers and instances"
s3_project more
run "$CAIRN" status -c
expect_err_has 'no AWS credentials'
printf '[default]\naws_access_key_id=testkey\naws_secret_access_key=testsecret\n' >../keys
"$CAIRN" remote modify r credentialpath "$PWD/../keys"
cairn push
"$CAIRN" remote modify -u r credentialpath
export AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:$stub/container" AWS_CONTAINER_AUTHORIZATION_TOKEN=ctoken
cairn status -c
unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_EC2_METADATA_DISABLED
export AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:$stub/"
cairn status -c
unset AWS_EC2_METADATA_SERVICE_ENDPOINT
export AWS_EC2_METADATA_DISABLED=true
AWS_WEB_IDENTITY_TOKEN_FILE=$work/webtoken AWS_ROLE_ARN=arn:aws:iam::1:role/r cairn status -c
"$CAIRN" remote modify -u r endpointurl
AWS_ENDPOINT_URL=$url AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret cairn status -c

case_begin "uploads and downloads that are killed go on where they were"
export AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret
project
head -c 400000000 /dev/urandom >huge
"$CAIRN" add -q huge
"$CAIRN" remote add -q -d r s3://bucket/resume
"$CAIRN" remote modify r endpointurl "$url"
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
"$CAIRN" remote add -q -d r s3://bucket/forgotten
"$CAIRN" remote modify r endpointurl "$url"
hash=$(md5sum <middle | cut -c1-32)
mkdir -p .dvc/tmp/cairn/journal
key="s3://bucket/forgotten files/md5/$(echo "$hash" | sed 's|^..|&/|')"
printf '16777216 50000000 no-such-upload\n0 "x"\n' >".dvc/tmp/cairn/journal/$(printf %s "$key" | md5sum | cut -c1-32)"
cairn push -v
grep -q 'an upload from a run before' err || fails "it did not go on: $(cat err)"
cairn status -c
grep -q 'in sync' out || fails "status says: $(cat out)"

case_begin "OSS speaks as S3 does"
project
echo text >file
"$CAIRN" add -q file
"$CAIRN" remote add -q -d r oss://bucket/oss
run "$CAIRN" push
expect_rc 1
expect_err_has oss_endpoint
"$CAIRN" remote modify r oss_endpoint "$url"
"$CAIRN" remote modify --local r oss_key_id testkey
"$CAIRN" remote modify --local r oss_key_secret testsecret
cairn push
cairn status -c
grep -q 'in sync' out || fails "status says: $(cat out)"
