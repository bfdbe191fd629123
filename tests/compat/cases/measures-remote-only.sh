# metrics and plots of which neither workspace nor cache has the data are read from the remote.
git init -q; dvc init -q; dvc remote add -q -d st ../store
cat > dvc.yaml <<'Y'
stages:
  s:
    cmd: printf 'x,y\n1,2\n2,3\n' > p.csv; echo '{"a":1}' >m.json; mkdir d; cp p.csv d/1.csv; cp p.csv d/2.csv
    outs: [d]
    plots: [p.csv: {x: x, y: y}]
    metrics: [m.json]
plots:
- d
Y
dvc repro -q; dvc push -q; git add -A; git commit -qm x
rm -rf .dvc/cache p.csv m.json d
json metrics dvc metrics show --json
json plots dvc plots show --json
json plot dvc plots show p.csv --json
rm -rf ../store
json gone dvc metrics show --json
