# What the .dvc files of imports hold: parts of folders, files of Git, mixtures, projects in projects, options; pulled again.
mkdir lib store; cd lib; git init -q; dvc init -q; : > .dvcignore; mkdir -p d/e g mixed inner; echo a > d/a; echo b > d/e/b; echo g > g/g; echo x > mixed/x; echo y > mixed/y
dvc remote add -q -d r ../store; dvc add -q d mixed/y; cd inner; dvc init -q --subdir; : > .dvcignore; echo i > i; dvc add -q i; cd ..; git add -A; git commit -qm one; git tag v1; dvc push -q; cd ..
mkdir app; cd app; git init -q; dvc init -q; : > .dvcignore; git commit -qm start
dvc import ../lib d --rev v1
dvc import ../lib d/e -o part
dvc import ../lib d/a -o one
dvc import ../lib g
dvc import ../lib mixed
dvc import ../lib inner/i
dvc import ../lib d/a -o with --remote r
dvc import ../lib d/a -o config --remote other --remote-config url=../store jobs=3
dvc import ../lib d/a -o later --no-download
dvc import ../lib d/a -o unasked --no-exec
snap imported
rc force dvc import ../lib g -o one
rc forced dvc import -f ../lib d/e/b -o one
rm unasked.dvc; rm -rf .dvc/cache part one mixed; dvc pull -q d.dvc part.dvc one.dvc g.dvc mixed.dvc
out st dvc status --json
dvc update --rev v1 part.dvc
