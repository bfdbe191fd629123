# params diff, and parameters as dependencies.
. "$(dirname "$0")/lib.sh"

case_begin "diff shows the default file, tracked keys, and lists as text"
project
printf 'lr: 0.1\nnet: {depth: 3, sizes: [1, 2]}\nempty: {}\n' >params.yaml
printf 'k: 1\nunused: 1\n' >other.yaml
cairn stage add -q -n s -p lr -p other.yaml:k -o o 'echo o > o'
git add -A; git commit -q -m one
run cairn params diff
expect_rc 0
expect_out </dev/null
printf 'lr: 0.25\nnet: {depth: 3, sizes: [1, x]}\nnew:\n' >params.yaml
printf 'k: 2\nunused: 2\n' >other.yaml
run cairn params diff
expect_out <<'EOF'
Path         Param      HEAD    workspace
other.yaml   k          1       2
params.yaml  lr         0.1     0.25
params.yaml  net.sizes  [1, 2]  [1, 'x']
EOF
run cairn params diff --deps --json
expect_out <<'EOF'
{"other.yaml": {"k": {"old": 1, "new": 2, "diff": 1}}, "params.yaml": {"lr": {"old": 0.1, "new": 0.25, "diff": 0.15}}}
EOF
run cairn params diff --no-path --md --targets other.yaml
expect_out <<'EOF'
| Param   | HEAD   | workspace   |
|---------|--------|-------------|
| k       | 1      | 2           |
| unused  | 1      | 2           |

EOF
run cairn params diff --all --json --targets params.yaml
expect_out_has '"net.depth": {"old": 3, "new": 3, "diff": 0}'

case_begin "what templates take from other files is shown"
project
printf 'word: hey\nother: 1\n' >v.yaml
printf 'vars:\n- v.yaml\nstages:\n  s:\n    cmd: echo ${word} > o\n    outs: [o]\n' >dvc.yaml
git add -A; git commit -q -m one
printf 'word: ho\nother: 2\n' >v.yaml
run cairn params diff
expect_out <<'EOF'
Path    Param    HEAD    workspace
v.yaml  word     hey     ho
EOF

case_begin "a change of a key that counts runs the stage, another does not"
project
printf 'lr: 0.01\nnet:\n  depth: 3\nunused: 1\n' >params.yaml
cairn stage add -q -n t -p lr,net.depth -o m 'cat params.yaml > m'
cairn repro -q
expect_that "$(sed -n '/params:/,/outs:/p' dvc.lock | tr -d ' \n')" = 'params:params.yaml:lr:0.01net.depth:3outs:'
sed -i 's/unused: 1/unused: 2/; s/0.01/1e-2/' params.yaml
run cairn status --json
expect_out <<'EOF'
{}
EOF
sed -i 's/depth: 3/depth: 4/' params.yaml
run cairn status --json
expect_out <<'EOF'
{"t": [{"changed deps": {"params.yaml": {"net.depth": "modified"}}}]}
EOF
run cairn repro
expect_out_has "Running stage 't':"

case_begin "parameters that are missing"
project
echo 'a: 1' >params.yaml
cairn stage add -q -n s -p a,b -o o 'echo o > o'
run cairn repro
expect_rc 255
expect_err <<'EOF'
ERROR: failed to reproduce 's': Parameters 'b' are missing from 'params.yaml'.
EOF
expect_no_file o
rm params.yaml
run cairn repro
expect_rc 255
expect_err_has "dependency 'params.yaml' does not exist"

case_begin "an unknown revision, and no commits"
git init -q . && cairn init -q
run cairn params diff --json
expect_rc 0
expect_out <<'EOF'
{}
EOF
git commit -q -m start
run cairn params diff nope
expect_rc 255

cases_end
