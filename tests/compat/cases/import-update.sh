# Update of an import to the newest commit, or to a named one.
mkdir lib; cd lib; git init -q; dvc init -q; : > .dvcignore; echo 1 > f; dvc add -q f; git add -A; git commit -qm one; git tag v1; cd ..
mkdir app; cd app; git init -q; dvc init -q; : > .dvcignore; git commit -qm start; dvc import -q ../lib f; git add -A; git commit -qm import
cd ../lib; echo 2 > f; dvc add -q f; git commit -qam two; cd ../app
out st dvc status --json
dvc update f.dvc
snap newest
dvc update f.dvc --rev v1
rc none dvc update nope.dvc
