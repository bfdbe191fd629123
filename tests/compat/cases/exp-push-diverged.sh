# Another experiment of the same name is there already, on either side.
git init -q --bare hub.git
mkdir one; cd one; git init -q; dvc init -q; git remote add origin ../hub.git
echo 'a: 1' > params.yaml; dvc stage add -q -n t -p a -o o 'cp params.yaml o'; git add -A; git commit -qm start; git push -q origin main
dvc exp run -q -n x1 -S a=2
dvc exp push origin x1 --no-cache
git clone -q ../hub.git ../two; cd ../two
dvc exp run -q -n x1 -S a=3
dvc exp run -q -n x2 -S a=4
dvc exp push origin x1 x2 --no-cache
git ls-remote origin 'refs/exps/*' | wc -l
dvc exp pull origin x1 --no-cache
git show "$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/x1'):params.yaml" > kept
dvc exp push origin x1 --no-cache -f
dvc exp pull origin x1 --no-cache
