# Datasets at a path: how much there is is what is recorded.
mkdir -p ext/d/sub; echo 1 > ext/d/a; echo 22 > ext/d/sub/b
mkdir app; cd app; git init -q; dvc init -q; : > .dvcignore; git commit -qm start
dvc dataset add --url ../ext/d u
dvc dataset add --url ../ext/nothing none
dvc dataset update u
dvc dataset update u --rev v1
dvc stage add -q -n s -d ds://u -o o 'echo x > o'
snap staged
dvc repro -q
snap ran
echo 333 > ../ext/d/c
dvc ds update u
out changed dvc status --json
dvc repro -q
out clean dvc status --json
mkdir sub; cd sub
dvc dataset add --url ../../ext/d below
cd ..
git add -A
cat > dvc.yaml <<'Y'
vars:
- where: ../ext
datasets:
- name: u
  type: url
  url: ${where}/d
- {name: t, type: url, url: ../ext/d}   # in one line
stages:
  s:
    cmd: echo x > o
    deps: [ds://u, ds://t]
    outs: [o]
Y
out template dvc status --json
dvc dataset update t
snap flow
dvc dataset update u
dvc repro -q
out end dvc status --json
