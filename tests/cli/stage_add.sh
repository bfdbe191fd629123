# stage add: the bytes of dvc.yaml, .gitignore, the checks.
. "$(dirname "$0")/lib.sh"

case_begin "all kinds of entries"
project
run cairn stage add -n full -d z -d a -o out2 -o out1 -O raw -m m.json -M n.json --plots pl.csv \
    --plots-no-cache pn.csv -p p -p q.yaml:q,a -p whole.json: --desc 'does things' \
    --outs-persist keep --always-changed 'echo "quotes" > out1'
expect_rc 0
expect_out_has "Added stage 'full' in 'dvc.yaml'"
expect_file dvc.yaml <<'EOF'
stages:
  full:
    desc: does things
    cmd: echo "quotes" > out1
    deps:
    - a
    - z
    params:
    - p
    - q.yaml:
      - a
      - q
    - whole.json:
    outs:
    - keep:
        persist: true
    - out1
    - out2
    - raw:
        cache: false
    metrics:
    - m.json
    - n.json:
        cache: false
    plots:
    - pl.csv
    - pn.csv:
        cache: false
    always_changed: true
EOF
expect_file .gitignore <<'EOF'
/keep
/m.json
/pl.csv
/out2
/out1
EOF

case_begin "words of a command, options among them"
project
cairn stage add -q -n words echo several 'two words' -d x --force
cairn stage add -q -n one 'a | b'
expect_file dvc.yaml <<'EOF'
stages:
  words:
    cmd: echo several "two words" -d x --force
  one:
    cmd: a | b
EOF

case_begin "an existing file keeps comments and order"
project
cat >dvc.yaml <<'EOF'
# top
stages:
  b:   # about b
    cmd: echo b > b

    outs:
      - b
EOF
cairn stage add -q -n c -d b -o c 'cp b c'
expect_file dvc.yaml <<'EOF'
# top
stages:
  b:   # about b
    cmd: echo b > b

    outs:
      - b
  c:
    cmd: cp b c
    deps:
      - b
    outs:
      - c
EOF

case_begin "-f replaces a stage, without it nothing changes"
project
cairn stage add -q -n s -o o 'one'
cp dvc.yaml before
run cairn stage add -n s -o o2 'two'
expect_rc 255
expect_same dvc.yaml before
run cairn stage add -q -f -n s -o o2 'two'
expect_rc 0
expect_file dvc.yaml <<'EOF'
stages:
  s:
    cmd: two
    outs:
    - o2
EOF

case_begin "working folders and subfolders"
project
mkdir -p sub/in
cd sub || exit 2
run cairn stage add -q -n w -w in -d ../f -o o 'cmd'
expect_rc 0
expect_file dvc.yaml <<'EOF'
stages:
  w:
    cmd: cmd
    wdir: in
    deps:
    - ../f
    outs:
    - o
EOF
expect_file in/.gitignore <<'EOF'
/o
EOF
run cairn stage add -q -n x -d "$PWD/abs" x
expect_rc 0
expect_that "$(tail -n 1 dvc.yaml)" = '    - abs'

case_begin "an output in a folder that is not there yet"
project
run cairn stage add -q -n s -o no/such/o x
expect_rc 0
expect_no_file no

case_begin "what is refused changes nothing"
project
echo t >tracked && git add tracked
echo d >data && cairn add -q data
cairn stage add -q -n a -d x -o y 'cp x y'
cp dvc.yaml before; cp .gitignore ignore
refuse() {
    want=$1; shift
    run cairn stage add "$@"
    expect_rc "$want"
    expect_same dvc.yaml before
    expect_same .gitignore ignore
}
refuse 255 -n a/b x
refuse 255 -n b
refuse 254 'no name'
refuse 255 -n b -o y x
refuse 255 -n b -o data x
refuse 255 -n b -o y/z x
refuse 255 -n b -d q -o q x
refuse 255 -n b -d q -o q/z x
refuse 255 -n b -d y -o x x
refuse 255 -n b -o o -m o x
refuse 255 -n b -o ../out x
refuse 255 -n b -o tracked x
refuse 255 -n b -o dvc.yaml x
refuse 255 -n b -d dvc.yaml x
refuse 255 -n b -o .git/hooks/pre-commit x
refuse 255 -n b -w nodir x
refuse 255 -n b -w .. x

case_begin "--run runs it and writes dvc.lock"
project
run cairn stage add --run -n s -o o 'echo o > o'
expect_rc 0
expect_out_has "Added stage 's' in 'dvc.yaml'"
expect_out_has "Running stage 's':"
expect_that -f o
run cairn status
expect_out <<'EOF'
Data and pipelines are up to date.
EOF

cases_end
