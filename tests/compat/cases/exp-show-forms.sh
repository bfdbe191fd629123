# The table of experiments in its forms, over two commits.
git init -q; dvc init -q
printf 'lr: 0.1\nmodel:\n  kind: rf\n  layers:\n  - 8\n  - 0.25\nflag: true\n' > params.yaml
printf 'lr: 5\n' > more.yaml
mkdir src; echo 1 > src/a
cat > dvc.yaml <<'X'
stages:
  t:
    cmd: python3 run.py
    deps: [src, run.py]
    params: [lr, model, {more.yaml: null}]
    outs: [model.bin, plain.txt: {cache: false}]
    metrics:
    - m.json: {cache: false}
X
cat > run.py <<'X'
import json
lr = float(open('params.yaml').read().split()[1])
open('model.bin', 'w').write(str(lr)); open('plain.txt', 'w').write(str(lr * 2))
json.dump({'acc': lr * 1.23456789, 'n': {'loss': 1234567.891 * lr, 'none': None, 'list': [1]}, 'name': 'x' if lr < 1 else 'y'}, open('m.json', 'w'))
X
git add -A; git commit -qm empty
dvc repro -q; git add -A; git commit -qm start
dvc exp run -q -n one -S lr=5.5
dvc exp run -q -n two -S lr=0.25 -S model.kind=svm
git checkout -q .
out csv dvc exp show --csv --sort-by acc --drop 'Created|rev'
out csv2 dvc exp show --csv --precision 2 --sort-by acc --sort-order desc --drop 'Created|rev|src|run'
out md dvc exp show --md --sort-by acc --drop 'Created|Experiment|src|run.py'
out changed dvc exp show --md --sort-by acc --only-changed --drop 'Created|Experiment'
out keep dvc exp show --csv --sort-by acc --keep 'lr|acc' --drop '.*'
out hide dvc exp show --csv --sort-by acc --hide-workspace --drop 'Created|rev'
out -u json2 dvc exp show --json -n 2
out -u deps dvc exp show --json --param-deps
out sort dvc exp show --md --sort-by params.yaml:lr --drop 'Created|Experiment'
rc ambiguous dvc exp show --sort-by lr
rc unknown dvc exp show --sort-by nix
rc norev dvc exp show --rev nix
out -u all dvc exp show --json -A
out -u tags dvc exp show --json -T
out -u exp dvc exp show --json --rev one --sha
