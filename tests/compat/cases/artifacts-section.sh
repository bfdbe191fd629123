# Artifacts in dvc.yaml; getting one of them from a repository.
mkdir lib; cd lib; git init -q; dvc init -q; echo m > model.bin; dvc add -q model.bin
printf 'artifacts:\n  best:\n    path: model.bin\n    type: model\n    desc: the best\n    labels: [a]\n' > dvc.yaml
git add -A; git commit -qm one; git tag -a best@v1.0.0 -m v1; cd ..
mkdir here; cd here
dvc artifacts get ../lib best
rc absent dvc artifacts get ../lib worst
rc rev dvc artifacts get ../lib best --rev v9.9.9 -o other
rc there-already dvc artifacts get ../lib best
dvc artifacts get ../lib best --rev v1.0.0 -o named
dvc artifacts get ../lib best -o down -f
rc no-stage dvc artifacts get ../lib best --stage prod
rc both dvc artifacts get ../lib best --stage prod --rev v1.0.0
