# why: the reasons of stale stages, their values, and the commits that brought them.
. "$(dirname "$0")/lib.sh"

commit_all() {
    git add -A && git commit -q -m "$1"
}

# prepare -> train -> evaluate, run and committed.
sample() {
    project
    printf 'split: 0.2\nmodel:\n  lr: 0.1\n  n: 3\n' >params.yaml
    echo a >raw.csv
    mkdir src
    echo x >src/train.py
    cairn add -q raw.csv
    cairn stage add -q -n prepare -d raw.csv -p split -o clean.csv 'cp raw.csv clean.csv'
    cairn stage add -q -n train -d clean.csv -d src/train.py -p model -o model.bin 'cat clean.csv src/train.py >model.bin'
    cairn stage add -q -n evaluate -d model.bin -M m.json 'echo 1 >m.json'
    cairn repro -q
    commit_all "run"
}

case_begin "nothing to explain"
sample
run cairn why
expect_rc 0
expect_out <<'EOF'
Data and pipelines are up to date.
EOF
run cairn why --json train
expect_out <<'EOF'
{}
EOF

case_begin "a stage that never ran, and those behind it"
project
cairn stage add -q -n one -o a 'echo 1 >a'
cairn stage add -q -n two -d a -o b 'cp a b'
rm .dvc/tmp/lock
run cairn why
expect_rc 0
expect_out <<'EOF'
one would run:
    it has not run yet
        not committed
two would run:
    it has not run yet
        not committed
    one runs first and makes a
EOF
expect_no_file .dvc/tmp/lock

case_begin "what no stage makes and is not there"
project
run cairn why
expect_rc 0
expect_out <<'EOF'
There are no stages yet: `cairn stage add` makes one.
EOF
cairn stage add -q -n one -d in -p lr -o a 'cp in a'
cairn stage add -q -n two -d a -o b 'cp a b'
git add -A
git commit -qm stages
run cairn why
expect_rc 0
grep -v commit "$OUT" >seen
expect_file seen <<'EOF'
one would run:
    it has not run yet
    dependency in is missing, and no stage makes it
    dependency params.yaml is missing, and no stage makes it
two would run:
    it has not run yet
    one runs first and makes a
EOF
run cairn why --json
expect_out_has '{"kind": "missing", "path": "in", '
echo 1 >in
echo 'lr: 1' >params.yaml
cairn repro -q
rm in
run cairn why one
expect_out_has "dependency in deleted"
expect_out_has "        no stage makes it"

case_begin "all reasons, down to the single parameter and its own commit"
sample
sed -i 's/lr: 0.1/lr: 0.25/' params.yaml
commit_all "higher rate"
higher=$(git rev-parse --short=7 HEAD)
echo '# a note' >>params.yaml
commit_all "a note in the same file"
sed -i 's/n: 3/n: 4/' params.yaml
sed -i 's/cat clean.csv/cat  clean.csv/' dvc.yaml
echo y >src/train.py
rm clean.csv
run cairn why
expect_rc 0
expect_out <<EOF
prepare would be restored from the cache:
    output clean.csv deleted
train would run:
    command changed
        was: cat clean.csv src/train.py >model.bin
        now: cat  clean.csv src/train.py >model.bin
        not committed
    dependency src/train.py modified: 401b30e3 -> 00952005
        not committed
    parameter params.yaml:model.lr modified: 0.1 -> 0.25
        since commit $higher of 2024-01-02 by t: higher rate
    parameter params.yaml:model.n modified: 3 -> 4
        not committed
evaluate may run:
    train runs first and makes model.bin
EOF
run cairn why prepare
expect_out <<'EOF'
prepare would be restored from the cache:
    output clean.csv deleted
EOF
cairn repro -q
rm clean.csv model.bin
run cairn why
expect_out <<'EOF'
prepare would be restored from the cache:
    output clean.csv deleted
train would be restored from the cache:
    output model.bin deleted
EOF
run cairn repro
expect_rc 0
expect_out_has "Stage 'prepare' is cached"
expect_out_has "Stage 'train' is cached"
expect_that "$(grep -c "Running stage" "$OUT")" = 0
rm -f model.bin ".dvc/cache/files/md5/$(md5sum <model.bin | sed 's/^\(..\)\(.\{30\}\).*/\1\/\2/')"
run cairn why
expect_out <<'EOF'
train would run:
    output model.bin not in cache
evaluate would run:
    dependency model.bin deleted
        made by train, which runs first
EOF
cairn repro -q
run cairn why
expect_out <<'EOF'
Data and pipelines are up to date.
EOF

case_begin "commits of files, of commands filled in from parameters, and of added data"
sample
printf 'stages:\n  s:\n    cmd: echo ${model.lr} >s\n    deps: [src]\n    outs: [s]\n' >dvc.yaml
cairn repro -q
commit_all "templates"
echo z >src/new.py
commit_all "new source"
source=$(git rev-parse --short=7 HEAD)
sed -i 's/lr: 0.1/lr: 0.3/' params.yaml
commit_all "rate"
rate=$(git rev-parse --short=7 HEAD)
sed -i 's/outs: .s./outs: [s]\n    desc: described/' dvc.yaml
commit_all "describe"
run cairn why
expect_out <<EOF
s would run:
    command changed: echo 0.1 >s -> echo 0.3 >s
        since commit $rate of 2024-01-02 by t: rate
    dependency src modified: 2f2d6141 -> 7074cdb3
        since commit $source of 2024-01-02 by t: new source
EOF

case_begin "the change on the side that brought it, past a merge"
sample
git checkout -q -b side
sed -i 's/split: 0.2/split: 0.4/' params.yaml
commit_all "on the side"
side=$(git rev-parse --short=7 HEAD)
git checkout -q main
echo other >other
commit_all "elsewhere"
git merge -q -m merge side
run cairn why prepare
expect_out <<EOF
prepare would run:
    parameter params.yaml:split modified: 0.2 -> 0.4
        since commit $side of 2024-01-02 by t: on the side
EOF

case_begin "data added by hand"
sample
echo b >raw.csv
run cairn why prepare
expect_out <<'EOF'
raw.csv.dvc is to be recorded:
    output raw.csv modified: 60b725f1 -> 3b5d5c37
prepare would run:
    dependency raw.csv modified: 60b725f1 -> 3b5d5c37
        made by raw.csv.dvc, which runs first
        not committed
EOF
cairn add -q raw.csv
commit_all "more data"
run cairn why prepare
expect_out <<EOF
prepare would run:
    dependency raw.csv modified: 60b725f1 -> 3b5d5c37
        made by raw.csv.dvc
        since commit $(git rev-parse --short=7 HEAD) of 2024-01-02 by t: more data
EOF

case_begin "JSON has it all"
sample
sed -i 's/split: 0.2/split: [1, a]/' params.yaml
commit_all "lists"
run cairn why --json prepare
expect_rc 0
expect_out <<EOF
{"prepare": {"certain": true, "restores": false, "reasons": [{"kind": "parameter", "path": "params.yaml", "key": "split", "change": "modified", "old": 0.2, "new": [1, "a"], "made_by": null, "uncommitted": false, "commit": {"rev": "$(git rev-parse HEAD)", "time": 1704164645, "author": "t", "summary": "lists"}}]}}
EOF

case_begin "frozen stages, stages that always run, dependencies that are new"
sample
cairn freeze -q train
sed -i 's/lr: 0.1/lr: 0.5/' params.yaml
cairn stage add -q -n always 'true'
echo n >note
sed -i 's/^    - raw.csv/    - note\n    - raw.csv/' dvc.yaml
run cairn why
expect_out <<'EOF'
prepare would run:
    dependency note new: fe13119f
        not committed
always would run:
    it has not run yet
        not committed
EOF

case_begin "without Git, and outside of any commit"
cairn init -q --no-scm
echo 1 >in
cairn stage add -q -n s -d in -o out 'cp in out'
cairn repro -q
echo 2 >in
run cairn why
expect_rc 0
expect_out <<'EOF'
s would run:
    dependency in modified: b026324c -> 26ab0db9
EOF

case_begin "a shallow clone tells what it can"
sample
sed -i 's/split: 0.2/split: 0.4/' params.yaml
commit_all "four"
echo o >o
commit_all "later"
git clone -q --depth 1 "file://$PWD" ../shallow
cp raw.csv clean.csv ../shallow/
cd ../shallow || exit 2
run cairn why prepare
expect_rc 0
expect_out_has "parameter params.yaml:split modified: 0.2 -> 0.4"
rm -rf "$CASE_TOP/shallow"

case_begin "what cannot be read is an error with its place"
sample
printf 'split: [\n' >params.yaml
run cairn why
expect_rc 255
expect_err_has "params.yaml:2:1"
run cairn why nosuch
expect_rc 255
expect_err_has "nosuch"

cases_end
