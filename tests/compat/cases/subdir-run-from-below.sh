# Commands given from a subdirectory, and --cd.
git init -q; dvc init -q; git commit -qm start
mkdir -p a/b; echo 1 > a/one; echo 2 > a/b/two; cd a/b
dvc add ../one two
rm ../one two; dvc checkout ../one.dvc
dvc --cd ../.. checkout
out st dvc status --json
cd ..
