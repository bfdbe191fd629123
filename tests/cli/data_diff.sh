# data diff: rows of tables, between revisions and the workspace. How rows are told apart is sheet_diff_test.
. "$(dirname "$0")/lib.sh"

tables() {
    project
    printf 'id,name\n1,a\n2,b\n3,c\n' >t.csv
    mkdir d
    printf '{"id": 1, "n": "x"}\n' >d/t.jsonl
    printf 'k\tv\n1\ta\n' >git.tsv
    cairn add -q t.csv d
    git add -A && git commit -q -m one
    printf 'id,name,new\n2,B,1\n1,a,2\n4,d,3\n' >t.csv
    printf '{"id": 1, "n": "y"}\n' >d/t.jsonl
    printf 'k\tv\n1\tb\n' >git.tsv
}

case_begin "the last commit and the workspace: tracked files, files in folders, files in Git"
tables
run cairn data diff t.csv
expect_rc 0
expect_out <<'EOT'
+ id=2, name=B, new=1
+ id=4, name=d, new=3
- id=2, name=b
- id=3, name=c
+ column new
2 added, 2 removed, 0 changed
EOT
run cairn data diff t.csv --key id
expect_out <<'EOT'
~ id=2: name b -> B
+ id=4, name=d, new=3
- id=3, name=c
+ column new
1 added, 1 removed, 1 changed
EOT
run cairn data diff t.csv --key id --summary
expect_out <<'EOT'
+ column new
1 added, 1 removed, 1 changed
EOT
run cairn data diff t.csv --key id --json
expect_out <<'EOT'
{"rows": [{"change": "changed", "old": {"id": "2", "name": "b"}, "new": {"id": "2", "name": "B", "new": "1"}}, {"change": "added", "old": null, "new": {"id": "4", "name": "d", "new": "3"}}, {"change": "removed", "old": {"id": "3", "name": "c"}, "new": null}], "columns": {"added": ["new"], "removed": []}, "added": 1, "removed": 1, "changed": 1}
EOT
run cairn data diff d/t.jsonl --key id
expect_out <<'EOT'
~ id=1: n "x" -> "y"
0 added, 0 removed, 1 changed
EOT
cd d || exit
run cairn data diff ../git.tsv --key k
expect_out <<'EOT'
~ k=1: v a -> b
0 added, 0 removed, 1 changed
EOT

case_begin "two commits; nothing changed"
tables
cairn add -q t.csv d
git add -A && git commit -q -m two
run cairn data diff t.csv --key id HEAD~1 HEAD --summary
expect_out <<'EOT'
+ column new
1 added, 1 removed, 1 changed
EOT
run cairn data diff t.csv
expect_out <<'EOT'
0 added, 0 removed, 0 changed
EOT
rm t.csv
run cairn data diff t.csv HEAD~1 --key id --summary
expect_rc 0

case_begin "what cannot be compared"
tables
echo x >x.txt
run cairn data diff x.txt
expect_rc 255
expect_err_has "'x.txt' is no table that can be compared: .csv, .tsv, .jsonl"
run cairn data diff gone.csv
expect_rc 255
expect_err_has "there is no 'gone.csv' in HEAD"
run cairn data diff t.csv nowhere
expect_rc 255
expect_err_has "unknown Git revision 'nowhere'"
run cairn data diff t.csv --key nme
expect_rc 255
expect_err_has "the table has no column 'nme'"
expect_err_has "did you mean 'name'?"
printf 'id,name\n1,a\n1,b\n' >t.csv
run cairn data diff t.csv --key id
expect_rc 255
expect_err_has "the key does not tell rows apart: two have '1', one of them row 2"
rm -r .dvc/cache
run cairn data diff t.csv
expect_rc 255
expect_err_has "cannot read 't.csv' of HEAD"
expect_err_has "fetch t.csv"

cases_end
