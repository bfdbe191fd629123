# The layout of params files.
git init -q; dvc init -q
printf '# mine\na: 1   # wide\nb: {c: [1, 2], d: "x"}\n\nlist: [1,2]\n' > params.yaml; printf '{\n  "z": 1\n}\n' > p.json; printf 'a = 1  # one\n[t]\nb = "x"\n' > p.toml; printf 'A = 1  # one\nclass T:\n    b = "x"\n' > p.py
dvc stage add -q -n t -p a,b -p p.json:z -p p.toml:a,t -p p.py:A,T -o o 'echo 1 > o'
git add -A; git commit -qm start
dvc exp run -q -n x -S a=2 -S 'b.c=[3]' -S p.json:z=2 -S p.toml:a=3 -S p.toml:t.b=y -S p.py:A=2
out params dvc params diff --json
