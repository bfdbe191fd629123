#!/bin/sh
# dataset add and update, and stages that depend on ds://name.
. "$(dirname "$0")/lib.sh"

# "lib" with a file at two tags, and a project "app".
library() {
    mkdir lib app
    cd lib || exit 1
    project
    echo 1 >f
    cairn add -q f
    git add -A
    git commit -qm one
    git tag v1
    echo 2 >f
    cairn add -q f
    git commit -qam two
    git tag v2
    cd ../app || exit 1
    project
}
commit_of() {
    git -C ../lib rev-parse "$1"
}

case_begin "of another repository: what is written, and what of the file stays"
library
printf '# ours\nvars: [{a: 1}]   # one\n' >dvc.yaml
run cairn dataset add --dvc ../lib --path f --rev v1 d
expect_rc 0
expect_out_has "Adding d (../lib:/f @ v1)"
expect_file dvc.yaml <<'Y'
# ours
vars: [{a: 1}]   # one
datasets:
- name: d
  url: ../lib
  type: dvc
  path: f
  rev: v1
Y
expect_that "$(cat dvc.lock)" = "schema: '2.0'
datasets:
- name: d
  url: ../lib
  type: dvc
  path: f
  rev: v1
  rev_lock: $(commit_of v1)
stages: {}"
run cairn ds update d
expect_rc 0
expect_out_has "Nothing to update"
run cairn dataset update d --rev v2
expect_out_has "Updating d ($(commit_of v1 | cut -c1-9) -> $(commit_of v2 | cut -c1-9))"
expect_that "$(grep -c 'rev: v2' dvc.yaml)" = 1
sed -i 's/rev: v2/rev: v1/' dvc.yaml
run cairn dataset update d --quiet
expect_rc 0
expect_that "$(sed -n 's/.*rev_lock: //p' dvc.lock)" = "$(commit_of v1)"
expect_that "$(head -n 2 dvc.yaml)" = "# ours
vars: [{a: 1}]   # one"

case_begin "what fails changes nothing"
library
cairn dataset add -q --dvc ../lib images
cp dvc.yaml dvc.lock ..
run cairn dataset add --dvc ../lib images
expect_rc 255
expect_err_has "dvc.yaml has a dataset 'images' already"
run cairn dataset add --dvc ../nothing other
expect_rc 255
expect_err_has "there is no repository at '../nothing'"
run cairn dataset add --dvc ../lib --rev v11 other
expect_rc 255
expect_err_has "did you mean 'v1'?"
run cairn dataset add --url ../nothing other
expect_rc 255
expect_err_has "there is nothing at '../nothing'"
run cairn dataset add --url ../lib --rev v1 other
expect_rc 255
expect_err_has "--rev and --path go with --dvc only"
run cairn dataset add --dc other other
expect_rc 255
expect_err_has "datasets of DataChain are not supported"
run cairn dataset add other
expect_rc 254
run cairn dataset add --dvc ../lib --url ../lib other
expect_rc 254
run cairn dataset update image
expect_rc 1
expect_err_has "did you mean 'images'?"
mkdir sub
cd sub || exit 1
run cairn dataset add -f --dvc ../../lib images
expect_rc 255
expect_err_has "../dvc.yaml has a dataset 'images' already"
expect_no_file dvc.yaml
cd ..
cmp -s dvc.yaml ../dvc.yaml && cmp -s dvc.lock ../dvc.lock || fail "files changed"

case_begin "definitions that are none, and those that a template makes"
library
echo 'datasets: {a: 1}' >dvc.yaml
run cairn dataset update a
expect_rc 1
expect_err_has "dvc.yaml:1:11: 'datasets' is no list"
echo 'datasets: [{name: a, type: git, url: ../lib}]' >dvc.yaml
run cairn dataset update a
expect_err_has "dvc.yaml:1:28: the type of dataset 'a'"
echo 'datasets: [{name: a, type: dvc}]' >dvc.yaml
run cairn dataset update a
expect_err_has "a dataset needs a text as 'url'"
expect_no_file dvc.lock
printf 'vars: [{r: v1}]\ndatasets: [{name: a, type: dvc, url: ../lib, rev: "${r}"}]\n' >dvc.yaml
run cairn dataset update a
expect_rc 0
expect_that "$(sed -n 's/.*rev_lock: //p' dvc.lock)" = "$(commit_of v1)"
run cairn dataset update a --rev v2
expect_rc 255
expect_err_has "is made by a template"

case_begin "stages that depend on one"
library
cairn dataset add -q --dvc ../lib --rev v1 d
cairn stage add -q -n s -d ds://d -o o 'echo x >o'
run cairn status
expect_out_has "new:                ds://d"
run cairn repro
expect_rc 0
run cairn status
expect_out_has "up to date"
cairn dataset update -q d --rev v2
run cairn status
expect_out_has "modified:           ds://d"
mkdir sub
cd sub || exit 1
run cairn why
expect_out_has "dependency ds://d modified"
cd ..
run cairn commit -f
expect_rc 0
run cairn status
expect_out_has "up to date"
sed -i 's/rev: v2/rev: v1/' dvc.yaml
run cairn status
expect_out_has "not in sync:        ds://d"
run cairn repro
expect_rc 255
expect_err_has "dvc.lock has another definition of dataset 'd'"
expect_that -e o
sed -i 's,ds://d,ds://dd,' dvc.yaml
run cairn repro
expect_rc 255
expect_err_has "did you mean 'd'?"

case_begin "at a path: how much there is"
project
mkdir -p ../data
echo 1 >../data/a
run cairn dataset add --url ../data u
expect_rc 0
expect_that "$(sed -n '/meta/,/nfiles/p' dvc.lock)" = "  meta:
    isdir: true
    size: 2
    nfiles: 1"
echo 2 >../data/b
run cairn dataset update u
expect_out_has "Updating u (../data)"
run cairn dataset update u --rev v1
expect_rc 255
expect_err_has "has no revisions"
run cairn dataset add --url ../data/a file
expect_rc 0
expect_that "$(grep -c 'inode: [0-9]*$' dvc.lock)" = 1
run cairn dataset update file
expect_out_has "Nothing to update"

cases_end
