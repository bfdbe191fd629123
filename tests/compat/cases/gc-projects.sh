# Two projects that share a cache.
for p in one two; do
    mkdir $p; (cd $p; git init -q; dvc init -q; dvc config cache.dir ../shared-cache; git add -A; git commit -qm start
    echo $p > f; dvc add -q f; echo both > g; dvc add -q g; echo gone > h; dvc add -q h; rm h h.dvc)
done
cd one
dvc gc -q -f -w -p ../two
ls -R ../shared-cache | grep -v : > ../kept1
dvc gc -q -f -w
ls -R ../shared-cache | grep -v : > ../kept2
rc nowhere dvc gc -q -f -w -p ../nowhere
