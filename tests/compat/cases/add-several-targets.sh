# Several targets of one command, in and out of subdirectories.
git init -q; dvc init -q; git commit -qm start
mkdir -p raw/x; echo 1 > one.bin; echo 2 > raw/two.bin; echo 3 > raw/x/three.bin
dvc add one.bin raw/two.bin raw/x/three.bin
