# Plots of foreach stages and working directories, folders in and from subfolders, targets in many spellings.
git init -q; dvc init -q; mkdir -p sub/w; printf 'k,v.w\n1,2\n' > 'odd [1].csv'
cat > dvc.yaml <<'Y'
stages:
  fe:
    foreach: [a, b]
    do:
      cmd: printf 'x,y\n1,2\n3,4\n' > ${item}.csv; mkdir -p imgs_${item}; printf '\211PNG' > imgs_${item}/i.png
      plots:
      - ${item}.csv: {x: x, title: "T ${item}"}
      - imgs_${item}
  wd:
    wdir: sub/w
    cmd: echo '[{"p":1,"q":2}]' > o.json
    plots:
    - o.json: {template: scatter, persist: true}
plots:
- a.csv: {y: x}
- sub: {x: p}
- "odd [1].csv"
- .
Y
printf 'plots:\n- ../a.csv:\n- w/o.json: {y: p}\n- top: {x: {../a.csv: x}, y: {../a.csv: y, ../b.csv: [y]}}\n' > sub/dvc.yaml
dvc repro -q; git add -A; git commit -qm one
cat > .dvc/tmp/shown <<'S'
dvc "$@" --json -o out | python3 -c 'import json,sys; d=json.load(sys.stdin); print(json.dumps({"errors": [[e.get("name"), e.get("rev"), e.get("source"), e.get("type")] for e in d.get("errors", [])], "data": [[k, [[p["type"], p["revisions"], p.get("content", {}).get("data")] for p in v]] for k, v in d["data"].items()]}))'
rm -rf out
S
out all sh .dvc/tmp/shown plots show
out diff sh .dvc/tmp/shown plots diff HEAD
n=0
for t in a.csv sub sub/ ./sub/w . dvc.yaml::a.csv '.*csv' 'imgs_a b.csv' 'sub/w/o.json -t bar_horizontal' sub/dvc.yaml::top; do n=$((n + 1)); out target-$n sh .dvc/tmp/shown plots show $t; done
cd sub
out below sh ../.dvc/tmp/shown plots show
out below-diff sh ../.dvc/tmp/shown plots diff HEAD
for t in . .. w/o.json '../a.csv top'; do n=$((n + 1)); out below-$n sh ../.dvc/tmp/shown plots show $t; done
cd ..
rm a.csv; sed -i 's/1,2/9,9/' b.csv; sed -i 's/y: x/y: y/' dvc.yaml
out changed sh .dvc/tmp/shown plots diff
out named sh .dvc/tmp/shown plots diff HEAD workspace
