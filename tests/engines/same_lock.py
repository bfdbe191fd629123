"""Whether two dvc.lock say the same in any order: same_lock.py A B"""
import sys

from ruamel.yaml import YAML

a, b = (YAML(typ="safe").load(open(name)) for name in sys.argv[1:])
for stage in sorted(a["stages"].keys() | b["stages"].keys()):
    if a["stages"].get(stage) != b["stages"].get(stage):
        sys.exit(f"{stage}: {a['stages'].get(stage)}\nbut {b['stages'].get(stage)}")
