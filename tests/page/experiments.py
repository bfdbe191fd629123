"""A sweep of six runs, then the pages of `exp show --html` and `--pcp` as a browser draws them: axes, a line a run
with the best one thick, the table, the curves."""
import collections
import re

from drawn import begin, browse, cairn, count, end, expect, offline, pixels, project, run, work, write

PAGE = "experiments.html"
GREEN = (37, 208, 179)  # hsl(170 70% 48%): the best

begin()
write("params.yaml", "rate: 0.1\nkind: a\nfixed: 7\n")
write("train.py", """import re, sys
rate = float(re.search("rate: (.*)", open("params.yaml").read())[1])
open("curve.csv", "w").write("step,loss\\n" + "".join(f"{i},{rate / (i + 1)}\\n" for i in range(30)))
open("m.json", "w").write('{"loss": %r, "<b>odd</b>": 1}' % (rate - 0.001))
""")
write("dvc.yaml", """stages:
  train:
    cmd: python3 train.py
    deps: [train.py]
    params: [rate, kind, fixed]
    metrics:
    - m.json: {cache: false}
    plots:
    - curve.csv: {x: step, y: loss}
""")
run(cairn, "repro", "-q")
run("git", "add", "-A")
run("git", "commit", "-qm", "one")
said = run(cairn, "exp", "sweep", "--name", "s", "--method", "grid", "-S", "rate=choice(0.001,0.02,0.5)", "-S",
           'kind=choice(a,"<i>b</i>")', "--metric", "m.json:loss", "-j", "2")
expect("the sweep says where to look", "exp show --html" in said and "The best run is 's-1'" in said, said)

expect("the address is printed", run(cairn, "exp", "show", "--html") == f"file://{project}/dvc_plots/{PAGE}\n")
dom = browse(PAGE, "--dump-dom")
expect("the page is whole", dom.rstrip().endswith("</html>") and "<title>Experiments</title>" in dom)
expect("nothing of the network", offline(dom))
expect("no markup of a value", "<i>b" not in dom and "<b>odd" not in dom)
figures = re.findall(r"<figure.*?</figure>", dom, re.S)
expect("lines, table, curves", len(figures) == 3, len(figures))
lines, table, curves = figures if len(figures) == 3 else [""] * 3

axes = re.findall(r'<text class="axis"[^>]*>([^<]+)<', lines)
expect("an axis for what differs, params first", axes == ["rate", "kind", "loss"], axes)
rows = re.findall(r'<path class="(row[^"]*)"[^>]*d="([^"]*)"[^>]*><title>([^<\n]+)', lines)
names = [name for _, _, name in rows]
expect("a line a row", sorted(names) == ["main", "s-1", "s-2", "s-3", "s-4", "s-5", "s-6", "workspace"], names)
expect("through all axes", all(d.count("L") == 2 for _, d, _ in rows), rows)
expect("the best ones thick and above", [n for c, _, n in rows if c == "row best"] == names[-2:]
       and set(names[-2:]) == {"s-1", "s-2"}, names)
expect("who is best in words", re.search(r'The best loss is <strong class="best">0</strong>, of s-[12], s-[12]', lines), lines[-300:])
ticks = re.findall(r'text-anchor="end">([^<]+)<', lines)
expect("an axis of logarithms", "0.001" in ticks and "0.5" in ticks and "0.02236" in ticks, ticks)

rows = re.findall(r'<tr class="([^"]+)">(.*?)</tr>', table, re.S)
expect("a row a run", [c for c, _ in rows].count("run") + [c for c, _ in rows].count("run top") == 6, [c for c, _ in rows])
expect("best rows marked", sorted(re.search(r"\[(s-\d)\]", r)[1] for c, r in rows if c == "run top") == ["s-1", "s-2"])
expect("only what differs", "<th>fixed</th>" not in table and "<th>rate</th>" in table, table[:400])
expect("a curve a run", curves.count('class="line"') >= 6, curves.count('class="line"'))

browse(PAGE, f"--screenshot={work}/exp.png", height=900)
picture = pixels(f"{work}/exp.png")
seen = collections.Counter(p for row in picture for p in row)
expect("the ground is light", sum(picture[2][2]) > 700, picture[2][2])
expect("the best lines are drawn", count(seen, GREEN, near=12) > 2000, count(seen, GREEN, near=12))
thick = [(x, y) for y, row in enumerate(picture[:500]) for x, p in enumerate(row)
         if all(abs(a - b) <= 12 for a, b in zip(p, GREEN))]
span = max(x for x, _ in thick) - min(x for x, _ in thick) if thick else 0
expect("from the first axis to the last", span > 400, span)

run(cairn, "exp", "show", "--pcp")
dom = browse(PAGE, "--dump-dom")
expect("--pcp is the lines alone", dom.count("<figure") == 1 and 'class="parallel"' in dom and "<table" not in dom)
expect("--pcp has nothing of the network", offline(dom))
browse(PAGE, "--blink-settings=preferredColorScheme=0", f"--screenshot={work}/dark.png", height=500)
picture = pixels(f"{work}/dark.png")
seen = collections.Counter(p for row in picture for p in row)
expect("dark where dark is preferred", sum(picture[2][2]) < 120 and count(seen, GREEN, near=12) > 1000, picture[2][2])

end()
