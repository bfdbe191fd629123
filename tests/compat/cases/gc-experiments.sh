# The commits of experiments, as refs of their own.
git init -q; dvc init -q; git commit -qm start
echo 1 > f; dvc add -q f; git add -A; git commit -qm 1; base=$(git rev-parse HEAD)
git checkout -qb tmp; echo 2 > f; dvc add -q f; git add -A; git commit -qm 2
echo 3 > f; dvc add -q f; git add -A; git commit -qm 3
git update-ref "refs/exps/${base:0:2}/${base:2}/name" HEAD
git checkout -q -; git branch -qD tmp; dvc checkout -q
echo 9 > g; dvc add -q g; rm g.dvc g
dvc gc -q -f --all-experiments
snap kept
dvc gc -q -f -a -T
