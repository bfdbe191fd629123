#!/bin/sh
# artifacts get: by version, stage, or the highest; from folders, clones, projects below the top, and this repository.
. "$(dirname "$0")/lib.sh"

# "lib" with three versions of m and a prompt in a folder, data at the remote $PWD/store.
make_lib() {
    mkdir lib store
    cd lib || exit
    project
    cairn remote add -q -d r "$(cd .. && pwd)/store"
    mkdir sub
    printf 'artifacts:\n  m:\n    path: m.bin\n    type: model\n' >dvc.yaml
    printf 'artifacts:\n  p:\n    path: p.txt\n  out:\n    path: ../../x\n' >sub/dvc.yaml
    echo text >sub/p.txt
    for i in 1 2 3; do
        echo "model $i" >m.bin
        cairn add -q m.bin
        git add -A && git commit -q -m "$i"
        cairn registry register -q m >/dev/null
        cairn push -q
    done
    cairn registry register -q sub:p --version v1.0.0 >/dev/null
    cairn registry register -q sub:out --version v1.0.0 >/dev/null
    cairn registry assign -q m v0.0.2 Production >/dev/null
    cd ..
}
has() {
    echo "$1" | expect_file "$2"
}

case_begin "versions and stages of a repository at a path"
make_lib
run cairn artifacts get lib m
expect_rc 0
has "model 3" m.bin
run cairn artifacts get lib m
expect_rc 1
expect_err_has "m.bin"
run cairn artifacts get lib m --rev v0.0.1 -f
has "model 1" m.bin
run cairn artifacts get lib m --stage Production -o there
has "model 2" there
cairn --cd lib registry assign -q m v0.0.3 Production >/dev/null
run cairn artifacts get lib m --stage Production -f -o there
has "model 3" there
cairn --cd lib registry rollback -q m Production >/dev/null
run cairn artifacts get lib m --stage Production -f -o there
has "model 2" there
run cairn artifacts get lib sub:p
has text p.txt
run cairn artifacts get lib sub/dvc.yaml:p -f
expect_rc 0
run cairn artifacts get lib m --show-url --rev v0.0.1
expect_rc 0
expect_out_has "store/files/md5/"
cd lib || exit
run cairn artifacts get m --rev 0.0.1 -o ../mine
expect_rc 0
has "model 1" ../mine

case_begin "what is not there is not brought"
make_lib
run cairn artifacts get lib mm
expect_rc 1
expect_err_has "no version of 'mm' is registered"
expect_err_has "did you mean 'm'?"
run cairn artifacts get lib m --rev v0.0.9
expect_rc 1
expect_err_has "'m' has no version v0.0.9"
run cairn artifacts get lib m --rev x
expect_err_has "'x' is no version"
run cairn artifacts get lib m --stage Prod
expect_rc 1
expect_err_has "no version of 'm' is in stage 'Prod'"
run cairn artifacts get lib m --stage Production --rev v0.0.1
expect_rc 1
expect_err_has "exclude each other"
run cairn artifacts get lib sub:out
expect_rc 1
expect_err_has "artifact 'sub:out' leads out of its project"
git -C lib tag -a -m x ghost@v1.0.0
run cairn artifacts get lib ghost
expect_rc 1
expect_err_has "no artifact 'ghost' in the dvc.yaml files of commit"
run cairn artifacts get nowhere m
expect_rc 1
expect_that "$(ls)" = "$(printf 'lib\nstore')"

case_begin "a clone: only what is asked for, stages as they are now"
make_lib
git_serve
run cairn artifacts get "$GIT_URL/lib" m --stage Production
expect_rc 0
has "model 2" m.bin
cairn --cd lib registry assign -q m v0.0.1 Production >/dev/null
run cairn artifacts get "$GIT_URL/lib" m --stage Production -f
has "model 1" m.bin
git -C lib tag -d 'm#Production#2' >/dev/null
run cairn artifacts get "$GIT_URL/lib" m --stage Production -f
has "model 2" m.bin
run cairn artifacts get "$GIT_URL/lib" m -o latest
has "model 3" latest
run cairn artifacts get "$GIT_URL/lib" sub:p
has text p.txt
run cairn artifacts get "$GIT_URL/lib" mm
expect_rc 1
expect_err_has "no version of 'mm' is registered"
git_stop

case_begin "a project below the top"
mkdir -p mono/proj store && cd mono && git init -q && cd proj && cairn init -q --subdir || exit
printf 'artifacts:\n  m:\n    path: m.bin\n' >dvc.yaml
echo one >m.bin
cairn add -q m.bin
git add -A && git commit -q -m one
cairn registry register -q proj:m >/dev/null
cd ../..
run cairn artifacts get mono/proj proj:m
expect_rc 0
has one m.bin
run cairn artifacts get mono proj:m -f
expect_rc 0

case_begin "data that was never pushed: whose it is, and what brings it"
mkdir lib store && cd lib && project
cairn remote add -q -d r ../store
mkdir d && echo 1 >d/a && echo 1 >f
printf 'artifacts:\n  folder: {path: d}\n  file: {path: f}\n' >dvc.yaml
cairn add -q d f
git add -A && git commit -qm one
cairn registry register -q folder >/dev/null && cairn registry register -q file >/dev/null
rm -rf .dvc/cache
cd .. && mkdir there && cd there
for name in folder file; do
    run cairn artifacts get ../lib $name
    expect_rc 1
    expect_err_has "is neither in the cache nor on the remote of '../lib'"
    expect_err_has "cairn push"
done
expect_that -z "$(ls)"

case_begin "the word that is missing is the one that has to be there"
run cairn artifacts get
expect_rc 254
expect_err_has "missing: <name>"

cases_end
