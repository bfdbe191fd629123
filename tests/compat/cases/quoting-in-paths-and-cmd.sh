# Values that YAML has to quote: names, commands and long lines.
git init -q; dvc init -q; git commit -qm start
echo 1 > '#x'; echo 2 > 'a: b'; echo 3 > "it's"; echo 4 > '- dash'; echo 5 > 'true'; echo 6 > '1.5'; mkdir 'sp ace'; echo 7 > 'sp ace/é'
dvc add -q '#x' 'a: b' "it's" './- dash' true 1.5 'sp ace'
dvc stage add -q -n long -d '#x' -d true -o 'out: 1' "cp '#x' 'out: 1' && echo a very long command that has to be folded because it is longer than eighty columns of text > /dev/null"
dvc stage add -q -n quote -o q.out 'printf "%s\n" "a: b" > q.out # not a comment'
dvc repro -q long; dvc repro -q quote
out st dvc status --json
