# core.autostage puts what was written into the index.
git init -q; dvc init -q; git commit -qm start
dvc config core.autostage true
echo a > a; dvc add a
snap add
dvc stage add -n s -d a -o b 'cp a b'; dvc repro
snap repro
dvc remove a.dvc
