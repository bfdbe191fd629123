# A project inside another: the outer one does not look into it.
git init -q; dvc init -q; git commit -qm start
mkdir -p inner; cd inner; dvc init -q --subdir; echo i > i; dvc add i; git add -A; git commit -qm inner; cd ..
echo o > o; dvc add o
out st dvc status --json
rc into dvc add inner/i
rc whole dvc add inner
