"""What the tests of pages share: a project, a browser whose network leads nowhere, the pixels it drew."""
import os
import re
import struct
import subprocess
import sys
import zlib

cairn, browser, work = sys.argv[1:]
project = os.path.join(work, "project")
passed = failed = 0


def expect(what, good, seen=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"not true: {what} {seen}")


def run(*args):
    env = dict(os.environ, HOME=work, GIT_CONFIG_NOSYSTEM="1", GIT_AUTHOR_NAME="t", GIT_AUTHOR_EMAIL="t@example.com",
               GIT_COMMITTER_NAME="t", GIT_COMMITTER_EMAIL="t@example.com")
    return subprocess.run(args, cwd=project, env=env, check=True, capture_output=True, text=True).stdout


def write(name, text):
    with open(os.path.join(project, name), "wb") as out:
        out.write(text if isinstance(text, bytes) else text.encode())


def png(color, size):
    """A square of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes(color) * size) * size
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def pixels(path):
    """Rows of (r, g, b) of a PNG with 8 bits a channel."""
    with open(path, "rb") as file:
        data = file.read()
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, color = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and color in (2, 6)
        if kind == b"IDAT":
            packed += body
        at += size + 12
    step = 3 if color == 2 else 4
    raw, stride, last, out = zlib.decompress(packed), width * step, bytearray(width * step), []
    for y in range(height):
        how, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        if how:
            for i in range(stride):
                left = line[i - step] if i >= step else 0
                up, corner = last[i], last[i - step] if i >= step else 0
                if how == 4:
                    guess = left + up - corner
                    gaps = abs(guess - left), abs(guess - up), abs(guess - corner)
                    base = (left, up, corner)[gaps.index(min(gaps))]
                else:
                    base = (left, up, (left + up) // 2)[how - 1]
                line[i] = (line[i] + base) & 255
        out.append([tuple(line[x:x + 3]) for x in range(0, stride, step)])
        last = line
    return out


def browse(page, *args, height=1500):
    command = [browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
               "--no-first-run", "--hide-scrollbars", "--proxy-server=127.0.0.1:9", f"--window-size=1000,{height}",
               "--force-device-scale-factor=1", f"--user-data-dir={work}/browser", *args,
               f"file://{project}/dvc_plots/{page}"]
    if os.getuid() == 0:
        command.insert(1, "--no-sandbox")
    return subprocess.run(command, timeout=120, check=True, capture_output=True, text=True).stdout


def count(picture, color, near=6):
    return sum(n for p, n in picture.items() if all(abs(a - b) <= near for a, b in zip(p, color)))


def offline(dom):
    return not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", dom)


def begin():
    os.mkdir(project)
    run("git", "init", "-q", "-b", "main")
    run(cairn, "init", "-q")


def end():
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)
