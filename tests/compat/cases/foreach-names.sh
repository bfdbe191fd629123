# Names of stages made from values of all kinds, in place and from a file; and what the values become in a command.
git init -q; dvc init -q; git commit -qm start
cat > params.yaml <<'Y'
l: [true, 2.5, null, x, 7, 1e3, "007"]
m: {k1: {w: 1}, k2: {w: 2}}
t: true
d: {a: {b: 1}, c: [1, 2], e: {}, g: null, h: 1.5, i: "it's", j: "", k: [true, null, "a b"], off: false}
Y
cat > dvc.yaml <<'Y'
stages:
  file: {foreach: "${l}", do: {cmd: "echo ${item}"}}
  here: {foreach: [true, 2.5, null, x, 7, 1e3, "007"], do: {cmd: "echo ${item}"}}
  mixed: {foreach: ["${t}", true, a, a], do: {cmd: "echo ${item}"}}
  maps: {foreach: "${m}", do: {cmd: "echo ${key} ${item.w} ${item}"}}
  lists: {foreach: [{a: 1}, x], do: {cmd: "echo z"}}
  keys: {foreach: {1: a, x: b}, do: {cmd: "echo ${key} ${item}"}}
  none: {foreach: [], do: {cmd: "echo ${item}"}}
  grid:
    matrix: {a: "${l}", b: [true, {n: 1}, "${t}"]}
    cmd: echo ${item.a} ${key}
  flags: {cmd: "echo ${d} \\${x} ${ d.a.b } ${d.k[-1]} ${d[c][0]}"}
Y
out names dvc stage list --name-only
out rep dvc repro -f flags
dvc repro -q
