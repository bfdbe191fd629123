# examples/pipeline: what `make quickstart` shows.
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

cases_end
