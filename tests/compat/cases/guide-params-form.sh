# Several params files and whole-file params; a stage whose params change in only one of them.
git init -q; dvc init -q; git commit -qm start
printf 'a: 1\nb:\n  c: [1, 2]\n  d: x y\n' > params.yaml; echo '{"z": {"y": 0.1}, "w": 2}' > more.json
cat > dvc.yaml <<'Y'
stages:
  s:
    cmd: echo run >> log
    params:
    - a
    - b.c
    - more.json:
      - z.y
    outs:
    - o:
        persist: true
        cache: false
  t:
    cmd: echo t > t.out
    params:
    - more.json:
    outs:
    - t.out
Y
: > o
dvc repro -q
snap first
sed -i 's/x y/other/' params.yaml
out same dvc status --json
sed -i 's/a: 1/a: 2/' params.yaml
out changed dvc status --json
dvc repro -q
echo '{"z": {"y": 0.1}, "w": 3}' > more.json
out whole dvc status --json
dvc repro -q t
