# exp diff between experiments, commits and the workspace.
git init -q; dvc init -q
printf 'lr: 0.1\nlist:\n- 1\n- 2\nsame: x\n' > params.yaml
dvc stage add -q -n t -p lr -M m.json 'echo "{\"v\": $(head -1 params.yaml | cut -d" " -f2), \"s\": \"a\"}" > m.json'
dvc repro -q; git add -A; git commit -qm start
dvc exp run -q -n one -S lr=0.7
dvc exp run -q -n two -S lr=123456.789 -S same=z
out plain dvc exp diff
out named dvc exp diff one two
out json dvc exp diff one two --json
out all dvc exp diff one two --json --all
out md dvc exp diff main one --md
out nopath dvc exp diff main one --no-path --precision 2
out deps dvc exp diff one two --json --param-deps --all
rc nix dvc exp diff one nix
