# Link types other than copies.
git init -q; dvc init -q; git commit -qm start
dvc config cache.type symlink
mkdir d; echo 1 > d/a; echo 2 > d/b; echo f > f; dvc add d f
snap symlink
dvc config cache.type hardlink
dvc checkout --relink
snap hardlink
snap unprotected
dvc config cache.type copy
dvc checkout --relink
