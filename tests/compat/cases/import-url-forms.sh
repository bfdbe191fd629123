# Sources inside and outside of the project, into folders, from below, by force, to a remote, without looking; update.
mkdir src repo; echo 1 > src/f; chmod +x src/f; mkdir -p src/d/e; echo a > src/d/a; echo b > src/d/e/b
cd repo; git init -q; dvc init -q; git commit -qm start; dvc remote add -d r ../remote
mkdir in sub; echo in > in/x
dvc import-url ../src/f
dvc import-url in/x copy
dvc import-url in/x sub/copy
dvc import-url "$PWD/in/x" whole
cd sub; dvc import-url ../../src/d; cd ..
rc there dvc import-url ../src/f
dvc import-url -f ../src/d f
rc overlap dvc import-url ../src/f sub/d/z
rc nowhere dvc import-url ../src/f nodir/f
rc outside dvc import-url ../src/f ../f
dvc import-url --to-remote ../src/d away
dvc import-url --no-exec ../src/d never
rc both dvc import-url --to-remote --no-exec ../src/d both
rc remote dvc import-url -r r ../src/d both
snap imported
out st dvc status --json
rc same dvc update sub/d.dvc
echo more >> ../src/d/a; rm ../src/d/e/b
dvc update sub/d.dvc
rc gone dvc update nope.dvc
dvc update -R .
dvc update --to-remote away.dvc
snap updated
rm sub/d -r
dvc update sub/d.dvc
rc get dvc get-url ../src/d ../got
rc getdir dvc get-url ../src/d .
rc again dvc get-url ../src/d .
rc getnone dvc get-url ../src/none
out one dvc list-url ../src/f
out deep dvc list-url -R ../src/d
out tree dvc list-url -T ../src
rc lsnone dvc list-url ../src/none
snap got
