# plots need no DVC repository, nor one of Git.
printf 'x,y\n1,2\n2,3\n' > a.csv; printf 'plots:\n- a.csv:\n    template: scatter\n' > dvc.yaml; echo '[{"l": 1}, {"l": 2}]' > b.json
json named dvc plots show b.json --json
json listed dvc plots show --json
json vega dvc plots show --show-vega a.csv
rc page dvc plots show a.csv -o page; rm -r page
rc absent dvc plots show nope.csv
rc diff dvc plots diff --targets a.csv
git init -q; git add -A; git commit -qm 1; echo 3,4 >> a.csv
json gitdiff dvc plots diff --json
json gitdiff2 dvc plots diff --targets b.json --json
