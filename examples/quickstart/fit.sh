#!/bin/sh
# Fits power = slope * speed^exponent by least squares over the training rows. usage: fit.sh EXPONENT
set -eu
awk -F, -v e="$1" '{ x = $2 ^ e; sxy += x * $3; sxx += x * x }
    END { printf "{\"exponent\": %s, \"slope\": %.6f}\n", e, sxy / sxx }' prepared/train.csv >model.json
