# Two remotes, an out bound to one of them, outs that are not pushed.
git init -q; dvc init -q; git commit -qm start
dvc remote add -d one "$PWD/remote-one"; dvc remote add two "$PWD/remote-two"
echo a > a; echo b > b; mkdir d; echo c > d/c; dvc add -q a b d
sed -i 's/^  path: b$/  path: b\n  remote: two/' b.dvc
sed -i 's/^  path: d$/  path: d\n  push: false/' d.dvc
dvc push -q
snap pushed
dvc push -q -r two a.dvc
out cloud dvc status -c --json
rm -rf a b .dvc/cache/files
dvc pull -q a.dvc b.dvc
out st dvc status --json
