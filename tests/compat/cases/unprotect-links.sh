# Links become files; the cache keeps what it has.
git init -q; dvc init -q; git commit -qm start
mkdir -p d/e; echo 1 > d/1; echo 2 > d/e/2; echo f > f; echo g > g
dvc config cache.type symlink; dvc add d f g
dvc unprotect d/e f
snap one
dvc unprotect .
rc absent dvc unprotect nope
rc none dvc unprotect
echo more >> d/1
out status dvc status --json
