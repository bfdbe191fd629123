#!/bin/sh
# import, get and list of repositories that real servers hold: git://, http://, https:// with a login that a credential
# helper knows, ssh:// and its short form.
. "$(dirname "$0")/lib.sh"

mkdir -p "$work/git/store" "$work/http/cgi-bin" "$work/tls"
chmod a+rx "$work"
(
    cd "$work/git" && git init -q lib && cd lib && "$CAIRN" init -q && "$CAIRN" remote add -q -d r "$work/git/store" &&
        mkdir d && echo a >d/a && echo b >d/b && echo 1 >f && echo p >p && "$CAIRN" add -q d f && git add -A &&
        git commit -qm one && git tag v1 && "$CAIRN" push -q && echo 2 >f && "$CAIRN" add -q f && git commit -qam two &&
        "$CAIRN" push -q
) >"$work/made" 2>&1 || cat "$work/made"

port=$(free_port)
serve daemon git daemon --listen=127.0.0.1 --port="$port" --base-path="$work/git" --export-all --reuseaddr
until_ready git ls-remote "git://127.0.0.1:$port/lib" || exit 2
urls=git://127.0.0.1:$port/lib

# Servers run it as another user, to whom the repository does not belong.
printf '#!/bin/sh\nGIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="*" GIT_PROJECT_ROOT=%s \\\n    GIT_HTTP_EXPORT_ALL=1 exec git http-backend\n' "$work/git" >"$work/http/cgi-bin/git"
chmod +x "$work/http/cgi-bin/git"
port=$(free_port)
cd "$work/http" || exit 2
serve http python3 -m http.server --cgi --bind 127.0.0.1 "$port"
until_ready git ls-remote "http://127.0.0.1:$port/cgi-bin/git/lib" && urls="$urls http://127.0.0.1:$port/cgi-bin/git/lib"

apache=$(PATH=$PATH:/usr/sbin command -v apache2) || { echo "there is no apache2"; exit 1; }
make_certificate "$work/tls" IP:127.0.0.1
port=$(free_port)
printf 'alice:%s\n' "$(openssl passwd -apr1 's3cret pw')" >"$work/tls/htpasswd"
cat >"$work/tls/apache.conf" <<EOF
ServerRoot $work/tls
ServerName 127.0.0.1
Listen 127.0.0.1:$port
PidFile $work/tls/apache.pid
ErrorLog $work/tls/apache.log
User www-data
Group www-data
$(for m in mpm_event authn_core authn_file authz_core authz_user auth_basic alias cgi env ssl; do
    echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"
done)
SSLEngine on
SSLCertificateFile $work/tls/srv.crt
SSLCertificateKeyFile $work/tls/srv.key
ScriptAlias /git $work/http/cgi-bin/git
<Location />
  AuthType Basic
  AuthName t
  AuthUserFile $work/tls/htpasswd
  Require valid-user
</Location>
EOF
chmod a+r "$work/tls/"*
serve apache "$apache" -X -f "$work/tls/apache.conf"
https=https://127.0.0.1:$port/git/lib
until_ready curl -s --cacert "$work/tls/ca.crt" "$https" || { cat "$work/tls/apache.log"; exit 2; }
# shellcheck disable=SC2016 # for the helper
printf '#!/bin/sh\n[ "$1" = get ] && printf "username=alice\\npassword=s3cret pw\\n"\n' >"$work/tls/helper"
chmod +x "$work/tls/helper"
git config --global http.sslCAInfo "$work/tls/ca.crt"
git config --global credential.helper "$work/tls/helper"
export GIT_TERMINAL_PROMPT=0
urls="$urls $https"

serve_sshd
urls="$urls ssh://$(id -un)@127.0.0.1:$port$work/git/lib box:$work/git/lib"

for url in $urls; do
    case_begin "get, list and import of $url"
    "$CAIRN" get -q "$url" d/b || fails "get"
    [ "$(cat b)" = b ] || fails "b: $(cat b)"
    [ "$("$CAIRN" list "$url" -R --dvc-only --rev v1 | tr '\n' ' ')" = 'd/a d/b f ' ] || fails "list"
    git init -q app && cd app && "$CAIRN" init -q
    "$CAIRN" import -q "$url" f --rev v1 || fails "import"
    [ "$(cat f)" = 1 ] || fails "f: $(cat f)"
    grep -qF "url: $url" f.dvc || fails "the record: $(cat f.dvc)"
    "$CAIRN" update -q f.dvc --rev HEAD || fails "update"
    [ "$(cat f)" = 2 ] || fails "f: $(cat f)"
    rm -rf .dvc/cache f
    "$CAIRN" pull -q || fails "pull"
    [ "$(cat f)" = 2 ] || fails "f: $(cat f)"
    run "$CAIRN" get "$url" nosuch
    [ "$rc" != 0 ] || fails "no such path"
    run "$CAIRN" list "${url}x"
    [ "$rc" != 0 ] || fails "no such repository"
    expect_err_has "${url##*@}x"
    run "$CAIRN" list "$url" --rev nosuch
    [ "$rc" != 0 ] || fails "no such revision"
    expect_err_has nosuch
    expect_no s3cret out err f.dvc
    case $DVC$url in
    /*git://* | /*ssh://*) ;;
    *) continue ;; # its client sends what Python's server does not take, and knows neither these helpers nor `box`
    esac
    rm -rf .dvc/cache f
    dvc pull
    [ "$(cat f)" = 2 ] || fails "f: $(cat f)"
done

case_begin "a clone that nobody used for a month goes when another comes in"
kept=$HOME/.cache/cairn
[ "$(find "$kept/clones" -mindepth 1 -maxdepth 1 -type d | wc -l)" -ge 4 ] || fails "clones: $(ls "$kept/clones")"
find "$kept/clones" "$kept/sources" -mindepth 1 -maxdepth 1 -type d -exec touch -d '31 days ago' {} +
"$CAIRN" get -q "$https" d/b || fails "get"
"$CAIRN" get -q "$https/../lib" d/b -o again || fails "get of another"
[ "$(find "$kept/clones" -mindepth 1 -maxdepth 1 -type d | wc -l)" = 2 ] || fails "clones are left: $(ls "$kept/clones")"
[ "$(find "$kept/sources" -mindepth 1 -maxdepth 1 -type d | wc -l)" = 2 ] || fails "sources are left: $(ls "$kept/sources")"
"$CAIRN" get -q "box:$work/git/lib" f || fails "get of one that went"

case_begin "a login that nobody knows, a wrong one, a certificate of nobody"
git config --global --unset credential.helper
run "$CAIRN" get "$https" d/b
[ "$rc" != 0 ] || fails "no login"
expect_err_has "$https"
expect_err_has Username
run "$CAIRN" get "https://alice:wrongpw@${https#https://}" d/b
[ "$rc" != 0 ] || fails "a wrong login"
expect_err_has 'Authentication failed'
expect_no wrongpw out err
run "$CAIRN" get "https://alice:s3cret%20pw@${https#https://}" d/b
expect_rc 0
git config --global --unset http.sslCAInfo
run "$CAIRN" get -f "$https" d/b
[ "$rc" != 0 ] || fails "a certificate of nobody"
expect_err_has certificate

case_begin "a host that does not answer, one that is not known, a key that is not taken"
run "$CAIRN" get "ssh://127.0.0.1:$(free_port)/x" f
[ "$rc" != 0 ] || fails "nobody listens"
expect_err_has refused
: >"$HOME/.ssh/known_hosts"
run "$CAIRN" get "ssh://127.0.0.1:$port$work/git/lib" d/b
[ "$rc" != 0 ] || fails "a host that is not known"
expect_err_has 'Host key verification failed'
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$s/hostkey.pub")" >"$HOME/.ssh/known_hosts"
: >"$s/authorized_keys"
run "$CAIRN" get "box:$work/git/lib" d/b
[ "$rc" != 0 ] || fails "a key that is not taken"
expect_err_has 'ermission denied'
[ ! -e b ] || fails "a file was written"
