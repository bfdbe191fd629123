# Without Git.
dvc init -q --no-scm; mkdir d; echo 1 > d/1; echo a > a; dvc add -q d a; echo 2 > d/2
out -u gran dvc data status --json --granular --unchanged --untracked-files
out words dvc data status -q
rc diff dvc diff; rc revs dvc diff a b --json
