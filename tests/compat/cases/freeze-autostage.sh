# Freezing stages nothing in Git.
git init -q; dvc init -q; git commit -qm start
dvc config core.autostage true; echo a > a; dvc add a; dvc stage add -n s -o o 'echo 1 > o'; git add -A; git commit -qm more
dvc freeze a.dvc s
out frozen git status --short
dvc unfreeze a.dvc
out unfrozen git status --short
