#!/usr/bin/env python3
"""Rules of .dvcignore on random patterns and paths: cairn check-ignore against Git or the real DVC.

    tests/compat/ignore-random.py CAIRN git [SEED [ROUNDS]]
    PYTHON tests/compat/ignore-random.py CAIRN dvc [SEED [ROUNDS]]      PYTHON is that of a DVC installation

DVC goes further than Git in places (src/model/ignore.c): rules that take back, double stars at an end and blanks around
a rule are left to the comparison with DVC. Prints the first differences and ends with "N passed, N failed".
"""
import os
import random
import subprocess
import sys
import tempfile

NAMES = ["a", "b", "ab", "a.b", "b.tmp", "x", "aXb", "-", "a b", "]", "é", "ba", "*", "a[b", ".h"]
PIECES = ["a", "b", "*", "**", "?", "[ab]", "[!a]", "[^b]", "[a-x]", "[]a]", "[[:alpha:]]", "[b", "\\*", "\\a", ".", ".tmp", "x", "X", "é",
          " ", "ab", "a.b", "-", "!"]


# Of these DVC's matcher, made of Python's regular expressions, thinks otherwise than Git. Characters beyond ASCII are one
# to it, and several bytes to Git and to us; its brackets match a slash.
GIT_ONLY = {"**", "[[:alpha:]]", "[b", "!", ".", "[]a]", "\\a", "\\*", "é", "[!a]", "[^b]", " "}


def pattern(rng, for_git):
    pieces = PIECES if for_git else [p for p in PIECES if p not in GIT_ONLY]
    parts = ["".join(rng.choice(pieces) for _ in range(rng.choice([1, 1, 2, 3]))) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    text = rng.choice(["", "", "", "/", "**/"]) + "/".join(parts) + rng.choice(["", "", "", "/", "/**", "/*"])
    if for_git:
        # What DVC reads in its own way.
        last = text.rstrip("/").split("/")[-1]
        if text.strip() != text or text[0] in "!#" or set(last) <= {"*"} or text.endswith("\\") or "***" in text:
            return "a"
        return text
    if text[0] in " #":
        return "b"
    return ("!" if rng.random() < 0.25 else "") + text


def make_tree(rng, top, for_git):
    """Folders and files: all folders, and all paths."""
    names = NAMES if for_git else [n for n in NAMES if n not in ("é", "a[b", "*")]
    folders, paths = [""], []
    for _ in range(rng.randint(2, 6)):
        folder = os.path.join(rng.choice(folders), rng.choice(names))
        if not os.path.exists(os.path.join(top, folder)):
            os.mkdir(os.path.join(top, folder))
            folders.append(folder)
    for _ in range(rng.randint(6, 14)):
        path = os.path.join(rng.choice(folders), rng.choice(names))
        if not os.path.exists(os.path.join(top, path)):
            open(os.path.join(top, path), "w").close()
        paths.append(path)
    paths += folders[1:]
    return folders, sorted(set(paths))


def cairn_says(cairn, top, paths):
    run = subprocess.run([cairn, "check-ignore", "--stdin"], cwd=top, input="\n".join(paths).encode(), capture_output=True)
    return set(run.stdout.decode().splitlines()), run.stderr.decode()


def git_says(top, paths):
    run = subprocess.run(["git", "-c", "core.excludesFile=/dev/null", "check-ignore", "-z", "--stdin", "--no-index"], cwd=top,
                         input="\0".join(paths).encode(), capture_output=True)
    return {p for p in run.stdout.decode().split("\0") if p}


def dvc_says(top, paths):
    from dvc.fs import localfs
    from dvc.ignore import DvcIgnoreFilter

    rules = DvcIgnoreFilter(localfs, top)
    return {p for p in paths if rules.check_ignore(os.path.join(top, p)).match}


def main():
    cairn, other = os.path.abspath(sys.argv[1]), sys.argv[2]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 60
    name = ".gitignore" if other == "git" else ".dvcignore"
    passed = failed = 0
    for number in range(rounds):
        rng = random.Random(seed * 100003 + number)
        with tempfile.TemporaryDirectory() as top:
            top = os.path.realpath(top)
            os.mkdir(os.path.join(top, ".dvc"))
            if other == "git":
                subprocess.run(["git", "init", "-q", top], check=True)
            folders, paths = make_tree(rng, top, other == "git")
            files = {}
            for folder in [""] + [f for f in folders[1:] if rng.random() < 0.3]:
                files[folder] = "".join(pattern(rng, other == "git") + "\n" for _ in range(rng.randint(1, 5)))
                for kind in {name, ".dvcignore"}:
                    with open(os.path.join(top, folder, kind), "w") as f:
                        f.write(files[folder])
            theirs = git_says(top, paths) if other == "git" else dvc_says(top, paths)
            ours, errors = cairn_says(cairn, top, paths)
            passed += len(paths) - len(ours ^ theirs)
            for path in sorted(ours ^ theirs):
                failed += 1
                if failed <= 8:
                    print(f"round {number}: {path!r} is ignored by {'cairn' if path in ours else other} alone, with {files!r} {errors}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed != 0)


main()
