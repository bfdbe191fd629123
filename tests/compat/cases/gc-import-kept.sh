# The data of an import from another repository.
git init -q; dvc init -q; git commit -qm start
echo data > x; dvc add -q x; rm x.dvc
cat > x.dvc <<'X'
frozen: true
deps:
- path: x
  repo:
    url: /nowhere/at/all
    rev_lock: abcdef0789012345678901234567890123456789
outs:
- md5: 6137cde4893c59f76f005a8123d8e8e6
  size: 5
  hash: md5
  path: x
X
dvc gc -q -f -w
