# Trees, levels, ignored and missing files, links, a project within; sizes of revisions.
mkdir lib; cd lib; git init -q; dvc init -q; mkdir -p d/e plain/deep; echo a > d/a; echo bb > d/e/b; echo 1 > f; echo p > plain/deep/p; chmod +x plain/deep/p
ln -s f link; ln -s nowhere dead; dvc add -q d f; dvc stage add -q -n s -o never -O kept 'echo'; echo '*.skip' > .dvcignore; echo s > a.skip; mkdir inner; cd inner; dvc init -q --subdir; cd ..
git add -A; git commit -qm one; git tag v1; echo c > d/c; dvc add -q d; git rm -q --cached f.dvc; rm f.dvc d/a; git add -A; git commit -qm two; cd ..
out names dvc list lib; out all dvc list lib -R; out two dvc list lib -R -L 2; out none dvc list lib -R -L 0; out unused dvc list lib -L 1; out data dvc list lib --dvc-only
out tree dvc list lib -T; out short dvc list lib -T -L 1; out branch dvc list lib d -T --dvc-only --show-hash
out old-tree dvc list lib --rev v1 -T; out old dvc list lib --rev v1 --json; out old-all dvc list lib --rev v1 -R --json --dvc-only; out table dvc list lib --rev v1 --size --show-hash
out file dvc list lib plain/deep/p --json; out d dvc list lib d --dvc-only --json; out alias dvc ls lib d/e
out -u du dvc du lib --rev v1; out -u dud dvc du lib d; out duf dvc du lib f; out dus dvc du lib plain -s
rc nowhere dvc list lib nowhere; rc norev dvc list lib --rev nope; rc norepo dvc list nolib; rc both dvc list lib -T --json; rc dunowhere dvc du lib nowhere
cd lib/plain; out here dvc list .; out deep dvc list .. deep; out up dvc list . ../d; out root dvc list .. /d
