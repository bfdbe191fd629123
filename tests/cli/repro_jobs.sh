#!/bin/sh
# repro -j: several stages at a time, with the same result as one after the other.
. "$(dirname "$0")/lib.sh"

# Twelve stages: four chains of three, and what they have in common.
diamond() {
    project
    {
        echo "stages:"
        for c in 1 2 3 4; do
            printf '  a%s:\n    cmd: sleep 0.0%s; echo %s > a%s\n    outs: [a%s]\n' $c $((5 - c)) $c $c $c
            printf '  b%s:\n    cmd: cat a%s all > b%s\n    deps: [a%s, all]\n    outs: [b%s]\n' $c $c $c $c $c
        done
        printf '  all:\n    cmd: cat a1 a2 a3 a4 > all\n    deps: [a1, a2, a3, a4]\n    outs: [all]\n'
        printf '  end:\n    cmd: cat b1 b2 b3 b4 > end\n    deps: [b4, b3, b2, b1]\n    metrics: [end: {cache: false}]\n'
    } >dvc.yaml
}

case_begin "the same dvc.lock and .gitignore as one after the other"
diamond
cp -r . ../serial
run cairn repro -j 4
expect_rc 0
(cd ../serial && cairn repro -q)
expect_same dvc.lock ../serial/dvc.lock
expect_same .gitignore ../serial/.gitignore
expect_that "$(ls .dvc/cache/runs/* | wc -l)" = "$(ls ../serial/.dvc/cache/runs/* | wc -l)"
expect_no_file .dvc/tmp/rwlock
run cairn status
expect_out_has "up to date"
rm -rf ../serial

case_begin "what a stage says stands in one piece below its name"
project
for s in a b; do
    cairn stage add -q -n $s -o $s "echo $s begins; sleep 0.2; echo $s ends >&2; touch $s"
done
run cairn repro -j 2
expect_rc 0
expect_that "$(grep -A3 "stage 'a'" "$OUT" | tr '\n' '|')" = \
    "Running stage 'a':|> echo a begins; sleep 0.2; echo a ends >&2; touch a|a begins|a ends|"
expect_that "$(grep -A3 "stage 'b'" "$OUT" | tail -n 2 | tr '\n' '|')" = "b begins|b ends|"

case_begin "stages run at the same time, unless they share a mutex or are too heavy"
project
cat >dvc.yaml <<'EOF'
stages:
  a:
    cmd: touch in.a; for i in 1 2 3 4 5 6 7 8 9; do test -e in.b && touch met; sleep 0.1; done; rm in.a
    always_changed: true
  b:
    cmd: touch in.b; for i in 1 2 3 4 5 6 7 8 9; do test -e in.a && touch met; sleep 0.1; done; rm in.b
    always_changed: true
EOF
run cairn repro -j 2
expect_rc 0
expect_that -f met
rm met
sed -i 's/^    always_changed.*/&\n    meta: {cairn: {mutex: gpu}}/' dvc.yaml
run cairn repro -j 2
expect_no_file met
sed -i 's/mutex: gpu/weight: 2/' dvc.yaml
run cairn repro -j 2
expect_no_file met
sed -i 's/weight: 2/weight: heavy/' dvc.yaml
run cairn repro -j 2
expect_rc 255
expect_err_has "meta.cairn.weight has to be a number above 0"

# Each job notes how many there are beside it.
cat >"$CASE_TOP/job" <<'EOF'
#!/bin/sh
mkdir -p "$JOBS" && : >"$JOBS/$$" && ls "$JOBS" | wc -l >>"$JOBS.seen"
sleep 0.3
rm "$JOBS/$$"
EOF
chmod +x "$CASE_TOP/job"
makes() {
    project
    JOBS=$PWD/jobs
    export JOBS
    printf 'all: a b c d\na b c d:\n\t@%s/job\n' "$CASE_TOP" >work.mk
    for s in one two; do
        cairn stage add -q -n $s --always-changed 'make -s -f work.mk'
    done
}
most() {
    sort -n "$JOBS.seen" | tail -n 1
    rm -f "$JOBS.seen"
}

case_begin "stages that run make share the slots with it"
makes
run cairn repro -j 3
expect_rc 0
expect_that "$(wc -l <jobs.seen)" = 8
expect_that "$(most)" -eq 3
expect_that ! -s "$ERR"
run env MAKEFLAGS='s -j9 -- X=1' cairn repro -j 4 one
expect_rc 0
expect_that "$(most)" -eq 4
run cairn repro
expect_that "$(most)" -eq 1

case_begin "below a make, the slots are its"
makes
printf 'go:\n\t+@cairn repro -q -j 8\nplain:\n\t@cairn repro -q -j 3\n' >top.mk
run make -s -j 2 -f top.mk go
expect_rc 0
expect_that "$(wc -l <jobs.seen)" = 8
expect_that "$(most)" -eq 2
expect_that ! -s "$ERR"
run make -s -j 2 -f top.mk plain # it closes the pipe for commands that it does not know as makes
expect_rc 0
expect_that "$(most)" -eq 3
mkfifo pipe
exec 7<>pipe
printf x >&7
sed -i 's|make -s -f work.mk|'"$CASE_TOP"'/job|' dvc.yaml
run env MAKEFLAGS=" -j2 --jobserver-auth=fifo:$PWD/pipe" cairn repro -q -j 8
expect_rc 0
expect_that "$(most)" -eq 2
expect_that "$(head -c 1 <&7)" = x
exec 7>&-
for auth in 98,99 fifo:none fifo:work.mk -1,-1 1,2 x; do
    run env MAKEFLAGS=" -j2 --jobserver-auth=$auth" cairn repro -q -j 2
    expect_rc 0
done

case_begin "a failure: what runs beside it is recorded, nothing else begins"
project
cat >dvc.yaml <<'EOF'
stages:
  bad:
    cmd: sleep 0.1; exit 3
    outs: [bad]
  good:
    cmd: sleep 0.4; echo good > good
    outs: [good]
  late:
    cmd: echo late > late
    deps: [good]
    outs: [late]
EOF
run cairn repro -j 2
expect_rc 255
expect_err <<'EOF'
ERROR: failed to reproduce 'bad': failed to run: sleep 0.1; exit 3, exited with 3
EOF
expect_that "$(grep -c 'path: good' dvc.lock)" = 1
expect_no_file late
run cairn repro -j 2 -k
expect_rc 255
expect_that -f late

case_begin "SIGTERM and Ctrl-C stop all that the stages have started; the lock stays as it was"
project
cat >dvc.yaml <<'EOF'
stages:
  first:
    cmd: echo 1 > first
    outs: [first]
  a:
    cmd: sh -c 'sleep 5; touch survived' & wait; touch survived
    deps: [first]
    outs: [a]
  b:
    cmd: sleep 5; touch b
    deps: [first]
    outs: [b]
EOF
for signal in TERM INT; do
    rm -f first dvc.lock
    env --default-signal=INT cairn repro -j 2 >/dev/null 2>"$ERR" &
    pid=$!
    sleep 0.7
    kill -$signal $pid
    wait $pid
    expect_that $? = 252
    expect_that "$(grep -c 'path: first' dvc.lock)" = 1
    expect_that "$(grep -c '^  [ab]:' dvc.lock)" = 0
done
expect_no_file .dvc/tmp/rwlock
expect_that "$(pgrep -f 'sleep 5; touch survived' | wc -l)" = 0
expect_no_file survived

case_begin "a stage that is killed has failed"
project
cairn stage add -q -n s -o s 'kill -9 $$'
cairn stage add -q -n t -o t 'touch t'
run cairn repro -j 2
expect_rc 255
expect_err_has "failed to run: kill -9 \$\$, exited with -9"

# Runs until `wait` is begun, with `done` finished, and kills the run.
killed() { # [cache.type]
    rm -rf .dvc .git begun finished
    project
    [ $# = 0 ] || cairn config -q cache.type "$1"
    cat >dvc.yaml <<'EOF'
stages:
  wait:
    cmd: touch begun; sleep 1; echo w > wait
    outs: [wait]
  done:
    cmd: echo d > done
    outs: [done]
  more:
    cmd: mkdir more; cp done more/a; touch finished
    deps: [done]
    outs: [more]
EOF
    cairn repro -q -j 2 &
    pid=$!
    tries=0
    while { ! test -e begun || ! test -e finished; } && [ $tries -lt 600 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
    sleep 0.3
    kill -9 $pid
    wait $pid 2>/dev/null
    sleep 1
    ls .dvc/tmp/cairn/repro-*.journal >/dev/null || echo "no journal" >failed
}

case_begin "a run that is killed keeps what it finished, for the next command"
killed
expect_no_file failed
expect_no_file dvc.lock
run cairn repro -j 2
expect_rc 0
expect_out_has "Stage 'done' didn't change, skipping"
expect_out_has "Stage 'more' didn't change, skipping"
expect_out_has "Running stage 'wait':"
run cairn status
expect_out_has "up to date"
expect_that -z "$(find .dvc/tmp/cairn -name '*journal*')"
expect_file .gitignore <<'EOF'
/done
/more
/wait
EOF

case_begin "and its outputs become the links that they were to be"
killed hardlink
run cairn repro -q
expect_rc 0
for f in 'done' more/a wait; do
    expect_that "$(stat -c %h $f)" -gt 1
done

case_begin "what is no longer true is not taken from it"
killed
echo changed >'done'
run cairn repro -v
expect_rc 0
expect_out_has "Running stage 'done':"
killed
printf 'schema: "2.0"\n' >dvc.lock
run cairn repro
expect_out_has "Running stage 'wait':"
expect_rc 0
run cairn status
expect_out_has "up to date"

case_begin "what is damaged in it is passed over"
project
mkdir -p .dvc/tmp/cairn
{
    echo 'nonsense'
    echo '{"lock": "../dvc.lock", "was": "none", "stage": "s", "entry": "cmd: x", "outs": [], "cached": []}'
    echo '{"lock": "dvc.lock", "was": "none", "stage": "s", "entry": "cmd: x\nouts:\n- path: ../x\n  md5: b1946ac92492d2347c6235b4d2611184\n", "outs": ["../x"], "cached": ["../x"]}'
    echo '{"lock": "dvc.lock", "was": "none", "stage": 3, "entry": [], "outs": {}}'
    printf '{"lock": "dvc.lock", '
} >.dvc/tmp/cairn/repro-0.journal
cairn stage add -q -n s -o s 'echo s > s'
expect_no_file dvc.lock
expect_no_file .dvc/tmp/cairn/repro-0.journal

case_begin "without a number above 0 nothing is done"
project
run cairn repro -j -1
expect_rc 255
expect_err_has "--jobs takes a number above 0"

case_begin "links to the cache are made when several stages have been written to the disk together"
for type in hardlink symlink; do
    rm -rf ../linked
    mkdir ../linked
    cd ../linked || exit
    project
    cairn config -q cache.type $type
    {
        echo "stages:"
        for i in $(seq 20); do
            printf '  s%s: {cmd: "mkdir d%s; echo %s >d%s/a; echo x%s >f%s", outs: [d%s, f%s]}\n' $i $i $i $i $i $i $i $i
        done
        echo '  all: {cmd: cat f1 f2 d1/a d2/a >sum, deps: [f1, f2, d1, d2], outs: [sum]}'
        echo '  again: {cmd: cp f1 f1.again; ln f2 f2.again, deps: [f1, f2], outs: [f1.again, f2.again]}'
    } >dvc.yaml
    cp dvc.yaml ../dvc.yaml.kept
    run env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o syncs -e trace=fsync,fdatasync,syncfs cairn repro -q -j 4
    expect_rc 0
    expect_that "$(grep -c 'sync' syncs)" -lt 100 # some 6 a stage if each waited for its own
    for f in f1 f20 d7/a sum f1.again f2.again; do
        case $type in
        hardlink) expect_that "$(stat -c %h $f)" -gt 1 ;;
        symlink) expect_that -L $f ;;
        esac
    done
    expect_file f2.again <<'X'
x2
X
    run cairn status
    expect_out_has "up to date"
    rm -rf ../serial
    mkdir ../serial
    (cd ../serial && project && cp ../dvc.yaml.kept dvc.yaml && cairn repro -q)
    expect_same dvc.lock ../serial/dvc.lock
    # Not with what was never stored.
    echo '  uncommitted: {cmd: echo 1 >u, outs: [u]}' >>dvc.yaml
    run cairn repro -q --no-commit uncommitted
    expect_rc 0
    expect_that "$(stat -c '%h %F' u)" = "1 regular file"
done
rm -rf ../linked ../serial ../dvc.yaml.kept

cases_end
