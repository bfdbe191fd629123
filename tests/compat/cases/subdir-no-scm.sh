# Without Git.
dvc init -q --no-scm
echo a > a; mkdir d; echo b > d/b; dvc add a d
dvc stage add -q -n s -d a -o c 'cp a c'; dvc repro
out st dvc status --json
rc diff dvc diff --json
dvc remove s; dvc remove a.dvc
