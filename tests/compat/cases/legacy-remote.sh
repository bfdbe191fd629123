# push, pull, status -c and gc of a repository as DVC 2 left it, with a remote of that time.
git init -q; dvc init -q; git commit -qm start
dvc remote add -q -d r remote-old
put() { mkdir -p "$1/${3:0:2}"; printf "$2" > "$1/${3:0:2}/${3:2}"; chmod 444 "$1/${3:0:2}/${3:2}"; }
t=$(printf 'one\n' | md5sum | cut -c1-32); put remote-old 'one\r\n' $t
printf 'outs:\n- md5: %s\n  size: 5\n  path: t\n' $t > t.dvc
b=$(printf 'bin\n' | md5sum | cut -c1-32); put remote-old 'bin\n' $b
list=$(printf '[{"md5": "%s", "relpath": "b"}, {"md5": "%s", "relpath": "t"}]' $b $t)
d=$(printf '%s' "$list" | md5sum | cut -c1-32).dir; put remote-old "$list" $d
printf 'outs:\n- md5: %s\n  size: 9\n  nfiles: 2\n  path: d\n' $d > d.dvc
printf '/t\n/d\n/n\n' > .gitignore
git add -A; git commit -qm 2
dvc pull -q
snap pulled
out st dvc status --json
out cloud dvc status -c --json
printf 'two\r\n' > t; dvc add -q t; dvc push -q
snap pushed
echo new > d/n; dvc commit -q -f d.dvc; dvc push -q
snap folder
dvc gc -q -f -w -c
