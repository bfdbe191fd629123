# examples/pipeline: what `make quickstart` shows; and examples/registry.
. "$(dirname "$0")/lib.sh"
example=$(cd "$(dirname "$0")/../../examples/pipeline" && pwd)

case_begin "the example runs through"
run env CAIRN="$CAIRN" sh "$example/run"
expect_rc 0
expect_out_has "1 file fetched and 1 file added"
expect_out_has "parameter params.yaml:featurize.columns modified"
expect_out_has "metrics.json  accuracy"
expect_out_has "9 files pushed"
tail -n 1 "$OUT" >last
expect_file last <<'EOF'
Data and pipelines are up to date.
EOF

case_begin "its numbers come out the same every time"
cp -r "$example"/* .
git init -q && cairn init -q && cairn add -q data/penguins.csv
run cairn repro -q
expect_rc 0
run cairn metrics check 'accuracy < 0.8' 'recall.Chinstrap == 0'
expect_rc 0
sed -i 's/columns: .*/columns: [bill_length_mm, bill_depth_mm, flipper_length_mm, body_mass_g]/' params.yaml
run cairn repro
expect_rc 0
expect_out_has "Stage 'prepare' didn't change, skipping"
run cairn metrics check 'metrics.json:accuracy >= 0.95'
expect_rc 0
expect_that "$(wc -l <loss.csv)" = 41
expect_that "$(sed 1d confusion.csv | wc -l)" = 103

case_begin "the example of the registry runs through"
run env CAIRN="$CAIRN" sh "$example/../registry/run"
expect_rc 0
expect_out_has "reviews is now v1.1.0"
expect_out_has "+  You answer for a small shop. Thank {customer} for the review below in two {tone} sentences."
expect_out_has "Thank Ada for the review below in two warm sentences."
expect_err_has "no value for: tone"
expect_that "$(grep -cE ' reply +(un)?assignment +v[12].0.0 +Production ' "$OUT")" = 4

cases_end
