#!/bin/sh
# Links: which kind a file gets, on which file systems, in a cache of one's own or of a group.
. "$(dirname "$0")/lib.sh"

# kinds PATH...: a word per file: copy, hardlink, symlink.
kinds() {
    find "$@" ! -type d -printf '%y%n ' | sed 's/l1/symlink/g; s/f1/copy/g; s/f[0-9]*/hardlink/g; s/ $//'
}
data() {
    mkdir d
    echo a >d/a
    echo f >f
}

case_begin "the first kind in cache.type that works, on add, checkout, and relink"
for list in hardlink symlink copy hardlink,copy symlink,hardlink reflink,hardlink,symlink,copy reflink,symlink; do
    mkdir "p-$list" && cd "p-$list" || exit 2
    project
    cairn config -q cache.type "$list"
    want=$(echo "$list" | sed 's/^reflink,//; s/,.*//')
    data
    cairn add -q d f
    reflinks=$(cairn version | grep -c 'reflink')
    case $list in reflink*) [ "$reflinks" = 0 ] || { cd ..; continue; } ;; esac
    expect_that "$list add $(kinds d f)" = "$list add $want $want"
    rm -rf d f
    cairn checkout -q
    expect_that "$list checkout $(kinds d f)" = "$list checkout $want $want"
    cairn config -q cache.type copy
    cairn checkout -q --relink
    expect_that "$list copied $(kinds d f)" = "$list copied copy copy"
    cairn config -q cache.type "$list"
    cairn checkout -q --relink
    expect_that "$list relinked $(kinds d f)" = "$list relinked $want $want"
    run cairn status
    expect_out_has 'up to date'
    cd ..
done

case_begin "links are protected, copies are the user's"
project
cairn config -q cache.type hardlink
data
cairn add -q d f
expect_that "$(stat -c %a f d/a | tr '\n' ' ')" = '444 444 '
cairn config -q cache.type copy
cairn checkout -q --relink
expect_that "$(stat -c %a f d/a | tr '\n' ' ')" = '644 644 '
expect_that "$(find .dvc/cache/files -type f ! -perm 444)" = ''

case_begin "an empty file is never a hardlink, and one object has any number of links"
project
cairn config -q cache.type hardlink,copy
mkdir d
: >d/empty
echo same >d/1
cp d/1 d/2
cairn add -q d
expect_that "$(stat -c %h d/empty d/1 d/2 | tr '\n' ' ')" = '1 3 3 '
cairn checkout -q --relink
expect_that "$(stat -c %h d/empty d/1 d/2 | tr '\n' ' ')" = '1 3 3 '

case_begin "a cache on another file system: no hardlinks, the next kind is taken"
if [ -w /dev/shm ] && [ "$(stat -c %d /dev/shm)" != "$(stat -c %d .)" ]; then
    far=$(mktemp -d /dev/shm/cairn-test.XXXXXX)
    project
    cairn config -q cache.dir "$far"
    for list in hardlink,copy hardlink,symlink; do
        cairn config -q cache.type "$list"
        rm -rf d f d.dvc f.dvc
        data
        run cairn add d f
        expect_rc 0
        want=${list#*,}
        expect_that "$list $(kinds d f)" = "$list $want $want"
        run cairn checkout --relink
        expect_rc 0
        expect_that "$list $(kinds d f)" = "$list $want $want"
    done
    cairn config -q cache.type hardlink
    rm -rf d f
    run cairn checkout
    expect_rc 255
    expect_err_has 'cache.type'
    rm -rf "$far"
fi

case_begin "symlinks into an external cache say where they lead, and a moved cache is no loss"
mkdir one && cd one || exit 2
project
cairn config -q cache.dir ../shared
cairn config -q cache.type symlink
echo f >f
cairn add -q f
expect_that "$(readlink f)" = "$CASE_DIR/shared/files/md5/9a/8ad92c50cae39aa2c5604fd0ab6d8c"
mv ../shared ../moved
run cairn status
expect_out_has 'not in cache'
cairn config -q cache.dir ../moved
run cairn checkout
expect_rc 0
expect_that "$(readlink f)" = "$CASE_DIR/moved/files/md5/9a/8ad92c50cae39aa2c5604fd0ab6d8c"

case_begin "one cache for several repositories"
for p in one two; do
    mkdir $p && cd $p || exit 2
    project
    cairn config -q cache.dir ../shared
    cairn config -q cache.type hardlink
    echo same >same
    echo $p >own
    cairn add -q same own
    cd ..
done
expect_that "$(find shared/files -type f | wc -l)" = 3
expect_that "$(stat -c %h one/same)" = 3
expect_that one/same -ef two/same
rm one/same
cd one || exit 2
run cairn checkout
expect_rc 0
expect_that same -ef ../two/same
run cairn status
expect_out_has 'up to date'

case_begin "cache.shared = group: folders 02775, whatever the umask"
project
cairn config -q cache.dir ../shared
cairn config -q cache.shared group
umask 077
data
cairn add -q d f
cairn stage add -q -n s -d f -o out 'cp f out'
cairn repro -q
umask 022
expect_that "$(find ../shared/files -type d ! -perm 2775)" = ''
expect_that "$(find ../shared/files -type f ! -perm 444)" = ''

case_begin "holes stay holes, there and back"
project
cairn config -q cache.type copy
printf begin >big
truncate -s 64M big
printf middle | dd of=big bs=1 seek=40000000 conv=notrunc 2>"$ERR"
md5sum big >sum
cairn add -q big
expect_that "$(find .dvc/cache/files -type f -size +60M -printf '%b\n')" -lt 8192
rm big
cairn checkout -q
md5sum -c --quiet sum || fail 'other bytes'
expect_that "$(stat -c %b big)" -lt 8192
truncate -s 80M big
cairn add -q big
expect_that "$(stat -c %s .dvc/cache/files/md5/*/* | sort -n | tail -1)" = 83886080

# as USER COMMAND...: with the common group 60000.
as() {
    user=$1
    shift
    setpriv --reuid "$user" --regid "$user" --groups 60000 env HOME="$CASE_DIR/home-$user" sh -c 'umask 077; "$@"' sh "$@"
}

case_begin "two users of a group, one cache"
if [ "$(id -u)" = 0 ] && command -v setpriv >"$OUT"; then
    open_to_all
    install -d -m 2775 -g 60000 shared
    for u in 60001 60002; do
        install -d -o $u -g $u "home-$u" "p-$u"
        as $u git config --global init.defaultBranch main
        cd "p-$u" || exit 2
        as $u git init -q .
        as $u cairn init -q
        as $u cairn config -q cache.dir "$CASE_DIR/shared"
        as $u cairn config -q cache.shared group
        as $u cairn config -q cache.type hardlink,symlink
        as $u sh -c 'mkdir d; echo same >d/same; i=0; while [ $i -lt 40 ]; do echo $0 $i >d/$i; i=$((i+1)); done' $u
        run as $u cairn add d
        expect_rc 0
        run as $u cairn status
        expect_out_has 'up to date'
        cd ..
    done
    # What the other one stored may be read; a link to it is made where the system lets us, else the next kind is.
    cd p-60002 || exit 2
    as 60002 rm -rf d
    run as 60002 cairn checkout
    expect_rc 0
    expect_that "$(as 60002 cat d/same)" = same
    expect_that "$(find d -type f | wc -l)" = 40
    expect_that "$(find ../shared/files -type d ! -perm 2775)" = ''
    expect_that "$(find ../shared -type d ! -group 60000)" = ''
    # A damaged object of the other one is set aside and stored anew.
    object=../shared/files/md5/8c/ec8f8ef2c4b5e5b5c0ddb5c5a5f5f5
    object=$(find ../shared/files -type f -user 60001 -size -2 -exec grep -lx same {} + | head -1)
    chmod u+w "$object" && echo SAME >"$object" && chmod a-w "$object"
    as 60002 rm -rf d/same .dvc/tmp
    as 60002 sh -c 'echo same >d/same'
    run as 60002 cairn commit -f
    expect_rc 0
    expect_that "$(cat "$object")" = same
fi

# A file system in a file, where the machine allows it.
make_xfs() {
    [ "$(id -u)" = 0 ] && command -v mkfs.xfs >"$OUT" && truncate -s 320M image && mkfs.xfs -q image >"$OUT" 2>&1 &&
        mkdir mnt && mount -o loop image mnt 2>"$ERR"
}

case_begin "reflinks"
if make_xfs; then
    cd mnt || exit 2
    project
    mkdir d
    head -c 5000000 /dev/urandom >d/big
    echo small >d/small
    cairn add -q d
    shares() { filefrag -v "$1" 2>/dev/null | grep -c shared; }
    if command -v filefrag >"$OUT"; then
        expect_that "$(shares d/big)" != 0
        rm -rf d
        cairn checkout -q
        expect_that "$(shares d/big)" != 0
        cp --reflink=never d/big copy && mv copy d/big
        cairn checkout -q --relink
        expect_that "$(shares d/big)" != 0
    fi
    expect_that "$(stat -c '%a %h' d/big)" = '644 1'
    echo changed >>d/big
    run cairn status
    expect_out_has 'modified'
    run cairn checkout -f
    expect_rc 0
    cairn config -q cache.type reflink,hardlink
    cairn checkout -q --relink
    expect_that "$(stat -c %h d/big)" = 1
    run cairn status
    expect_out_has 'up to date'
    cd ..
    umount mnt
fi

case_begin "a file system mounted inside the workspace"
if make_xfs; then
    project
    mkdir mnt/d
    echo a >mnt/d/a
    cairn config -q cache.dir mnt/cache
    cairn config -q cache.type hardlink,copy
    cairn add -q mnt/d
    expect_that "$(kinds mnt/d)" = hardlink
    rm -rf mnt/d
    run cairn checkout
    expect_rc 0
    expect_that "$(kinds mnt/d)" = hardlink
    umount mnt
fi

cases_end
