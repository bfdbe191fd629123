# Files appear, vanish, change kind, and move between folders of one tracked directory.
git init -q; dvc init -q; git commit -qm start
mkdir -p d/a/b d/c; echo 1 > d/a/b/one; echo 2 > d/c/two; echo 3 > d/three
dvc add -q d; git add -A; git commit -qm v1
rm -r d/a; mkdir d/three.d; mv d/three d/three.d/; echo 4 > d/a
dvc add -q d
snap second
git stash -q; dvc checkout -q
snap back
git stash pop -q; dvc checkout -q
mkdir d/empty; dvc add -q d
out st dvc status --json
