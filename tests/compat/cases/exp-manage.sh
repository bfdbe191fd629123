# Experiments listed, renamed, made branches, removed.
git init -q; dvc init -q
echo 'a: 1' > params.yaml; dvc stage add -q -n t -p a -O o 'cp params.yaml o'; dvc repro -q; git add -A; git commit -qm start
dvc exp run -q -n x1 -S a=2
dvc exp run -q -n x2 -S a=3
git checkout -q .; git commit -q --allow-empty -m next; git tag -m t v1
dvc exp run -q -n y1 -S a=4
out -u list dvc exp list
out -u all dvc exp list -A
out -u names dvc exp list -A --name-only
out -u back dvc exp list -n 2 --name-only
out -u rev dvc exp list --rev v1~1 --name-only
rc norev dvc exp list --rev nix
rc rename dvc exp rename y1 z1
rc exists dvc exp rename x1 x2
rc force dvc exp rename x1 x2 -f
rc unknown dvc exp rename nix n2
rc bad dvc exp rename z1 'a/b'
rc branch dvc exp branch z1
rc branch2 dvc exp branch z1 other
rc branch3 dvc exp branch z1
rc nobranch dvc exp branch nix
snap before
rc remove1 dvc exp remove nix
rc remove2 dvc exp remove z1
rc remove3 dvc exp remove
rc remove4 dvc exp remove -A
out -u end dvc exp list -A --name-only
