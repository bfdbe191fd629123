#!/usr/bin/env python3
"""aws_stub PORT KEY SECRET: what hands out AWS credentials, as far as a test needs it, for Amazon's own cannot be had. STS
(AssumeRole only for a call that names KEY as its signer, AssumeRoleWithWebIdentity for the token "webtoken"), single
sign-on (token "ssotoken"), the service of a container at /container, that of an instance at /latest. All give KEY and
SECRET, valid for an hour. As an S3 server it only refuses: a bucket in another region under Amazon's name of this one,
and buckets at /error-NAME with the error of that name. Each request is a line on stdout."""
import datetime, json, sys, time, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, key, secret = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ERRORS = {"expired": (400, "ExpiredToken", "The provided token has expired."),
          "skewed": (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
          "region": (400, "AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-north-1'",
                     "<Region>eu-north-1</Region>")}
ROLE = "/latest/meta-data/iam/security-credentials/"


def end():
    return (datetime.datetime.utcnow() + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, text, *headers):
        body = text.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        print(self.command, self.path, status, flush=True)

    def refuse(self):
        """As S3 does; false if this is no request to it."""
        if self.headers["Host"].startswith("bucket.s3.us-east-1."):
            self.answer(301, "<Error><Code>PermanentRedirect</Code></Error>", ("x-amz-bucket-region", "eu-central-1"))
            return True
        if not self.path.startswith("/error-"):
            return False
        status, code, words, *rest = ERRORS[self.path[7:].split("/")[0].split("?")[0]]
        self.answer(status, f"<Error><Code>{code}</Code><Message>{words}</Message>{''.join(rest)}</Error>")
        return True

    def do_HEAD(self):
        self.refuse()

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.refuse():
            return
        self.answer(200, "imdstoken")

    def do_GET(self):
        if self.refuse():
            return
        keys = json.dumps({"AccessKeyId": key, "SecretAccessKey": secret, "Expiration": end()})
        if self.path == "/container":
            return self.answer(*((200, keys) if self.headers.get("Authorization") == "ctoken" else (403, "")))
        if self.path.startswith(ROLE) and self.headers.get("X-aws-ec2-metadata-token") == "imdstoken":
            return self.answer(200, "a-role" if self.path == ROLE else keys)
        if self.path == "/federation/credentials?role_name=reader&account_id=1234" and self.headers["x-amz-sso_bearer_token"] == "ssotoken":
            ms = int((time.time() + 3600) * 1000)
            return self.answer(200, json.dumps({"roleCredentials": {
                "accessKeyId": key, "secretAccessKey": secret, "sessionToken": "", "expiration": ms}}))
        self.answer(404, "")

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action, signer = form["Action"][0], self.headers.get("Authorization", "")
        good = (f"Credential={key}/" in signer and "/sts/aws4_request" in signer if action == "AssumeRole"
                else form.get("WebIdentityToken") == ["webtoken"])
        if not good or form["RoleArn"] != ["arn:aws:iam::1:role/r"]:
            return self.answer(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>")
        self.answer(200, f"<{action}Response xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><{action}Result><Credentials>"
                         f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
                         f"<Expiration>{end()}</Expiration></Credentials></{action}Result></{action}Response>")


ThreadingHTTPServer(("127.0.0.1", port), Stub).serve_forever()
