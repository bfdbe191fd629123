# Through a clone: default branch, tag, a part of a folder; JSON of what is listed. Its remote is named anew, for what stands
# beside the original is not beside its clone.
mkdir lib store; cd lib; git init -q -b main; dvc init -q; : > .dvcignore; mkdir -p d/e; echo a > d/a; echo b > d/e/b; echo 1 > f; echo p > p
dvc remote add -q -d r ../store; dvc add -q d f; git add -A; git commit -qm one; git tag v1; dvc push -q; echo 2 > f; dvc add -q f; git commit -qam two; dvc push -q; cd ..
url=file://$PWD/lib; store=url=$PWD/store
mkdir here; cd here
dvc get "$url" f --remote-config "$store"; dvc get "$url" f --rev v1 -o old --remote-config "$store"
dvc get "$url" d/e --remote-config "$store"; dvc get "$url" p -o some/p
rc rev dvc get "$url" f --rev nosuch -o x
rc none dvc get "$url.none" f -o x
out top dvc list "$url" --json
out deep dvc list "$url" -R --json --rev v1 --remote-config "$store"
rc nowhere dvc list "$url" nowhere --remote-config "$store"
