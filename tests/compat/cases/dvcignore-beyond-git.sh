# Where DVC's patterns reach further than Git's, or less far.
git init -q; dvc init -q; git commit -qm start
mkdir -p d/keep/sub d/data d/nest/in t/stars/in
for f in d/a.txt d/keep/a.txt d/keep/sub/b.txt d/data/x d/data/y d/nest/k d/nest/in/k t/stars/k t/stars/in/k; do echo $f > $f; done
printf '*.txt\n!keep\n/d/data/**\n!/d/data/x\n*/\n**/in/k\n' > .dvcignore
printf '/stars/**\n   !k   \n!/stars/in/k\n' > t/.dvcignore
dvc add d
out st dvc status --json
rc stars dvc add t/stars
rc inner dvc add t/stars/k
rc taken dvc add d/keep/a.txt
