# The family of commands on remotes.
. "$(dirname "$0")/lib.sh"

case_begin "add, list, default"
project
run cairn remote add -d one remote-1
expect_rc 0
expect_out_has "'one'"
cairn remote add two s3://bucket/path
cairn remote add --local Three ../elsewhere
expect_file .dvc/config <<'EOT'
[core]
    remote = one
['remote "one"']
    url = ../remote-1
['remote "two"']
    url = s3://bucket/path
EOT
expect_file .dvc/config.local <<'EOT'
['remote "three"']
    url = ../../elsewhere
EOT
run cairn remote list --local
expect_out <<EOT
three   ${CASE_DIR%/*}/elsewhere
EOT
run cairn remote default
expect_out <<'EOT'
one
EOT
run cairn remote default two
expect_rc 0
run cairn remote list --project
expect_out_has "two     s3://bucket/path        (default)"
run cairn remote default -u
expect_rc 0
run cairn remote default
expect_rc 1
expect_out <<'EOT'
No default remote set
EOT
run cairn remote default nosuch
expect_rc 251
expect_err_has "there is no remote 'nosuch'"

case_begin "an existing remote is replaced by force only"
project
cairn remote add one a
cairn remote modify one jobs 3
run cairn remote add one b
expect_rc 251
expect_err_has "there is a remote 'one' already"
run cairn remote add -f one b
expect_rc 0
expect_file .dvc/config <<'EOT'
['remote "one"']
    url = ../b
EOT

case_begin "modify"
project
cairn remote add two s3://bucket
run cairn remote modify two region eu-west-9
expect_rc 0
run cairn remote modify two nonsense 1
expect_rc 251
expect_err_has "there is no option 'nonsense'"
run cairn remote modify two keyfile k
expect_rc 251
run cairn remote modify tow region x
expect_rc 251
expect_err_has "did you mean 'two'?"
run cairn remote modify two region
expect_rc 251
run cairn remote modify -u two region
expect_rc 0
run cairn remote modify -u two region
expect_rc 0
run cairn remote modify -u two url
expect_rc 251
expect_err_has "has no url"
expect_file .dvc/config <<'EOT'
['remote "two"']
    url = s3://bucket
EOT

case_begin "secrets are kept out of Git, and it is said"
project
cairn remote add web https://host/data
run cairn remote modify web password hush
expect_rc 0
expect_out </dev/null
expect_err_has ".dvc/config.local"
expect_file .dvc/config.local <<'EOT'
['remote "web"']
    password = hush
EOT
run cairn remote modify -u web password
expect_rc 0
run grep -c hush .dvc/config .dvc/config.local
expect_rc 1
run cairn remote modify --project web password hush
expect_err </dev/null
run cairn remote add url https://me:hush@host/data
expect_rc 0
expect_err_has "the password in this url"
run cairn remote add --local url https://me:hush@host/data
expect_err </dev/null

case_begin "rename and remove take the local options and the default along"
project
cairn remote add -q -d one a
cairn remote add two b
cairn remote modify --local one jobs 2
run cairn remote rename one uno
expect_rc 0
expect_file .dvc/config <<'EOT'
[core]
    remote = uno
['remote "two"']
    url = ../b
['remote "uno"']
    url = ../a
EOT
expect_file .dvc/config.local <<'EOT'
['remote "uno"']
    jobs = 2
EOT
run cairn remote rename uno two
expect_rc 251
run cairn remote rename nosuch x
expect_rc 251
run cairn remote remove uno
expect_rc 0
expect_out_has "config.local"
expect_file .dvc/config <<'EOT'
['remote "two"']
    url = ../b
EOT
run cairn remote remove uno
expect_rc 251
run cairn status
expect_rc 0

case_begin "names that cannot be written are refused"
project
run cairn remote add "it's" x
expect_rc 251
run cairn remote add 'a
b' x
expect_rc 251
run cairn remote add '' x
expect_rc 251
expect_file .dvc/config </dev/null
run cairn remote add 'a]b.c d' x
expect_rc 0
run cairn remote modify 'a]b.c d' jobs 2
expect_rc 0
run cairn remote list
expect_rc 0
expect_out_has "a]b.c d"

case_begin "usage"
run cairn remote
expect_rc 254
run cairn remote add one
expect_rc 254

cases_end
