#!/bin/sh
# daemon: what DVC does behind the user's back is accepted and not done.
. "$(dirname "$0")/lib.sh"

case_begin "accepted, hidden, silent"
run cairn daemon updater
expect_rc 0
run cairn daemon analytics file
expect_rc 0
expect_out </dev/null
run cairn --help
grep -q daemon "$OUT" && fail "daemon is on the help page"
run cairn daemon
expect_rc 254

cases_end
