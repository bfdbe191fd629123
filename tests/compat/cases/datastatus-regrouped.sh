# A folder tracked as a whole, then file by file, and the other way round.
git init -q; dvc init -q; git commit -qm start
mkdir -p d p/q; echo 1 > d/1; echo 2 > d/2; echo x > p/x; echo y > p/q/y
dvc add -q d p/x p/q; git add -A; git commit -qm one; git tag v1
dvc remove -q d.dvc; dvc add -q d/1; dvc remove -q p/x.dvc; dvc remove -q p/q.dvc; rm -f p/.gitignore; dvc add -q p
out -u gran dvc data status --json --granular --unchanged
out -u plain dvc data status --json --unchanged
out -u diff dvc diff --json; git add -A; git commit -qm two
out -u revs dvc diff v1 HEAD --json --show-hash
