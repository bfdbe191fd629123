# What words on the command line name, and which exit codes wrong ones give.
git init -q; dvc init -q; git commit -qm start
mkdir -p sub data
echo 1 > data/one; echo 2 > data/two; echo s > sub/s; dvc add -q data sub/s
cat > dvc.yaml <<'Y'
stages:
  a:
    cmd: echo 1 > a.out
    outs: [a.out]
  b:
    cmd: cp a.out b.out
    deps: [a.out]
    outs: [b.out]
  fe:
    foreach: [x, y]
    do:
      cmd: echo ${item} > ${item}.o
      outs: ["${item}.o"]
Y
printf 'stages:\n  t:\n    cmd: echo 1 > o\n    outs: [o]\n' > sub/dvc.yaml
out group dvc stage list fe --name-only
out one dvc stage list fe@y --name-only
out file dvc stage list sub/dvc.yaml --name-only
out colon dvc stage list sub/dvc.yaml:t ./dvc.yaml:b --name-only
out dvcfile dvc stage list data.dvc --name-only
rc wrong dvc stage list fe@z
rc wrong-file dvc stage list nope/dvc.yaml:t
rc wrong-dvc dvc stage list nope.dvc
rc lock dvc stage list dvc.lock
rc data dvc stage list data
out st-stage dvc status --json a
out -u st-group dvc status --json fe
out st-data dvc status --json data/one
out st-dvc dvc status --json data.dvc
out st-deps dvc status --json -d b
out st-dir dvc status --json -R sub
rc st-wrong dvc status nope
rc st-wrong-dvc dvc status nope.dvc
rc st-folder dvc status sub
dvc repro fe@x; dvc repro fe
dvc repro sub/dvc.yaml:t
rm -rf data; rc co-part dvc checkout data/one; rc co-wrong dvc checkout nope; rc co-dvc dvc checkout nope.dvc
snap part
dvc checkout
cd sub; out below dvc stage list ../dvc.yaml:a t --name-only; rc below-data dvc status ../data/two
