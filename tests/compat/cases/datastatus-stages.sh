# Outputs of stages: never run, not cached, changed; a metric that Git keeps.
git init -q; dvc init -q; git commit -qm start
dvc stage add -q -n s -o o -o dir -M m.json 'mkdir -p dir; echo 1 > dir/1; echo o > o; echo "{}" > m.json'
git add -A; git commit -qm one
out -u never dvc data status --json --granular
echo early > o; out -u early dvc data status --json --granular; out -u early-diff dvc diff --json
dvc repro -q
out -u run dvc data status --json --granular; out -u run-diff dvc diff --json --show-hash
git add -A; git commit -qm two
echo 2 > dir/1; out -u changed dvc data status --json --granular
out -u target dvc diff --json --targets s
out -u revs dvc diff HEAD~1 HEAD --json
