"""Makes a project with plots of all kinds at two revisions, lets a browser draw the page, and looks
at the document and at the pixels. The browser's network leads nowhere."""
import collections
import json
import os
import re
import struct
import subprocess
import sys
import zlib

cairn, browser, work = sys.argv[1:]
project = os.path.join(work, "project")
PURPLE, TEAL, RED = (0x94, 0x5D, 0xD6), (0x13, 0xAD, 0xC7), (0xFE, 0x01, 0x02)
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


def browse(*args, height=1500):
    command = [browser, "--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
               "--no-first-run", "--hide-scrollbars", "--proxy-server=127.0.0.1:9", f"--window-size=1000,{height}",
               "--force-device-scale-factor=1", f"--user-data-dir={work}/browser", *args,
               f"file://{project}/dvc_plots/index.html"]
    if os.getuid() == 0:
        command.insert(1, "--no-sandbox")
    return subprocess.run(command, timeout=120, check=True, capture_output=True, text=True).stdout


def make():
    curve = lambda k: "step,loss\n" + "".join(f"{i},{k / (i + 1)}\n" for i in range(40))
    pairs = [("cat", "cat")] * 9 + [("cat", "dog")] + [("dog", "dog")] * 7 + [("dog", "<img src=x>")] * 2
    os.mkdir(project)
    run("git", "init", "-q")
    run(cairn, "init", "-q")
    write("h.csv", curve(2))
    write("m.json", json.dumps([{"actual": a, "predicted": p} for a, p in pairs]))
    write("bars.json", json.dumps([{"name": n, "weight": w} for n, w in (("age", 3), ("size", 5), ("sex", 1))]))
    write("im.png", png(RED, 64))
    write("dvc.yaml", """plots:
- h.csv: {x: step, title: "Loss <script>document.title='run'</script>"}
- points: {template: scatter, x: step, y: {h.csv: loss}}
- m.json: {template: confusion, x: actual, y: predicted}
- bars.json: {template: bar_horizontal, x: weight, y: name}
- im.png
""")
    run("git", "add", "-A")
    run("git", "commit", "-qm", "one")
    write("h.csv", curve(3))
    return run(cairn, "plots", "diff")


def count(picture, color, near=6):
    return sum(n for p, n in picture.items() if all(abs(a - b) <= near for a, b in zip(p, color)))


expect("the address of the page is printed", make() == f"file://{project}/dvc_plots/index.html\n")
dom = browse("--dump-dom")
expect("the page is whole", dom.rstrip().endswith("</html>") and "<title>Plots</title>" in dom)
expect("no script of a title runs", "document.title='run'&lt;/script&gt;" in dom)
figures = re.findall(r"<figure.*?</figure>", dom, re.S)
expect("five plots", len(figures) == 5, len(figures))
line, points, matrix, bars, image = figures if len(figures) == 5 else [""] * 5
expect("a line a revision", line.count('class="line"') == 2)
expect("both revisions in the legend", re.findall(r"</svg>([^<]+)</li>", line) == ["workspace", "HEAD"])
expect("axes have numbers and names", line.count("<text") > 8 and ">step</text>" in line and ">loss</text>" in line)
expect("drawings have names for those who do not see them", line.count('role="img"') == 1 and "<desc" in line)
expect("dots for scatter", points.count('class="points"') == 2)
expect("a matrix a revision, a cell a pair", matrix.count("<svg") == 2 and matrix.count('class="cell"') == 12)
expect("counts in the matrix", ">9</text>" in matrix and ">7</text>" in matrix and "<img src=x>" not in matrix)
expect("bars of both revisions", bars.count('class="bar"') == 6)
expect("images within the page", image.count('src="data:image/png;base64,') == 2)
expect("nothing of the network", not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", dom))
specs = [json.loads(s) for s in re.findall(r'<script type="application/vnd.vegalite\+json"[^>]*>(.*?)</script>', dom, re.S)]
expect("specifications as data", len(specs) == 4 and all(s["$schema"].endswith("v5.json") for s in specs))
expect("their points", len(specs[0]["data"]["values"]) == 80 if specs else False)

browse(f"--screenshot={work}/light.png")
rows = pixels(f"{work}/light.png")
light = collections.Counter(p for row in rows for p in row)
expect("the ground is light", sum(rows[2][2]) > 700, rows[2][2])
for name, color, least in (("workspace", PURPLE, 2000), ("HEAD", TEAL, 2000), ("image", RED, 2 * 60 * 60)):
    expect(f"{name} is drawn in its colour", count(light, color) >= least, count(light, color))
expect("cells are shaded", count(light, (0x1F, 0x6F, 0xB4)) > 1000, count(light, (0x1F, 0x6F, 0xB4)))
bright = [(x, y) for y, row in enumerate(rows[:700]) for x, p in enumerate(row[:480]) if p == PURPLE]
expect("the line spans its plot", bright and max(x for x, _ in bright) - min(x for x, _ in bright) > 250)

browse("--blink-settings=preferredColorScheme=0", f"--screenshot={work}/dark.png", height=500)
rows = pixels(f"{work}/dark.png")
dark = collections.Counter(p for row in rows for p in row)
expect("the ground is dark where dark is preferred", sum(rows[2][2]) < 120, rows[2][2])
expect("lines are seen on it", min(count(dark, PURPLE), count(dark, TEAL)) > 300, count(dark, TEAL))

print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
