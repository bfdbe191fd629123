# Tables of metrics: rounding, columns, odd values, revisions.
git init -q; dvc init -q; git commit -qm start
printf 'metrics: [m.json, y.yaml, d]\n' > dvc.yaml
cat > m.json <<'J'
{"a": 0.123456789, "b": 1e-7, "c": 123456.789, "d": 1e20, "e": 100000000.0, "f": true, "g": null, "h": [1, 2], "i": "text | pipe", "j": {"k": {"l": 1}}, "big": 123456789012345678901234567890, "neg": -0.00001, "inf": Infinity, "": 1, "a.b": 2, "uni": "é日本"}
J
mkdir d; echo 'q: 1.000005' > d/one.yaml; echo '5' > d/two.json; echo 'z: 1.5' > y.yaml
out plain dvc metrics show
out p2 dvc metrics show --precision 2
out p10 dvc metrics show --precision 10
out p0 dvc metrics show --precision 0
out md dvc metrics show --md
out json dvc metrics show --json
git add -A; git commit -qm one; git tag v1; git branch side
sed -i 's/0.123456789/0.2234567891/; s/1e-7/2e-7/; s/true/false/; s/"text/"other/; s/\[1, 2\]/[1, 3]/; s/"l": 1/"l": 2.5/; s/-0.00001/0/; s/567890,/567891,/' m.json; rm y.yaml; echo 'q: 2' > d/three.yaml
out -u diff dvc metrics diff
out -u diff-all dvc metrics diff --all
out -u diff-md dvc metrics diff --md
out -u diff-np dvc metrics diff --no-path
out -u diff-p dvc metrics diff --precision 8
out -u diff-json dvc metrics diff --json
out -u diff-t dvc metrics diff --targets m.json
out -u diff-td dvc metrics diff --targets d y.yaml
out -u diff-rev dvc metrics diff v1 workspace
out -u diff-same dvc metrics diff HEAD HEAD
out -u diff-same-md dvc metrics diff --md HEAD HEAD
rc diff-none dvc metrics diff nope
git commit -qam two
out branches dvc metrics show -a
out tags dvc metrics show -T
out both dvc metrics show -aT
out all-json dvc metrics show -A --json m.json
out -u commits dvc metrics diff v1 HEAD
out -u back dvc metrics diff HEAD v1
out -u one dvc metrics diff v1
cd d; out below dvc metrics show; out -u below-diff dvc metrics diff v1; out below-t dvc metrics show one.yaml ../m.json; cd ..
out dir dvc metrics show d
out dirR dvc metrics show -R d
out gone dvc metrics show nope.json
out empty-md dvc metrics show --md nope.json
