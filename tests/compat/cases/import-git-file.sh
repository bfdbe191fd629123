# A tracked file and a directory of another repository, at a tag and at its head.
mkdir lib; cd lib; git init -q; dvc init -q; : > .dvcignore; mkdir d; echo a > d/a; echo b > d/b; echo 1 > f; echo plain > p
dvc add -q d f; git add -A; git commit -qm one; git tag v1
echo 2 > f; dvc add -q f; git add -A; git commit -qm two; cd ..
mkdir app; cd app; git init -q; dvc init -q; : > .dvcignore; git commit -qm start
dvc import ../lib f
dvc import ../lib f --rev v1 -o f-old
dvc import ../lib d -o dir
dvc import ../lib p
rc absent dvc import ../lib nothing
