# Tasks that wait and are forgotten. (Those that run call dvc themselves: tests/cli/queue.sh has them.)
git init -q; dvc init -q
echo 'a: 1' > params.yaml; dvc stage add -q -n t -p a -o o 'grep -v 9 params.yaml > o'; git add -A; git commit -qm start
tasks() { dvc queue status | awk '$NF ~ /Queued|Running|Failed|Success/ {print $2, $NF}'; }
out empty dvc queue status
out nothing dvc queue remove --all
rc neither dvc queue remove
rc both dvc queue remove --all name
dvc exp run -q --queue -n waits -S a=2
dvc exp run -q --queue -n bad -S a=9
dvc exp run -q --queue -n g -S a=3,4
rc sweep dvc exp run -q --temp -S a=3,4
rc unknown dvc exp run -q --queue -S nope=1
out status tasks
out stash git log -g --format=%s refs/exps/celery/stash
rc logs-early dvc queue logs waits
rc kill-early dvc queue kill waits
rc kill-none dvc queue kill
rc kill-unknown dvc queue kill nope
rc logs-unknown dvc queue logs nope
rc remove-unknown dvc queue remove waits nope
out removed dvc queue remove waits
out removed-queued dvc queue remove --queued
out after dvc queue status
rc temp dvc exp run -q --temp -n apart -S a=3
rc temp-fails dvc exp run -q --temp -n broken -S a=9
rc taken dvc exp run -q --temp -n apart -S a=4
git show "$(git for-each-ref --format='%(refname)' refs/exps)":params.yaml > params-of-apart
