# Of a repository on this machine: get takes what is in its workspace, import what is committed.
mkdir lib; cd lib; git init -q; dvc init -q; : > .dvcignore; echo 1 > f; echo one > p; dvc add -q f; git add -A; git commit -qm one
echo 2 > f; dvc add -q f; echo two > p; echo new > untracked; cd ..
mkdir app; cd app; git init -q; dvc init -q; : > .dvcignore; git commit -qm start
dvc get ../lib f -o got; dvc get ../lib p -o gotp; dvc get ../lib untracked -o gotnew
dvc import ../lib f
dvc import ../lib p
rc new dvc import ../lib untracked
