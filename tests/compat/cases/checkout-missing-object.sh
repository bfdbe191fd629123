# An object is gone from the cache.
git init -q; dvc init -q; git commit -qm start
echo a > a; echo b > b; dvc add a b
rm -rf .dvc/cache a b
rc gone dvc checkout
rc allowed dvc checkout --allow-missing
