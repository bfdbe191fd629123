# What an experiment takes in: staged and untracked files, deps and metrics outside the cache, index additions of a stage.
git init -q; dvc init -q
echo 'a: 1' > params.yaml; echo code > code.py; mkdir lib; echo l > lib/l.py; echo data > data.txt; dvc add -q data.txt
cat > dvc.yaml <<'X'
stages:
  t:
    cmd: cat params.yaml code.py lib/l.py data.txt > o; echo '{"s":1}' > m.json; echo x > live; git add live
    deps: [code.py, lib, data.txt]
    params: [a]
    outs: [o]
    metrics:
    - m.json: {cache: false}
metrics: [top.json]
X
printf '/o\n/data.txt\n' > .gitignore
git add -A; git reset -q code.py lib; git commit -qm start
echo staged > staged; git add staged; echo untracked > untracked; echo '{"t":2}' > top.json; echo changed > data.txt
dvc exp run -n one -S a=2
out tree git ls-tree -r --name-only "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/one')"
out message git log -1 --format=%B "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/one')"
git rm -q --cached staged
snap one
dvc exp run -n two
out again git log -1 --format=%B "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/two')"
rc taken dvc exp run -n two
dvc exp run -f -n two -m 'my words'
out own git log -1 --format=%B "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/two')"
