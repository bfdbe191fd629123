# A repository as DVC 2 left it: text with CRLF, a folder, a stage; then today's names, and today's records.
git init -q; dvc init -q; git commit -qm start
put() { mkdir -p "$1/${3:0:2}"; printf "$2" > "$1/${3:0:2}/${3:2}"; chmod 444 "$1/${3:0:2}/${3:2}"; }
t=$(printf 'one\n' | md5sum | cut -c1-32); printf 'one\r\n' > t; put .dvc/cache 'one\r\n' $t
printf 'outs:\n- md5: %s\n  size: 5\n  path: t\n' $t > t.dvc
b=$(printf 'bin\n' | md5sum | cut -c1-32); mkdir d; printf 'bin\n' > d/b; printf 'one\r\n' > d/t; put .dvc/cache 'bin\n' $b
list=$(printf '[{"md5": "%s", "relpath": "b"}, {"md5": "%s", "relpath": "t"}]' $b $t)
d=$(printf '%s' "$list" | md5sum | cut -c1-32).dir; put .dvc/cache "$list" $d
printf 'outs:\n- md5: %s\n  size: 9\n  nfiles: 2\n  path: d\n' $d > d.dvc
printf '/t\n/d\n/o\n' > .gitignore
echo in > in; i=$(md5sum <in | cut -c1-32); cp in o; put .dvc/cache 'in\n' $i
printf 'stages:\n  s:\n    cmd: cp in o\n    deps:\n    - in\n    outs:\n    - o\n' > dvc.yaml
printf "schema: '2.0'\nstages:\n  s:\n    cmd: cp in o\n    deps:\n    - path: in\n      md5: %s\n      size: 3\n    outs:\n    - path: o\n      md5: %s\n      size: 3\n" $i $i > dvc.lock
git add -A; git commit -qm 2
out before dvc status --json
dvc cache migrate --dry
dvc cache migrate --dvc-files --dry
snap dry
dvc cache migrate
find .dvc/cache -type f -links 2 | sort > linked
snap names
out between dvc status --json
dvc cache migrate --dvc-files
snap records
out after dvc status --json
dvc cache migrate --dvc-files
dvc gc -q -f -w
rm -r t d o; dvc checkout -q
find .dvc/cache -type f | grep -v runs | sort > left
