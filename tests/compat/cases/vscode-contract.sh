# Every call that DVC's extension for VS Code makes, as it makes it.
export DVCLIVE_OPEN=false DVC_NO_ANALYTICS=true GIT_TERMINAL_PROMPT=0
git init -q --bare hub.git
mkdir r; cd r; git init -q; git remote add origin ../hub.git
dvc init -q
mkdir sub data; echo 1 > data/a; echo 2 > data/b
dvc add -q data
printf 'lr: 0.1\nn: 3\n' > params.yaml
cat > run.py <<'X'
import json
lr = float(open('params.yaml').read().split()[1])
json.dump({'acc': lr * 2}, open('m.json', 'w'))
open('log.csv', 'w').write('step,acc\n0,0.1\n1,%s\n' % lr)
X
cat > dvc.yaml <<'X'
stages:
  t:
    cmd: python3 run.py
    deps: [data, run.py]
    params: [lr]
    metrics:
    - m.json: {cache: false}
plots:
- log.csv:
    x: step
    y: acc
X
dvc repro -q; git add -A; git commit -qm start; git push -q origin main
out root dvc root
cd sub; out below dvc root; cd ..
out -u ds dvc data status --granular --unchanged --json
echo 3 > data/c; echo 1 > data/b; rm data/a
out -u ds2 dvc data status --granular --unchanged --json
rc commit dvc commit data -f
out -u ds3 dvc data status --granular --unchanged --json
rc checkout dvc checkout data -f
git checkout -q data.dvc; rc checkout2 dvc checkout data.dvc -f
out dag dvc dag --md
out stages dvc stage list
out remotes0 dvc remote list --local
rc add1 dvc remote add -d --project store ../store
rc add2 dvc remote add --local other ../other
rc mod dvc remote modify --project store url ../store2
rc ren dvc remote rename --local other o2
rc rmr dvc remote remove --project nosuch
rc rml dvc remote remove --local o2
out cfg dvc config studio.offline
rc cfg2 dvc config studio.token
rc cfg3 dvc config --global studio.offline true
out cfg4 dvc config studio.offline
rc cfg5 dvc config --global --unset studio.offline
rc run1 dvc exp run -S params.yaml:lr=0.5
rc run2 dvc exp run -S params.yaml:lr=0.7 -n named -f
git checkout -q .
sha=$(git rev-parse HEAD)
out -u show dvc exp show --rev "$sha" --json
out -u shown dvc exp show -n 3 --no-fetch --json
out plots dvc plots diff named "$sha" -o .dvc/tmp/plots --split --json
rc apply dvc exp apply named
git checkout -q .
rc branch dvc exp branch named b1
rc rename dvc exp rename named second
rc push dvc exp push origin second
out there dvc exp list origin --name-only
rc queue dvc exp run --queue -S params.yaml:lr=0.9
rc removeq dvc exp remove --queue
rc remove dvc exp remove second
rc none dvc exp remove nosuch
rc stop dvc queue stop
rc pushd dvc push
rc pulld dvc pull data.dvc -f
echo x > x; rc addx dvc add x; rc rmx dvc remove x.dvc
