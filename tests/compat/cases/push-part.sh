# One file of a tracked folder.
mkdir repo; cd repo; git init -q; dvc init -q; dvc remote add -q -d r ../store
mkdir d; echo 1 > d/f1; echo 2 > d/f2; dvc add -q d
dvc push d/f1
snap part
dvc push
