# metrics and params need no DVC repository.
git init -q; printf '{"a": 1}' > m.json; echo 'lr: 1' > params.yaml; printf 'metrics:\n- m.json\nparams:\n- params.yaml\n' > dvc.yaml; git add -A; git commit -qm 1
printf '{"a": 2}' > m.json; echo 'lr: 2' > params.yaml; mkdir sub; printf '{"b": 2}' > sub/m.json
out show dvc metrics show
out diff dvc metrics diff
out params dvc params diff
out sub sh -c 'cd sub && dvc metrics show && dvc metrics show m.json --json && dvc metrics diff'
out all dvc metrics show -a
rc status dvc status
rm -rf .git
out nogit dvc metrics show
rc nogitdiff dvc metrics diff
rc nogitparams dvc params diff
