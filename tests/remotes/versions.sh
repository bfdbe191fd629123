# shellcheck shell=sh
# What holds of every store that keeps versions. Sourced by the scripts of those, which have made the place "versions" in
# theirs, and define versions_remote PLACE/PREFIX (the default remote there) and other_writes METHOD KEY [TEXT] (somebody
# else puts or deletes what is at KEY in "versions"). no_dvc_update=1 where DVC itself cannot.

# versions_project PLACE/PREFIX: a project with a folder and a file, and a remote that keeps versions.
versions_project() {
    project
    mkdir -p d/sub
    echo one >d/1
    echo two >d/sub/2
    echo file >f
    "$CAIRN" add -q d f
    versions_remote "$1"
    "$CAIRN" remote modify -q --local r version_aware true
}
bare() {
    chmod -R u+w .dvc/cache
    rm -rf .dvc/cache d f
}
second() { # what comes after the first version
    echo 1 >d/1
    rm -r d/sub
    echo new >d/3
    echo changed >f
}

case_begin "versions: each push is another one, and the .dvc files say which is meant"
versions_project versions/ours
cairn push
grep -q '^3 files pushed' out || fails "push says: $(cat out)"
[ "$(grep -c version_id d.dvc) $(grep -c version_id f.dvc)" = "2 1" ] || fails "records: $(cat d.dvc f.dvc)"
cp -r d f d.dvc f.dvc ..
cairn push
grep -q 'Everything is up to date' out || fails "push again says: $(cat out)"
second
cairn add d f
cairn push
grep -q '^3 files pushed' out || fails "push says: $(cat out)"
cp -r d ../d2
bare
cairn pull
expect_same_tree ../d2 d
bare
cp ../d.dvc ../f.dvc .
cairn pull
expect_same_tree ../d d
expect_same_tree ../f f
run "$CAIRN" status -c
expect_rc 1
rm -rf ../d ../f ../d2 ../d.dvc ../f.dvc

if [ -n "$DVC" ]; then
    case_begin "versions that cairn pushes DVC pulls, and back"
    versions_project versions/both
    cp -r d ../d1
    cairn push
    bare
    dvc pull
    expect_same_tree ../d1 d
    second
    dvc add -q d f
    dvc push
    cp -r d ../d2
    bare
    cairn pull
    expect_same_tree ../d2 d
    dvc push
    grep -q 'Everything is up to date' out || fails "push of DVC says: $(cat out)"
    rm -rf ../d1 ../d2
fi

case_begin "import-url --version-aware: the version that was imported comes back from its source"
versions_project versions/source
cairn push
cd .. && rm -rf other && mkdir other && cd other || exit 2
project
versions_remote versions/source
cairn import-url --version-aware remote://r/d
cairn import-url --version-aware remote://r/f
[ "$(grep -c version_id d.dvc) $(grep -c version_id f.dvc)" = "2 1" ] || fails "records: $(cat d.dvc f.dvc)"
grep -q 'push: false' d.dvc || fails "it would be pushed: $(cat d.dvc)"
cp -r d ../first
(
    cd ../case || exit 2
    second
    "$CAIRN" add -q d f && "$CAIRN" push -q
) || fails "the second version was not pushed"
if [ -n "$DVC" ]; then
    bare
    dvc pull
    expect_same_tree ../first d
fi
bare
cairn pull
expect_same_tree ../first d
cairn update d.dvc f.dvc
cmp -s ../case/d/3 d/3 && cmp -s ../case/d/1 d/1 || fails "d is not the newest version"
[ -e d/sub/2 ] || fails "what nobody removed from the remote is gone"
expect_same_tree ../case/f f
cd .. && rm -rf other first && cd case || exit 2

worktree_project() { # PREFIX, with a third file in d
    versions_project "versions/$1"
    "$CAIRN" remote modify -q --local --unset r version_aware
    "$CAIRN" remote modify -q --local r worktree true
    echo three >d/3
    "$CAIRN" add -q d
}

case_begin "update: what others changed in a worktree remote comes, what they did not keeps its record"
worktree_project wt
echo never >n
cairn add n
cairn update n.dvc
expect_err_has "'n' is in no remote yet"
cairn push d f
cp d.dvc f.dvc ..
cairn update d.dvc f.dvc
cmp -s d.dvc ../d.dvc && cmp -s f.dvc ../f.dvc || fails "an update with nothing new changed a record"
other_writes PUT wt/d/1 changed || fails "nobody else can write"
other_writes PUT wt/d/new new || fails "nobody else can write"
other_writes DELETE wt/d/3 || fails "nobody else can write"
other_writes PUT wt/f another || fails "nobody else can write"
bare
cairn update d.dvc f
[ "$(cat d/1 d/new d/sub/2 f | tr '\n' ' ')" = "changednewtwo another" ] || fails "d and f are $(head d/* d/sub/* f)"
[ ! -e d/3 ] || fails "what was removed is there"
[ "$(grep -c 'version_id' d.dvc)" = 3 ] || fails "records: $(cat d.dvc)"
grep -A 6 'sub/2' ../d.dvc >../d.sub
grep -A 6 'sub/2' d.dvc | cmp -s - ../d.sub || fails "the record of an unchanged file changed: $(cat d.dvc)"
cairn status d.dvc f.dvc
grep -q 'up to date' out || fails "status says: $(cat out)"
cp d.dvc ../d.dvc
cairn push d f
grep -q 'Everything is up to date' out || fails "push says: $(cat out)"
if [ -n "$DVC" ]; then
    cp -r d ../first
    dvc push d f
    cmp -s d.dvc ../d.dvc || fails "DVC changes the record: $(diff ../d.dvc d.dvc)"
    bare
    dvc pull d f
    expect_same_tree ../first d
    rm -rf ../first
fi
echo mine >f
other_writes PUT wt/f third || fails "nobody else can write"
run "$CAIRN" update f.dvc
expect_rc 1
[ "$(cat f)" = mine ] || fails "the user's only copy is gone"
rm f
cairn update f.dvc
[ "$(cat f)" = third ] || fails "f is $(cat f)"
for option in --no-download --to-remote --rev=x; do
    run "$CAIRN" update $option f.dvc
    expect_rc 1
    expect_err_has "goes with imports only"
done
other_writes DELETE wt/f || fails "nobody else can write"
cairn update f.dvc
expect_err_has "no longer in the remote"
cairn remote modify --local r worktree false
run "$CAIRN" update f.dvc
expect_rc 1
expect_err_has "no worktree"
rm -f ../d.dvc ../f.dvc ../d.sub

case_begin "update: outs of stages; and what DVC updated in a folder, which names no remote then"
worktree_project stages
printf 'stages:\n  s:\n    cmd: echo x >made; mkdir -p md; echo 1 >md/1; echo 2 >md/2\n    outs:\n    - made\n    - md\n' >dvc.yaml
cairn repro
cairn push
other_writes PUT stages/made y || fails "nobody else can write"
other_writes PUT stages/md/1 11 || fails "nobody else can write"
cairn update s
[ "$(cat made md/1)" = y11 ] || fails "made and md are $(head made md/*)"
cairn status
grep -q 'up to date' out || fails "status says: $(cat out)"
if [ -n "$DVC" ]; then
    dvc status --json
    [ "$(cat out)" = '{}' ] || fails "DVC says: $(cat out)"
fi
if [ -n "$DVC" ] && [ -z "${no_dvc_update:-}" ]; then
    other_writes PUT stages/d/1 theirs || fails "nobody else can write"
    dvc update d.dvc
    ! grep -A 4 "'1'" d.dvc | grep -q cloud || fails "DVC names the remote now: $(cat d.dvc)"
    other_writes PUT stages/d/3 ours || fails "nobody else can write"
    cairn update d.dvc
    [ "$(cat d/1 d/3)" = theirsours ] || fails "d is $(head d/*)"
    [ "$(grep -c cloud d.dvc)" = 3 ] || fails "records: $(cat d.dvc)"
fi
