#!/bin/sh
# Plain HTTP and HTTPS against nginx: read, uploads by PUT, logins, certificates, redirects.
. "$(dirname "$0")/lib.sh"
export no_list=1

web=$work/web
mkdir -p "$web/data" "$web/tmp"
plain=$(free_port) tls=$(free_port) other=$(free_port)
make_certificate "$web" IP:127.0.0.1 DNS:localhost
echo "alice:$(openssl passwd -apr1 s3cretpw)" >"$web/htpasswd"
cat >"$web/nginx.conf" <<EOF
pid $web/nginx.pid; error_log $web/error.log; worker_processes 1; daemon off; user $(id -un);
events { worker_connections 512; }
http {
  log_format seen '\$request_method \$uri auth=\$http_authorization token=\$http_x_token';
  access_log $web/access.log seen; client_body_temp_path $web/tmp/b; proxy_temp_path $web/tmp/p;
  fastcgi_temp_path $web/tmp/f; uwsgi_temp_path $web/tmp/u; scgi_temp_path $web/tmp/s; client_max_body_size 0;
  default_type application/octet-stream; types { text/html html; }
  server { listen 127.0.0.1:$plain; listen 127.0.0.1:$tls ssl http2;
    ssl_certificate $web/srv.crt; ssl_certificate_key $web/srv.key;
    location /ro/ { alias $web/data/; }
    location /rw/ { alias $web/data/; dav_methods PUT DELETE; create_full_put_path on;
      auth_basic "t"; auth_basic_user_file $web/htpasswd; }
    location /token/ { alias $web/data/; if (\$http_x_token != "t0ken") { return 403; } }
    location /away/ { rewrite ^/away/(.*)\$ http://127.0.0.1:$other/ro/\$1 redirect; }
    location /login/ { try_files /none /page.html; }
    location = /page.html { root $web; }
  }
  server { listen 127.0.0.1:$other; access_log $web/other.log seen; location /ro/ { alias $web/data/; } }
}
EOF
echo '<html>please log in</html>' >"$web/page.html"
serve nginx nginx -c "$web/nginx.conf" -e "$web/error.log"
until_ready curl -s "http://127.0.0.1:$plain/ro/" || { echo "nginx does not start: $(cat "$work/nginx.log")"; exit 1; }

# nginx has no digest authentication: Apache does that.
apache=$(PATH=$PATH:/usr/sbin command -v apache2 || :) digest=$(free_port)
if [ -n "$apache" ]; then
    mkdir -p "$web/apache" "$web/lock"
    printf 'alice:realm:%s\n' "$(printf 'alice:realm:s3cretpw' | md5sum | cut -c1-32)" >"$web/digest"
    chmod -R a+rwX "$work"
    cat >"$web/apache.conf" <<EOF
ServerRoot $web
ServerName 127.0.0.1
Listen 127.0.0.1:$digest
PidFile $web/apache.pid
ErrorLog $web/apache.log
User www-data
Group www-data
$(for m in mpm_event authn_core authn_file authz_core authz_user auth_digest alias dav dav_fs; do
    echo "LoadModule ${m}_module /usr/lib/apache2/modules/mod_$m.so"
done)
DavLockDB $web/lock/db
Alias /store $web/apache
<Directory $web/apache>
  Dav On
  AuthType Digest
  AuthName realm
  AuthUserFile $web/digest
  Require valid-user
</Directory>
EOF
    serve apache "$apache" -X -f "$web/apache.conf"
    until_ready curl -s "http://127.0.0.1:$digest/" || { echo "apache does not start: $(cat "$work/apache.log" "$web/apache.log")"; exit 1; }
fi

login="auth basic user alice password s3cretpw"

case_begin "push by PUT with a login, pull over TLS"
project
make_data
keep
remote "http://127.0.0.1:$plain/rw/store" $login method PUT
cairn push
expect_pushed 6
expect_in_sync
forget
remote "https://127.0.0.1:$tls/ro/store" ssl_verify "$web/ca.crt"
cairn pull
expect_kept
forget
remote "https://127.0.0.1:$tls/ro/store"
SSL_CERT_FILE=$web/ca.crt cairn pull
expect_kept

case_begin "a certificate that nobody vouches for"
project
make_data
remote "https://127.0.0.1:$tls/ro/store"
run "$CAIRN" status -c
expect_rc 1
expect_err_has certificate
remote "https://127.0.0.1:$tls/ro/store" ssl_verify false
cairn status -c

case_begin "wrong passwords and uploads that are not taken; no secret in any message"
project
make_data
remote "http://127.0.0.1:$plain/rw/none" auth basic user alice password wr0ngpw
run "$CAIRN" push -vv
expect_rc 1
expect_err_has 401
expect_no wr0ngpw out err
remote "http://alice:wr0ngpw@127.0.0.1:$plain/rw/none"
run "$CAIRN" push -vv
expect_rc 1
expect_no wr0ngpw out err
remote "http://127.0.0.1:$plain/ro/none"
run "$CAIRN" push
expect_rc 1
expect_err_has 'method PUT'

if [ -n "$apache" ]; then
    case_begin "digest authentication; the password itself is not sent"
    project
    make_data
    keep
    # The server makes no folders, and plain HTTP has no word for it.
    find .dvc/cache/files/md5 -mindepth 1 -type d -printf "$web/apache/files/md5/%f\0" | xargs -0 mkdir -p
    chmod -R a+rwX "$web/apache"
    tap=$(free_port)
    serve tap python3 "$here/relay.py" tap "$tap" "$digest" "$web/sent"
    until_ready curl -s "http://127.0.0.1:$tap/"
    remote "http://127.0.0.1:$tap/store" auth digest user alice password s3cretpw method PUT
    cairn push -vv
    expect_pushed 6
    expect_in_sync
    forget
    cairn pull
    expect_kept
    grep -qa 'Authorization: Digest username="alice"' "$web/sent" || fails "no digest was sent"
    ! grep -qa 's3cretpw\|Authorization: Basic' "$web/sent" || fails "the password was sent"
    remote "http://127.0.0.1:$digest/store" auth digest user alice password wr0ngpw
    run "$CAIRN" status -c
    expect_rc 1
    expect_err_has 401
fi

case_begin "a header of one's own; it does not go along to another host"
project
make_data
keep
remote "http://127.0.0.1:$plain/rw/token" $login method PUT
cairn push
forget
remote "http://127.0.0.1:$plain/token/token" auth custom custom_auth_header X-Token password t0ken
cairn pull
expect_kept
forget
: >"$web/other.log"
remote "http://127.0.0.1:$plain/away/token" auth custom custom_auth_header X-Token password t0ken
cairn pull
expect_kept
expect_no t0ken "$web/other.log"
grep -q 'GET /ro/token' "$web/other.log" || fails "no redirect was followed"
forget
remote "http://127.0.0.1:$plain/away/token" $login
cairn pull
expect_no Basic "$web/other.log"

case_begin "a login page in place of objects"
project
make_data
remote "http://127.0.0.1:$plain/login/store"
run "$CAIRN" push
expect_rc 1
expect_err_has 'web page'
forget
run "$CAIRN" pull
expect_rc 1
expect_err_has 'web page'
[ -z "$(find .dvc/cache/files -type f 2>/dev/null)" ] || fails "a page got into the cache"

if [ -n "$DVC" ]; then
    case_begin "what cairn pushes DVC pulls, and back"
    project
    make_data
    remote "http://127.0.0.1:$plain/rw/dvc" $login method PUT
    there_and_back
fi
