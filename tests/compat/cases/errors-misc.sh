# Unknown remotes, revisions, stages; targets outside.
git init -q; dvc init -q; git commit -qm start
echo a > a; dvc add -q a
rc remote dvc push
rc named dvc fetch -r nope
rc stage dvc freeze nope
rc target dvc checkout nope.dvc
rc commit dvc commit nope
rc status dvc status nope.dvc
rc params dvc params diff nope
rc metrics dvc metrics show
rc plots dvc plots show
rc gc dvc gc
rc outside dvc checkout ../a
