#!/bin/sh
# exp show and exp diff: rows, columns, forms. Experiments are made with Git's plumbing.
. "$(dirname "$0")/lib.sh"

# experiment NAME LR ACC TIME: an experiment on HEAD.
experiment() {
    base=$(git rev-parse HEAD)
    params=$(printf 'lr: %s\nlayers: [8, 0.25]\n' "$2" | git hash-object -w --stdin)
    metrics=$(printf '{"acc": %s, "loss": 1.23456789}\n' "$3" | git hash-object -w --stdin)
    tree=$({ git ls-tree "$base" | grep -v 'params.yaml$\|m.json$'
        printf '100644 blob %s\tparams.yaml\n100644 blob %s\tm.json\n' "$params" "$metrics"; } | git mktree)
    id=$(GIT_COMMITTER_DATE="$4" git commit-tree -p "$base" -m "$1" "$tree")
    git update-ref "refs/exps/$(echo "$base" | cut -c1-2)/$(echo "$base" | cut -c3-)/$1" "$id"
}

experiments() {
    project
    printf 'lr: 0.1\nlayers: [8, 0.25]\n' >params.yaml
    printf '{"acc": 0.5, "loss": 1.23456789}\n' >m.json
    cat >dvc.yaml <<'X'
stages:
  train:
    cmd: train
    deps: [src]
    params: [lr]
    metrics:
    - m.json:
        cache: false
X
    cat >dvc.lock <<'X'
schema: '2.0'
stages:
  train:
    cmd: train
    deps:
    - path: src
      hash: md5
      md5: 11111111111111111111111111111111
      size: 5
X
    git add -A
    git commit -qm one
    experiment old 0.2 0.75 '2024-01-03T00:00:00+0000'
    experiment new 0.3 0.123456789 '2024-01-04T00:00:00+0000'
}

case_begin "a table"
experiments
run cairn exp show
expect_rc 0
short() { git rev-parse --short=7 "$(git for-each-ref --format='%(refname)' "refs/exps/*/*/$1")"; }
sed -n 2p "$OUT" | grep -q '^  Experiment  *Created  *acc  *loss   lr  *layers  *src  *$' || fail "titles: $(sed -n 2p "$OUT")"
sed -n 4p "$OUT" | grep -q '^  workspace  *-  *0.5   1.2346   0.1   ' || fail "workspace: $(sed -n 4p "$OUT")"
sed -n 6p "$OUT" | grep -q "^  ├── $(short new) \[new\]   Jan 04, 2024   0.12346   1.2346   0.3   \[8, '0.25'\]   1111" || fail "new: $(sed -n 6p "$OUT")"
sed -n 7p "$OUT" | grep -q "^  └── $(short old) \[old\] " || fail "old: $(sed -n 7p "$OUT")"

case_begin "Markdown and CSV"
experiments
run cairn exp show --md --drop 'Created|src' --only-changed
expect_rc 0
expect_out <<X
| Experiment        | acc     | lr   |
|-------------------|---------|------|
| workspace         | 0.5     | 0.1  |
| main              | 0.5     | 0.1  |
| ├── $(short new) [new] | 0.12346 | 0.3  |
| └── $(short old) [old] | 0.75    | 0.2  |

X
run cairn exp show --csv --sort-by acc --sort-order desc --hide-workspace --drop src
expect_rc 0
tr -d '\r' <"$OUT" >plain
diff - plain <<X || fail "csv"
Experiment,rev,typ,Created,parent,acc,loss,lr,layers
,main,baseline,2024-01-02T03:04:05,,0.5,1.23456789,0.1,"[8, 0.25]"
old,$(short old),branch_commit,2024-01-03T00:00:00,,0.75,1.23456789,0.2,"[8, 0.25]"
new,$(short new),branch_base,2024-01-04T00:00:00,,0.123456789,1.23456789,0.3,"[8, 0.25]"
X
run cairn exp show --csv --keep 'lo' --drop '.*' --precision 3
printf 'loss\r\n1.23\r\n1.23\r\n1.23\r\n1.23\r\n' | expect_out

case_begin "JSON"
experiments
run cairn exp show --json
expect_rc 0
python3 - "$OUT" <<'X' || fail "not as DVC has it"
import json, sys
rows = json.load(open(sys.argv[1]))
assert [r["rev"] for r in rows][0] == "workspace" and rows[1]["name"] == "main", rows
assert rows[0]["data"]["timestamp"] is None and rows[0]["experiments"] is None
assert [e["name"] for e in rows[1]["experiments"]] == ["new", "old"]
one = rows[1]["experiments"][0]
assert list(one) == ["revs", "executor", "name"] and one["executor"] is None
data = one["revs"][0]["data"]
assert list(data) == ["rev", "timestamp", "params", "metrics", "deps", "outs", "meta"], list(data)
assert data["params"]["params.yaml"]["data"] == {"lr": 0.3, "layers": [8, 0.25]}
assert data["deps"] == {"src": {"hash": "1" * 32, "size": 5, "nfiles": None}}
assert data["timestamp"] == "2024-01-04T00:00:00"
X
run cairn exp show --json --param-deps
grep -q '"params.yaml": {"data": {"lr": 0.3}}' "$OUT" || fail "param-deps"

case_begin "which commits"
experiments
echo x >x
git add x
git commit -qm two
git tag v2
git branch other HEAD~1
experiment top 0.9 0.9 '2024-01-05T00:00:00+0000'
names() { python3 -c 'import json,sys; print(" ".join(r["name"] or r["rev"].replace("workspace", "w")[:7] for r in json.load(sys.stdin)))' <"$OUT"; }
run cairn exp show --json
[ "$(names)" = "w main" ] || fail "$(names)"
run cairn exp show --json -n 2 --hide-workspace
[ "$(names)" = "main other" ] || fail "$(names)"
run cairn exp show --json -A
[ "$(names | cut -d' ' -f1-3)" = "w main other" ] || fail "$(names)"
run cairn exp show --json -a
[ "$(names)" = "w main other" ] || fail "$(names)"
run cairn exp show --json -T
[ "$(names)" = "w main" ] || fail "$(names)"
run cairn exp show --json --rev HEAD~1 --rev v2
[ "$(names)" = "w other main" ] || fail "$(names)"
run cairn exp show --json --sha --rev old
[ "$(names)" = "w $(short old)" ] || fail "$(names)"
run cairn exp show --rev nosuch
expect_rc 1
expect_err_has "unknown Git revision 'nosuch'"
run cairn exp show --sort-by nosuch
expect_rc 255
run cairn exp show --drop '('
expect_rc 255

case_begin "files and commits that cannot be read"
experiments
printf '{' >m.json
run cairn exp show --md --drop 'Created|lr|layers|src'
expect_rc 0
grep -q '| workspace .*| !  *| !  *|' "$OUT" || fail "$(cat "$OUT")"
ref=$(git for-each-ref --format='%(refname)' 'refs/exps/*/*/old')
echo 1234567890123456789012345678901234567890 >".git/$ref"
run cairn exp show --json
expect_rc 0
grep -q '"old"' "$OUT" && fail "an experiment without its commit"
printf 'stages: [' >dvc.yaml
run cairn exp show --json
expect_rc 0
grep -q '"rev": "workspace", "name": null, "data": null, "error": {"msg": ' "$OUT" || fail "$(cat "$OUT")"

case_begin "no commit yet"
git init -q
cairn init -q
run cairn exp show --json
expect_rc 0
echo '[]' | expect_out
run cairn exp diff --json
echo '{}' | expect_out

case_begin "from a folder below"
experiments
mkdir sub
cd sub || exit
run cairn exp show --json
grep -q '"metrics": {"m.json": {"data"' "$OUT" || fail "paths are not those of the repository's root"

case_begin "what waits in the queue, and what failed"
project
printf 'lr: 1\n' >params.yaml
cat >dvc.yaml <<'X'
stages:
  train:
    cmd: test $(cut -d' ' -f2 params.yaml) != 3 && echo '{"acc":1}' >m.json
    params: [lr]
    metrics:
    - m.json:
        cache: false
X
git add -A
git commit -qm one
cairn exp run -q --queue -n q3 -S lr=3
cairn exp run -q --queue -n q2 -S lr=2
run cairn exp show --csv --drop 'Created|rev|typ|parent'
expect_rc 0
printf 'Experiment,State,Executor,lr\r\n,,,1\r\n,,,1\r\n' >wanted
head -3 "$OUT" | diff wanted - || fail "rows of commits"
grep -q '^q2,Queued,Dvc-task,2' "$OUT" || fail "$(cat "$OUT")"
cairn exp run --run-all >log 2>&1
run cairn exp show --json
python3 - "$OUT" <<'X' || fail "$(cat "$OUT" log)"
import json, sys
done, failed = json.load(open(sys.argv[1]))[1]["experiments"]
assert done["name"] == "q2" and done["executor"]["state"] == "success", done["executor"]
assert done["revs"][0]["data"]["metrics"]["m.json"]["data"] == {"acc": 1}
assert failed["name"] == "q3" and failed["executor"]["state"] == "failed"
assert failed["revs"][0]["error"]["msg"], failed
X
run cairn exp show --hide-failed --csv
grep -q q3 "$OUT" && fail "failed ones are not hidden"
run cairn exp remove q3
expect_rc 0
run cairn exp show --csv
grep -q q3 "$OUT" && fail "q3 is still there"
cairn exp run -q --queue -n q4 -S lr=4
run cairn exp remove --queue
expect_rc 0
grep -q q4 "$OUT" || fail "$(cat "$OUT")"
run cairn exp remove --queue q4
expect_rc 255
run cairn exp list --name-only
echo q2 | expect_out
run cairn exp clean
expect_rc 0

case_begin "pages that need no network"
experiments
cat >>dvc.yaml <<'X'
plots:
- log.csv: {x: step, y: acc}
X
printf 'step,acc\n0,0.1\n1,0.5\n' >log.csv
git add -A
git commit -qm 'with <b>plots</b>'
experiment 'a<b' 0.4 0.9 '2024-01-05T00:00:00+0000'
experiment other 0.6 0.8 '2024-01-06T00:00:00+0000'
run cairn exp show --html
expect_rc 0
echo "file://$PWD/dvc_plots/experiments.html" | expect_out
python3 - dvc_plots/experiments.html <<'X' || fail "the page"
import html.parser, sys
text = open(sys.argv[1]).read()
class Look(html.parser.HTMLParser):
    seen, bad = [], []
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.seen.append((tag, attrs.get("class", "")))
        if "src" in attrs and not attrs["src"].startswith("data:") or tag in ("link", "iframe"):
            self.bad.append((tag, attrs))
look = Look()
look.feed(text)
assert not look.bad, look.bad
assert look.seen.count(("path", "row best")) == 1 and look.seen.count(("path", "row")) == 3, look.seen
assert ("table", "") in look.seen and ("svg", "plot") in look.seen, look.seen
assert "a&lt;b" in text and "a<b" not in text.split("vegalite")[0]
X
run cairn exp show --pcp
expect_rc 0
grep -q '<svg class="parallel"' dvc_plots/experiments.html || fail "no lines"
grep -q '<table>' dvc_plots/experiments.html && fail "a table"

case_begin "exp diff"
experiments
run cairn exp diff old new
expect_rc 0
expect_out <<'X'
Path    Metric    old    new      Change
m.json  acc       0.75   0.12346  -0.62654

Path         Param    old    new    Change
params.yaml  lr       0.2    0.3    0.09999999999999998
X
run cairn exp diff old --json
expect_rc 0
echo '{"metrics": {"m.json": {"acc": {"old": 0.75, "new": 0.5, "diff": -0.25}}}, "params": {"params.yaml": {"lr": {"old": 0.2, "new": 0.1, "diff": -0.1}}}}' | expect_out
run cairn exp diff old nosuch
expect_rc 1
expect_err_has "nosuch"

cases_end
