# Two branches change one folder: the driver merges its listing. Git's own names for the files are random.
git init -q; dvc init -q; git commit -qm start
git config merge.dvc.driver 'cp %O base; cp %A our; cp %B their; dvc git-hook merge-driver --ancestor base --our our --their their && cp our %A'
echo '*.dvc merge=dvc' > .gitattributes
mkdir -p d/e; echo 1 > d/1; echo 2 > d/2; echo 3 > d/e/3; dvc add d; git add -A; git commit -qm base
git checkout -q -b theirs; echo t > d/e/3; rm d/2; echo new > d/e/t; dvc add d; git commit -qam theirs
git checkout -q -b ours main; dvc checkout; echo o > d/1; echo new > d/o; dvc add d; git commit -qam ours
rc merge git merge -q theirs
dvc checkout
snap merged
git checkout -q -b clash main; dvc checkout; echo other > d/e/3; dvc add d; git commit -qam clash
rc clash git merge -q theirs
git checkout -q -f clash
git checkout -q -b noted main; dvc checkout; sed -i 's/  path: d/  path: d\n  desc: x/' d.dvc; echo n > d/n; dvc add d; git commit -qam noted
rc noted git merge -q theirs
git checkout -q -f noted
rc absent dvc git-hook merge-driver --ancestor a --our b --their c
rc usage dvc git-hook merge-driver --our b --their c
rc status dvc git-hook pre-commit
rc file dvc git-hook post-checkout a b 0
