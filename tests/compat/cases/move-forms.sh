# Moves of files with notes, of .dvc files named otherwise, of data that is missing or changed, of folders, from below.
git init -q; dvc init -q; git commit -qm start
mkdir -p d/e sub; echo x > d/x; echo y > d/e/y; for f in a b c e; do echo $f > $f; done
dvc add a b c d e; git add -A; git commit -qm data
sed -i '1i desc: text' a.dvc; printf 'meta:\n  a: 1\n' >> a.dvc; mv b.dvc named.dvc; echo changed > c; rm e
dvc move a a2
dvc move b b2
dvc move c c2
dvc move e e2
snap one
dvc move d sub/d
cd sub; dvc move d ../back; cd ..
rc inside dvc move back/x x
rc stagefile dvc move a2.dvc x
rc dirmissing dvc move a2 no/such/x
dvc config core.autostage true; git add -A; git commit -qm more
dvc move a2 a3
out staged git status --short
