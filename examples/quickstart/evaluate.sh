#!/bin/sh
# Mean absolute error of the model on the test rows.
set -eu
exponent=$(sed 's/.*"exponent": \([0-9.]*\).*/\1/' model.json)
slope=$(sed 's/.*"slope": \([0-9.]*\).*/\1/' model.json)
awk -F, -v e="$exponent" -v a="$slope" '{ d = $3 - a * $2 ^ e; s += d < 0 ? -d : d; n++ }
    END { printf "{\"rows\": %d, \"error\": %.4f}\n", n, s / n }' prepared/test.csv >metrics.json
