# A fresh clone without data: listings are on the remote only.
mkdir o; cd o; git init -q; dvc init -q; dvc remote add -d -q r ../remote-r; mkdir -p d/s; echo 1 > d/1; echo 2 > d/s/2; echo f > f; dvc add -q d f; git add -A; git commit -qm one; dvc push -q
cd ..; git clone -q o c; cd c
out -u gran dvc data status --json --granular; out -u plain dvc data status --json; out -u diff dvc diff --json
out -u list dvc list . -R --json --dvc-only; out -u remote dvc data status --json --granular --not-in-remote
mkdir d; echo 1 > d/1; out -u some dvc data status --json --granular; rm -rf ../remote-r d
