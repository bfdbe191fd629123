# A DVC project below the root of the Git repository.
git init -q; mkdir -p team/data; cd team; dvc init -q --subdir; git commit -qm start
echo a > data/a; dvc add data/a
out root dvc root
cd data; out deeper dvc root; dvc stage add -q -n s -d a -o b 'cp a b'; dvc repro
cd ..; git add -A; git commit -qm all
