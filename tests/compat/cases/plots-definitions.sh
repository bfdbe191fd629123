# Plots at the top of dvc.yaml in every form: folders, several files and fields, several dvc.yaml files.
git init -q; dvc init -q; mkdir -p d/e sub
printf 'step,loss,acc\n0,1.5,.1\n1,1.0,.5\n2,.7,.8\n' > h.csv; cp h.csv d/h.csv; cp h.csv sub/h.csv
printf 'a\tb\n1\t2\n' > d/e/t.tsv; printf '\211PNG' > d/im.png
printf '[{"actual":"cat","predicted":"dog"},{"actual":"dog","predicted":"dog"}]' > c.json
echo '{"a":{"b":[{"v":1,"w":2},{"v":3.5,"w":null}]},"c":[{"q":1}]}' > nested.json
printf 'a,b,a\n1,2,3\n\n4\n"x, ""y""",é,"l1\r\nl2"\n' > odd.csv; printf -- '- {k: 1, v: 2.50}\n- {k: 2, v: 1e-7}\n' > y.yaml
cat > dvc.yaml <<'Y'
vars:
- T: filled in
plots:
- h.csv
- d
- d/h.csv: {x: step, title: "${T}"}
- c.json: {template: confusion, x: actual, y: predicted}
- norm: {template: confusion_normalized, x: actual, y: {c.json: predicted}}
- multi: {x: step, y: {h.csv: [loss, acc], d/h.csv: loss}, title: M}
- twofiles: {x: step, template: scatter, y: {h.csv: loss, d/h.csv: loss}}
- twofields: {template: simple, x: {h.csv: step}, y: {h.csv: [loss, acc]}, x_label: "X.[y]"}
- twox: {x: {h.csv: step, d/h.csv: loss}, y: {h.csv: acc, d/h.csv: step}, template: bar_horizontal_sorted}
- nested.json: {y: v, template: bar_horizontal}
- odd.csv: {y: b, template: smooth}
- y.yaml: {x: k, y: v, y_label: "the v"}
Y
printf 'plots:\n- h.csv: {y: acc, template: scatter_jitter}\n- twofiles: {x: step, y: {h.csv: [loss, acc]}}\n' > sub/dvc.yaml
git add -A; git commit -qm one
out show dvc plots show --json
out split dvc plots show --json --split
out target dvc plots show --json h.csv
out folder dvc plots show --json d
out named dvc plots show --json multi -t scatter --title Other
out vega dvc plots show --show-vega twox
out options dvc plots show --json -x 0 -y 2 --x-label X --y-label Y --no-header d/h.csv
out below sh -c 'cd sub; dvc plots show --json'
sed -i s/1.5/9.5/ h.csv; printf '\211PNH' > d/im.png
out diff dvc plots diff --json -o out
out three dvc plots diff --json -o out --targets h.csv -- HEAD workspace HEAD~0
for t in simple linear confusion confusion_normalized scatter scatter_jitter smooth bar_horizontal_sorted bar_horizontal; do out template-$t dvc plots templates $t; done
out templates dvc plots templates
