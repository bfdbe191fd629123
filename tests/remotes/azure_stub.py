#!/usr/bin/env python3
"""azure_stub PORT: what gives out Azure's access tokens, as far as a test needs it. The login of a service principal
(client "a-client", secret "a-s3cret", of "a-tenant"), the machine's service, and that of an app's host at /identity
(header "a-header"). Each request is a line on stdout."""
import base64, json, sys, time, urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RESOURCE = "https://storage.azure.com"


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token():
    now = int(time.time())
    claims = {"aud": RESOURCE, "iss": "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/", "iat": now - 60,
              "nbf": now - 60, "exp": now + 3600, "oid": "0", "tid": "0"}
    return {"access_token": f"{part({'typ': 'JWT', 'alg': 'RS256'})}.{part(claims)}.{part('signed')}", "expires_in": "3600"}


class Stub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print(self.command, self.path, status, flush=True)

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        asked = urllib.parse.parse_qs(url.query)
        machine = url.path == "/metadata/identity/oauth2/token" and self.headers["Metadata"] == "true"
        host = url.path == "/identity" and self.headers["X-IDENTITY-HEADER"] == "a-header"
        good = (machine or host) and asked.get("resource") == [RESOURCE + "/"] and "api-version" in asked
        self.answer(*((200, token()) if good else (400, {"error": "invalid_request"})))

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        good = self.path == "/a-tenant/oauth2/v2.0/token" and form == {
            "grant_type": ["client_credentials"], "scope": [RESOURCE + "/.default"],
            "client_id": ["a-client"], "client_secret": ["a-s3cret"]}
        self.answer(*((200, token()) if good else
                      (401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."})))


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Stub).serve_forever()
