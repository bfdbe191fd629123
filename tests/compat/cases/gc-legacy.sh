# Both layouts of the cache, and of the remote.
git init -q; dvc init -q; git commit -qm start
dvc remote add -q -d r "$PWD/remote-old"
put() { mkdir -p "$1/${3:0:2}"; printf "$2" > "$1/${3:0:2}/${3:2}"; }
old=$(printf 'one\n' | md5sum | cut -c1-32); gone=$(printf 'two\n' | md5sum | cut -c1-32)
put .dvc/cache 'one\r\n' "$old"; put .dvc/cache 'two\n' "$gone"; put remote-old 'one\r\n' "$old"; put remote-old 'two\n' "$gone"
put .dvc/cache/files/md5 'one\n' "$old"
printf 'outs:\n- md5: %s\n  size: 5\n  path: t\n' "$old" > t.dvc; printf 'one\r\n' > t
dvc gc -q -f -w -c
find .dvc/cache remote-old -type f | sort > left
