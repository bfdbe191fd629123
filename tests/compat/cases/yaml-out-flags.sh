# Every flag of outs, metrics and plots, and what of them the lock and the ignore file show.
git init -q; dvc init -q; git commit -qm start
cat > dvc.yaml <<'Y'
stages:
  all:
    cmd: for f in a b c d e f g h i j k l; do echo $f > $f; done; echo '{"v":1}' > m.json; echo '{"v":2}' > n.json; echo 'x,y' > p.csv; echo 'x,y' > q.csv
    outs:
    - a:
        cache: false
    - b:
        persist: true
    - c:
        push: false
        remote: r
    - d:
        desc: text
        type: model
        labels: [x, y]
        meta: {k: [1, {z: 2}]}
    - e: {cache: true, persist: false, push: true}
    - f: {checkpoint: true}
    - g: {}
    - h
    - i:
    metrics:
    - m.json: {cache: false, desc: m}
    - n.json
    plots:
    - p.csv: {cache: false, x: x, y: y, x_label: X, y_label: Y, title: T, template: linear, header: false}
    - q.csv:
        persist: true
Y
dvc repro -q
snap first
echo 2 > h; out st dvc status --json
rm a b c d; dvc checkout
out sm dvc metrics show --json
