# What ${} may hold and become, place by place.
git init -q; dvc init -q; git commit -qm start
cat > params.yaml <<'Y'
a: {b: {c: [x, {d: y}]}, e: 1e3, n: null, t: true, i: 7, f: 0.10, s: 'q"uo', k: v w}
name: b
yes: maybe
"with space": ws
dash-key: dk
under_score: us
"1": one
Y
try() { n=$1; printf 'stages:\n  s:\n%b' "$2" > dvc.yaml; rc $n dvc repro; rm -f dvc.lock; snap $n; }
one() { try $1 "    cmd: printf '%%s|' $2 > o\n    outs: [o]\n"; }
one path '${a.b.c[0]} ${a.b.c[1].d} ${a[b][c][0]} ${ a.i }'
one neg '${a.b.c[-1].d}'
one kinds '${a.e} ${a.n} ${a.t} ${a.i} ${a.f} "${a.k}"'
one glued 'x${a.i}y${a.t}z'
one escaped "'\\\\\\\\\${a.i}' '\\\\\\\\\\\\\\\\\${a.i}'"
one dollars "'\$\$ \$ {a} \$\${a.i}'"
one dash '${dash-key}'
one under '${under_score}'
one digit '${1}'
one space '${with space}'
one yes '${yes}'
one empty '${}'
one blank '${ }'
one nested '${a.${name}}'
one list '${a.b.c}'
one map '${a.b}'
one range '${a.b.c[9]}'
one text '${a.b.c[x]}'
one open '${a.i'
one dots '${a..i}'
one trail '${a.}'
one item '${item}'
one dq "'\${a.s}'"
try outs '    cmd: echo 1 > ${a.i}.o\n    outs: ["${a.i}.o"]\n'
try out-flag '    cmd: echo 1 > o\n    outs: [{o: {cache: "${a.t}"}}]\n'
try out-desc '    cmd: echo 1 > o\n    outs: [{o: {desc: "${a.i}"}}]\n'
try out-list '    cmd: echo 1 > o\n    outs: ["${a.b.c}"]\n'
try deps-int '    cmd: echo 1 > o\n    deps: ["${a.i}"]\n    outs: [o]\n'
try frozen '    cmd: echo 1 > o\n    frozen: ${a.t}\n    outs: [o]\n'
try always '    cmd: echo 1 > o\n    always_changed: ${a.t}\n    outs: [o]\n'
try meta '    cmd: echo 1 > o\n    meta: {x: "${a}", "${a.i}": 1}\n    outs: [o]\n'
try cmdlist '    cmd: ["echo ${a.i} > o", "echo ${a.t} >> o"]\n    outs: [o]\n'
try key '    cmd: echo 1 > o\n    "${name}": 1\n    outs: [o]\n'
