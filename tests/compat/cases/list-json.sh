# Tracked by either, recursive, sizes, other revisions.
mkdir lib; cd lib; git init -q; dvc init -q; mkdir -p d/e; echo a > d/a; echo bb > d/e/b; echo 1 > f; mkdir plain; echo p > plain/p
dvc add -q d f; git add -A; git commit -qm one; git tag v1; git rm -q f.dvc; git commit -qm two; cd ..
out top dvc list lib --json
out deep dvc list lib -R --json
out only dvc list lib -R --dvc-only --json
out old dvc list lib --rev v1 --json --size
out path dvc list lib d --json --show-hash
rc absent dvc list lib nowhere
