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
