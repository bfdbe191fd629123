#!/bin/sh
# A sweep on Slurm gives the experiments that it gives on this machine, byte for byte but for the times of the commits.
# shellcheck source=tests/slurm/lib.sh
. "$(dirname "$0")/lib.sh"
CPUS=4 cluster_up 2

# prepare, featurize, train and evaluate, of which the sweep varies what the last three see.
example() {
    project
    printf 'split: 0.2\nfeatures: 10\ntrain:\n  lr: 0.1\n  depth: 1\n' >params.yaml
    seq 1 200 >raw.txt
    "$CAIRN" add -q raw.txt
    cat >dvc.yaml <<'X'
stages:
  prepare:
    cmd: mkdir -p prepared && head -n 160 raw.txt >prepared/train && tail -n 40 raw.txt >prepared/test
    deps: [raw.txt]
    params: [split]
    outs: [prepared]
  featurize:
    cmd: mkdir -p features && sed "s/$/ $(grep features params.yaml)/" prepared/train >features/train && cp prepared/test features/test
    deps: [prepared]
    params: [features]
    outs: [features]
  train:
    cmd: cat features/train params.yaml | md5sum >model
    deps: [features]
    params: [train]
    outs: [model]
  evaluate:
    cmd: sh evaluate.sh
    deps: [model, features, evaluate.sh]
    params: [train]
    metrics: [metrics.json: {cache: false}]
X
    cat >evaluate.sh <<'X'
awk '/lr:/ { lr = $2 } /depth:/ { depth = $2 } END { printf "{\"loss\": %.6f}\n", (lr - 0.03) ^ 2 + depth }' params.yaml >metrics.json
X
    git add -A && GIT_COMMITTER_DATE='@1700000000 +0000' GIT_AUTHOR_DATE='@1700000000 +0000' git commit -q -m example
}
# trees SWEEP: name and tree of each of its experiments.
trees() {
    git for-each-ref --format='%(refname:lstrip=4) %(tree)' 'refs/exps/*/*/*' | grep "^$1-" | sort
}
sweep() { # FOLDER OPTION...
    cp -r "$work/case/repo" "$1" && cd "$1" || exit 2
    shift
    cairn exp sweep --method grid --name s --metric metrics.json:loss -S 'train.lr=0.01,0.02,0.03,0.04,0.05,0.06' -S 'train.depth=1,2,3,4' "$@"
    trees s >"$work/trees"
    cd "$work/case" || exit 2
}

case_begin 'twenty-four runs'
mkdir repo && cd repo && example && cd .. || exit 2
sweep here
mv "$work/trees" trees.here
sweep there --executor slurm
mv "$work/trees" trees.there
[ "$(wc -l <trees.here)" = 24 ] || fails "here: $(wc -l <trees.here) experiments: $(tail -n 5 here/err)"
cmp -s trees.here trees.there || fails "they differ: $(diff trees.here trees.there | head -n 5; tail -n 5 there/err)"
cat there/out there/err | grep -q "The best run is 's-9'" || fails "the sweep ends: $(tail -n 5 there/out there/err)"
[ "$(squeue -h -r -t all | wc -l)" = 24 ] || fails "jobs: $(squeue -h -r -t all | wc -l)"
for name in s-1 s-24; do
    for repo in here there; do
        ref=$(git -C $repo for-each-ref --format='%(refname)' "refs/exps/*/*/$name")
        git -C $repo show "$ref:dvc.lock" >$repo.lock || fails "$repo has no dvc.lock of $name"
    done
    cmp -s here.lock there.lock || fails "dvc.lock of $name differs: $(diff here.lock there.lock)"
done
until_ready sh -c 'cd there && "$CAIRN" queue status | grep -q "0 active, 0 idle"' || fails 'a worker is left'
ls -d there/.dvc/tmp/exps/cairn-* >left 2>/dev/null && fails "copies are left: $(cat left)"

case_begin 'a sweep is stopped, and goes on'
mkdir repo && cd repo && example && cd .. || exit 2
cp -r repo there && cd there || exit 2
sed -i 's/cmd: cat features/cmd: sleep 0.3; cat features/' dvc.yaml && git commit -qam slower
"$CAIRN" exp sweep --method grid --name s --metric metrics.json:loss -S train.depth=1,2,3,4,5,6,7,8 -j 2 --executor slurm >swept 2>&1 &
sweeper=$!
until_ready sh -c 'git for-each-ref "refs/exps/*/*/s-1" | grep -q s-1' || fails "no run ends: $(cat swept)"
kill -9 $sweeper
wait $sweeper 2>/dev/null
cairn exp sweep resume s --executor slurm
[ "$(trees s | wc -l)" = 8 ] || fails "there are: $(trees s); $(tail -n 5 err)"
until_ready no_jobs || fails "jobs are left: $(squeue)"

case_begin 'an experiment whose stages are jobs'
mkdir repo && cd repo && example && cd .. || exit 2
cp -r repo there && cp -r repo temp && cp -r repo here || exit 2
(cd here && cairn exp run --name e-1 -S train.depth=7 && trees e) >trees.here
(cd there && cairn exp run --name e-1 -S train.depth=7 --executor slurm && trees e) >trees.there
(cd temp && cairn exp run --temp --name e-1 -S train.depth=7 --executor slurm && trees e) >trees.temp
grep -q . trees.here || fails "no experiment here: $(cat here/out here/err)"
cmp -s trees.here trees.there || fails "they differ: $(cat trees.here trees.there there/out there/err)"
cmp -s trees.here trees.temp || fails "they differ: $(cat trees.here trees.temp temp/out temp/err)"
[ "$(squeue -h -t all | grep -c .)" -ge 8 ] || fails "jobs: $(squeue -t all)"

case_begin 'a run that promises little is cancelled'
project
echo 'x: 1' >params.yaml
cat >run.sh <<'X'
x=$(sed -n 's/^x: //p' params.yaml)
for step in 0 1 2 3; do "$CAIRN" log loss="$x" --no-dvcyaml; done
[ "$x" = 1 ] || exec sleep 600
X
cat >dvc.yaml <<'X'
stages:
  t:
    cmd: sh run.sh
    deps: [run.sh]
    params: [x]
metrics:
- dvclive/metrics.json
plots:
- dvclive/plots/metrics
X
cat >sweep.yaml <<'X'
method: grid
metric: {name: "dvclive/metrics.json:loss"}
early_terminate: {type: hyperband, min_iter: 3, eta: 2}
parameters:
  x: {values: [1, 2]}
X
git add -A && git commit -q -m live
cairn exp sweep sweep.yaml --name e -j 1 --executor slurm
cat out err | grep -q 'e-2 was stopped early' || fails "the sweep says: $(cat out err)"
[ "$(squeue -h -r -t cancelled | wc -l)" = 1 ] || fails "jobs: $(squeue -r -t all)"
until_ready no_jobs || fails "jobs are left: $(squeue)"
