#!/bin/sh
# The job of README.md's section "In CI", as it is written there, against S3.
. "$(dirname "$0")/lib.sh"

serve_s3 s3
sed -n '/^### In CI/,/^## /p' "$here/../../README.md" | sed -n '/^```sh/,/^```/p' | grep -v '^```' >"$work/job"
grep -q 'cairn repro' "$work/job" || { echo "README.md has no such job"; exit 1; }
mkdir "$work/bin"
ln -s "$CAIRN" "$work/bin/cairn"

case_begin "a change of a parameter is pushed; the job brings the results up to date, and a colleague gets them"
git init -q --bare ../origin.git
project
mkdir data
echo 1 >data/a
echo 2 >data/b
echo 'factor: 2' >params.yaml
cat >dvc.yaml <<'EOF'
stages:
  total:
    cmd: awk -v f="$(sed -n 's/factor. //p' params.yaml)" '{ n += f * $1 } END { print n }' data/* >total.txt
    deps: [data]
    params: [factor]
    outs: [total.txt]
EOF
"$CAIRN" add -q data
"$CAIRN" remote add -q -d storage s3://bucket/ci
"$CAIRN" remote modify -q storage endpointurl "$url"
cairn repro
"$CAIRN" remote modify --local storage access_key_id testkey
"$CAIRN" remote modify --local storage secret_access_key testsecret
cairn push
echo 'factor: 3' >params.yaml
git add -A
git commit -q -m 'Three, not two'
git remote add origin ../origin.git
git push -q -u origin main
git clone -q ../origin.git "$work/job-clone"
(
    cd "$work/job-clone" || exit 1
    PATH=$work/bin:$PATH STORAGE_KEY_ID=testkey STORAGE_SECRET=testsecret sh -e "$work/job"
) >"$work/job.log" 2>&1 || fails "the job: $(cat "$work/job.log")"
expect_no testsecret "$work/job.log"
[ "$(cat "$work/job-clone/total.txt")" = 9 ] || fails "the job computed $(cat "$work/job-clone/total.txt")"
git pull -q || fails "the job pushed nothing: $(cat "$work/job.log")"
git log --format=%s -1 | grep -q Results || fails "the results were not committed"
chmod -R u+w .dvc/cache
rm -rf .dvc/cache data total.txt
cairn pull
[ "$(cat total.txt)" = 9 ] || fails "the colleague got $(cat total.txt)"
[ "$(cat data/b)" = 2 ] || fails "the data did not come"
rm -rf ../origin.git
