# The workspace kept as an experiment.
git init -q; dvc init -q
echo 'a: 1' > params.yaml
cat > dvc.yaml <<'X'
stages:
  t:
    cmd: cp params.yaml o
    params: [a]
    outs: [o]
  u:
    cmd: cp o p
    deps: [o]
    outs: [p]
metrics: [top.json]
X
printf '/o\n/p\n/ignored\n' > .gitignore
git add -A; git commit -qm start
rc early dvc exp save -n early
dvc repro -q; echo 'a: 2' > params.yaml; echo '{"t":2}' > top.json; echo u > untracked; mkdir ignored; echo i > ignored/i
dvc exp save -n later
out later git ls-tree -r --name-only "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/later')"
out message git log -1 --format=%B "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/later')"
rc taken dvc exp save -n later
dvc exp save -f -n later -I untracked -I ignored -m words
out more git ls-tree -r --name-only "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/later')"
dvc exp save -n part t
out part git log -1 --format=%B "$(git for-each-ref --format='%(objectname)' 'refs/exps/**/part')"
rm p; rc missing dvc exp save -n gone
rc name dvc exp save -n a/b
