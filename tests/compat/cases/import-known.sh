# Imports made elsewhere: status, commit and remove understand their .dvc files.
git init -q lib; cd lib; dvc init -q; echo 1 > f; mkdir d; echo 2 > d/x; dvc add -q f d; git add -A; git commit -qm v1; cd ..
mkdir app; cd app; git init -q; dvc init -q; git commit -qm start
cp ../lib/f f; cat > f.dvc <<'Y'
md5: 4712c861026509490ca92fa2bf667abc
frozen: true
deps:
- path: f
  repo:
    url: ../lib
    rev_lock: 910074151b5e9b4d32d301548f095fd338a1af82
outs:
- md5: b026324c6904b2a9cb4b88d6d61c81d1
  size: 2
  hash: md5
  path: f
Y
echo e > ../ext.txt; cp ../ext.txt e.txt; cat > e.txt.dvc <<'Y'
md5: ff183c62a196586826e53b72c40dab55
frozen: true
deps:
- md5: 9ffbf43126e33be52cd2bf7e01d627f9
  size: 2
  hash: md5
  path: ../ext.txt
outs:
- md5: 9ffbf43126e33be52cd2bf7e01d627f9
  size: 2
  hash: md5
  path: e.txt
Y
dvc commit -q -f e.txt.dvc
out st dvc status --json
echo changed > e.txt
out changed dvc status --json
dvc remove e.txt.dvc
