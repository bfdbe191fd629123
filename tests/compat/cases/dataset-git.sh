# Datasets of other repositories: added, replaced, updated; stages that depend on them.
mkdir lib; cd lib; git init -q; dvc init -q; : > .dvcignore; echo 1 > f; dvc add -q f; echo t > plain; git add -A; git commit -qm one; git tag v1
echo 2 > f; dvc add -q f; git commit -qam two; git tag v2; cd ..
mkdir app; cd app; git init -q; dvc init -q; : > .dvcignore; git commit -qm start
printf '# what we read\nparams: [p.yaml]   # with its parameters\n' > dvc.yaml
dvc dataset add --dvc ../lib --path f --rev v1 one
snap added
dvc ds add --dvc ../lib whole
dvc dataset add --dvc ../lib one
dvc dataset add -f --dvc ../lib --path plain one
snap replaced
dvc dataset add --dvc ../nothing none
dvc dataset add --dvc ../lib --rev nothing none
dvc dataset add --url ../lib --rev v1 none
dvc dataset add --url ../lib --path f none
dvc dataset add none
dvc dataset add --dvc ../lib --url ../lib none
dvc dataset add --dc none none
dvc dataset add -f --dvc ../lib --path f --rev v1 one
dvc dataset update one
dvc dataset update whol
cat >> dvc.yaml <<'Y'
stages:
  # reads it
  s:
    cmd: cat in > o
    deps:
    - in
    - ds://one
    - ds://whole
    outs:
    - o
Y
echo in > in
out new dvc status --json
dvc repro -q
snap ran
out same dvc status --json
rc again dvc repro -q
dvc dataset update one --rev v2
snap updated
out changed dvc status --json
dvc commit -q -f
snap committed
out clean dvc status --json
(cd ../lib; echo 3 > plain; git commit -qam three)
dvc dataset update whole
dvc repro -q
snap moved
sed -i 's,rev: v2,rev: v1,' dvc.yaml
out unsynced dvc status --json
rc stale dvc commit -f
dvc dataset update one
out synced dvc status --json
dvc repro -q
sed -i 's,ds://whole,ds://hole,' dvc.yaml
rc unknown dvc status
rc repro dvc repro
rc commit dvc commit -f
out dag dvc dag --dot
