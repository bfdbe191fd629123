# registry: versions and stages as tags. That the tags are GTO's is tests/compat/registry.
. "$(dirname "$0")/lib.sh"

# An artifact in three commits.
sample() {
    project
    printf 'artifacts:\n  m:\n    path: model.bin\n    type: model\n    desc: the best\n    labels: [a, b]\n    meta: {k: 1}\n' >dvc.yaml
    for i in 1 2 3; do
        echo $i >model.bin
        git add . && git commit -q -m "model $i"
    done
}

case_begin "versions: the first, the next, raised, named; nothing but the version on standard output"
sample
run cairn registry register m HEAD~2
expect_rc 0
expect_out <<'EOF'
v0.0.1
EOF
expect_err_has "git push origin 'refs/tags/m@v0.0.1'"
run cairn registry register m HEAD~1 --bump minor -q
expect_out <<'EOF'
v0.1.0
EOF
expect_err </dev/null
run cairn registry register m --version 2.0.0-rc.1 --message 'as it is'
expect_out <<'EOF'
v2.0.0-rc.1
EOF
{ git cat-file -p m@v2.0.0-rc.1 && echo; } | sed 1d >tag
expect_file tag <<'EOF'
type commit
tag m@v2.0.0-rc.1
tagger t <t@example.com> 1704164647 +0000

as it is
EOF
run cairn registry show m
expect_out <<'EOF'
artifact    version      stage    created_at                 ref
m           v2.0.0-rc.1  -        2024-01-02 03:04:07+00:00  m@v2.0.0-rc.1
m           v0.1.0       -        2024-01-02 03:04:06+00:00  m@v0.1.0
m           v0.0.1       -        2024-01-02 03:04:05+00:00  m@v0.0.1
EOF

case_begin "what cannot be registered changes nothing"
sample
cairn registry register -q m HEAD~1 >/dev/null
git tag >before
run cairn registry register m HEAD~1
expect_rc 255
expect_err_has "has version v0.0.1 of 'm' already"
run cairn registry register m --version v0.0.1
expect_rc 255
expect_err_has "version v0.0.1 of 'm' exists"
run cairn registry register m --version 1.0
expect_rc 255
expect_err_has "'1.0' is no version"
run cairn registry register mm
expect_rc 255
expect_err_has "no artifact 'mm' in the dvc.yaml files of commit"
expect_err_has "did you mean 'm'?"
run cairn registry register 'm!' --force
expect_rc 255
expect_err_has "'m!' cannot be an artifact"
run cairn registry register m nowhere
expect_rc 255
expect_err_has "unknown Git revision 'nowhere'"
run cairn registry register m --version v1.0.0 --bump major
expect_rc 254
git tag light
run cairn registry register light --force
expect_out <<'EOF'
v0.0.1
EOF
git tag -d light light@v0.0.1 >/dev/null
git tag m@v0.0.2
run cairn registry register m
expect_rc 255
expect_err_has "the Git tag 'm@v0.0.2' exists"
git tag -d m@v0.0.2 >/dev/null
git tag >after
expect_same before after
git config --unset-all user.name
run env -u GIT_COMMITTER_NAME cairn registry register m
expect_rc 255
expect_err_has "git config --global user.name"
cd .. && mkdir plain && cd plain || exit
run cairn registry show
expect_rc 255
expect_err_has "in no Git repository"

case_begin "stages, and back"
sample
for rev in HEAD~2 HEAD~1 HEAD; do
    cairn registry register -q m $rev >/dev/null
done
run cairn registry assign m v0.0.1 Production
expect_out <<'EOF'
m#Production#1
EOF
cairn registry assign -q m 0.0.2 Production >/dev/null
cairn registry assign -q m latest Production >/dev/null
run cairn registry which m --stage Production
expect_out <<'EOF'
v0.0.3
EOF
run cairn registry rollback m Production
expect_out <<'EOF'
v0.0.2
EOF
expect_err_has "'refs/tags/m#Production!#4' 'refs/tags/m#Production#5'"
run cairn registry rollback m Production
expect_out <<'EOF'
v0.0.1
EOF
run cairn registry which m --stage Production
expect_out <<'EOF'
v0.0.1
EOF
run cairn registry rollback m Production
expect_rc 255
expect_err_has "version v0.0.1 of 'm' is the first in stage 'Production'"
run cairn registry unassign m v0.0.1 Production
expect_out <<'EOF'
m#Production!#8
EOF
run cairn registry which m --stage Production
expect_rc 255
expect_err_has "no version of 'm' is in stage 'Production'"
run cairn registry which m
expect_out <<'EOF'
v0.0.3
EOF
run cairn registry history m
expect_that "$(awk 'length > 80' "$OUT" | wc -l)" = 0
run cairn registry history m --csv
tr -d '\r' <"$OUT" | cut -d, -f3-5,7 | sed 4q >last
expect_file last <<'EOF'
event,version,stage,ref
unassignment,v0.0.1,Production,m#Production!#8
assignment,v0.0.1,Production,m#Production#7
unassignment,v0.0.2,Production,m#Production!#6
EOF

case_begin "a rollback passes over versions that were taken back"
sample
for rev in HEAD~2 HEAD~1 HEAD; do
    version=$(cairn registry register -q m $rev)
    cairn registry assign -q m "$version" Staging >/dev/null
done
cairn registry deprecate -q m v0.0.2 >/dev/null
run cairn registry rollback m Staging
expect_out <<'EOF'
v0.0.1
EOF

case_begin "names of stages: the usual ones, those in use, the repository's own"
sample
cairn registry register -q m >/dev/null
run cairn registry assign m v0.0.1 prodction
expect_rc 255
expect_err_has "unknown stage 'prodction'; there are Archived, Production, Staging"
expect_err_has "did you mean 'Production'?"
run cairn registry assign m v0.0.1 eu-west
expect_err_has "list it below 'stages:' in .gto"
git tag -a -m x 'm#canary#1'
run cairn registry assign m v0.0.1 canary
expect_rc 255
expect_err_has "is in stage 'canary' already"
echo 'stages: [dev, eu-west]' >.gto
run cairn registry assign m v0.0.1 eu-west
expect_out <<'EOF'
m#eu-west#2
EOF
run cairn registry assign m v0.0.1 Production
expect_rc 255
expect_err_has "there are dev, eu-west"
run cairn registry show
expect_out <<'EOF'
name    latest    #dev    #eu-west
m       v0.0.1    -       v0.0.1
EOF
echo 'stages: 3' >.gto
run cairn registry show
expect_rc 255
expect_err_has ".gto:1: 'stages' is no list"

case_begin "out of use"
sample
cairn registry register -q m >/dev/null
run cairn registry deprecate m v0.0.1
expect_out <<'EOF'
m@v0.0.1!
EOF
run cairn registry deprecate m v0.0.1
expect_rc 255
expect_err_has "is out of use already"
run cairn registry assign m v0.0.1 Production
expect_rc 255
expect_err_has "has been taken back"
run cairn registry register m
expect_rc 255
expect_err_has "git tag -d 'm@v0.0.1!'"
run cairn registry deprecate m
expect_out <<'EOF'
m@deprecated
EOF
run cairn registry show
expect_out </dev/null
run cairn registry show --deprecated --json
expect_out <<'EOF'
{"m": {"version": null, "stage": {}, "registered": true, "active": false}}
EOF

case_begin "artifacts of folders, of a project below the top, without tags, and what is said of them"
git init -q . && mkdir -p proj/sub && cd proj && cairn init -q --subdir || exit
printf 'artifacts:\n  top:\n    path: a\n' >dvc.yaml
printf 'artifacts:\n  m:\n    path: data/x\n    desc: ${what}\nvars: [what: good]\n' >sub/dvc.yaml
git add . && git commit -q -m one
run cairn registry register proj/sub/dvc.yaml:m
expect_rc 0
run cairn registry show
expect_out <<'EOF'
name        latest
proj/sub:m  v0.0.1
*proj:top   -
EOF
run cairn registry describe proj/sub:m@latest --json
expect_out <<EOF
{"name": "proj/sub:m", "path": "sub/data/x", "type": null, "desc": "good", "labels": [], "meta": null, "version": "v0.0.1", "commit": "$(git rev-parse HEAD)"}
EOF
run cairn registry describe proj:top
expect_out <<'EOF'
name:    proj:top
path:    a
EOF
run cairn registry describe elsewhere:m
expect_rc 255
git rm -q --cached sub/dvc.yaml && git commit -q -m gone && rm sub/dvc.yaml
run cairn registry describe proj/sub:m
expect_rc 255
expect_err_has "no artifact 'proj/sub:m'"
run cairn registry describe proj/sub:m@latest
expect_rc 0
git tag -a -m x 'ghost@v1.0.0'
run cairn registry describe ghost@latest
expect_rc 255
expect_err_has "no artifact 'ghost' in the dvc.yaml files of commit"
run cairn registry show m@v0.0.1
expect_rc 255
expect_err_has "no version of 'm' is registered"
run cairn registry show proj/sub:m@v0.1.1
expect_err_has "has no version v0.1.1"

case_begin "tags are pushed, or not made"
sample
git init -q --bare ../origin.git
run cairn registry register m --push
expect_rc 255
expect_err_has "nothing was changed"
expect_that -z "$(git tag)"
git remote add origin ../origin.git
run cairn registry register m --push
expect_rc 0
expect_err </dev/null
git commit -q --allow-empty -m next
git --git-dir=../origin.git tag -a -m x m@v0.0.2 m@v0.0.1^{}
run cairn registry register m --push
expect_rc 255
expect_err_has "rejected the tag 'm@v0.0.2'"
expect_err_has "git fetch --tags origin"
git tag >here
expect_file here <<'EOF'
m@v0.0.1
EOF
run cairn registry register m --version v0.1.0 --push
expect_rc 0
expect_that "$(git --git-dir=../origin.git rev-parse m@v0.1.0^{})" = "$(git rev-parse HEAD)"
case_begin "the artifacts.yaml that GTO had before: read where dvc.yaml has no such name"
project
cat >artifacts.yaml <<'EOF'
m:
  type: model
  path: models/m
  description: old words
  labels: [a]
  custom: {k: 1}
both: {path: old}
'no name!': {path: x}
EOF
printf 'artifacts:\n  both:\n    path: new\n' >dvc.yaml
mkdir models && echo 1 >models/m && git add -A && git commit -qm 1
run cairn registry show
expect_out <<'EOF'
name    latest
*both   -
*m      -
EOF
run cairn registry describe m --json
expect_out <<'EOF'
{"name": "m", "path": "models/m", "type": "model", "desc": "old words", "labels": ["a"], "meta": {"k": 1}, "version": null, "commit": null}
EOF
run cairn registry describe both
expect_out_has "new"
run cairn registry register m
expect_rc 0
expect_out_has v0.0.1
run cairn artifacts get . m -o got
expect_rc 0
echo 1 | expect_file got
echo '[' >artifacts.yaml
run cairn registry show
expect_rc 0
run cairn registry describe m
expect_rc 255
expect_err_has artifacts.yaml

case_begin "two versions between which nothing is to be told"
project
echo 1 >m && printf 'artifacts:\n  m: {path: m}\n' >dvc.yaml && git add -A && git commit -qm 1
cairn registry register -q m >/dev/null && git commit -q --allow-empty -m 2 && cairn registry register -q m >/dev/null
run cairn registry diff m v0.0.1 v0.0.2
expect_rc 0
expect_out_has "No metric or parameter differs between v0.0.1 and v0.0.2."
run cairn registry diff m v0.0.1 latest --json
echo '{"metrics": {}, "params": {}, "prompt": null}' | expect_out

cases_end
