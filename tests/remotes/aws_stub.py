#!/usr/bin/env python3
"""aws_stub PORT KEY SECRET: what hands out AWS credentials, as far as a test needs it. STS (AssumeRole only for a call
that names KEY as its signer, AssumeRoleWithWebIdentity for the token "webtoken"), the service of a container at
/container, that of an instance at /latest. All give KEY and SECRET, valid for an hour. Each request is a line on stdout."""
import datetime, json, sys, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, key, secret = int(sys.argv[1]), sys.argv[2], sys.argv[3]
ROLE = "/latest/meta-data/iam/security-credentials/"


def end():
    return (datetime.datetime.utcnow() + datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print(self.command, self.path, status, flush=True)

    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(200, "imdstoken")

    def do_GET(self):
        keys = json.dumps({"AccessKeyId": key, "SecretAccessKey": secret, "Expiration": end()})
        if self.path == "/container":
            return self.answer(*((200, keys) if self.headers.get("Authorization") == "ctoken" else (403, "")))
        if self.path.startswith(ROLE) and self.headers.get("X-aws-ec2-metadata-token") == "imdstoken":
            return self.answer(200, "a-role" if self.path == ROLE else keys)
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
