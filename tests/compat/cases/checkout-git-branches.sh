# The workspace follows the branch.
git init -q; dvc init -q; git commit -qm start
mkdir d; echo 1 > d/a; echo 2 > d/b; echo m > model; dvc add d model; git add -A; git commit -qm main
git checkout -qb side
rm d/b; echo 3 > d/c; echo m2 > model; dvc add d model; git add -A; git commit -qm side
git checkout -q main; dvc checkout
snap main
git checkout -q side; dvc checkout
out st dvc status --json
