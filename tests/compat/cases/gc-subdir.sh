# A project in a folder of a repository, with commits from before it was there.
git init -q; echo x > readme; git add -A; git commit -qm before; git tag before
mkdir -p a/p; cd a/p; dvc init -q --subdir; git add -A; git commit -qm start
echo 1 > f; dvc add -q f; git add -A; git commit -qm 1; git tag one
echo 2 > f; dvc add -q f; git add -A; git commit -qm 2
echo 3 > f; dvc add -q f
mkdir sub; cd sub
dvc gc -q -f -A
snap all
dvc gc -q -f -T
snap tags
dvc gc -q -f --rev before -n 3
