#!/usr/bin/env python3
"""relay: bytes between a client and servers on this machine, so that a test can look at what is sent, and can stand a
server under a name that is not its own.

relay.py tap PORT UPSTREAM-PORT LOG        passes all on; what clients send is appended to LOG
relay.py portal PORT                       a captive portal: any request is answered with a page to log in at
relay.py portal PORT late                  one that first lets questions through: what is asked for is not there
relay.py cloud PORT CERT KEY HOST=PORT...  a proxy (HTTPS_PROXY, http_proxy): a request for HOST leads to that port; TLS ends
                                           here with CERT, or with PORT:tls at the server. "*.x" is any host below x."""
import fnmatch, socket, ssl, sys, threading, urllib.parse


def pump(source, target, log=None):
    try:
        while data := source.recv(65536):
            if log:
                log.write(data)
                log.flush()
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def join(client, port, log=None, said=b""):
    server = socket.create_connection(("127.0.0.1", port))
    server.sendall(said)
    threading.Thread(target=pump, args=(server, client), daemon=True).start()
    pump(client, server, log)


def portal(client, late):
    """Whole requests are read: one answered before its body has come is a broken connection, and no lie."""
    page = b"<html><body>Please log in to use this network</body></html>"
    stream = client.makefile("rb")
    while line := stream.readline():
        head = {}
        while (field := stream.readline()).strip():
            name, _, value = field.decode().partition(":")
            head[name.lower()] = value.strip()
        if head.get("expect"):
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        stream.read(int(head.get("content-length", 0)))
        question = line.startswith((b"HEAD", b"GET", b"PROPFIND"))
        answer = b"404 Not Found" if late and question else b"200 OK\r\nContent-Type: text/html"
        answer = b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n" % (answer, len(page))
        client.sendall(answer + (b"" if line.startswith(b"HEAD") else page))


def connect(client, cert, key, routes):
    head = b""
    while b"\r\n\r\n" not in head:
        head += client.recv(1) or sys.exit()
    method, target = head.decode().split()[:2]
    tunnel = method == "CONNECT"
    host = urllib.parse.urlsplit("//" + target if tunnel else target).hostname or ""
    port, _, tls = next((to for name, to in routes if fnmatch.fnmatch(host, name)), "").partition(":")
    if not port:
        client.sendall(b"HTTP/1.1 502 unknown host\r\nContent-Length: 0\r\n\r\n")
        return client.close()
    if not tunnel:
        return join(client, int(port), said=head)
    client.sendall(b"HTTP/1.1 200 go on\r\n\r\n")
    if not tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        client = context.wrap_socket(client, server_side=True)
    join(client, int(port))


def main():
    kind, port, *rest = sys.argv[1:]
    if kind == "tap":
        log = open(rest[1], "ab")
        serve = lambda client: join(client, int(rest[0]), log)
    elif kind == "portal":
        serve = lambda client: portal(client, rest == ["late"])
    else:
        routes = [tuple(r.split("=", 1)) for r in rest[2:]]
        serve = lambda client: connect(client, rest[0], rest[1], routes)
    with socket.create_server(("127.0.0.1", int(port)), backlog=128) as listener:
        while True:
            client, _ = listener.accept()
            threading.Thread(target=serve, args=(client,), daemon=True).start()


main()
