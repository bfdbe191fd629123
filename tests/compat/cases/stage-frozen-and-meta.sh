# Frozen stages, meta and desc survive what repro and commit write.
git init -q; dvc init -q; git commit -qm start
cat > dvc.yaml <<'Y'
stages:
  one:
    cmd: echo 1 > one
    desc: first
    meta: {team: x}
    outs:
    - one:
        desc: the first
        meta:
          k: 1
  two:
    frozen: true
    cmd: cp one two
    deps: [one]
    outs: [two]
Y
dvc repro -q
out st dvc status --json
sed -i 's/echo 1/echo 11/' dvc.yaml
dvc repro -q
out st2 dvc status --json
dvc commit -q -f
