#!/bin/sh
# studio: a token kept in the user's configuration.
. "$(dirname "$0")/lib.sh"
DVC_GLOBAL_CONFIG_DIR=$CASE_TOP/user
export DVC_GLOBAL_CONFIG_DIR

case_begin "kept, shown by token alone, forgotten"
run cairn studio token
expect_rc 1
run cairn studio logout
expect_rc 1
printf '  secret-1 \n' | cairn studio login >out 2>err || fail "$(cat err)"
grep -q secret-1 out err && fail "shown by login"
run cairn studio token
expect_rc 0
expect_out <<'X'
secret-1
X
run cairn config --global studio.url
expect_out <<'X'
https://studio.datachain.ai
X
echo other | cairn studio login >out 2>err
expect_that $? = 255
echo other | cairn studio login -H https://studio.example.com --no-open -n name -s scopes >out 2>err || fail "$(cat err)"
run cairn studio token
expect_out <<'X'
other
X
run cairn studio logout
expect_rc 0
run cairn studio token
expect_rc 1

case_begin "no token, no change"
for text in '' ' ' 'two words'; do
    echo "$text" | cairn studio login -q >out 2>err
    expect_that $? = 1
done
run cairn studio token
expect_rc 1
run cairn studio
expect_rc 254

cases_end
