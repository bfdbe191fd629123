# Templates in every place that takes them, vars of a stage, and what dvc.lock then holds.
git init -q; dvc init -q; git commit -qm start
mkdir w; echo 'own: 5' > w/v.yaml; echo in > w/s.in
printf 's: s\nn: 3\nlr: 0.1\ndir: w\n' > params.yaml
cat > dvc.yaml <<'Y'
vars:
- extra: {x: [1, {y: deep}]}
stages:
  all:
    vars: [v.yaml, {mine: 6}]
    wdir: ${dir}
    cmd: echo ${own} ${mine} ${lr} ${extra.x[1].y} > ${s}.out; echo '{}' > m${n}.json
    deps: ["${s}.in"]
    params: ["own", {"v.yaml": ["own"]}]
    outs: ["${s}.out"]
    metrics: [{"m${n}.json": {cache: false}}]
    desc: "${s} and ${n}"
    meta: {n: "${n}"}
metrics: ["${s}.json"]
plots: [{"${s}": {x: "${s}"}}]
artifacts: {m: {path: "${s}"}}
Y
echo 'own: 5' > w/params.yaml
out list dvc stage list
dvc repro
out st dvc status --json
sed -i 's/mine: 6/mine: 7/' dvc.yaml; out st2 dvc status --json
