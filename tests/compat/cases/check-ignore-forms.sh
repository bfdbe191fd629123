# Which rule decides, and what is printed of it.
git init -q; dvc init -q
printf '*.tmp\n!keep.tmp\nlogs/\n/top\na*\n*.tmp\nd/**\n' > .dvcignore; mkdir -p sub/deep logs d sub/logs inner/.dvc
printf 'x.*\n!x.y\n!logs\n/here\n' > sub/.dvcignore; printf 'zz\n' > sub/deep/.dvcignore
out plain dvc check-ignore a.tmp keep.tmp b logs logs/f top sub/top nosuch.tmp
out details dvc check-ignore -d a.tmp keep.tmp b logs logs/f top sub/top
out none dvc check-ignore -d -n a.tmp keep.tmp b logs logs/f
out all dvc check-ignore -d -a a.tmp keep.tmp b sub/x.y sub/x.z sub/a.tmp sub/here sub/deep/here sub/logs sub/logs/q
out builtin dvc check-ignore -d .git .git/x .dvc .dvc/config inner inner/f sub ../out /etc ./a.tmp sub/../a.tmp . d d/f
out below sh -c 'cd sub && dvc check-ignore -d x.z ../a.tmp here deep/zz deep/x.z ../logs/'
out stdin sh -c 'printf "a.tmp\nb\nlogs\n\ntop\n" | dvc check-ignore --stdin -d -n'
rc b dvc check-ignore b
rc keep dvc check-ignore -d keep.tmp
rc n dvc check-ignore -n a.tmp
rc a dvc check-ignore -a a.tmp
rc q dvc check-ignore -q a.tmp
rc qd dvc check-ignore -q -d a.tmp
rc nothing dvc check-ignore
rc both dvc check-ignore --stdin a
