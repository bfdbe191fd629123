#!/bin/sh
# Splits the readings: the first part of the rows for fitting, the rest for testing. usage: prepare.sh SPLIT
set -eu
rows=$(($(wc -l <data/readings.csv) - 1))
train=$(awk -v n="$rows" -v s="$1" 'BEGIN { printf "%d", n * s }')
mkdir -p prepared
tail -n +2 data/readings.csv | head -n "$train" >prepared/train.csv
tail -n +2 data/readings.csv | tail -n +$((train + 1)) >prepared/test.csv
