# One file of a tracked directory is added: the directory's object changes.
git init -q; dvc init -q; git commit -qm start
mkdir -p set/sub; echo a > set/a; echo b > set/sub/b; echo c > set/sub/c
dvc add set; git add -A; git commit -qm set
echo b2 > set/sub/b; echo c2 > set/sub/c; echo new > set/n
dvc add set/sub/b
snap one
dvc add set/n
