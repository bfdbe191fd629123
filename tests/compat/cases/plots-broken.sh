# Plots that cannot be read or do not fit, and how commands end then.
git init -q; dvc init -q; git commit -qm start
printf 'step,v\n0,1\n' > h.csv; echo '{' > bad.json; echo '[]' > empty.json; echo '{"a": []}' > hollow.json; echo 3 > single.json
printf 'x,y\n\377,1\n' > enc.csv; echo hi > n.txt; printf 'a\n1\n2\n3\n' > long.csv; printf 'a,b\n1,2,3\n' > rest.csv; printf 'a,b\n1\n1,2,3\n' > rest2.csv
cat > dvc.yaml <<'Y'
plots:
- h.csv
- gone.csv
- bad.json
- empty.json
- hollow.json
- single.json
- enc.csv
- n.txt
- rest.csv
- rest2.csv: {y: b}
- join: {x: {long.csv: a}, y: {h.csv: v}}
- nofield: {x: step, y: {h.csv: w}}
- uneven: {x: {h.csv: step, long.csv: a}, y: {h.csv: v}}
Y
cat > .dvc/tmp/errors <<'S'
dvc plots show --json "$@" | python3 -c 'import json,sys; d=json.load(sys.stdin); print(json.dumps({"errors": [[e.get("name"), e.get("rev"), e.get("source"), e.get("type")] for e in d.get("errors", [])], "data": d.get("data")}))'
S
out show sh .dvc/tmp/errors
out targets sh .dvc/tmp/errors gone.csv n.txt
printf 'a\tb\n1\t2\n' > t.tsv
out tsv dvc plots show --json --no-header t.tsv
rc page dvc plots show
rm -r dvc_plots
rc template dvc plots show --json -t nowhere h.csv
rc revision dvc plots diff nowhere
rc vega-none dvc plots show --show-vega
rc vega-two dvc plots show --show-vega h.csv bad.json
rc vega-json dvc plots show --show-vega --json h.csv
out vega-gone dvc plots show --show-vega gone.csv
rc no-template dvc plots templates nowhere
rc unset dvc plots modify h.csv --unset x
echo 'stages: 3' > dvc.yaml
out stages sh .dvc/tmp/errors
rm dvc.yaml; dvc stage add -q -n p --plots o.csv -o b.txt 'printf "a,b\n1,2\n" > o.csv; echo x > b.txt'
dvc repro -q
rc nowhere dvc plots modify nowhere -x a
rc noplot dvc plots modify b.txt --unset x
rc noprop dvc plots modify o.csv --unset title
rc notemplate dvc plots modify o.csv -t nowhere
rc set dvc plots modify o.csv -x a --no-header --title T
out header sh .dvc/tmp/errors
rc unset-all dvc plots modify o.csv --unset x title header
rc become dvc plots modify b.txt
