# A project below the root of the Git repository; an empty one; commands from a folder of it.
git init -q; mkdir -p team/data; echo r > readme; git add -A; git commit -qm zero
cd team; dvc init -q --subdir; echo a > data/a; dvc add -q data/a; echo u > data/u; echo v > ../v
out -u first dvc data status --json --granular --untracked-files
out -u diff dvc diff --json
git add -A .; git commit -qm one; echo b > data/a; cd data
out -u deep dvc data status --json --granular --untracked-files
out -u deep-diff dvc diff --json --targets a
rc nope dvc diff --targets nope2/x; rc rev dvc diff nope
