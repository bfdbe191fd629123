#!/bin/sh
# fsck: finds all damage, takes nothing on trust, mends what can be mended.
. "$(dirname "$0")/lib.sh"

object() { h=$(md5sum <"$1" | cut -c1-32) && echo ".dvc/cache/files/md5/$(echo "$h" | cut -c1-2)/$(echo "$h" | cut -c3-)"; }
# Other bytes, the same size, mode and mtime.
spoil() {
    chmod u+w "$1" && touch -r "$1" "$1.time" && printf X | dd of="$1" conv=notrunc status=none &&
        touch -r "$1.time" "$1" && chmod a-w "$1" && rm "$1.time"
}

tracked() {
    project
    mkdir d
    echo 1 >d/1
    echo 2 >d/2
    echo f >f
    cairn add -q d f
    git add -A
    git commit -q -m 1
}

case_begin "all is whole"
tracked
run cairn fsck
expect_rc 0
echo '4 objects of the cache: 4 read (128), 0 at fault.' | expect_out
run cairn fsck -q
expect_out </dev/null
run cairn fsck f
expect_out_has '1 object of the cache: 1 read'
run cairn fsck d/1
expect_out_has '2 objects of the cache'
run cairn fsck nope
expect_rc 255

case_begin "damage that no time stamp tells is found, set aside and mended from the workspace"
tracked
one=$(object d/1)
spoil "$one"
run cairn fsck
expect_rc 2
expect_out_has 'corrupt     d/1'
expect_out_has '0 repaired, 1 lost.'
expect_that -e "$one.corrupt"
expect_no_file "$one"
run cairn fsck --repair
expect_rc 1
expect_out_has 'missing     d/1'
expect_out_has 'repaired from the workspace'
expect_that -e "$one"
run cairn fsck
expect_rc 0

case_begin "a listing is made anew from the workspace, then all below it is looked at"
tracked
rm .dvc/cache/files/md5/*/*.dir "$(object d/2)"
run cairn fsck
expect_rc 2
run cairn fsck --repair
expect_rc 1
expect_out_has 'missing     d ('
expect_out_has 'missing     d/2 ('
expect_out_has '2 repaired, 0 lost.'
run cairn fsck
expect_rc 0

case_begin "what the workspace does not have any more comes from the remote"
tracked
cairn remote add -q -d r "$PWD/store"
cairn push -q
spoil "$(object f)"
rm .dvc/cache/files/md5/*/*.dir "$(object d/2)"
echo changed >f
rm -r d
run cairn fsck
expect_rc 2
run cairn fsck --repair
expect_rc 1
expect_out_has "repaired from remote 'r'"
run cairn fsck
expect_rc 0
run cairn checkout -f
expect_rc 0

case_begin "what nobody has is lost"
tracked
rm "$(object f)"
rm f
run cairn fsck --repair
expect_rc 2
expect_out_has 'missing     f'
expect_out_has '0 repaired, 1 lost.'
cairn remote add -q -d r "$PWD/nowhere/store"
run cairn fsck --repair
expect_rc 2

case_begin "revisions"
tracked
git tag v1
first=$(object f)
echo new >f
cairn add -q f
git add -A
git commit -q -m 2
rm -f "$first"
run cairn fsck
expect_rc 0
run cairn fsck -A
expect_rc 2
run cairn fsck -T
expect_rc 2
expect_out_has 'f of v1'
run cairn fsck --rev HEAD~1 d
expect_rc 0
run cairn fsck --rev nope
expect_rc 255
echo 'outs: nothing' >bad.dvc
run cairn fsck
expect_rc 255
expect_err_has bad.dvc

case_begin "the whole cache"
tracked
echo loose >loose
cairn add -q loose
rm loose.dvc
spoil "$(object loose)"
run cairn fsck
expect_rc 0
run cairn fsck --cache
expect_rc 2
expect_out_has 'used by nothing in scope'
expect_out_has '5 objects of the cache'

case_begin "a remote, and back from the cache"
tracked
cairn remote add -q -d r "$PWD/store"
run cairn fsck -r r
expect_rc 2
cairn push -q
run cairn fsck -r r
expect_rc 0
bad=$(object d/1)
spoil "store${bad#.dvc/cache}"
rm "store$(object f | sed 's|.dvc/cache||')"
run cairn fsck --remote r
expect_rc 2
expect_out_has 'corrupt     d/1'
expect_out_has 'missing     f'
run cairn fsck --remote r --repair
expect_rc 1
expect_out_has 'repaired from the cache'
run cairn fsck --remote r
expect_rc 0
run cairn fsck --remote nope
expect_rc 255
run cairn fsck --remote r --cache
expect_rc 254

case_begin "--json"
tracked
rm "$(object f)"
run cairn fsck --json
expect_rc 2
cat >want <<'X'
{"remote": null, "objects": 4, "read": 3, "bytes": 126, "lost": 1, "problems": [{"fault": "missing", "hash": "md5", "digest": "9a8ad92c50cae39aa2c5604fd0ab6d8c", "path": "f", "rev": null, "repaired": null}]}
X
expect_out <want

case_begin "a sample"
project
mkdir d
i=0
while [ $i -lt 400 ]; do
    echo $i >d/$i
    i=$((i + 1))
done
cairn add -q d
run cairn fsck --sample 25%
expect_rc 0
read=$(sed 's/.*: \([0-9]*\) read.*/\1/' "$OUT")
expect_that "$read" -gt 50
expect_that "$read" -lt 150
rm "$(object d/7)"
run cairn fsck --sample 1%
expect_rc 2
expect_out_has 'missing     d/7'
for share in 0 0% 101% x '' %; do
    run cairn fsck --sample "$share"
    expect_rc 254
done

case_begin "a listing that lies"
tracked
printf '[{"md5": "%s", "relpath": "../../x"}]' 9a8ad92c50cae39aa2c5604fd0ab6d8c >evil
h=$(md5sum <evil | cut -c1-32)
mkdir -p .dvc/cache/files/md5/"$(echo "$h" | cut -c1-2)"
cp evil .dvc/cache/files/md5/"$(echo "$h" | cut -c1-2)/$(echo "$h" | cut -c3-)".dir
printf 'outs:\n- md5: %s.dir\n  hash: md5\n  path: e\n' "$h" >e.dvc
run cairn fsck --repair
expect_rc 2
expect_out_has 'invalid     e'

case_begin "data of DVC 2"
project
printf 'one\r\n' >t
h=$(printf 'one\n' | md5sum | cut -c1-32)
at=.dvc/cache/$(echo "$h" | cut -c1-2)
mkdir -p "$at"
cp t "$at/$(echo "$h" | cut -c3-)"
printf 'outs:\n- md5: %s\n  size: 5\n  path: t\n' "$h" >t.dvc
run cairn fsck
expect_rc 0
spoil "$at/$(echo "$h" | cut -c3-)"
run cairn fsck --repair
expect_rc 1
run cairn fsck --cache
expect_rc 0

cases_end
