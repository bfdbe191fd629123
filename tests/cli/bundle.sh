#!/bin/sh
# bundle: one archive from here to there, and what archives that lie are worth.
. "$(dirname "$0")/lib.sh"

# A project with a folder and a file, and a bundle of it beside it.
source_project() {
    mkdir here && cd here || exit 2
    project
    mkdir d
    echo 1 >d/1
    echo 2 >d/2
    echo f >f
    cairn add -q d f
}

there() {
    mkdir "$CASE_DIR/there" && cd "$CASE_DIR/there" || exit 2
    project
}

objects() { (cd "$1" && find . -type f | sort); }

case_begin "all that is needed, there and back"
source_project
run cairn bundle create ../b.tar.zst
expect_rc 0
echo '6 files bundled' | expect_out
expect_err </dev/null
run cairn bundle verify ../b.tar.zst
expect_rc 0
echo '4 objects, 0 runs and 2 pointers are whole (300 bytes)' | expect_out
there
run cairn bundle unpack ../b.tar.zst
expect_rc 0
expect_out_has '6 files unpacked'
expect_same ../here/d.dvc d.dvc
objects .dvc/cache/files >../got
objects ../here/.dvc/cache/files >../want
expect_same ../want ../got
expect_that "$(find .dvc/cache/files -type f ! -perm 444)" = ''
expect_file .gitignore <<'EOT'
/d
/f
EOT
run cairn checkout
expect_rc 0
expect_that "$(cat d/1 d/2 f)" = "$(printf '1\n2\nf')"
run cairn bundle unpack ../b.tar.zst
echo 'Everything is up to date.' | expect_out

case_begin "the same data gives the same bytes"
source_project
cairn bundle create -q ../1
cairn bundle create -q ../2
expect_same ../1 ../2

case_begin "targets; a part of a folder"
source_project
cairn bundle create -q ../f f
cairn bundle create -q ../d1 d/1
there
run cairn bundle unpack ../f
expect_out_has '2 files unpacked'
expect_no_file d.dvc
run cairn bundle unpack ../d1
expect_out_has '3 files unpacked'
run cairn checkout d/1
expect_rc 0
expect_that "$(cat d/1)" = 1

case_begin "revisions"
source_project
git add -A && git commit -q -m 1 && git tag v1
echo g >f
cairn add -q f
git add -A && git commit -q -m 2
run cairn bundle create ../now f
echo '2 files bundled' | expect_out
run cairn bundle create ../rev f --rev v1
echo '3 files bundled' | expect_out
run cairn bundle create ../all -A
echo '7 files bundled' | expect_out
run cairn bundle create ../none --rev nope
expect_rc 1
expect_err_has nope
expect_no_file ../none

case_begin "the record of runs"
source_project
echo in >in
cairn stage add -q -n s -d in -o out 'cp in out'
cairn repro -q
cairn bundle create -q --run-cache ../b
git add -A
git commit -q -m 1
git clone -q . ../there
cd ../there || exit 2
rm dvc.lock
run cairn bundle unpack ../b
expect_rc 0
expect_same ../here/dvc.lock dvc.lock
(cd .dvc/cache && find runs -type f | sort) >../got
(cd ../here/.dvc/cache && find runs -type f | sort) >../want
expect_same ../want ../got
rm dvc.lock
echo in >in
run cairn repro -v
expect_rc 0
expect_same in out

case_begin "a file that is there is not replaced unasked"
source_project
echo precious >../b
run cairn bundle create ../b
expect_rc 1
expect_err_has '-f'
expect_that "$(cat ../b)" = precious
run cairn bundle create -f ../b
expect_rc 0
expect_that "$(find .. -maxdepth 1 -name '.*.tmp')" = ''

case_begin "what the cache lacks stops it, or is left out"
source_project
rm .dvc/cache/files/md5/26/ab0db90d72e28ad0ba1e22ee510510
run cairn bundle create ../b
expect_rc 1
expect_err_has "'d/2'"
expect_err_has '--allow-missing'
expect_no_file ../b
run cairn bundle create --allow-missing ../b
expect_rc 0
echo '5 files bundled' | expect_out
run cairn bundle verify ../b
expect_rc 0

case_begin "a damaged object does not travel"
source_project
object=.dvc/cache/files/md5/9a/8ad92c50cae39aa2c5604fd0ab6d8c
chmod u+w $object
echo X >$object
rm -rf .dvc/tmp
run cairn bundle create ../b
expect_rc 1
expect_err_has "'f'"
expect_no_file ../b

case_begin "pointers that differ are left as they are"
source_project
cairn bundle create -q ../b
there
echo 'outs: []' >f.dvc
run cairn bundle unpack ../b
expect_rc 0
expect_err_has "'f.dvc'"
expect_that "$(cat f.dvc)" = 'outs: []'

case_begin "names that are not ASCII"
source_project
mkdir 'é ü'
echo x >'é ü/ñ 日.txt'
cairn add -q 'é ü/ñ 日.txt'
cairn bundle create -q ../b
there
run cairn bundle unpack ../b
expect_rc 0
expect_that -f 'é ü/ñ 日.txt.dvc'

case_begin "other hashes and DVC 2"
mkdir here && cd here || exit 2
git init -q . && cairn init -q --hash xxh128 && git commit -q -m start
echo a >a
cairn add -q a
mkdir -p .dvc/cache/9a
printf 'outs:\n- md5: 9a8ad92c50cae39aa2c5604fd0ab6d8c\n  size: 2\n  path: old\n' >old.dvc
echo f >.dvc/cache/9a/8ad92c50cae39aa2c5604fd0ab6d8c
run cairn bundle create ../b
expect_rc 0
there
run cairn bundle unpack ../b
expect_rc 0
run cairn checkout
expect_rc 0
expect_that "$(cat a old)" = "$(printf 'a\nf')"
expect_that -f .dvc/cache/9a/8ad92c50cae39aa2c5604fd0ab6d8c

case_begin "cut off: what came whole stays, and the next run goes on"
source_project
head -c 3000000 /dev/urandom >g
cairn add -q g
cairn bundle create -q ../b
head -c 2000000 ../b >../cut
run cairn bundle verify ../cut
expect_rc 1
there
run cairn bundle unpack ../cut
expect_rc 1
expect_that "$(find .dvc/cache -name '*.tmp')" = ''
run cairn bundle unpack ../b
expect_rc 0
run cairn checkout
expect_rc 0
expect_same g ../here/g

case_begin "a flipped byte is found"
source_project
head -c 100000 /dev/urandom >g
cairn add -q g
cairn bundle create -q ../b
printf X | dd of=../b bs=1 seek=60000 conv=notrunc 2>/dev/null
run cairn bundle verify ../b
expect_rc 1
there
run cairn bundle unpack ../b
expect_rc 1
name=$(md5sum <../here/g | cut -c3-32)
expect_that "$(find .dvc/cache -name "$name")" = ''

case_begin "no bundle at all"
project
echo text >text
run cairn bundle verify text
expect_rc 1
expect_err_has "'text'"
run cairn bundle verify nothing
expect_rc 1
expect_err_has "'nothing'"
mkfifo pipe
run cairn bundle unpack pipe
expect_rc 1
mkdir dir
run cairn bundle verify dir
expect_rc 1
run cairn bundle create nowhere/b
expect_rc 1
expect_err_has "'nowhere/b'"

# hostile CODE: a tar archive made by Python; add(name, bytes, **attributes) and manifest(line...) are there.
hostile() {
    python3 - <<EOT
import hashlib, io, tarfile
t = tarfile.open('../bad', 'w', format=tarfile.GNU_FORMAT)
def add(name, data=b'', size=None, **more):
    i = tarfile.TarInfo(name)
    i.size = len(data) if size is None else size
    for k, v in more.items():
        setattr(i, k, v)
    if size is None:
        t.addfile(i, io.BytesIO(data))
    else:
        t.fileobj.write(i.tobuf(tarfile.GNU_FORMAT))
def manifest(*lines):
    add('manifest', ('\n'.join(('cairn-bundle 1',) + lines + ('end', ''))).encode())
md5 = lambda b: hashlib.md5(b).hexdigest()
sha = lambda b: hashlib.sha256(b).hexdigest()
A = md5(b'a')
NAME = 'files/md5/%s/%s' % (A[:2], A[2:])
LINE = 'object 1 md5 ' + A
$1
t.close()
EOT
}

# refused WORDS CODE: nothing may be left of it, in the workspace, in the cache, or beside them.
refused() {
    hostile "$2"
    run cairn bundle unpack ../bad
    [ "$RC" = 1 ] || fail "$2: exit status $RC" "$(cat "$OUT" "$ERR")"
    expect_err_has "$1"
    run cairn bundle verify ../bad
    [ "$RC" = 1 ] || fail "$2: verify, exit status $RC" "$(cat "$OUT" "$ERR")"
    left=$(find . -path ./.git -prune -o -newer ../stamp -type f ! -path './.dvc/tmp/*' -print; find .. -maxdepth 1 -name 'evil*')
    [ -z "$left" ] || fail "$2 left $left"
}

case_begin "archives that lie"
mkdir project && cd project || exit 2
project
touch -d '1 second ago' ../stamp
touch ../stamp
sleep 0.02
refused 'manifest' 'add(NAME, b"a")'
refused 'no bundle' 'add("manifest", b"cairn-bundle 2\nend\n")'
refused 'cut off' 'add("manifest", b"cairn-bundle 1\n")'
refused 'line 3' 'add("manifest", b"cairn-bundle 1\nend\nmore\n")'
refused 'NUL' 'add("manifest", b"cairn-bundle 1\0\nend\n")'
refused 'too large' 'add("manifest", b"", size=1 << 40)'
refused 'plain file' 'add("manifest", type=tarfile.SYMTYPE, linkname="/etc/passwd")'
refused 'line 2' 'manifest("object -1 md5 " + A)'
refused 'line 2' 'manifest("object 99999999999999999999 md5 " + A)'
refused 'line 2' 'manifest("object 1 md5 ../../../evil")'
refused 'line 2' 'manifest("object 1 md5 " + A.upper())'
refused 'line 2' 'manifest("object 1 crc " + A)'
refused 'line 2' 'manifest("object 1 sha256 " + A)'
refused 'line 3' 'manifest(LINE, LINE)'
refused 'line 3' 'manifest("object 1 md5 " + A + ".dir", "object 1 md5 " + A)'
refused 'line 3' 'manifest("object 9223372036854775807 md5 " + "0" * 32, "object 9223372036854775807 md5 " + "1" * 32)'
refused 'line 2' 'manifest("run 1 " + sha(b"a") + " runs/../../evil")'
refused 'line 2' 'manifest("pointer 1 " + sha(b"a") + " ../evil.dvc")'
refused 'line 2' 'manifest("pointer 1 " + sha(b"a") + " /tmp/evil.dvc")'
refused 'line 2' 'manifest("pointer 1 " + sha(b"a") + " .git/evil.dvc")'
refused 'line 2' 'manifest("pointer 1 " + sha(b"a") + " .dvc/config")'
refused 'line 2' 'manifest("pointer 1 " + sha(b"a") + " .git/hooks/pre-commit")'
refused 'line 2' 'manifest("pointer 1 " + sha(b"a") + " evil.sh")'
refused 'line 2' 'manifest("pointer 999999999999 " + sha(b"a") + " a.dvc")'
refused 'ends before' 'manifest(LINE)'
refused 'should be' 'manifest(LINE); add("../evil", b"a")'
refused 'should be' 'manifest(LINE); add("/tmp/evil", b"a")'
refused 'plain file' 'manifest(LINE); add(NAME, type=tarfile.SYMTYPE, linkname="/etc/passwd")'
refused 'plain file' 'manifest(LINE); add(NAME, type=tarfile.LNKTYPE, linkname="manifest")'
refused 'plain file' 'manifest(LINE); add(NAME, type=tarfile.DIRTYPE)'
refused 'plain file' 'manifest(LINE); add(NAME, type=tarfile.CHRTYPE, devmajor=1, devminor=5)'
refused 'another size' 'manifest(LINE); add(NAME, b"aa")'
refused 'damaged' 'manifest(LINE); add(NAME, b"b")'
refused 'damaged' 'manifest("pointer 1 " + sha(b"a") + " a.dvc"); add("pointers/a.dvc", b"b")'
refused 'should be' 'manifest("pointer 1 " + sha(b"a") + " a.dvc"); add("pointers/b.dvc", b"a")'

case_begin "more in it than its manifest names: nothing but that is taken"
mkdir project && cd project || exit 2
project
hostile 'manifest(LINE); add(NAME, b"a"); add("evil.dvc", b"x")'
run cairn bundle unpack ../bad
expect_rc 1
expect_err_has "'evil.dvc'"
expect_no_file evil.dvc
expect_that -f .dvc/cache/files/md5/0c/c175b9c0f1b6a831c399e269772661

case_begin "links planted in the workspace and in the cache are not followed"
source_project
mkdir sub
echo s >sub/s
cairn add -q sub/s
cairn bundle create -q ../b
there
mkdir ../outside
ln -s ../outside sub
run cairn bundle unpack ../b
expect_rc 1
expect_that "$(ls ../outside)" = ''
rm sub
rm -rf .dvc/cache
mkdir -p .dvc/cache/files
ln -s ../../../../outside .dvc/cache/files/md5
run cairn bundle unpack ../b
expect_rc 1
expect_that "$(ls ../outside)" = ''

case_begin "no room is found out before anything is written"
mkdir project && cd project || exit 2
project
hostile 'manifest("object 4611686018427387904 md5 " + A); add(NAME, b"", size=1 << 33)'
run cairn bundle unpack ../bad
expect_rc 1
expect_err_has 'free'

case_begin "outside of a repository verify works, the others do not"
source_project
cairn bundle create -q ../b
cd .. || exit 2
run cairn bundle verify b
expect_rc 0
run cairn bundle unpack b
expect_rc 253
run cairn bundle create c
expect_rc 253

cases_end
