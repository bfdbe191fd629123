# Artifacts by version and stage, and in a folder; the tags are as GTO makes them.
mkdir -p lib/sub; cd lib; git init -q; dvc init -q
printf 'artifacts:\n  best:\n    path: model.bin\n' > dvc.yaml
printf 'artifacts:\n  deep:\n    path: deep.txt\n' > sub/dvc.yaml
echo deep > sub/deep.txt
tag() { export GIT_COMMITTER_DATE="2024-01-02T03:04:$1+0000"; git tag -a -m "$2" "$2" $3; }
for i in 1 2 3; do echo m$i > model.bin; dvc add -q model.bin; git add -A; git commit -qm $i; tag 0$i best@v0.$i.0; done
tag 11 'best#prod#1' best@v0.1.0^{}; tag 12 'best#prod#2' best@v0.2.0^{}; tag 13 'best#dev#3' best@v0.1.0^{}
tag 14 sub=deep@v1.0.0
cd ..; mkdir here; cd here
dvc artifacts get ../lib best -o highest
dvc artifacts get ../lib best --rev v0.1.0 -o first
dvc artifacts get ../lib best --stage prod -o prod
dvc artifacts get ../lib best --stage dev -o dev
dvc artifacts get ../lib sub:deep
dvc artifacts get ../lib sub/dvc.yaml:deep -o again
cd ../lib; tag 15 'best#prod!#4' best@v0.2.0^{}; cd ../here
dvc artifacts get ../lib best --stage prod -o taken-back
cd ../lib; tag 16 'best#dev!#5' best@v0.1.0^{}; cd ../here
rc none dvc artifacts get ../lib best --stage dev -o none
