# config: four levels, our own options, what is refused, and what stays as people wrote it.
. "$(dirname "$0")/lib.sh"

case_begin "config writes what DVC writes"
project
run cairn config core.autostage true
expect_rc 0
expect_out </dev/null
run cairn config --local cache.type copy
expect_rc 0
cairn config --global core.checksum_jobs 2
expect_file .dvc/config <<'EOT'
[core]
    autostage = true
EOT
expect_file .dvc/config.local <<'EOT'
[cache]
    type = copy
EOT
expect_file "$HOME/.config/dvc/config" <<'EOT'
[core]
    checksum_jobs = 2
EOT
run cairn config --list --show-origin
expect_out <<EOT
$HOME/.config/dvc/config	core.checksum_jobs=2
.dvc/config	core.autostage=true
.dvc/config.local	cache.type=copy
EOT
run cairn config --local --list
expect_out <<'EOT'
cache.type=copy
EOT
run cairn config CORE.AutoStage
expect_out <<'EOT'
true
EOT
cairn config -u core.autostage
expect_file .dvc/config <<'EOT'

EOT
rm -r "$HOME/.config"

case_begin "what is not set prints nothing; at a level it is an error"
project
run cairn config core.remote
expect_rc 0
expect_out </dev/null
run cairn config --project core.remote
expect_rc 251
run cairn config -u core.remote
expect_rc 251
expect_err_has "core.remote"

case_begin "bad names and values change nothing"
project
run cairn config nodot
expect_rc 254
expect_out_has "usage: "
run cairn config core.nosuch 1
expect_rc 251
expect_err_has "there is no option 'nosuch' in section 'core'"
run cairn config core.autostage maybe
expect_rc 251
expect_err_has "'autostage' is 'maybe': expected true or false"
run cairn config --local --global core.remote x
expect_rc 254
run cairn config --list core.remote
expect_rc 1
run cairn config
expect_rc 1
expect_file .dvc/config </dev/null

case_begin "comments, order and style of a file stay"
project
cat >.dvc/config <<'EOT'
# our remotes
['remote "b"'] # main
url=../b

[core]
remote  =  b   # for all
EOT
cairn config core.remote a
cairn config core.autostage true
run cairn config cache.type reflink,copy
expect_err_has "checkout --relink"
expect_file .dvc/config <<'EOT'
# our remotes
['remote "b"'] # main
url=../b

[core]
remote  =  a   # for all
autostage = true
[cache]
    type = "reflink,copy"
EOT

case_begin "a broken file is named with its line, and repaired"
project
printf '[core]\n    nosuch = 1\n    autostage = maybe\n' >.dvc/config
run cairn status
expect_rc 251
expect_err_has ".dvc/config:2: there is no option 'nosuch'"
run cairn config -u core.nosuch
expect_rc 0
run cairn status
expect_rc 251
expect_err_has ".dvc/config:2: 'autostage'"
run cairn config core.autostage false
expect_rc 0
run cairn status
expect_rc 0
echo '[core' >.dvc/config
run cairn status
expect_rc 251
expect_err_has ".dvc/config:1: neither"

case_begin "paths are kept relative to the file, and shown in full"
project
mkdir sub
cd sub || exit 2
cairn config cache.dir ../store
expect_file ../.dvc/config <<'EOT'
[cache]
    dir = ../store
EOT
run cairn config cache.dir
expect_out <<EOT
$CASE_DIR/store
EOT

case_begin "secrets go to the local file unless a level is given"
project
cairn remote add s s3://bucket
run cairn config remote.s.secret_access_key abc
expect_rc 0
expect_err_has "config.local"
expect_file .dvc/config.local <<'EOT'
['remote "s"']
    secret_access_key = abc
EOT
run cairn config --project remote.s.session_token abc
expect_err </dev/null
expect_file .dvc/config <<'EOT'
['remote "s"']
    url = s3://bucket
    session_token = abc
EOT

case_begin "our own options stay out of DVC's files"
project
run cairn config cairn.fsync false
expect_rc 0
run cairn config --local cairn.lock_timeout 5
expect_rc 0
expect_file .dvc/config </dev/null
expect_file .dvc/cairn <<'EOT'
[cairn]
    fsync = false
EOT
expect_file .dvc/cairn.local <<'EOT'
[cairn]
    lock_timeout = 5
EOT
run git status --short
expect_out <<'EOT'
 M .dvc/.gitignore
?? .dvc/cairn
EOT
run cairn config -l --show-origin
expect_out <<'EOT'
.dvc/cairn	cairn.fsync=false
.dvc/cairn.local	cairn.lock_timeout=5
EOT
run cairn config cairn.nosuch 1
expect_rc 251

case_begin "outside of a repository there are the user's options"
run cairn config core.autostage true
expect_rc 251
expect_err_has "not inside a DVC repository"
run cairn config --global core.analytics false
expect_rc 0
run cairn config -l
expect_out <<'EOT'
core.analytics=false
EOT
rm -r "$HOME/.config"

case_begin "lists print as DVC prints them"
project
printf '[cache]\ntype = copy, symlink\n' >.dvc/config
run cairn config cache.type
expect_out <<'EOT'
['copy', 'symlink']
EOT

cases_end
