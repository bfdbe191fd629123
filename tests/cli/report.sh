#!/bin/sh
# report: metrics, params and plots of two revisions as one page of Markdown.
. "$(dirname "$0")/lib.sh"

sample() {
    project
    printf 'a: 1\nb: x\n' >params.yaml
    printf '{"acc": 0.5, "n": 3}\n' >m.json
    printf 'step,loss\n0,1\n1,0.5\n2,0.25\n' >loss.csv
    printf '\211PNG one' >p.png
    printf 'metrics: [m.json]\nplots:\n  - loss.csv:\n      x: step\n      y: loss\n  - p.png\n' >dvc.yaml
    git add -A && git commit -q -m one && git tag one
    printf 'a: 2\nb: x\n' >params.yaml
    printf '{"acc": 0.7512345, "n": 3}\n' >m.json
    printf 'step,loss\n0,1\n1,0.4\n2,0.1\n' >loss.csv
    printf '\211PNG two' >p.png
    git commit -q -a -m two && git tag two
}

case_begin "two tags, pictures in a folder"
sample
run cairn report --md one two -o out
expect_rc 0
expect_out <<'X'
# two compared with one

## Metrics

| Path   | Metric   | one   | two     | Change   |
|--------|----------|-------|---------|----------|
| m.json | acc      | 0.5   | 0.75123 | 0.25123  |

## Parameters

| Path        | Param   | one   | two   |
|-------------|---------|-------|-------|
| params.yaml | a       | 1     | 2     |

## Plots

### loss.csv

<img alt="loss.csv" src="out/1-loss.csv.svg">

### p.png

<img alt="one, p.png" src="out/2-one__p.png.png">

<img alt="two, p.png" src="out/3-two__p.png.png">

X
git show one:p.png >one.png
expect_same one.png out/2-one__p.png.png
python3 -c 'import sys, xml.dom.minidom; d = xml.dom.minidom.parse(sys.argv[1]); print(d.documentElement.tagName, len(d.getElementsByTagName("path")) > 4)' out/1-loss.csv.svg >seen
expect_file seen <<'X'
svg True
X
grep -q '>two</text>' out/1-loss.csv.svg || fail "no legend"
run cairn report one two -o out --image-base https://example.com/x/ --precision 2
expect_out_has 'src="https://example.com/x/1-loss.csv.svg"'
expect_out_has '| 0.75  | 0.25'

case_begin "one page; nothing changed; what is not there"
sample
run cairn report one
expect_rc 0
expect_out_has '# workspace compared with one'
expect_out_has 'src="data:image/svg+xml;base64,PHN2Z'
expect_out_has 'src="data:image/png;base64,iVBORyBvbmU'
run cairn report two
expect_out_has 'No metric changed.'
expect_out_has 'No parameter changed.'
run cairn report nowhere
expect_rc 1
expect_err_has "nowhere"
cd ..
run cairn report
expect_rc 253

cases_end
