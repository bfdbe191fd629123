# Every flag of status, on data and stages that changed and did not, here and in the cloud.
git init -q; dvc init -q; git commit -qm start
out empty dvc status --json; rc empty-quiet dvc status -q; rc unknown dvc status nope
mkdir d sub; echo 1 > d/1; echo 2 > d/2; echo a > a; echo s > sub/s; dvc add -q d a sub/s; printf 'lr: 1\nn: {a: 1}\n' > params.yaml
dvc stage add -q -n cp -d a -p lr,n.a -o out 'echo out > out'; dvc stage add -q -n two -d out -o out2 'echo two > out2'; dvc stage add -q -n alw --always-changed -o z 'echo z > z'
out -u never dvc status --json; dvc repro -q; git add -A; git commit -qm one; git tag v1
out -u clean dvc status --json; rc quiet dvc status -q; rc quiet-json dvc status -q --json; rc quiet-clean dvc status -q cp
out deps dvc status two -d --json; out rec dvc status -R sub --json; out word dvc status out2
dvc remote add -q -d r remote-r; dvc remote add -q e remote-e
out -u cloud dvc status -c --json; rc cloud-quiet dvc status -c -q; out -u other dvc status -r e --json; rc nope dvc status -c -r nope
out -u cloud-target dvc status -c a.dvc d.dvc --json; out -u cloud-deps dvc status -c two -d --json; out -u cloud-rec dvc status -c -R sub --json; out -u cloud-file dvc status -c d/1 --json
dvc push -q a d; out -u pushed dvc status -c --json
echo b > a; echo 3 > d/3; dvc add -q a; sed -i 's/lr: 1/lr: 2/' params.yaml; rm out2; sed -i 's/echo two/echo  two/' dvc.yaml
out -u changed dvc status --json; out -u changed-text dvc status two; out -u stages dvc status cp two --json; out -u upstream dvc status two -d --json; out -u part dvc status d/1 --json
out -u all dvc status -c -A --json; out -u branches dvc status -c -a --json; out -u tags dvc status -c -T --json
rc local-all dvc status -a; rc local-tags dvc status -T; rc local-commits dvc status -A; rc local-jobs dvc status -j 2
cd sub; out -u below dvc status --json; out -u below-cloud dvc status -c --json; out up dvc status ../a.dvc --json; cd ..
dvc freeze -q cp; out -u frozen dvc status --json
rm d/1 .dvc/cache/files/md5/26/*; out -u lost dvc status --json; out -u lost-cloud dvc status -c --json
out -u file dvc status dvc.yaml --json; out -u stage dvc status dvc.yaml:two --json; out -u no-updates dvc status --no-updates --json
