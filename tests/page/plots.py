"""Makes a project with plots of all kinds at two revisions, lets a browser draw the page, and looks
at the document and at the pixels."""
import collections
import json
import re

from drawn import begin, browse, cairn, count, end, expect, offline, pixels, png, project, run, work, write

PAGE = "index.html"
PURPLE, TEAL, RED = (0x94, 0x5D, 0xD6), (0x13, 0xAD, 0xC7), (0xFE, 0x01, 0x02)


def make():
    curve = lambda k: "step,loss\n" + "".join(f"{i},{k / (i + 1)}\n" for i in range(40))
    pairs = [("cat", "cat")] * 9 + [("cat", "dog")] + [("dog", "dog")] * 7 + [("dog", "<img src=x>")] * 2
    begin()
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


expect("the address of the page is printed", make() == f"file://{project}/dvc_plots/index.html\n")
dom = browse(PAGE, "--dump-dom")
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
expect("nothing of the network", offline(dom))
specs = [json.loads(s) for s in re.findall(r'<script type="application/vnd.vegalite\+json"[^>]*>(.*?)</script>', dom, re.S)]
expect("specifications as data", len(specs) == 4 and all(s["$schema"].endswith("v5.json") for s in specs))
expect("their points", len(specs[0]["data"]["values"]) == 80 if specs else False)

browse(PAGE, f"--screenshot={work}/light.png")
rows = pixels(f"{work}/light.png")
light = collections.Counter(p for row in rows for p in row)
expect("the ground is light", sum(rows[2][2]) > 700, rows[2][2])
for name, color, least in (("workspace", PURPLE, 2000), ("HEAD", TEAL, 2000), ("image", RED, 2 * 60 * 60)):
    expect(f"{name} is drawn in its colour", count(light, color) >= least, count(light, color))
expect("cells are shaded", count(light, (0x1F, 0x6F, 0xB4)) > 1000, count(light, (0x1F, 0x6F, 0xB4)))
bright = [(x, y) for y, row in enumerate(rows[:700]) for x, p in enumerate(row[:480]) if p == PURPLE]
expect("the line spans its plot", bright and max(x for x, _ in bright) - min(x for x, _ in bright) > 250)

browse(PAGE, "--blink-settings=preferredColorScheme=0", f"--screenshot={work}/dark.png", height=500)
rows = pixels(f"{work}/dark.png")
dark = collections.Counter(p for row in rows for p in row)
expect("the ground is dark where dark is preferred", sum(rows[2][2]) < 120, rows[2][2])
expect("lines are seen on it", min(count(dark, PURPLE), count(dark, TEAL)) > 300, count(dark, TEAL))

end()
