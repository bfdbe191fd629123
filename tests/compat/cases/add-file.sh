# One file: the .dvc file, .gitignore, the cache object, status before and after git.
git init -q; dvc init -q; git commit -qm start
printf 'alpha\nbeta\n' > table.csv
out before dvc status --json
dvc add table.csv
snap added
git add -A; git commit -qm 'track table'
out clean dvc status --json
