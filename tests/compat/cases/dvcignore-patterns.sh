# Ignored files do not enter a directory's object.
git init -q; dvc init -q; git commit -qm start
printf '*.bak\n!keep.bak\n/d/skip/\nthumbs.db\n' > .dvcignore
mkdir -p d/skip d/in; for p in d/a d/a.bak d/keep.bak d/skip/s d/in/thumbs.db d/in/b d/in/c.bak; do echo "$p" > $p; done
dvc add d
