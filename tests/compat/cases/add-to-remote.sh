# Data that goes straight to a remote.
git init -q; dvc init -q; mkdir ../r ../r2 ../x ../x/dd; dvc remote add -d r ../r; dvc remote add r2 ../r2; git add -A; git commit -qm start
mkdir -p d/e; echo 1 > d/1; echo 2 > d/e/2; echo f > f; echo x > ../x/x; echo 5 > ../x/dd/5
dvc add --to-remote f
dvc add --to-remote d
dvc add --to-remote ../x/x
dvc add --to-remote ../x/dd -o o -r r2
snap added
rc absent dvc add --to-remote nosuch
rc two dvc add --to-remote f d
rc nocommit dvc add --to-remote f --no-commit
rc glob dvc add --to-remote f --glob
rc remote dvc add -r r2 f
rc jobs dvc add --remote-jobs 2 f
rc unknown dvc add --to-remote f -r nope
dvc add --to-remote f -o y --remote-jobs 3
dvc add --to-remote ../x/x
rc below dvc add --to-remote f -o d/1
rc folder dvc add --to-remote f -o sub/f
dvc pull x.dvc y.dvc
