# The same directory after files came, went and changed.
git init -q; dvc init -q; git commit -qm start
mkdir d; for i in 1 2 3 4 5; do echo $i > d/f$i; done
dvc add d; git add -A; git commit -qm one
rm d/f1; echo changed > d/f2; mkdir d/deep; mv d/f3 d/deep/f3; echo six > d/f6
out st dvc status --json
dvc add d
snap two
git checkout -q -- d.dvc
dvc checkout
