#!/bin/sh
# S3's logins, places and options: who we are, where the bucket is, what goes along with an upload. Requests are judged by
# versitygw; identities and refusals that need Amazon come from a stub, for Amazon itself cannot be had here.
. "$(dirname "$0")/lib.sh"

serve_s3 frankfurt --region eu-central-1 --virtual-domain s3.eu-central-1.amazonaws.com
frankfurt=$port far_bucket=$bucket
export NAMES='DNS:*.sso.us-east-1.amazonaws.com DNS:*.s3.us-east-1.amazonaws.com DNS:*.s3.eu-central-1.amazonaws.com'
serve_s3 s3
stub=$(free_port)
serve aws_stub python3 "$here/aws_stub.py" "$stub" testkey testsecret
until_ready curl -s "http://127.0.0.1:$stub/"
mkdir -p "$HOME/.aws"
cat >"$HOME/.aws/config" <<EOF
[default]
region = us-east-1
[profile plain]
aws_access_key_id = testkey
aws_secret_access_key = testsecret
s3 =
    addressing_style = path
[profile program]
credential_process = printf '{"Version":1,"AccessKeyId":"testkey","SecretAccessKey":"testsecret"}'
[profile role]
role_arn = arn:aws:iam::1:role/r
source_profile = plain
[profile chain]
role_arn = arn:aws:iam::1:role/r
source_profile = role
[profile circle]
role_arn = arn:aws:iam::1:role/r
source_profile = circle2
[profile circle2]
role_arn = arn:aws:iam::1:role/r
source_profile = circle
[profile web]
role_arn = arn:aws:iam::1:role/r
web_identity_token_file = $work/webtoken
[profile sso]
sso_session = work
sso_account_id = 1234
sso_role_name = reader
[sso-session work]
sso_start_url = https://work.example.com/start
sso_region = us-east-1
[profile environment]
role_arn = arn:aws:iam::1:role/r
credential_source = Environment
EOF
printf webtoken >"$work/webtoken"
export AWS_ENDPOINT_URL_STS="http://127.0.0.1:$stub"

# aws_project PREFIX: one small file, and a remote of that prefix.
aws_project() {
    project
    echo text >file
    "$CAIRN" add -q file
    remote "s3://bucket/$1" endpointurl "$url"
}

case_begin "credentials of profiles: keys, a program, a role, roles in a chain, a web identity, the environment"
aws_project creds
AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
"$CAIRN" remote modify --local r profile environment
cairn push
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
for profile in plain program role chain web; do
    "$CAIRN" remote modify --local r profile $profile
    cairn push
    cairn status -c
done
"$CAIRN" remote modify --local r profile circle
run "$CAIRN" push
expect_rc 1
expect_err_has circle
"$CAIRN" remote modify --local r profile nobody
run "$CAIRN" status -c
expect_err_has "no profile 'nobody'"

case_begin "credentials of the shared file, of the environment, of containers and instances"
aws_project more
run "$CAIRN" status -c
expect_err_has 'no AWS credentials'
printf '[default]\naws_access_key_id=testkey\naws_secret_access_key=testsecret\n' >../keys
"$CAIRN" remote modify --local r credentialpath "$PWD/../keys"
cairn push
"$CAIRN" remote modify --local -u r credentialpath
export AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:$stub/container" AWS_CONTAINER_AUTHORIZATION_TOKEN=ctoken
cairn status -c
unset AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_EC2_METADATA_DISABLED
export AWS_EC2_METADATA_SERVICE_ENDPOINT="http://127.0.0.1:$stub/"
cairn status -c
unset AWS_EC2_METADATA_SERVICE_ENDPOINT
export AWS_EC2_METADATA_DISABLED=true
AWS_WEB_IDENTITY_TOKEN_FILE=$work/webtoken AWS_ROLE_ARN=arn:aws:iam::1:role/r cairn status -c
"$CAIRN" remote modify --local -u r endpointurl
AWS_ENDPOINT_URL=$url AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret cairn status -c

case_begin "single sign-on: the session that aws sso login left, and one that has ended"
serve_cloud "portal.sso.us-east-1.amazonaws.com=$stub" "bucket.s3.us-east-1.amazonaws.com=$stub" \
    "bucket.s3.eu-central-1.amazonaws.com=$frankfurt"
aws_project sso
cairn remote modify --local r profile sso
mkdir -p "$HOME/.aws/sso/cache"
sso_token() { # SECONDS that it holds
    printf '{"startUrl": "https://work.example.com/start", "region": "us-east-1", "accessToken": "ssotoken", "expiresAt": "%s"}' \
        "$(date -u -d "@$(($(date +%s) + $1))" +%Y-%m-%dT%H:%M:%SZ)" >"$HOME/.aws/sso/cache/0123.json"
}
sso_token 3600
on_cloud cairn push
expect_no ssotoken out err
sso_token -10
on_cloud run "$CAIRN" status -c
expect_rc 1
expect_err_has 'aws sso login'

case_begin "Amazon's own addresses; a bucket in another region is found there"
export AWS_ACCESS_KEY_ID=testkey AWS_SECRET_ACCESS_KEY=testsecret
unset AWS_ENDPOINT_URL_STS
project
head -c 20000000 /dev/urandom >large
"$CAIRN" add -q large
remote s3://bucket/here
on_cloud cairn push -v
grep -q "in the region eu-central-1" err || fails "it did not say where the bucket is: $(cat err)"
[ -n "$(find "$far_bucket/here/files/md5" -type f)" ] || fails "nothing is in the bucket"
md5sum large >../sum
chmod -R u+w .dvc/cache
rm -rf .dvc/cache large
on_cloud cairn pull
md5sum -c --quiet ../sum || fails "large is not what it was"
remote s3://bucket/here region eu-central-1
on_cloud cairn status -c -v
! grep -q "in the region" err || fails "the region that was given was not used: $(cat err)"

case_begin "a wrong region, a session that has ended, a clock that is wrong: what to do is told"
refused() { # BUCKET WORDS...
    remote "s3://$1/x" endpointurl "http://127.0.0.1:$stub"
    shift
    run "$CAIRN" push
    expect_rc 1
    for words in "$@"; do expect_err_has "$words"; done
    run "$CAIRN" status -c
    expect_rc 1
}
project
echo x >x
"$CAIRN" add -q x
refused error-region "region 'eu-north-1'" 'remote modify r region eu-north-1'
refused error-expired ExpiredToken 'the session has expired'
refused error-skewed RequestTimeTooSkewed 'clock of this machine'

serve_s3 policies
case_begin "who may not list, but read and write, pushes and pulls"
admin() {
    "$VERSITYGW" admin --access testkey --secret testsecret --endpoint-url "$url" "$@" >"$work/admin" 2>&1 || fails "admin $1: $(cat "$work/admin")"
}
admin create-user --access writer --secret writersecret --role user
cat >policy <<'EOF'
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ["writer"]},
 "Action": ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"], "Resource": ["arn:aws:s3:::bucket/*"]}]}
EOF
curl -sf --aws-sigv4 aws:amz:us-east-1:s3 --user testkey:testsecret -X PUT -H "x-amz-content-sha256: $(sha256sum <policy | cut -c1-64)" \
    --data-binary @policy "$url/bucket?policy=" || fails "no policy can be set"
project
make_data
make_many 30
keep
remote s3://bucket/few endpointurl "$url" access_key_id writer secret_access_key writersecret
cairn push -v
grep -q 'may not be listed' err || fails "it may list: $(cat err)"
expect_in_sync
forget
cairn pull
expect_kept
"$CAIRN" remote modify --local r secret_access_key wrongsecret
run "$CAIRN" push
expect_rc 1
expect_err_has SignatureDoesNotMatch

case_begin "what goes along with objects: encryption, permissions; and with the requests for them"
tap=$(free_port)
serve tap python3 "$here/relay.py" tap "$tap" "$port" "$work/sent"
until_ready curl -s "http://127.0.0.1:$tap/health"
project
head -c 40000000 /dev/urandom >large
"$CAIRN" add -q large
sent() { # METHOD and a part of its path, then HEADER...: each such request has these headers
    python3 - "$work/sent" "$@" <<'EOF' >found 2>&1 || fails "$(cat found)"
import re, sys
log, method, path, *headers = sys.argv[1:]
heads = re.findall(rb"(?:^|(?<=[^ -~]))((?:GET|HEAD|PUT|POST|DELETE) /[^\r\n]* HTTP/1\.1\r\n.*?\r\n\r\n)", open(log, "rb").read(), re.S)
heads = [h.decode() for h in heads if h.startswith(method.encode()) and re.search(path, h.split(b" ")[1].decode())]
assert heads, f"no {method} {path}"
for head in heads:
    for header in headers:
        assert header.lower() in head.lower(), f"{method} {path} lacks {header}:\n{head}"
        name = header.split(":")[0].lower()
        assert name in re.search("SignedHeaders=([^,]*)", head)[1].split(";"), f"{name} is not signed"
EOF
}
pushed() { # OPTION VALUE...
    : >"$work/sent"
    remote "s3://bucket/with-$1" endpointurl "http://127.0.0.1:$tap" access_key_id testkey secret_access_key testsecret "$@"
    run "$CAIRN" push # what the server makes of it is its own affair
}
pushed sse aws:kms sse_kms_key_id the-key
sent POST 'uploads' 'x-amz-server-side-encryption: aws:kms' 'x-amz-server-side-encryption-aws-kms-key-id: the-key'
pushed acl bucket-owner-full-control
sent POST 'uploads' 'x-amz-acl: bucket-owner-full-control'
pushed grant_read id=1 grant_read_acp id=2 grant_write_acp id=3 grant_full_control id=4
sent POST 'uploads' 'x-amz-grant-read: id=1' 'x-amz-grant-read-acp: id=2' 'x-amz-grant-write-acp: id=3' 'x-amz-grant-full-control: id=4'
customer=$(printf 0123456789abcdef0123456789abcdef | base64)
pushed sse_customer_key "$customer"
expect_no "$customer" out err
for request in 'POST uploads' 'PUT partNumber'; do
    # shellcheck disable=SC2086 # two words
    sent $request 'x-amz-server-side-encryption-customer-algorithm: AES256' "x-amz-server-side-encryption-customer-key: $customer" \
        "x-amz-server-side-encryption-customer-key-MD5: $(printf 0123456789abcdef0123456789abcdef | openssl md5 -binary | base64)"
done
run "$CAIRN" status -c
sent HEAD with-sse "x-amz-server-side-encryption-customer-key: $customer"
chmod -R u+w .dvc/cache
rm -rf .dvc/cache
run "$CAIRN" fetch
sent GET with-sse_customer_key/files "x-amz-server-side-encryption-customer-key: $customer"
remote s3://bucket/x endpointurl "$url" acl private grant_read id=1
run "$CAIRN" push
expect_rc 1
expect_err_has 'acl and grant_read'
remote s3://bucket/x endpointurl "$url" sse_customer_key "$customer" sse_kms_key_id k
run "$CAIRN" push
expect_rc 1
expect_err_has 'exclude each other'
