# Pipelines of several files that hang together; wdir; .dvc files among the stages.
git init -q; dvc init -q; git commit -qm start
mkdir -p a/in b c/deep; echo 1 > raw; dvc add -q raw; echo z > a/in/z; dvc add -q a/in/z
cat > a/dvc.yaml <<'Y'
stages:
  one:
    cmd: cat ../raw in/z > one.txt
    deps: [../raw, in/z]
    outs: [one.txt]
  up:
    wdir: ..
    cmd: cp a/one.txt up.txt
    deps: [a/one.txt]
    outs: [up.txt]
metrics: [m.json]
params: [p.yaml]
Y
echo '{"v": 1}' > a/m.json; echo 'p: 1' > a/p.yaml
cat > b/dvc.yaml <<'Y'
stages:
  two:
    cmd: cat ../up.txt ../a/one.txt > out/two.txt
    deps: [../up.txt, ../a/one.txt]
    outs: [out/two.txt]
  one:
    wdir: ../c
    cmd: cp ../b/out/two.txt deep/x
    deps: [../b/out/two.txt]
    outs: [deep/x]
Y
mkdir b/out
cat > dvc.yaml <<'Y'
stages:
  last:
    cmd: cp c/deep/x last
    deps: [c/deep/x]
    outs: [last]
Y
out -u dot dvc dag --dot
dvc repro
snap done
out -u list dvc stage list --all --name-only
out st dvc status --json
echo 2 > raw; out -u st2 dvc status --json
dvc repro b/dvc.yaml:one
cd b; out name dvc stage list ../a/dvc.yaml:up --name-only; dvc repro two; out -u below dvc dag --dot; out st3 dvc status --json; cd ..
out ms dvc metrics show --json; out -u pd dvc params diff --json
dvc repro -P
dvc freeze a/dvc.yaml:one; echo 3 > raw; dvc repro
dvc remove b/dvc.yaml:two; rc gone dvc repro b/dvc.yaml:two
