#!/usr/bin/env python3
"""azure_versions PORT: as much of Azure's Blob service as keeps versions, for no emulator that can be installed keeps any:
blobs in memory, below /ACCOUNT/CONTAINER of any name. Who asks is not judged (azurite does that); what Microsoft's own
library, below the real DVC, takes for an answer is the measure of this. Requests are lines on stdout."""
import sys, threading, time, urllib.parse
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.etree import ElementTree
from xml.sax.saxutils import escape

blobs = {}  # name -> versions, oldest first; each a dict
blocks = {}  # name, id -> bytes
lock = threading.Lock()
count = 0


def add(name, data):
    global count
    count += 1
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{count:07}Z"
    version = {"data": data, "id": stamp, "etag": f"0x{count:015X}", "time": formatdate(usegmt=True), "current": True}
    remove(name)
    blobs.setdefault(name, []).append(version)
    return version


def remove(name):
    for version in blobs.get(name, []):
        version["current"] = False


def find(name, version):
    return next((v for v in blobs.get(name, []) if (v["id"] == version if version else v["current"])), None)


def listing(asked):
    prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
    versions = "versions" in asked.get("include", "")
    rows, folders = "", set()
    for name in sorted(n for n in blobs if n.startswith(prefix)):
        cut = name.find(delimiter, len(prefix)) if delimiter else -1
        for v in blobs[name]:
            if not versions and not v["current"]:
                continue
            if cut >= 0:
                folders.add(name[:cut + 1])
                continue
            mark = f"<VersionId>{v['id']}</VersionId>" + ("<IsCurrentVersion>true</IsCurrentVersion>" if v["current"] else "")
            rows += (f"<Blob><Name>{escape(name)}</Name>{mark if versions else ''}<Properties>"
                     f"<Last-Modified>{v['time']}</Last-Modified><Etag>{v['etag']}</Etag>"
                     f"<Content-Length>{len(v['data'])}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>")
    rows += "".join(f"<BlobPrefix><Name>{escape(f)}</Name></BlobPrefix>" for f in sorted(folders))
    asked = f"<Prefix>{escape(prefix)}</Prefix>" + (f"<Delimiter>{escape(delimiter)}</Delimiter>" if delimiter else "")
    return ('<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="http://127.0.0.1/" ContainerName="versions">'
            f"{asked}<Blobs>{rows}</Blobs><NextMarker/></EnumerationResults>")


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, body=b"", version=None, **headers):
        self.send_response(status)
        if version:
            headers |= {"ETag": f'"{version["etag"]}"', "x-ms-version-id": version["id"], "Last-Modified": version["time"],
                        "x-ms-blob-type": "BlockBlob", "x-ms-request-server-encrypted": "true"}
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        print(self.command, self.path, status, flush=True)

    def missing(self):
        self.answer(404, b"", **{"x-ms-error-code": "BlobNotFound"})

    def do(self):
        url = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(url.query))
        name = urllib.parse.unquote(url.path.lstrip("/")).partition("/")[2].partition("/")[2]
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with lock:
            getattr(self, "on_" + self.command.lower())(name, asked, data)

    do_GET = do_HEAD = do_PUT = do_DELETE = do

    def on_put(self, name, asked, data):
        if asked.get("comp") == "block":
            blocks[name, asked["blockid"]] = data
            return self.answer(201)
        if asked.get("comp") == "blocklist":
            data = b"".join(blocks.pop((name, e.text)) for e in ElementTree.fromstring(data))
        elif self.headers["x-ms-blob-type"] != "BlockBlob":
            return self.answer(400, **{"x-ms-error-code": "InvalidHeaderValue"})
        self.answer(201, version=add(name, data))

    def on_get(self, name, asked, data):
        if asked.get("comp") == "list":
            return self.answer(200, listing(asked).encode(), **{"Content-Type": "application/xml"})
        if not name:
            return self.answer(200, ETag='"0x1"', **{"Last-Modified": formatdate(usegmt=True)})
        version = find(name, asked.get("versionid"))
        if not version:
            return self.missing()
        data, wanted = version["data"], self.headers.get("x-ms-range") or self.headers.get("Range")
        if not wanted or not data or self.command == "HEAD":
            return self.answer(200, data, version)
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        part = data[int(first):int(last or len(data)) + 1]
        place = f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}"
        self.answer(206, part, version, **{"Content-Range": place})

    on_head = on_get

    def on_delete(self, name, asked, data):
        if not find(name, None):
            return self.missing()
        remove(name)
        self.answer(202)


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Server).serve_forever()
