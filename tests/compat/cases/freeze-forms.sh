# Freezing stages and .dvc files, by all the names they have.
git init -q; dvc init -q; git commit -qm start
echo 1 > d; dvc add -q d; printf '# mine\nouts:\n- md5: b026324c6904b2a9cb4b88d6d61c81d1  # c\n  size: 2\n  hash: md5\n  path: d\n' > d.dvc
dvc stage add -q -n a -o a.out 'echo 1 > a.out'
dvc stage add -q -n b -d a.out -o b.out 'cp a.out b.out'
mkdir sub; cd sub; dvc stage add -q -n t -o o 'echo 1 > o'; dvc freeze ../dvc.yaml:a t ../d.dvc; cd ..
snap frozen
dvc repro
out st dvc status --json
rc unknown dvc freeze nope b
rc file dvc freeze dvc.yaml
rc group dvc unfreeze nope.dvc
dvc unfreeze a b sub/dvc.yaml:t d.dvc
snap thawed
