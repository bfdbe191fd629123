#!/bin/sh
# diff: revisions, forms of output, targets.
. "$(dirname "$0")/lib.sh"

# Two commits; the workspace has a change of its own.
history() {
    project
    mkdir d
    for i in 1 2 3; do echo $i >d/$i; done
    echo a >a
    cairn add -q d a
    git add -A
    git commit -qm one
    echo 22 >d/2
    mv d/3 d/three
    echo new >d/new
    rm d/1
    cairn add -q d
    git add -A
    git commit -qm two
}

case_begin "words"
history
run cairn diff
expect_rc 0
expect_out </dev/null
run cairn diff HEAD~1
expect_out <<'X'
Added:
    d/new

Deleted:
    d/1

Renamed:
    d/3 -> d/three

Modified:
    d/
    d/2

files summary: 1 added, 1 deleted, 1 renamed, 1 modified
X
run cairn diff HEAD~1 --show-hash
expect_out <<'X'
Added:
    9cd599a3  d/new

Deleted:
    b026324c  d/1

Renamed:
    6d7fce9f  d/3 -> d/three

Modified:
    12f4b7d5..c6a49ae6  d/
    26ab0db9..2fc57d6f  d/2

files summary: 1 added, 1 deleted, 1 renamed, 1 modified
X
run cairn diff HEAD~1 --md
expect_out <<'X'
| Status   | Path           |
|----------|----------------|
| added    | d/new          |
| deleted  | d/1            |
| renamed  | d/3 -> d/three |
| modified | d/             |
| modified | d/2            |

X
run cairn diff -q HEAD~1
expect_out </dev/null

case_begin "JSON"
history
run cairn diff HEAD~1 HEAD --json
expect_out <<'X'
{"added": [{"path": "d/new"}], "deleted": [{"path": "d/1"}], "modified": [{"path": "d/"}, {"path": "d/2"}], "renamed": [{"path": {"old": "d/3", "new": "d/three"}}]}
X
run cairn diff HEAD HEAD~1 --json --show-hash
expect_out <<'X'
{"added": [{"path": "d/1", "hash": "b026324c6904b2a9cb4b88d6d61c81d1"}], "deleted": [{"path": "d/new", "hash": "9cd599a3523898e6a12e13ec787da50a"}], "modified": [{"path": "d/", "hash": {"old": "c6a49ae6083e7c500861fdfa416e1079.dir", "new": "12f4b7d54a32e58818e27fba28376fba.dir"}}, {"path": "d/2", "hash": {"old": "2fc57d6f63a9ee7e2f21a26fa522e3b6", "new": "26ab0db90d72e28ad0ba1e22ee510510"}}], "renamed": [{"path": {"old": "d/three", "new": "d/3"}, "hash": "6d7fce9fee471194aa8b5b6e47267f03"}]}
X
for revs in 'HEAD HEAD' 'HEAD main' 'workspace HEAD'; do
    # shellcheck disable=SC2086
    run cairn diff --json $revs
    echo '{}' | expect_out
done
echo b >a
run cairn diff --json HEAD workspace
echo '{"added": [], "deleted": [], "modified": [{"path": "a"}], "renamed": []}' | expect_out

case_begin "what the cache lacks"
history
rm -r .dvc/cache/files
run cairn diff --json
expect_out <<'X'
{"added": [], "deleted": [], "modified": [], "renamed": [], "not in cache": [{"path": "a"}, {"path": "d/"}, {"path": "d/2"}, {"path": "d/new"}, {"path": "d/three"}]}
X
run cairn diff
expect_out <<'X'
Not in cache:
    a
    d/
    d/2
    d/new
    d/three

files summary: 4 not in cache
X
run cairn diff --hide-missing
expect_out </dev/null
run cairn diff HEAD~1 HEAD --json
echo '{"added": [], "deleted": [], "modified": [{"path": "d/"}], "renamed": []}' | expect_out

case_begin "targets"
history
echo b >a
run cairn diff HEAD~1 --json --hide-missing --targets a
echo '{"added": [], "deleted": [], "modified": [{"path": "a"}], "renamed": []}' | expect_out
cd d || exit 1
run cairn diff HEAD~1 --json --hide-missing --targets new ../a.dvc
echo '{"added": [{"path": "d/new"}], "deleted": [], "modified": [{"path": "a"}], "renamed": []}' | expect_out
run cairn diff --targets ../nope
expect_rc 255
expect_err_has "'../nope'"

case_begin "failures"
project
run cairn diff nope
expect_rc 1
expect_err_has "nope"
run cairn diff HEAD HEAD HEAD
expect_rc 254
git update-ref -d HEAD
run cairn diff --json
expect_rc 0
echo '{}' | expect_out
run cairn diff --md
printf '| Status   | Path   |\n|----------|--------|\n\n' | expect_out
mkdir "$CASE_TOP/plain" && cd "$CASE_TOP/plain" || exit 1
cairn init -q --no-scm
run cairn diff
expect_rc 1
expect_err_has "Git repository"

cases_end
