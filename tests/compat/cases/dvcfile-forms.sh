# .dvc files in all the forms that DVC reads.
git init -q; dvc init -q; git commit -qm start
for f in plain flow crlf bom wdir legacy uncached two1 two2; do echo $f > $f; done
M=$(md5sum < plain | cut -d' ' -f1); dvc add -q plain flow crlf bom wdir uncached two1 two2
m() { md5sum < $1 | cut -d' ' -f1; }
printf '{outs: [{path: flow, md5: %s, size: 5, hash: md5}]}' "$(m flow)" > flow.dvc
printf 'outs:\r\n- md5: %s\r\n  size: 5\r\n  hash: md5\r\n  path: crlf\r\n' "$(m crlf)" > crlf.dvc
printf '\357\273\277outs:\n- md5: %s\n  size: 4\n  hash: md5\n  path: bom\n' "$(m bom)" > bom.dvc
mkdir s; printf 'wdir: ..\nouts:\n- md5: %s\n  size: 5\n  hash: md5\n  path: ./wdir\n' "$(m wdir)" > s/wdir.dvc; rm wdir.dvc
printf 'desc: D\nmeta: {a: [1, x]}\nouts:\n- md5: %s\n  size: 9\n  hash: md5\n  path: uncached\n  cache: false\n  push: false\n  desc: d\n  type: t\n  labels: [a]\n' "$(m uncached)" > uncached.dvc
printf 'outs:\n- md5: %s\n  size: 5\n  hash: md5\n  path: two1\n- md5: %s\n  size: 5\n  hash: md5\n  path: two2\n' "$(m two1)" "$(m two2)" > two.dvc; rm two1.dvc two2.dvc
: > empty.dvc
out st dvc status --json
out -u list dvc stage list --all --name-only
echo more >> two2; echo more >> uncached; dvc commit -q -f two.dvc uncached.dvc s/wdir.dvc
snap committed
for t in 'cmd: x' 'outs: x' 'outs: [{path: x, metric: true}]' 'outs: [{path: x, size: "3"}]' 'outs: [{path: x, md5: ab}]' 'frozen: yes' '- x' 'outs: [{path: x}]
outs: []'; do printf '%s\n' "$t" > bad.dvc; rc "bad-$((n=n+1))" dvc status; done
