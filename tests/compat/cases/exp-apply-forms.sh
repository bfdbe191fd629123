# An experiment put into a workspace that has changes; its data too.
git init -q; dvc init -q
echo 'a: 1' > params.yaml; mkdir d; echo 1 > d/x; dvc add -q d
dvc stage add -q -n t -p a -d d -o o 'cat params.yaml d/* > o'
echo old > gone; git add -A; git commit -qm start
dvc exp run -q -n two -S a=2
echo 2 > d/y; rm gone
dvc exp run -q -n three -S a=3
git checkout -q . ; git clean -qfd; dvc checkout -q
dvc exp apply three
snap clean
git checkout -q .; rm -f dvc.lock; dvc checkout -q -f
echo 'a: 9' > params.yaml; echo u > untracked
dvc exp apply two
git reset -q
snap dirty
out message git log -1 --format=%s refs/exps/apply/stash
out parents git log -1 --format=%p refs/exps/apply/stash
rc nope dvc exp apply nope
dvc exp apply three
