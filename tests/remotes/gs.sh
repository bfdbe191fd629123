#!/bin/sh
# Google Cloud Storage against gcp-storage-emulator, both ways with the real DVC. The emulator judges no token: the
# exchange of a service account's claim for one is tested against a small server of our own, for Google's cannot be had.
# It keeps no versions of an object; fake-gcs-server does. GCS_EMULATOR and FAKE_GCS: both, installed by tests/remotes/run.
. "$(dirname "$0")/lib.sh"

: "${GCS_EMULATOR:?}" "${FAKE_GCS:?}"
port=$(free_port)
serve gcs "$GCS_EMULATOR" start --host 127.0.0.1 --port "$port" --in-memory --default-bucket store
until_ready curl -sf "http://127.0.0.1:$port/storage/v1/b" || { echo "the emulator does not start: $(cat "$work/gcs.log")"; exit 1; }
endpoint=http://127.0.0.1:$port
export no_empty=1

# Without this DVC's library asks another interface of Google first, for two minutes.
export GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT=false
exchange gs gs://store endpointurl "$endpoint" allow_anonymous_login true

case_begin "the emulator from the environment; a listing of many; gc -c"
project
make_many 700
remote gs://store/many
export STORAGE_EMULATOR_HOST=$endpoint
cairn push
expect_in_sync
rm many/7
"$CAIRN" add -q many
cairn gc -w -c -f
cairn push
cairn status -c
grep -q 'in sync' out || fails "status after gc says: $(cat out)"
unset STORAGE_EMULATOR_HOST

fake=$(free_port)
serve fake "$FAKE_GCS" -scheme http -host 127.0.0.1 -port "$fake" -public-host "127.0.0.1:$fake" -backend memory \
    -external-url "http://127.0.0.1:$fake"
until_ready curl -sf "http://127.0.0.1:$fake/_internal/healthcheck" || { echo "fake-gcs-server does not start: $(cat "$work/fake.log")"; exit 1; }
curl -sf -o "$work/made" -H 'Content-Type: application/json' -d '{"name": "versions", "versioning": {"enabled": true}}' \
    "http://127.0.0.1:$fake/storage/v1/b?project=p" || echo "no bucket can be made"
other_writes() {
    if [ "$1" = PUT ]; then
        curl -sf -o "$work/made" --data-binary "$3" "http://127.0.0.1:$fake/upload/storage/v1/b/versions/o?uploadType=media&name=$2"
    else
        curl -sf -o "$work/made" -X "$1" "http://127.0.0.1:$fake/storage/v1/b/versions/o/$(printf %s "$2" | sed 's|/|%2F|g')"
    fi
}
versions_remote() {
    remote "gs://$1" endpointurl "http://127.0.0.1:$fake" allow_anonymous_login true
}
. "$here/versions.sh"

# A stand-in for Google's token server: checks the claim with the account's public key and gives out a token.
tokens=$(free_port)
openssl genrsa -out "$work/key.pem" 2048 2>/dev/null
openssl rsa -in "$work/key.pem" -pubout -out "$work/pub.pem" 2>/dev/null
cat >"$work/tokens.py" <<'EOF'
import base64, http.server, json, subprocess, sys, urllib.parse
port, pub, work = int(sys.argv[1]), sys.argv[2], sys.argv[3]
def plain(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        machine = self.path.endswith("/computeMetadata/v1/instance/service-accounts/default/token")
        good = machine and self.headers["Metadata-Flavor"] == "Google"
        self.answer(403 if machine and not good else 200, {"access_token": "m4chine", "expires_in": 3600} if good else {})
    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        with open(work + "/asked", "a") as log:
            log.write(form["grant_type"][0] + "\n")
        if form["grant_type"] == ["refresh_token"]:
            good = form["refresh_token"] == ["r3fresh"] and form["client_secret"] == ["s3cret"]
            return self.answer(200 if good else 401, {"access_token": "t0ken", "expires_in": 3600} if good
                               else {"error": "invalid_grant", "error_description": "Token has been revoked."})
        head, claims, signature = form["assertion"][0].split(".")
        open(work + "/sig", "wb").write(plain(signature))
        good = subprocess.run(["openssl", "dgst", "-sha256", "-verify", pub, "-signature", work + "/sig"],
                              input=(head + "." + claims).encode(), capture_output=True).returncode == 0
        claims = json.loads(plain(claims))
        good = good and claims["iss"] == "me@example.com" and claims["exp"] > claims["iat"]
        self.answer(200 if good else 400, {"access_token": "t0ken", "expires_in": 3600} if good
                    else {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
    def answer(self, status, value):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
EOF
serve tokens python3 "$work/tokens.py" "$tokens" "$work/pub.pem" "$work"
until_ready curl -sf "http://127.0.0.1:$tokens/"
service_account() { # PEM
    python3 - "$1" "$tokens" <<'EOF' >account.json
import json, sys
print(json.dumps({"type": "service_account", "client_email": "me@example.com", "private_key_id": "1",
                  "private_key": open(sys.argv[1]).read(), "token_uri": f"http://127.0.0.1:{sys.argv[2]}/token"}))
EOF
}

case_begin "a service account signs its claim; one of another key is refused"
project
echo x >x
"$CAIRN" add -q x
service_account "$work/key.pem"
remote gs://store/service endpointurl "$endpoint" credentialpath "$PWD/account.json"
cairn push
[ "$(tail -n 1 "$work/asked")" = urn:ietf:params:oauth:grant-type:jwt-bearer ] || fails "no claim was made"
openssl genrsa -out other.pem 2048 2>/dev/null
service_account other.pem
run "$CAIRN" push -r r
run "$CAIRN" status -c
expect_rc 1
expect_err_has 'Invalid JWT Signature'

case_begin "the login of gcloud; a revoked one"
project
echo x >x
"$CAIRN" add -q x
remote gs://store/user endpointurl "$endpoint"
mkdir gcloud
printf '{"type": "authorized_user", "client_id": "i", "client_secret": "s3cret", "refresh_token": "%s", "token_uri": "http://127.0.0.1:%s/token"}' \
    r3fresh "$tokens" >gcloud/application_default_credentials.json
CLOUDSDK_CONFIG=$PWD/gcloud cairn push
[ "$(tail -n 1 "$work/asked")" = refresh_token ] || fails "no token was asked for"
sed -i s/r3fresh/revoked/ gcloud/application_default_credentials.json
CLOUDSDK_CONFIG=$PWD/gcloud run "$CAIRN" status -c -vv
expect_rc 1
expect_err_has 'Token has been revoked'
expect_no s3cret out err
expect_no t0ken out err

case_begin "the machine's own identity, at Google's own address"
export NAMES=DNS:storage.googleapis.com
tap=$(free_port)
serve tap python3 "$here/relay.py" tap "$tap" "$port" "$work/sent"
serve_cloud "storage.googleapis.com=$tap" "metadata.google.internal=$tokens"
project
make_many 30 # small ones: behind TLS that ends here the emulator tells a wrong place for the parts of large ones
cp -r many "$work/machine"
remote gs://store/machine
on_cloud cairn push -vv
expect_no m4chine out err
on_cloud expect_in_sync
chmod -R u+w .dvc/cache
rm -rf .dvc/cache many
on_cloud cairn pull
expect_same_tree "$work/machine" many
grep -qia 'authorization: Bearer m4chine' "$work/sent" || fails "the token did not go along"
! grep -a '^[A-Z]* /.* HTTP/1.1' "$work/sent" | grep -v '^[A-Z]* [^ ]*/store/o\|^[A-Z]* [^ ]*/batch' || fails "other requests than for objects"
