# Listings that the cache lacks are fetched to be looked into.
git init -q; dvc init -q; mkdir ../r; dvc remote add -d r ../r; git add -A; git commit -qm start
mkdir -p d; echo 1 > d/1; echo 2 > d/2; dvc add d
out new dvc status -c --json
dvc push
out same dvc status -c --json
rm -rf .dvc/cache
out gone dvc status -c --json
