#!/bin/sh
# WebDAV against nginx (with its DAV modules) and Apache's mod_dav, which wants every folder made first.
. "$(dirname "$0")/lib.sh"
export no_import=1 # DVC takes a file there for a folder

web=$work/web
mkdir -p "$web/nginx" "$web/tmp" "$web/apache" "$web/lock"
n_port=$(free_port) tls=$(free_port) a_port=$(free_port)
make_certificate "$web" IP:127.0.0.1
echo "alice:$(openssl passwd -apr1 s3cretpw)" >"$web/htpasswd"
chmod -R a+rwX "$web" "$work"
modules=$(nginx -V 2>&1 | tr ' ' '\n' | sed -n 's/^--modules-path=//p')
cat >"$web/nginx.conf" <<EOF
load_module $modules/ngx_http_dav_ext_module.so;
pid $web/nginx.pid; error_log $web/error.log; worker_processes 1; daemon off; user $(id -un);
events { worker_connections 512; }
http {
  access_log $web/access.log; client_body_temp_path $web/tmp/b; proxy_temp_path $web/tmp/p;
  fastcgi_temp_path $web/tmp/f; uwsgi_temp_path $web/tmp/u; scgi_temp_path $web/tmp/s; client_max_body_size 0;
  server { listen 127.0.0.1:$n_port; listen 127.0.0.1:$tls ssl;
    ssl_certificate $web/srv.crt; ssl_certificate_key $web/srv.key;
    location /dav/ { alias $web/nginx/; dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS;
      auth_basic "t"; auth_basic_user_file $web/htpasswd; }
    location /token/ { alias $web/nginx/; dav_methods PUT DELETE MKCOL COPY MOVE; dav_ext_methods PROPFIND OPTIONS;
      if (\$http_authorization != "Bearer t0ken") { return 401; } }
  }
}
EOF
serve nginx nginx -c "$web/nginx.conf" -e "$web/error.log"
until_ready curl -s "http://127.0.0.1:$n_port/dav/" || { echo "nginx does not start: $(cat "$work/nginx.log")"; exit 1; }

apache=$(PATH=$PATH:/usr/sbin command -v apache2 || :)
if [ -n "$apache" ]; then
    cat >"$web/apache.conf" <<EOF
ServerRoot $web
ServerName 127.0.0.1
Listen 127.0.0.1:$a_port
PidFile $web/apache.pid
ErrorLog $web/apache.log
User www-data
Group www-data
$(for m in mpm_event authn_core authn_file authz_core authz_user auth_basic alias dav dav_fs; do
    echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"
done)
DavLockDB $web/lock/db
Alias /dav $web/apache
<Directory $web/apache>
  Dav On
  AuthType Basic
  AuthName t
  AuthUserFile $web/htpasswd
  Require valid-user
</Directory>
EOF
    chmod a+rwX "$web/apache" "$web/lock"
    serve apache "$apache" -X -f "$web/apache.conf"
    until_ready curl -s "http://127.0.0.1:$a_port/dav/" || { echo "apache does not start: $(cat "$work/apache.log" "$web/apache.log")"; exit 1; }
fi

login="user alice password s3cretpw"

# shellcheck disable=SC2086 # $login is options
exchange nginx "webdav://127.0.0.1:$n_port/dav" $login
[ -z "$(find "$web/nginx" -name '*.tmp*')" ] || { case_begin "nothing half sent is left"; fails "$(find "$web/nginx" -name '*.tmp*')"; }
# shellcheck disable=SC2086
[ -z "$apache" ] || exchange apache "webdav://127.0.0.1:$a_port/dav" $login

case_begin "TLS, a token, a wrong password; no secret in any message"
project
make_data
keep
remote "webdavs://127.0.0.1:$tls/token/tls" token t0ken ssl_verify "$web/ca.crt"
cairn push
forget
cairn pull
expect_kept
remote "webdavs://127.0.0.1:$tls/token/tls" token t0ken
run "$CAIRN" status -c
expect_rc 1
expect_err_has certificate
remote "webdav://127.0.0.1:$n_port/dav/x" user alice password wr0ngpw
run "$CAIRN" push -vv
expect_rc 1
expect_err_has 401
expect_no wr0ngpw out err
remote "webdav://127.0.0.1:$n_port/dav/x" bearer_token_command "touch pwned"
run "$CAIRN" push
expect_rc 1
[ ! -e pwned ] || fails "a command of the configuration was run"
