# repro: what runs, what is skipped and why, what is recorded, and what is said.
. "$(dirname "$0")/lib.sh"

chain() {
    project
    echo 0 >src
    cat >dvc.yaml <<'EOF'
stages:
  a:
    cmd: cp src a.out; echo a >> trace
    deps:
    - src
    outs:
    - a.out
  b:
    cmd: cp a.out b.out; echo b >> trace
    deps:
    - a.out
    outs:
    - b.out
EOF
}

case_begin "a chain runs in order and is recorded"
chain
run cairn repro
expect_rc 0
expect_out <<'EOF'
Running stage 'a':
> cp src a.out; echo a >> trace
Generating lock file 'dvc.lock'
Updating lock file 'dvc.lock'

Running stage 'b':
> cp a.out b.out; echo b >> trace
Updating lock file 'dvc.lock'

To track the changes with git, run:

	git add .gitignore dvc.lock

To enable auto staging, run:

	cairn config core.autostage true
Use `cairn push` to send your updates to remote storage.
EOF
expect_file dvc.lock <<'EOF'
schema: '2.0'
stages:
  a:
    cmd: cp src a.out; echo a >> trace
    deps:
    - path: src
      hash: md5
      md5: 897316929176464ebc9ad085f31e7284
      size: 2
    outs:
    - path: a.out
      hash: md5
      md5: 897316929176464ebc9ad085f31e7284
      size: 2
  b:
    cmd: cp a.out b.out; echo b >> trace
    deps:
    - path: a.out
      hash: md5
      md5: 897316929176464ebc9ad085f31e7284
      size: 2
    outs:
    - path: b.out
      hash: md5
      md5: 897316929176464ebc9ad085f31e7284
      size: 2
EOF
expect_file .gitignore <<'EOF'
/a.out
/b.out
EOF

case_begin "nothing changed: nothing runs"
chain
cairn repro -q
cp dvc.lock before
run cairn repro
expect_rc 0
expect_out <<'EOF'
Stage 'a' didn't change, skipping
Stage 'b' didn't change, skipping
Data and pipelines are up to date.
EOF
expect_same dvc.lock before
expect_file trace <<'EOF'
a
b
EOF

case_begin "an early cut-off: the same output stops the wave"
chain
sed -i 's/cp src a.out/head -n 1 src > a.out/' dvc.yaml
cairn repro -q
echo more >>src
run cairn repro
expect_out_has "Running stage 'a':"
expect_out_has "Stage 'b' didn't change, skipping"

case_begin "a run that happened before is not run again"
chain
cairn repro -q
echo 1 >src; cairn repro -q
echo 0 >src; : >trace
run cairn repro
expect_rc 0
expect_out_has "Stage 'a' is cached - skipping run, checking out outputs"
expect_out_has "Stage 'b' is cached - skipping run, checking out outputs"
expect_that ! -s trace
expect_same src b.out

case_begin "a lost output comes back from the cache, even without the run cache"
chain
cairn repro -q
rm b.out; rm -r .dvc/cache/runs; : >trace
run cairn repro --no-run-cache
expect_rc 0
expect_out_has "Stage 'b' is cached - skipping run, checking out outputs"
expect_that ! -s trace
expect_same src b.out

case_begin "--no-run-cache and --force run again"
chain
cairn repro -q
echo 1 >src; cairn repro -q
echo 0 >src; : >trace
cairn repro -q --no-run-cache
expect_file trace <<'EOF'
a
b
EOF
cairn repro -q -f
expect_file trace <<'EOF'
a
b
a
b
EOF

case_begin "-s looks at the target alone"
chain
cairn repro -q
echo 1 >src; : >trace
run cairn repro -s b
expect_out <<'EOF'
Stage 'b' didn't change, skipping
Data and pipelines are up to date.
EOF
run cairn repro -q -s a
expect_file trace <<'EOF'
a
EOF

case_begin "--downstream starts at the target"
chain
cairn repro -q
: >trace
cairn repro -q -f --downstream b
expect_file trace <<'EOF'
b
EOF
cairn repro -q -f --downstream a
expect_file trace <<'EOF'
b
a
b
EOF

case_begin "--force-downstream runs what depends on what ran"
chain
sed -i 's/cp src a.out/head -n 1 src > a.out/' dvc.yaml
cairn repro -q
echo more >>src; : >trace
cairn repro -q --force-downstream
expect_file trace <<'EOF'
a
b
EOF

case_begin "--dry says what would run, and does nothing"
chain
cairn repro -q
echo 1 >src; cp dvc.lock before; : >trace
run cairn repro --dry
expect_rc 0
expect_out_has "Running stage 'a':"
expect_out_has "> cp src a.out; echo a >> trace"
expect_same dvc.lock before
expect_that ! -s trace
expect_that "$(cat a.out)" = 0

case_begin "--dry of stages that have never run, and of those behind them"
chain
printf '  c:\n    cmd: cat b.out > c.out\n    deps: [b.out]\n    outs: [c.out]\n' >>dvc.yaml
run cairn repro --dry
expect_rc 0
expect_out <<'EOF'
Running stage 'a':
> cp src a.out; echo a >> trace

Running stage 'b':
> cp a.out b.out; echo b >> trace

Running stage 'c':
> cat b.out > c.out
EOF
expect_no_file dvc.lock
expect_no_file trace
cairn repro -q
echo 1 >src
run cairn repro --dry
expect_out <<'EOF'
Running stage 'a':
> cp src a.out; echo a >> trace

Stage 'b' runs if its inputs have changed by then
Stage 'c' runs if its inputs have changed by then
EOF
rm src
run cairn repro --dry
expect_rc 255
expect_err_has "dependency 'src' does not exist"

case_begin "--dry --pull fetches nothing"
chain
cairn remote add -q -d st ../store
cairn repro -q
cairn push -q
rm -rf .dvc/cache a.out b.out
run cairn repro --dry --pull
expect_rc 0
expect_out_has "Pulling data for stage: 'a'"
expect_no_file a.out
expect_no_file .dvc/cache/files
rm -rf ../store

case_begin "a failing stage: what ran before is recorded, its outputs stay"
chain
sed -i 's/cp a.out b.out; echo b >> trace/echo half > b.out; exit 3/' dvc.yaml
run cairn repro
expect_rc 255
expect_err <<'EOF'
ERROR: failed to reproduce 'b': failed to run: echo half > b.out; exit 3, exited with 3
EOF
expect_that "$(cat b.out)" = half
expect_that "$(grep -c 'path: a.out' dvc.lock)" = 1

case_begin "-k goes on elsewhere, --ignore-errors everywhere"
project
cat >dvc.yaml <<'EOF'
stages:
  bad:
    cmd: exit 1
    outs: [bad]
  below:
    cmd: touch below
    deps: [bad]
    outs: [below]
  other:
    cmd: echo x > other
    outs: [other]
EOF
run cairn repro -k
expect_rc 255
expect_err <<'EOF'
WARNING: failed to run: exit 1, exited with 1
WARNING: Stage 'below' will be skipped due to this failure
ERROR: failed to reproduce 'bad'
EOF
expect_that -f other
run cairn repro --ignore-errors
expect_rc 0
expect_err_has "WARNING: failed to run: exit 1, exited with 1 (ignored)"
expect_err_has "WARNING: dependency 'bad' does not exist (ignored)"

case_begin "an output that is not made is an error"
project
cairn stage add -q -n s -o promised 'echo nothing'
run cairn repro
expect_rc 255
expect_err <<'EOF'
ERROR: failed to reproduce 's': output 'promised' does not exist
EOF
expect_no_file dvc.lock

case_begin "a missing dependency is found before anything is deleted"
project
echo 1 >in
cairn stage add -q -n s -d in -o out 'cp in out'
cairn repro -q
rm in
run cairn repro
expect_rc 255
expect_err <<'EOF'
ERROR: failed to reproduce 's': dependency 'in' does not exist
EOF
expect_that -f out

case_begin "an empty output is warned about"
project
cairn stage add -q -n s -o out 'touch out'
run cairn repro
expect_rc 0
expect_err <<'EOF'
WARNING: 'out' is empty.
EOF

case_begin "a binary file is no metric"
project
cairn stage add -q -n s -m m.json 'printf "\000\001" > m.json'
run cairn repro
expect_rc 255
expect_err_has "binary file 'm.json' cannot be used as metrics"

case_begin "commands get the shell, the folder and the names they are told"
project
mkdir -p sub/work
cat >sub/dvc.yaml <<'EOF'
stages:
  env:
    wdir: work
    cmd:
    - echo "$DVC_STAGE" > out
    - |
      test "$DVC_ROOT" = "$EXPECTED" && echo root >> out
      basename "$PWD" >> out
    outs:
    - out
EOF
EXPECTED=$PWD
export EXPECTED
run cairn repro sub/dvc.yaml:env
expect_rc 0
expect_file sub/work/out <<'EOF'
sub/dvc.yaml:env
root
work
EOF
cd sub || exit 2
run env SHELL=/bin/bash cairn repro -f
expect_file work/out <<'EOF'
env
root
work
EOF

case_begin "a command may read standard input and print between our lines"
project
cairn stage add -q -n s -o out 'echo said; cat > out'
echo typed | cairn repro >seen 2>&1
expect_that "$(cat out)" = typed
expect_that "$(sed -n 1,3p seen | tr '\n' '|')" = "Running stage 's':|> echo said; cat > out|said|"

case_begin "other commands work while a stage runs"
project
echo d >data
cairn stage add -q -n s -o out 'cairn add -q data && echo 1 > out'
run cairn repro
expect_rc 0
expect_that -f data.dvc

case_begin "a stage that runs holds its paths against another repro"
project
cairn stage add -q -n s -o out 'cairn repro; echo inner $? > out'
run cairn repro
expect_rc 0
expect_that "$(cat out)" = "inner 255"

case_begin "outputs that persist are kept, others deleted before a run"
project
echo 1 >in
cairn stage add -q -n s -d in --outs-persist grow -o fresh 'cat in >> grow; cat in >> fresh'
cairn repro -q
echo 2 >in; cairn repro -q
expect_file grow <<'EOF'
1
2
EOF
expect_file fresh <<'EOF'
2
EOF

case_begin "a persistent output that is linked to the cache is not written through"
project
cairn config cache.type hardlink
echo 1 >in
cairn stage add -q -n s -d in --outs-persist grow 'cat in >> grow'
cairn repro -q
echo 2 >in
run cairn repro
expect_rc 0
expect_that "$(cat .dvc/cache/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1)" = 1

case_begin "a folder output that became a link: the link goes, what it leads to stays"
project
mkdir foreign; echo f >foreign/f; echo 1 >in
cairn stage add -q -n s -d in -o out 'mkdir -p out; cp in out/in'
cairn repro -q
for force in '' -f; do
    rm -r out; ln -s foreign out
    # shellcheck disable=SC2086
    run cairn repro $force
    expect_rc 0
    expect_that ! -L out
    expect_same in out/in
    expect_that "$(ls foreign)" = f
done

case_begin "a frozen stage is left alone, what it depends on too"
chain
cairn repro -q
sed -i 's/^  b:/  b:\n    frozen: true/' dvc.yaml
echo 1 >src
run cairn repro b
expect_rc 0
expect_out <<'EOF'
Stage 'b' didn't change, skipping
Data and pipelines are up to date.
EOF
expect_err <<'EOF'
WARNING: stage: 'b' is frozen. Its dependencies are not going to be reproduced.
EOF
rm b.out
run cairn repro b
expect_rc 255
expect_out_has "Verifying outputs in frozen stage: 'b'"
expect_err_has "failed to reproduce 'b': missing data 'source': b.out"

case_begin "data that changed is recorded on the way"
project
echo 1 >data; cairn add -q data
cairn stage add -q -n s -d data -o out 'cp data out'
cairn repro -q
echo 2 >data
run cairn repro
expect_rc 0
expect_out_has "Verifying data sources in stage: 'data.dvc'"
expect_out_has "Running stage 's':"
run cairn repro
expect_out <<'EOF'
'data.dvc' didn't change, skipping
Stage 's' didn't change, skipping
Data and pipelines are up to date.
EOF

case_begin "--no-commit records hashes and fills no cache"
project
cairn stage add -q -n s -o out 'echo o > out'
run cairn repro --no-commit
expect_rc 0
expect_that -f dvc.lock
expect_no_file .dvc/cache/files
run cairn status --json
expect_out <<'EOF'
{"s": [{"changed outs": {"out": "not in cache"}}]}
EOF

case_begin "--allow-missing skips what only lacks data"
project
echo big >big; cairn add -q big
cairn stage add -q -n s -d big -o o 'wc -c < big > o'
cairn repro -q
rm -rf big o .dvc/cache/files
run cairn repro --allow-missing
expect_rc 0
expect_out_has "Stage 's' didn't change, skipping"
run cairn repro
expect_rc 255

case_begin "--pull brings what is missing from the remote"
project
mkdir remote && cairn remote add -q -d r remote
echo big >big; cairn add -q big
cairn stage add -q -n s -d big -o o 'wc -c < big > o; echo ran >> trace'
cairn repro -q && cairn push -q
rm -rf big o .dvc/cache trace
run cairn repro --pull
expect_rc 0
expect_that -f o
expect_no_file trace

case_begin "--pull fetches inputs for stages that run, and outputs that the run cache tells of"
chain
mkdir remote && cairn remote add -q -d r remote
echo data >data; cairn add -q data
cat >>dvc.yaml <<'EOF'
  c:
    cmd: wc -c < data > c.out; wc -c < src >> c.out
    deps: [data, src]
    outs: [c.out]
EOF
cairn repro -q; echo 1 >src; cairn repro -q
cairn push -q --run-cache
echo 0 >src; cairn repro -q; cairn push -q --run-cache
echo 1 >src
rm -rf .dvc/cache data a.out b.out c.out; : >trace
run cairn repro --pull
expect_rc 0
expect_out_has "Stage 'a' is cached - skipping run, checking out outputs"
expect_out_has "Stage 'c' is cached - skipping run, checking out outputs"
expect_that ! -s trace
expect_same src b.out
expect_no_file data
echo 2 >src
run cairn repro --pull
expect_rc 0
expect_file data <<'EOF'
data
EOF

case_begin "--pull brings a folder that the run cache tells of"
project
mkdir remote src && cairn remote add -q -d r remote
echo 1 >src/1
cairn stage add -q -n s -d src -o made 'echo s >>trace; mkdir -p made/x; cp src/1 made/x'
cairn repro -q && cairn push -q --run-cache
rm -rf .dvc/cache made dvc.lock trace
run cairn repro --pull
expect_rc 0
expect_no_file trace
expect_same src/1 made/x/1

case_begin "targets: files, groups, patterns; outputs and unknown names are errors"
project
cat >dvc.yaml <<'EOF'
stages:
  each:
    foreach: [x, y]
    do:
      cmd: echo ${item} > ${item}.out
      outs: ['${item}.out']
  ex:
    cmd: echo ex > ex.out
    outs: [ex.out]
EOF
run cairn repro -q each@y
expect_that -f y.out
expect_no_file x.out
run cairn repro -q --glob 'each@*'
expect_that -f x.out
expect_no_file ex.out
run cairn repro ex.out
expect_rc 255
run cairn repro nope
expect_rc 255
expect_err_has nope
rm dvc.yaml
run cairn repro
expect_rc 255
expect_err_has "'dvc.yaml' does not exist"

case_begin "-R takes a folder, -P everything"
project
mkdir -p x y/z
printf 'stages:\n  a:\n    cmd: echo a > a\n    outs: [a]\n' >x/dvc.yaml
printf 'stages:\n  b:\n    cmd: cat ../../x/a > b\n    deps: [../../x/a]\n    outs: [b]\n' >y/z/dvc.yaml
printf 'stages:\n  top:\n    cmd: echo t > t\n    outs: [t]\n' >dvc.yaml
run cairn repro -q -R y
expect_rc 0
expect_that -f x/a
expect_that -f y/z/b
expect_no_file t
run cairn repro -q -P
expect_that -f t

case_begin "a cycle is refused before anything runs"
project
printf 'stages:\n  a:\n    cmd: touch a\n    deps: [b]\n    outs: [a]\n  b:\n    cmd: touch b\n    deps: [a]\n    outs: [b]\n' >dvc.yaml
run cairn repro
expect_rc 255
expect_no_file a

case_begin "-i asks; without a terminal nothing runs"
chain
run cairn repro -i
expect_rc 255
expect_err_has "reproduction aborted by the user"
expect_no_file a.out

case_begin "--wait-for-lock and the lock of a running stage"
project
cairn stage add -q -n s -o out 'sleep 1; echo 1 > out'
cairn repro -q &
sleep 0.3
run cairn --wait-for-lock status
expect_rc 0
wait
expect_that -f out

case_begin "a stage that deletes its own dependency has failed"
chain
sed -i 's/echo b >> trace/rm a.out/' dvc.yaml
run cairn repro
expect_rc 255
expect_err_has "failed to reproduce 'b': dependency 'a.out' does not exist"
expect_that "$(grep -c '^  a:' dvc.lock)" = 1
expect_that "$(grep -c '^  b:' dvc.lock)" = 0
expect_that -f .dvc/cache/files/md5/89/7316929176464ebc9ad085f31e7284

case_begin "a stage that changes its dependency: what it was made of now is recorded, the object is safe"
chain
sed -i 's/echo b >> trace/echo more >> a.out/' dvc.yaml
run cairn repro
expect_rc 0
expect_that "$(cat .dvc/cache/files/md5/89/7316929176464ebc9ad085f31e7284)" = 0
run cairn repro
expect_out_has "Running stage 'b':"

case_begin "a stage that writes into the cache does no harm that stays unseen"
chain
cairn repro -q
sed -i 's|echo b >> trace|chmod u+w .dvc/cache/files/md5/89/7316929176464ebc9ad085f31e7284; echo broken > .dvc/cache/files/md5/89/7316929176464ebc9ad085f31e7284|' dvc.yaml
cairn repro -q
rm a.out
run cairn repro
expect_rc 0
expect_that "$(cat a.out)" = 0

case_begin "a dvc.lock with conflict markers, of schema 1, or cut off: told, and nothing runs or changes"
chain
cairn repro -q
: >trace
cp dvc.lock good
for how in conflict schema cut; do
    case $how in
    conflict) { sed -n 1,5p good; echo '<<<<<<< HEAD'; sed -n 6p good; echo '======='; sed -n 6p good; echo '>>>>>>> other'; sed 1,6d good; } >dvc.lock
        where='6:1: a conflict' ;;
    schema) printf 'a:\n  cmd: cp src a.out\n  outs:\n  - path: a.out\n    md5: 897316929176464ebc9ad085f31e7284\n' >dvc.lock
        where='1:1: ' ;;
    cut) head -c 100 good >dvc.lock
        where='7:9: ' ;;
    esac
    cp dvc.lock before
    run cairn repro -f
    expect_rc 255
    expect_err_has "ERROR: dvc.lock:$where"
    expect_that ! -s trace
    expect_same dvc.lock before
done

cases_end
