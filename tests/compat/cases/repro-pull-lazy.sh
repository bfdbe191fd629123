# --pull with everything up to date but gone from here.
git init -q; dvc init -q; dvc remote add -q -d st ../store
echo in > in; dvc add -q in
printf 'stages:\n  a: {cmd: cp in mid, deps: [in], outs: [mid]}\n  b: {cmd: cp mid end, deps: [mid], outs: [end]}\n' > dvc.yaml
dvc repro -q; dvc push -q
rm -rf .dvc/cache in mid end
rc pull dvc repro --pull
