# metrics check: the gate of a build.
. "$(dirname "$0")/lib.sh"

sample() {
    project
    printf 'metrics: [m.json, other.yaml]\n' >dvc.yaml
    echo '{"acc": 0.91, "loss": 0.3, "ok": true, "deep": {"f1": 1e-7}, "name": "x", "nan": NaN}' >m.json
    printf 'loss: 0.2\nn: 12345678901234567890\n' >other.yaml
    git add -A
    git commit -q -m one
}

case_begin "conditions that hold print nothing"
sample
run cairn metrics check 'm.json:acc >= 0.9' 'acc>=0.91' ' acc <1' 'deep.f1 != 0' 'ok == 1' 'n > 1e19' 'm.json:nan != 1'
expect_rc 0
expect_out </dev/null
mkdir d
cd d || exit 2
run cairn metrics check '../m.json:acc > other.yaml:loss'
expect_rc 255
run cairn metrics check '../m.json:acc > ../other.yaml:loss'
expect_rc 0

case_begin "what falls short is a table, and exit status 1"
sample
run cairn metrics check 'acc > 0.95' 'm.json:loss < 0.5' 'm.json:loss <= other.yaml:loss' 'm.json:nan == 1'
expect_rc 1
expect_out <<'EOF'
Path    Metric    Value    Required
m.json  acc       0.91     > 0.95
m.json  loss      0.3      <= 0.2 (other.yaml:loss)
m.json  nan       nan      == 1
EOF
run cairn metrics check --md 'acc > 0.95'
expect_rc 1
expect_out <<'EOF'
| Path   | Metric   | Value   | Required   |
|--------|----------|---------|------------|
| m.json | acc      | 0.91    | > 0.95     |

EOF
run cairn metrics check --json 'acc > 0.95' 'acc > 0.5'
expect_rc 1
expect_out <<'EOF'
[{"path": "m.json", "key": "acc", "value": 0.91, "op": ">", "limit": 0.95, "limit_text": "0.95", "holds": false}, {"path": "m.json", "key": "acc", "value": 0.91, "op": ">", "limit": 0.5, "limit_text": "0.5", "holds": true}]
EOF

case_begin "against another revision"
sample
sed -i 's/0.91/0.9/' m.json
run cairn metrics check 'acc >= HEAD - 0.02' 'acc >= main * 0.98' 'acc == HEAD / 91 * 90'
expect_rc 0
run cairn metrics check 'acc >= HEAD'
expect_rc 1
expect_out <<'EOF'
Path    Metric    Value    Required
m.json  acc       0.9      >= 0.91 (HEAD)
EOF
run cairn metrics check 'acc >= 1 - 2 * HEAD + 1'
expect_rc 0
run cairn metrics check 'acc >= HEAD-0.02'
expect_rc 255
expect_err_has "unknown Git revision 'HEAD-0.02'"
expect_err_has "blanks around"

case_begin "conditions that make no sense say where"
sample
for each in 'acc >> 3;column 6' 'acc;column 4' '>= 3;column 1' 'acc >= ;column 8' 'acc >= 1 2;column 10' 'é >= 1 +;column 9' \
    'acc = 3;column 5' 'acc >= 1e999;column 8' 'acc > :a;column 7' ':acc > 1;column 1' 'acc <= - 3;column 8'; do
    run cairn metrics check "${each%;*}"
    expect_rc 255
    expect_err_has "${each#*;}:"
done
run cairn metrics check
expect_rc 254

case_begin "metrics that are not there, not clear, or no numbers"
sample
run cairn metrics check 'ac >= 0.9'
expect_rc 255
expect_err_has "did you mean 'acc'?"
run cairn metrics check 'loss < 1'
expect_rc 255
expect_err_has "metric 'loss' is in 'm.json' and in 'other.yaml'"
run cairn metrics check 'name < 1'
expect_rc 255
expect_err_has "is a string, expected a number"
run cairn metrics check 'gone.json:acc < 1'
expect_rc 255
expect_err_has "gone.json"
echo '{"new": 1}' >m.json
run cairn metrics check 'new >= HEAD'
expect_rc 255
expect_err_has "no metric 'new' in 'm.json' of HEAD"

cases_end
