# Adding, removing and nested values of parameters, other files; generated name.
git init -q; dvc init -q
printf '# a comment\na: 1 # kept?\nb:\n  c:\n  - 1\n  - 2\n  d: text\n' > params.yaml; printf '{"z": {"y": 1}}' > more.json
dvc stage add -q -n t -p a,b -p more.json:z -o o 'cat params.yaml more.json > o'
git add -A; git commit -qm start
dvc exp run -q -S b.c=[3,4] -S b.d=null -S +b.new=1.5 -S more.json:z.y=2
snap set
dvc exp run -q -n del -S '~b.new' -S a=true
rc absent dvc exp run -S nothere=1
