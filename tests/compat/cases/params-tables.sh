# Tables of params differences.
git init -q; dvc init -q; git commit -qm start
printf 'lr: 0.1\nn: 3\nl: [1, 2]\ne: []\nm: {a: {b: 1}, c: x}\nt: true\nz: null\ntiny: 1e-7\nempty: {}\n' > params.yaml
printf 'k: 1\n' > other.yaml; echo '{"u": 1}' > top.json
mkdir sub; printf 'lr: 5\n' > sub/params.yaml
printf 'stages:\n  s:\n    cmd: echo 1 > o\n    params: [lr, m.a, {other.yaml: [k]}]\n    outs: [o]\nparams: [top.json]\n' > dvc.yaml
printf 'stages:\n  t:\n    cmd: echo ${lr} > o\n    params: [lr]\n    outs: [o]\n' > sub/dvc.yaml
out -u none dvc params diff
git add -A; git commit -qm one; git tag v1
printf 'lr: 0.123456789\nn: 3\nl: [1, 3]\ne: [1]\nm: {a: {b: 2, c: 3}}\nt: false\nz: 1\ntiny: 2e-7\nempty: {q: 1}\n' > params.yaml
printf 'k: 2\nv: 1\n' > other.yaml; echo '{"u": 2}' > top.json; printf 'lr: 6\n' > sub/params.yaml
out -u diff dvc params diff
out -u all dvc params diff --all
out -u md dvc params diff --md
out -u md-all dvc params diff --md --all --no-path
out -u np dvc params diff --no-path
out -u json dvc params diff --json
out -u deps dvc params diff --deps
out -u deps-all dvc params diff --deps --all --json
out -u targets dvc params diff --targets other.yaml
out -u targets2 dvc params diff --targets other.yaml sub/params.yaml params.yaml
out -u tdeps dvc params diff --targets other.yaml --deps
out -u gone dvc params diff --targets nope.yaml
git commit -qam two
out -u same dvc params diff
out -u same-md dvc params diff --md
out -u revs dvc params diff v1 HEAD
out -u back dvc params diff HEAD v1
out -u one dvc params diff v1
rc bad dvc params diff nope
cd sub; out -u below dvc params diff v1; cd ..
rm params.yaml; out -u absent dvc params diff v1; out -u absent-json dvc params diff v1 --json
