# A second file in a subdirectory; the rest survives a checkout.
git init -q; dvc init -q; git commit -qm start
mkdir -p w/d; echo 'd/*.txt' > w/.dvcignore; echo 1 > w/d/1.txt; echo 2 > w/d/2.csv
dvc add w/d
rm w/d/2.csv; dvc checkout
rc ignored-target dvc add w/d/1.txt
