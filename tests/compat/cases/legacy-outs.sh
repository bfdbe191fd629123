# Outs of DVC 2: the old cache layout, text hashed with its line ends folded.
git init -q; dvc init -q; git commit -qm start
dvc remote add -d r "$PWD/remote-old"
printf 'one\r\ntwo\r\n' > t
mkdir -p .dvc/cache/c1; h=$(printf 'one\ntwo\n' | md5sum | cut -c1-32)
mkdir -p ".dvc/cache/${h%"${h#??}"}"; cp t ".dvc/cache/${h%"${h#??}"}/${h#??}"; chmod 444 ".dvc/cache/${h%"${h#??}"}/${h#??}"
printf 'outs:\n- md5: %s\n  size: 10\n  path: t\n' "$h" > t.dvc; echo /t > .gitignore
out st dvc status --json
rm t; dvc checkout -q
snap restored
dvc push -q
dvc add -q t
snap unchanged
echo more >> t; dvc add -q t
out st2 dvc status --json
