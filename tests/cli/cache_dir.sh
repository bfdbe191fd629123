# cache dir: shown, set, unset.
. "$(dirname "$0")/lib.sh"

case_begin "the default is in .dvc"
project
run cairn cache dir
expect_out <<EOT
$CASE_DIR/.dvc/cache
EOT
run cairn cache dir --local
expect_rc 251

case_begin "set, shown, unset"
project
mkdir sub
cd sub || exit 2
run cairn cache dir ../../cache
expect_rc 0
expect_file ../.dvc/config <<'EOT'
[cache]
    dir = ../../cache
EOT
run cairn cache dir
expect_out <<EOT
${CASE_DIR%/*}/cache
EOT
cairn cache dir --local /abs
run cairn cache dir
expect_out <<'EOT'
/abs
EOT
run cairn cache dir --local --unset
expect_rc 0
run cairn cache dir -u
expect_rc 0
run cairn cache dir -u
expect_rc 251

case_begin "outside of a repository"
run cairn cache dir
expect_rc 251

case_begin "cache.shared group: new folders are the group's"
umask 022
project
cairn config cache.shared group
cairn cache dir -q "$PWD/shared"
mkdir d
echo 1 >d/1
cairn add -q d
expect_that "$(stat -c %a shared/files shared/files/md5 shared/files/md5/* | sort -u)" = 2775
expect_that "$(stat -c %a shared/files/md5/*/* | sort -u)" = 444
rm -r d
cairn checkout -q
expect_that "$(stat -c %a d/1)" = 644

# Two users of one group, each with a repository of its own.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    case_begin "one cache of several users"
    umask 022
    open_to_all
    mkdir -m 2775 shared
    chgrp 60001 shared
    as() {
        user=$1
        shift
        (cd "u$user" && HOME=$PWD/home setpriv --reuid "$user" --regid 60001 --clear-groups -- "$@")
    }
    for user in 60001 60002; do
        mkdir -p u$user/home
        chown -R $user:60001 u$user
        as $user git init -q .
        as $user cairn init -q
        as $user cairn config -q cache.shared group
        as $user cairn config -q cache.type symlink,copy
        as $user cairn cache dir -q "$PWD/shared"
        as $user sh -c "umask 002; mkdir d; echo same >d/same; echo $user >d/own"
        run as $user cairn add -q d
        expect_rc 0
    done
    expect_that "$(find shared/files/md5 -type f | wc -l)" = 5
    expect_that -z "$(find shared -name '.*')"
    as 60002 cp ../u60001/d.dvc .
    run as 60002 cairn checkout
    expect_rc 0
    expect_file u60002/d/own <<'EOF'
60001
EOF
    run as 60002 cairn status
    expect_out_has "up to date"
    run as 60002 cairn gc -w -f # the other's, too, as in DVC: --projects names those to keep
    expect_rc 0
    run as 60001 cairn fsck
    expect_rc 0
fi

cases_end
