# Each scope alone, a folder whose files are shared between commits, stages, and wrong usage.
git init -q; dvc init -q; git commit -qm start
mkdir d; echo same > d/same; echo 1 > d/x; dvc add -q d; echo in > in
dvc stage add -q -n s -d in -o out 'cp in out'; dvc repro -q; git add -A; git commit -qm 1; git tag one
echo 2 > d/x; dvc add -q d; echo in2 > in; dvc repro -q; git add -A; git commit -qm 2
git checkout -qb side; echo 3 > d/x; dvc add -q d; git add -A; git commit -qm 3
git checkout -q -; dvc checkout -q
echo 4 > d/x; dvc add -q d; git add -A; git commit -qm 4
echo 5 > d/x; dvc add -q d
rc usage dvc gc -f -n 2 -w
rc usage2 dvc gc -f -w -c --not-in-remote
rc noremote dvc gc -f -w -c
rc unknown dvc gc -f --rev nope
rc declined dvc gc -w
dvc gc -q -f -A
snap A
dvc gc -q -f -a -n 2 -T
snap branches2
dvc gc -q -f -T -a
snap branches
dvc gc -q -f --rev side
snap side
dvc gc -q -f --date 2020-01-01
snap date
dvc gc -q -f -w
