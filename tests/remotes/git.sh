#!/bin/sh
# import, get and list of repositories that real servers hold: git:// and http://.
. "$(dirname "$0")/lib.sh"

mkdir -p "$work/git/store" "$work/http/cgi-bin"
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

# Python runs it as nobody, to whom the repository does not belong.
printf '#!/bin/sh\nGIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="*" GIT_PROJECT_ROOT=%s \\\n    GIT_HTTP_EXPORT_ALL=1 exec git http-backend\n' "$work/git" >"$work/http/cgi-bin/git"
chmod +x "$work/http/cgi-bin/git"
port=$(free_port)
cd "$work/http" || exit 2
serve http python3 -m http.server --cgi --bind 127.0.0.1 "$port"
until_ready git ls-remote "http://127.0.0.1:$port/cgi-bin/git/lib" && urls="$urls http://127.0.0.1:$port/cgi-bin/git/lib"

for url in $urls; do
    case_begin "get, list and import of $url"
    "$CAIRN" get -q "$url" d/b || fails "get"
    [ "$(cat b)" = b ] || fails "b: $(cat b)"
    [ "$("$CAIRN" list "$url" -R --dvc-only --rev v1 | tr '\n' ' ')" = 'd/a d/b f ' ] || fails "list"
    git init -q app && cd app && "$CAIRN" init -q
    "$CAIRN" import -q "$url" f --rev v1 || fails "import"
    [ "$(cat f)" = 1 ] || fails "f: $(cat f)"
    "$CAIRN" update -q f.dvc --rev HEAD || fails "update"
    [ "$(cat f)" = 2 ] || fails "f: $(cat f)"
    rm -rf .dvc/cache f
    "$CAIRN" pull -q || fails "pull"
    [ "$(cat f)" = 2 ] || fails "f: $(cat f)"
    "$CAIRN" get -q "$url" nosuch 2>err && fails "no such path"
    "$CAIRN" list "${url}x" >out 2>err && fails "no such repository"
    grep -q "${url}x" err || fails "$(cat err)"
    case $DVC$url in
    /*git://*) ;;
    *) continue ;; # its client sends what Python's server does not take
    esac
    rm -rf .dvc/cache f
    "$DVC" pull -q || fails "DVC pulls what was imported"
    [ "$(cat f)" = 2 ] || fails "f: $(cat f)"
done
