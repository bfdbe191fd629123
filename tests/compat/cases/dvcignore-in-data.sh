# A .dvcignore inside of a data folder.
git init -q; dvc init -q; git commit -qm start
mkdir -p d/sub; echo 1 > d/1; echo 2 > d/sub/2; echo '*.log' > d/.dvcignore
rc add dvc add d
rm d/.dvcignore; dvc add d; echo '*.log' > d/sub/.dvcignore
rc again dvc add d
rc status dvc status
rc commit dvc commit -f d.dvc
rm d/sub/.dvcignore
echo '*.log' > .dvcignore; echo log > d/a.log
rc granular dvc add d/a.log
rc absent dvc add d/none
rc ignored dvc add a.log
