#!/usr/bin/env python3
"""The readers and writers of src/doc against the Python libraries that DVC uses, on random input.

    PYTHON tests/compat/doc-vs-python.py BUILD [SEED [COUNT [PART…]]]
    PYTHON tests/compat/doc-vs-python.py --record >tests/unit/doc/ruamel.def

PYTHON is that of a DVC installation; BUILD is a folder with rooms.a, or tests/compat/doc_pipe.c as a program.
Prints the first differences and ends with "N passed, N failed".
"""
import ast
import io
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import tomllib
import warnings

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

WORDS = [
    "a", "b", "path", "x.txt", "data/in", "train", "epochs", "true", "True", "yes", "no", "on", "null", "~", "Null",
    "0", "1", "-1", "+1", "1.5", "1e3", "1e-07", ".5", "5.", "0x1F", "0o17", "0b101", "017", "08", "1_000", "_1", ".inf",
    "-.inf", ".nan", "2020-01-01", "2020-1-1 10:00:00", "2001-12-14t21:59:43.10-05:00", "<<", "=", "---", "...", "-",
    "--", "- a", "?", "? a", "?a", ":", ":a", "a:", "a: b", "a:b", "#", "# a", "a # b", "a#b", ",", "a,b", "[", "]",
    "{", "}", "[a]", "{a: b}", "&a", "*a", "!a", "!!str", "|", ">", "%", "@", "`", "'", '"', "it's", 'say "x"',
    "\\", "a\\b", "é", "日本語", "😀", "\u00a0", "\ufeff", "\u2028", "\x85", "\x07", "\x1b", "\x7f", "\t", "\r",
    "1:30", "12:30:45", "1.2.3", "v1", "md5", "$(x)", "${item.a}", "&&", "||", "--lr", "0.1", "e5", "1e", "1e400",
    "b1946ac92492d2347c6235b4d2611184", "12345678901234567890123456789012", "1234567e12345678901234567890123",
]


class Program:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, verb, data):
        if isinstance(data, str):
            data = data.encode()
        self.process.stdin.write(b"%s %d\n%s" % (verb.encode(), len(data), data))
        self.process.stdin.flush()
        code, length = self.process.stdout.readline().split()
        return int(code), self.process.stdout.read(int(length))


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, source, ours, theirs):
        if ours == theirs:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= 8:
            print(f"--- {what}\n  for    {source!r:.2000}\n  ours   {ours!r:.1000}\n  theirs {theirs!r:.1000}")
            at = next((i for i, (a, b) in enumerate(zip(str(ours), str(theirs))) if a != b), 0)
            print(f"  from   {str(ours)[max(at - 40, 0):at + 60]!r}\n         {str(theirs)[max(at - 40, 0):at + 60]!r}")


def text(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(WORDS)
    if kind < 0.4:
        return "".join(rng.choice("ab -:#,'\"\\\n[]{}?!&*%@é\u2028") for _ in range(rng.randrange(8)))
    if kind < 0.5:
        return "".join(rng.choice(WORDS) for _ in range(rng.randrange(4)))
    joiner = rng.choice([" ", " ", " ", "  ", "\n", " \n", "\n ", ""])
    size = rng.choice([2, 3, 5, 10, 30, 60])
    words = WORDS if rng.random() < 0.5 else ["python", "train.py", "--lr", "0.1", "x" * rng.randrange(1, 100), "é" * 9]
    return "".join(rng.choice(words) + (joiner if rng.random() < 0.8 else " ") for _ in range(rng.randrange(size)))


def number(rng):
    kind = rng.random()
    if kind < 0.3:
        return rng.randrange(-10, 100)
    if kind < 0.4:
        return rng.choice([2**63, 2**64, -2**63, -2**63 - 1, 2**63 - 1, 10**30, -10**25])
    if kind < 0.5:
        return rng.choice([0.0, -0.0, 1.0, 1e16, 1e15, 1e-5, 1e-4, 1e300, 5e-324, math.inf, -math.inf])
    return rng.choice([rng.random(), rng.uniform(-1e6, 1e6), round(rng.random(), 3), rng.random() * 10 ** rng.randrange(-30, 30)])


def tree(rng, depth=0):
    kind = rng.random()
    if depth > 4 or (depth > 0 and kind < 0.5):
        kind = rng.random()
        if kind < 0.7:
            return text(rng)
        return number(rng) if kind < 0.9 else rng.choice([None, True, False])
    if kind < 0.75:
        return {text(rng): tree(rng, depth + 1) for _ in range(rng.randrange(5))}
    return [tree(rng, depth + 1) for _ in range(rng.randrange(5))]


def texts_of(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_of(key)
            yield from texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(item)


def floats_of(value):
    if isinstance(value, float):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from floats_of(item)


def dump(value):
    yaml = YAML()
    yaml.default_flow_style = False
    out = io.StringIO()
    yaml.dump(value, out)
    return out.getvalue()


def load(source):
    return YAML(typ="safe").load(source)


def same(a, b):
    return json.dumps(a) == json.dumps(b)


def loses(value):
    """Whether ruamel does not read back what it wrote; there we write something else on purpose."""
    try:
        return not same(load(dump(value)), value)
    except (YAMLError, ValueError):
        return True


def yaml_write(program, rng, tally):
    value = tree(rng)
    if any(c in t for t in texts_of(value) for c in "\x85\u2028\u2029\0"):
        return
    code, ours = program.ask("json-yaml", json.dumps(value))
    if code:
        tally.check("json-yaml", value, ours, "an answer")
        return
    if loses(value):
        code, back = program.ask("yaml-json", ours)
        tally.check("what ruamel loses", value, back.decode(), json.dumps(value))
        return
    tally.check("yaml_write", value, ours.decode(), dump(value))
    code, back = program.ask("yaml-json", ours)
    tally.check("yaml_read(yaml_write)", value, back.decode(), json.dumps(value))


def json_part(program, rng, tally):
    value = tree(rng)
    source = json.dumps(value, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 2]))
    if "\\u0000" in source:
        return
    tally.check("json-json", source, program.ask("json-json", source)[1].decode(), json.dumps(value))
    tally.check("json-sorted", source, program.ask("json-sorted", source)[1].decode(), json.dumps(value, sort_keys=True))
    tally.check("json-python", source, program.ask("json-python", source)[1].decode(), str(value))
    # Damaged: the same verdict as Python's.
    data = bytearray(source.encode())
    for _ in range(rng.randrange(1, 4)):
        if data:
            at = rng.randrange(len(data))
            data[at:at + rng.randrange(2)] = rng.choice([b"", b",", b'"', b"1", b"[", b"}", b"\\", b"e", b".", b"-", b" ", b"N", b"\n"])
    try:
        damaged = data.decode()
        theirs = json.dumps(json.loads(damaged))
    except ValueError:
        theirs = None
    # Halves of surrogate pairs and NUL are refused on purpose.
    if theirs is None or not re.search(r"\\u0000|\\ud[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..)\\ud[c-f]", theirs):
        code, ours = program.ask("json-json", bytes(data))
        tally.check("json verdict", bytes(data), None if code else ours.decode(), theirs)


def plain_scalars(program, rng, tally):
    source = "".join(rng.choice("0123456789_+-.eExob:tTzZ aAfFinIN~<=") for _ in range(rng.randrange(1, 8)))
    if rng.random() < 0.2:
        source = rng.choice([word for word in WORDS if word[0] not in "&*!"])
    source = "k: " + source
    try:
        value = load(source)
        theirs = json.dumps(value, default=lambda d: source[3:].strip())
    except (YAMLError, ValueError, IndexError) as e:
        # A lone "=" or "<<", and digits that are none: text for us.
        return
    code, ours = program.ask("yaml-json", source)
    tally.check("plain scalar", source, None if code else ours.decode(), theirs)


SNIPPETS = [
    "stages:\n  a:\n    cmd: echo 1\n    deps:\n    - x\n    - y: {z: 1}\n    outs: [b, 'c', \"d\"]\n",
    "outs:\n- md5: b1946ac92492d2347c6235b4d2611184\n  size: 6\n  hash: md5\n  path: a.txt # c\n",
    "a: &x\n  k: [1, 2]\nb: *x\nc:\n  <<: *x\n  l: 3\n",
    "# top\nkey: |\n  line 1\n   line 2\n\nother: >-\n  folded\n  text\n\nlast: |+\n  kept\n\n",
    "- 1\n-   - 2\n    - 3\n- ? long\n  : value\n-\n",
    "{a: 1, b: [1, 2, {c: d}], 'e': null}\n",
    "a: 'it''s'\nb: \"x\\ty\\u00e9\\\n  z\"\nc: plain text\n  over lines\n",
]
PIECES = ["\n", " ", "  ", ":", ": ", "- ", "-", "#", " # c", "[", "]", "{", "}", ",", "'", '"', "|", ">", "&x ", "*x", "!!str ",
          "!!int ", "? ", "a", "1", "\\", "~", "é", "%", "---\n", "...\n", "\r\n", "<<: ", "a: b\n", "null"]


def yaml_verdicts(program, rng, tally):
    """Damaged YAML: where both read it, they read the same. libyaml is stricter and looser in known places, so that
    one refuses what the other takes is counted, not failed."""
    source = rng.choice(SNIPPETS)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(source) + 1)
        source = source[:at] + rng.choice(PIECES) + source[at + rng.randrange(3):]
    try:
        theirs = json.dumps(load(source), default=str)
    except Exception:
        return
    if "datetime" in theirs:
        return
    code, ours = program.ask("yaml-json", source)
    if code == 0:
        tally.check("yaml verdict", source, ours.decode(), theirs)


TOML = ['a = 1\n', 'b.c = "x"\n', "[t]\n", "[t.u]\n", "[[l]]\n", "[[l.m]]\n", "d = [1, 2,\n 3]\n", "e = {x = 1, y.z = 'q'}\n",
        'f = """\nml "x" \\\n   y"""\n', "g = '''\nraw'''\n", "h = 1e3\n", "i = 0xff\n", "j = true\n", "k = -inf\n", "l2 = nan\n",
        '"q k" = 1_000\n', "m = 1979-05-27T07:32:00Z\n", "n = 07:32:00\n", "o = 1979-05-27\n", "p = '\\'\n", "q = \"\\u00e9\\t\"\n",
        "# comment\n", "\n", "r = []\n", "s = {}\n", "u = +1.5\n", "v = 0o17 # c\n", "w = 0b11\n", "[x]\ny = 1\n"]


def toml_part(program, rng, tally):
    source = "".join(rng.sample(TOML, rng.randrange(1, 8)))
    if rng.random() < 0.6:
        at = rng.randrange(len(source) + 1)
        source = source[:at] + rng.choice(["", ".", "=", "[", "]", '"', "'", "\n", "1", "_", ",", "{", "}", "\\", "a", "#", "é", "\t", "\r\n"]) + source[at + rng.randrange(3):]
    try:
        value = tomllib.loads(source)
        theirs = json.dumps(value, default=lambda d: "date")
        if "date" in theirs:
            theirs = "date"
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        theirs = None
    code, ours = program.ask("toml-json", source)
    ours = None if code else ours.decode()
    if theirs == "date" and ours is not None:
        ours = "date"
    tally.check("toml", source, ours, theirs)


PY = ["a = 1", "b = 'x'", "c = [1, 2.5, 'y']", "d = {'k': 1, 'l': [2]}", "e = (1, 2)", "f = None", "g: int = 5", "h: int",
      "i = 1 + 2", "j = foo()", "k = -3", "l = not True", "m = 'a' 'b'", "n = b'x'", "o = f'{a}'", "p = r'\\n'", "q = '''t\nu'''",
      "r = s = 1", "t, u = 1, 2", "v = {1, }", "w = 0xff", "x = 1_000", "y = 1e5", "zz = 2j", "A = True", "B = [a]", "C = ()",
      "D = {}", "E = 1,", "F = (1)", "G = [\n  1,\n  2,\n]", "H = 'it\\'s\\x41\\u00e9'", "self.z = 3", "a.b = 2", "l[0] = 1",
      "I = 1 if a else 2", "J += 1", "K = 5  # c", "L = 1; M = 2", "import os", "def f():\n    a = 9\n    return a",
      "if True:\n    a = 8", "class P:\n    x = 1\n    y = 'z'", "class Q(P):\n    def __init__(self, n=1):\n        self.w = 4\n        v = 5\n",
      "class R: x = 1; y = 2", "@dec\nclass S:\n    '''doc'''\n    x: float = 0.5\n    class T:\n        u = 1",
      "for i in range(3):\n    pass", "U = lambda: 0", "V = {**a}", "W = 'é'", "X = -1.5e-3", "Y = 10**3", "Z = \\\n  7", "AA = ...",
      "AB = {'a': {'b': (1,)}}", "AC = \"\"\"x\"\"\"", "AD = u'y'", "AE = +1", "AF = {'a': 1, 'a': 2}", "AG = {1: 2, 'b': None}",
      "while 0:\n  a = 3\nelse:\n  a = 4", "with x: AH = 1", "def __init__(self):\n  self.q = 1"]


def parse_py(source):
    """What DVC takes from a Python file, by DVC's own rules over Python's own parser."""
    from dvc.utils.serialize._py import _ast_tree_to_dict

    return _ast_tree_to_dict(ast.parse(source))


def has_unsupported(value):
    if isinstance(value, (bytes, complex)) or value is Ellipsis:
        return True
    if isinstance(value, dict):
        return any(has_unsupported(k) or has_unsupported(v) for k, v in value.items())
    return isinstance(value, (list, tuple, set)) and any(map(has_unsupported, value))


def py_part(program, rng, tally):
    source = "\n".join(rng.sample(PY, rng.randrange(1, 8))) + rng.choice(["\n", ""])
    try:
        value = parse_py(source)
    except (SyntaxError, TypeError):
        return
    value = {k: v for k, v in value.items() if not has_unsupported(v)}
    theirs = json.dumps(value, default=list)
    code, ours = program.ask("py-json", source)
    tally.check("python", source, None if code else ours.decode(), theirs)


def edited(rng, value):
    """The value, a little changed."""
    if isinstance(value, dict):
        result = dict(value)
        for key in list(result):
            kind = rng.random()
            if kind < 0.1:
                del result[key]
            elif kind < 0.6:
                result[key] = edited(rng, result[key])
        if rng.random() < 0.2:
            result[rng.choice(["new", "zz", "md5", "frozen"])] = tree(rng, 3)
        return result
    if isinstance(value, list):
        result = [edited(rng, v) if rng.random() < 0.4 else v for v in value]
        if result and rng.random() < 0.2:
            del result[rng.randrange(len(result))]
        if rng.random() < 0.2:
            result.insert(rng.randrange(len(result) + 1), tree(rng, 3))
        return result
    return rng.choice([value, tree(rng, 4), number(rng), text(rng)]) if rng.random() < 0.5 else value


def styled(rng, value, indent=0, flow=False):
    """The value in YAML by many hands: styles, blanks and comments vary."""
    def scalar(v):
        if isinstance(v, str):
            plain = dump([v])[2:].rstrip("\n")
            if v and "\n" not in plain and rng.random() < 0.7 and not flow:
                return plain
            return json.dumps(v, ensure_ascii=False).replace("\x7f", "\\x7f").replace("\ufeff", "\\uFEFF")
        return dump([v])[2:].strip() or rng.choice(["null", "~"])

    def comment():
        return rng.choice(["", "", "", "  # note", " # a: b", "   "])

    if not isinstance(value, (dict, list)) or not value:
        return " " + (scalar(value) if value or not isinstance(value, (dict, list)) else json.dumps(value))
    if flow or rng.random() < 0.15:
        inner = ", ".join(
            f"{scalar_key(k)}:{styled(rng, v, 0, True)}" for k, v in value.items()) if isinstance(value, dict) else ",".join(
            styled(rng, v, 0, True) for v in value)
        return " " + ("{%s}" if isinstance(value, dict) else "[%s]") % inner
    step = rng.choice([2, 2, 2, 4])
    out = [comment()]
    pad = " " * indent
    if isinstance(value, dict):
        for key, item in value.items():
            if rng.random() < 0.1:
                out.append(rng.choice(["", pad + "# about", pad + "  # deep"]))
            child = indent + step
            if isinstance(item, list) and rng.random() < 0.5:
                child = indent
            piece = styled(rng, item, child)
            out.append(f"{pad}{scalar_key(key)}:{piece}" + (comment() if "\n" not in piece else ""))
    else:
        for item in value:
            if rng.random() < 0.1:
                out.append(pad + "# item")
            piece = styled(rng, item, indent + 2)
            if isinstance(item, dict) and item and piece.startswith("\n" + pad + "  ") and piece[indent + 3] not in " #\n" and rng.random() < 0.8:
                piece = " " + piece[indent + 3:]
            out.append(f"{pad}-{piece}" + (comment() if "\n" not in piece else ""))
    return "\n".join(out)


def scalar_key(key):
    line = dump({key: 1})
    return line[:-4] if line.endswith(": 1\n") and "\n" not in line[:-1] and not line.startswith("?") else json.dumps(key)


def edit_part(program, rng, tally):
    value = tree(rng)
    if not isinstance(value, (dict, list)) or not value:
        return
    old = styled(rng, value).lstrip("\n")
    old = old[1:] if old.startswith(" ") and not old.startswith("  ") else old
    old += rng.choice(["\n", "\n", "", "\n\n", "\n# end\n"])
    if rng.random() < 0.2:
        old = old.replace("\n", "\r\n")
    code, read = program.ask("yaml-json", old)
    if code:
        return
    want = edited(rng, json.loads(read))
    source = old.encode()
    wanted = program.ask("json-yaml", json.dumps(want))[1]
    code, ours = program.ask("edit", b"%d\n%s%s" % (len(source), source, wanted))
    if code:
        tally.check("edit", (old, want), ours, "an answer")
        return
    code, back = program.ask("yaml-json", ours)
    got = json.loads(back) if code == 0 else back
    canon = lambda v: json.dumps(v, sort_keys=True)
    tally.check("edit reads as wanted", (old, want, ours.decode()), canon(got) if code == 0 else got, canon(want))
    if canon(want) == canon(json.loads(read)):
        tally.check("edit of nothing", old, ours.decode(), old)
    kept = [line for line in old.split("\n") if line.strip().startswith("# end")]
    for line in kept:
        tally.check("comment kept", (old, want, ours.decode()), line in ours.decode().split("\n"), True)


def dvc_part(program, rng, tally):
    """A file that DVC wrote, updated: the same bytes as DVC's own update."""
    from dvc.utils.collections import apply_diff

    value = tree(rng)
    if not isinstance(value, dict) or not value or loses(value):
        return
    want = edited(rng, value)
    if any("e" in repr(n) or n in (0, 1) for n in [*floats_of(value), *floats_of(want)]):
        return  # ruamel's own float type loses digits there; and 1.0 is True
    old = dump(value)
    if not want or loses(want) or any(c in t for t in texts_of(want) for c in "\x85\u2028\u2029\0"):
        return
    theirs = YAML().load(old)
    apply_diff(want, theirs)
    source = old.encode()
    code, ours = program.ask("edit", b"%d\n%s%s" % (len(source), source, dump(want).encode()))
    tally.check("update", (old, want), ours.decode(), dump(theirs))


RULES = [
    *WORDS, "", " ", " a", "a ", "a  b", "\n", "a\n", "a\nb", "a\n\nb\n", "a \nb", "a\n b", "'\n", "a: b: c", "x: 'y'", "a\tb", "--- a",
    "x" * 79, "x" * 100, "x" * 40 + " " + "y" * 40, "w " * 50 + "end", "w  " * 40 + "end", "w " * 38 + "x" * 90 + " z", "é " * 60,
    "a: " + "w " * 50, "it's: " + "w " * 50, "\x07" + " w" * 50, "l\n" * 40, "l \n m " * 20, "\\\" " * 40, "\x01" * 40, "😀 \x02" * 20,
    "a" * 30 + "\n" + "b" * 60 + " c", "python train.py --lr 0.1 --epochs 100 --batch-size 64 --data data/prepared --out model.pkl && echo done",
    None, True, False, 0, -1, 2**63, 10**30, 0.1, 1.0, -0.0, 1e16, 1e-5, 1e-7, 1e22, 5e-324, math.inf, -math.inf,
    [], {}, [[]], [{}], [None], [1, [2, [3]]], [[[1], 2], {"a": [[]]}], {"a": None, "b": [], "c": {}, "d": [None, "", {"e": None}]},
    [{"a": 1, "b": 2}, {"c": {"d": [1]}}], {"": 1}, {"1": 1, "true": 2, "a: b": 3, "a b": 4, "?": 5, "null": 6, "-": 7}, {"a\nb": 1},
    {"k" * 122: 1}, {"k" * 123: [1, 2]}, {"k" * 130: {"a": [1]}}, [{"k" * 130: [[1, 2]]}], {"w " * 70: "w " * 70}, {"k" * 90 + " x": "v"},
    {"a": {"b": {"c": {"d": "w " * 60}}}}, {"a": ["w " * 60, {"b": "w: " * 40}]}, {"a": [["w " * 60, "'" * 90]]},
]


def record():
    """The rules of the writer as a C table for tests/unit/doc/yaml_write_test.c."""
    def c_text(text):
        out = "".join(
            f"\\{c}" if c in '"\\' else "\\n" if c == "\n" else c if " " <= c <= "~" else "".join(f"\\{b:03o}" for b in c.encode())
            for c in text)
        return '"' + out.replace("?" * 2, '?""?') + '"'

    print("/* Made by `PYTHON tests/compat/doc-vs-python.py --record`: what ruamel.yaml 0.19 writes. */")
    for rule in RULES:
        for value in (rule, {"key": rule}, [rule]) if not isinstance(rule, (list, dict)) else (rule,):
            odd = any(c in t for t in texts_of(value) for c in "\x85\u2028\u2029")
            if isinstance(value, (list, dict)) and not odd and not loses(value):
                print(f"{{{c_text(json.dumps(value))},\n {c_text(dump(value))}}},")


PARTS = {
    "yaml": yaml_write, "json": json_part, "plain": plain_scalars, "verdict": yaml_verdicts,
    "toml": toml_part, "py": py_part, "edit": edit_part,
    "dvc": dvc_part,
}


def build(folder, out):
    here = os.path.dirname(os.path.abspath(__file__))
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libgit2", "yaml-0.1", "libxxhash", "libcrypto", "json-c"],
                           check=True, capture_output=True, text=True).stdout.split()
    subprocess.run(["cc", "-std=c17", "-D_GNU_SOURCE", "-O2", "-pthread", f"-I{here}/../../src", "-o", out, f"{here}/doc_pipe.c",
                    f"{folder}/rooms.a", *flags, "-lm"], check=True)


def main():
    warnings.simplefilter("ignore")
    if sys.argv[1:] == ["--record"]:
        return record()
    with tempfile.TemporaryDirectory() as scratch:
        path = sys.argv[1]
        if os.path.isdir(path):
            path = os.path.join(scratch, "doc_pipe")
            build(sys.argv[1], path)
        return compare(Program(path))


def compare(program):
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
    tally = Tally()
    for name in sys.argv[4:] or PARTS:
        rng = random.Random(f"{name}{seed}")
        for _ in range(count):
            PARTS[name](program, rng, tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed > 0


if __name__ == "__main__":
    sys.exit(main())
