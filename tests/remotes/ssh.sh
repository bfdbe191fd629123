#!/bin/sh
# SFTP against a real sshd with its usual limits on sessions; what one tool pushes the other pulls.
. "$(dirname "$0")/lib.sh"

serve_sshd
ssh-keygen -q -t ed25519 -N 'a phrase' -f "$s/locked"
cat "$s/locked.pub" >>"$s/authorized_keys"

# ssh_project NAME: a project with a folder and two files, and a remote in a folder that is not there yet.
ssh_project() {
    project
    make_data
    remote "ssh://127.0.0.1:$port$work/store/$1" keyfile "$HOME/.ssh/id_rsa" user "$(id -un)"
}

case_begin "push, status -c, pull"
ssh_project deep/one
keep
cairn push
expect_pushed 6
expect_in_sync
cairn push
grep -q 'Everything is up to date' out || fails "push again says: $(cat out)"
forget
cairn pull
expect_kept
count=$(find "$work/store/deep/one" -type f | wc -l)
[ "$count" = 6 ] || fails "$count files in the remote: $(find "$work/store/deep/one" -type f)"

if [ -n "$DVC" ]; then
    case_begin "what cairn pushes DVC pulls, and back"
    ssh_project two
    there_and_back
fi

case_begin "many small objects, in both directions, within the server's limits"
ssh_project many
make_many 1500
cairn push -j 16
cp -r many ../many
chmod -R u+w .dvc/cache
rm -rf .dvc/cache many
cairn pull -j 16 many.dvc
expect_same_tree ../many many
rm -rf ../many
grep -q 'beginning MaxStartups throttling' "$work/sshd.log" && fails "more connections at once than sshd takes"

case_begin "a damaged object never gets into the cache"
ssh_project damaged
cairn push
forget
object=$(find "$work/store/damaged/files/md5" -size +30000k -type f)
chmod u+w "$object"
printf X | dd of="$object" bs=1 seek=20000000 conv=notrunc 2>/dev/null
run "$CAIRN" pull
expect_rc 1
expect_err_has large
[ ! -e large ] || fails "large was made of damaged bytes"
[ -z "$(find .dvc/cache -size +30000k)" ] || fails "the cache holds it"
[ -e middle ] || fails "middle was not fetched"

case_begin "the host key is checked"
ssh_project key
ssh-keygen -q -t ed25519 -N '' -f "$work/case/other"
mv "$HOME/.ssh/known_hosts" "$work/known_hosts"
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 other.pub)" >"$HOME/.ssh/known_hosts"
run "$CAIRN" push
mv "$work/known_hosts" "$HOME/.ssh/known_hosts"
expect_rc 1
expect_err_has 'Host key verification failed'
[ ! -e "$work/store/key" ] || fails "something was pushed"

case_begin "no login, no server, no permission, a host that is an option"
ssh_project refused
ssh-keygen -q -t ed25519 -N '' -f stranger
cairn remote modify --local r keyfile "$PWD/stranger"
cat >>"$HOME/.ssh/config" <<EOF
Match host 127.0.0.1 user nobody-here
    IdentitiesOnly yes
EOF
cairn remote modify --local r user nobody-here
run "$CAIRN" push
expect_rc 1
expect_err_has 'Permission denied'
cairn remote modify --local r url "ssh://127.0.0.1:$(free_port)/x"
run "$CAIRN" push
expect_rc 1
expect_err_has 'Connection refused'
cairn remote modify --local r url "ssh://-oProxyCommand=touch%20$work/case/pwned/x"
run "$CAIRN" push
[ "$rc" != 0 ] || fails "a host that is an option was taken"
[ ! -e pwned ] || fails "a command in the url was run"
cairn remote modify --local r url 'ssh://host/x'
cairn remote modify --local r user '-oProxyCommand=touch pwned'
run "$CAIRN" push
[ "$rc" != 0 ] || fails "a user that is an option was taken"
[ ! -e pwned ] || fails "a command in the user was run"

case_begin "the passphrase of a key is given where ssh asks for it"
ssh_project phrase
mv "$HOME/.ssh/id_rsa" "$work/id_rsa"
cairn remote modify -q --local r keyfile "$s/locked"
run setsid -w "$CAIRN" push
expect_rc 1
cairn remote modify -q --local r passphrase 'a phrase'
run setsid -w "$CAIRN" push
mv "$work/id_rsa" "$HOME/.ssh/id_rsa"
expect_rc 0
expect_no 'a phrase' out err .dvc/config

case_begin "the password is given where ssh asks for it; what ssh is told"
ssh_project password
# A stand-in for ssh: no account here has a password. It asks as ssh does, and speaks SFTP if the answer is right.
cat >"$work/bin/ssh" <<EOF
#!/bin/sh
printf '%s\n' "\$@" >"$work/ssh-told"
[ "\$("\$SSH_ASKPASS" "me@host's password: ")" = "pass word" ] || { echo "Permission denied (password)." >&2; exit 255; }
[ "\$SSH_ASKPASS_REQUIRE" = force ] || exit 255
exec /usr/lib/openssh/sftp-server
EOF
remote "ssh://me@host:2222$work/store/password" password 'pass word' gss_auth true allow_agent false timeout 7
cairn push -vv
expect_no 'pass word' out err "$work/ssh-told"
for word in -p2222 -lme host sftp -oGSSAPIAuthentication=yes -oIdentityAgent=none -oConnectTimeout=7; do
    grep -qxF -e "$word" "$work/ssh-told" || fails "ssh was not told $word: $(cat "$work/ssh-told")"
done
cairn remote modify -q --local r password 'other word'
run "$CAIRN" status -c
cat >"$work/bin/ssh" <<EOF
#!/bin/sh
exec /usr/bin/ssh -F "$HOME/.ssh/config" "\$@"
EOF
expect_rc 1
expect_err_has 'Permission denied (password)'

case_begin "a shell that talks at login is named as the trouble"
ssh_project talk
cat >"$work/bin/ssh" <<'EOF'
#!/bin/sh
echo "Welcome to this machine, dear user! Read the news."
cat >/dev/null
EOF
run "$CAIRN" push
cat >"$work/bin/ssh" <<EOF
#!/bin/sh
exec /usr/bin/ssh -F "$HOME/.ssh/config" "\$@"
EOF
expect_rc 1
expect_err_has 'is no SFTP server'

case_begin "a connection that breaks is made anew"
ssh_project broken
cat >"$work/bin/ssh" <<EOF
#!/bin/sh
# The first three connections end after some bytes.
n=\$(cat "$work/case/connections" 2>/dev/null || echo 0)
echo \$((n + 1)) >"$work/case/connections"
[ \$n -ge 3 ] && exec /usr/bin/ssh -F "$HOME/.ssh/config" "\$@"
rm -f "$work/case/fifo"
mkfifo "$work/case/fifo"
exec 3<&0
/usr/bin/ssh -F "$HOME/.ssh/config" "\$@" <&3 >"$work/case/fifo" &
stdbuf -o0 head -c 3000 <"$work/case/fifo"
kill \$! 2>/dev/null
EOF
keep
cairn push -j 1
forget
echo 0 >connections
cairn pull -j 1
cat >"$work/bin/ssh" <<EOF
#!/bin/sh
exec /usr/bin/ssh -F "$HOME/.ssh/config" "\$@"
EOF
expect_kept
[ -z "$(find .dvc/cache/files -type f -name '*.tmp')" ] || fails "litter in the cache"
