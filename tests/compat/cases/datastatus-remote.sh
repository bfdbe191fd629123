# What the remote lacks: without one, with one, with one of a stage's own.
git init -q; dvc init -q; git commit -qm start
mkdir d; echo 1 > d/1; echo 2 > d/2; echo a > a; echo b > b; dvc add -q d a b; git add -A; git commit -qm one
out -u none dvc data status --json --not-in-remote
dvc remote add -q -d r remote-r; dvc remote add -q other remote-other
out -u empty dvc data status --json --not-in-remote --granular
dvc push -q d a; out -u some dvc data status --json --not-in-remote --granular
out -u other dvc data status --json --not-in-remote -r other b
rm remote-r/files/md5/26/*; out -u lost dvc data status --json --not-in-remote --granular d
rc unknown dvc data status --not-in-remote -r nope; rc unused dvc data status -r nope
