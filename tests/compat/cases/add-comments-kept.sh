# A .dvc file with comments and odd layout, updated by add.
git init -q; dvc init -q; git commit -qm start
mkdir d; echo 1 > d/a; echo f > f
dvc add -q d f
{ echo '# why this is here'; cat d.dvc; echo 'meta:'; echo '  owner: us   # and them'; } > x; mv x d.dvc
sed -i 's/^  path: f$/  path: f\n  desc: the file/' f.dvc
echo 2 > d/b; echo ff > f
dvc add -q d f
out st dvc status --json
