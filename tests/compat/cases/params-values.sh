# Params files that are empty, odd or broken, and values of all kinds.
git init -q; dvc init -q; git commit -qm start
use() { printf 'stages:\n  s:\n    cmd: echo 1 > o\n    params:\n%b\n    outs: [o]\n' "$1" > dvc.yaml; }
try() { n=$1; rc $n dvc repro; [ ! -f dvc.lock ] || snap $n; rc st-$n dvc status -q; rm -f dvc.lock o; }
use '    - lr'
try missing
: > params.yaml; try empty
echo 'null' > params.yaml; try null
echo '[1]' > params.yaml; try list
echo 'abc' > params.yaml; try scalar
echo 'lr:' > params.yaml; try null-value
echo 'lr: .nan' > params.yaml; try nan
echo 'lr: .inf' > params.yaml; try inf
printf 'lr: 1%0400d\n' 0 > params.yaml; try huge
echo 'lr: 1e400' > params.yaml; try huge-float
echo 'lr: [1' > params.yaml; try broken
printf 'lr: 1\nlr: 2\n' > params.yaml; try dup
printf '\377\n' > params.yaml; try bytes
echo 'lr: !!set {a, b}' > params.yaml; rc set dvc repro
echo 'lr: 0x1F' > params.yaml; try hex
echo 'lr: -0.0' > params.yaml; try minus-zero
echo 'lr: {b: 1, a: [1, {d: 2, c: 3}]}' > params.yaml; try map
echo '"lr": "multi\n line"' > params.yaml; try text
echo '{1: a, true: b, null: c, 2.5: d}' > params.yaml; use '    - "1"'; try int-key
echo 'a.b: 1' > params.yaml; use '    - a.b'; try dotted-key
echo 'a: [x, {y: z}]' > params.yaml; use '    - a.1.y'; try index
use '    - a[1].y'; try bracket
use '    - a[0]\n    - a[0]'; try repeated
use '    - params.yaml:'; try whole
use '    - params.yaml'; try whole-name
use '    - other.yaml:'; try whole-missing
mkdir d.yaml; use '    - d.yaml:'; try whole-dir
echo '{"a": {"b": 1.0, "c": 1e-7, "d": 12345678901234567890123}}' > p.json; use '    - p.json:\n      - a'; try json
echo '{"a": NaN}' > p.json; try json-nan
echo '{"a": 1,}' > p.json; try json-broken
printf 'a = inf\nb = 0xff\n[c.d]\ne = [1, [2]]\n' > p.toml; use '    - p.toml:'; try toml
printf 'a = (1, "x")\nb = {"k": [1, None, True]}\nc = {1, 2}\nd = -1.5\ne = 1 + 1\nf = len("x")\nclass C:\n    g = 1\n    def __init__(self):\n        self.h = 2\n' > p.py
use '    - p.py:\n      - a\n      - b\n      - d\n      - C'; try py
use '    - p.py:\n      - e'; try py-expr
printf 'a = 1\nb = (1,\n' > p.py; use '    - p.py:\n      - a'; try py-open
printf 'a = 1\nif True:\nb = 2\n' > p.py; try py-indent
printf 'a = 1\nb = "abc\n' > p.py; try py-quote
printf 'a = 1\n  b = 2\n' > p.py; try py-indent2
printf 'a = 1\ndef f(:\n  pass\n' > p.py; try py-syntax
printf 'a: int = 5\nb = c = 6\nx, y = 1, 2\nd = e\n' > p.py; use '    - p.py:\n      - a\n      - b'; try py-annot
printf 'a = 0b11\nb = 1_000\nc = 1j\nd = b"x"\ne = f"x"\ng = "a" "b"\nh = not True\n' > p.py; use '    - p.py:\n      - a\n      - b'; try py-num
use '    - p.py:\n      - g'; try py-cat
