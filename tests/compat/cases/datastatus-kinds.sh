# Every kind of change between the three states, one by one and together.
git init -q; dvc init -q
out -u unborn dvc data status --json --granular --unchanged --untracked-files
git commit -qm start; git tag v0
mkdir -p d/sub w; for i in 1 2 3 4; do echo $i > d/$i; done; echo s > d/sub/s; echo w > w/w; echo a > a; echo b > b; echo c > c
dvc add -q d w a b c
out -u staged dvc data status --json --granular --unchanged
git add -A; git commit -qm one; git tag v1
out -u clean dvc data status --json --granular --unchanged
mv a aa; rm b; mkdir b; echo 1 > b/1; rm -r w; echo w > w; echo 22 > d/2; mv d/3 d/sub/three; rm d/4; echo new > d/new; echo s > d/s
out -u all dvc data status --json --granular --unchanged --untracked-files
out -u plain dvc data status --json --unchanged
out -u inside dvc data status --json --granular d/sub d/2
out -u shallow-inside dvc data status --json d/sub
out -u nothing dvc data status --json nosuch
out -u diff dvc diff --json; out -u hashes dvc diff --json --show-hash; out words dvc diff; out table dvc diff --md --show-hash
out -u below dvc diff --json --targets d/sub d/2 c.dvc
dvc add -q d aa c; git checkout -q --detach
out -u detached dvc data status --json --granular --unchanged
git add -A; git commit -qm two
out -u again dvc data status --json --granular --unchanged
out -u one-two dvc diff v1 HEAD --json; out -u two-one dvc diff HEAD v1 --json; out -u from-start dvc diff v0 --json
out same dvc diff HEAD HEAD --json; out workspace dvc diff workspace HEAD --json; out -u to-workspace dvc diff v1 workspace --json
