#!/usr/bin/env python3
"""exp run -S, and params.yaml composed, against Hydra itself, as DVC calls it.

    PYTHON tests/compat/overrides-vs-hydra.py CAIRN

PYTHON is that of a DVC installation. Ends with "N passed, N failed".
"""
import os
import subprocess
import sys
import tempfile

from dvc.utils.hydra import apply_overrides, compose_and_dump
from ruamel.yaml import YAML

PARAMS = "a: 1\nb:\n  c: [1, 2]\n  d: {x: 1, y: z}\ns: text\nn: null\n"
OVERRIDES = [
    ('a=2',), ('a.b=1',), ('+a.b=1',), ('++a.b=1',), ('b=1',), ('b.c=5',), ('b.c.0=9',), ('b.c.5=9',), ('b.c.-1=9',),
    ('+b.c.2=9',), ('++b.c.0=7',), ('b.d={x:2}',), ('b.d={q:2}',), ('+b.d={q:2}',), ('+b.d.q=1',), ('+b.e.f.g=1',),
    ('+a=3',), ('+n=3',), ('n=3',), ('n.x=3',), ('+n.x=3',), ('b.c=[]',), ('b.c={x:1}',), ('+b.c=[3]',),
    ('++b.c=[3]',), ('~a',), ('~a=1',), ('~a=2',), ('~b.c',), ('~b.c.0',), ('~zz',), ('~n',), ('a=${s}',),
    ('a=x${s}y',), ('a=${b.d}',), ('a=${nope}',), ('a=',), ('a=null',), ('a=1e3',), ('a=1.',), ('a=.5',), ('a=-1',),
    ('a=1_000',), ('a=01',), ('a=nan',), ('a=inf',), ('a=-inf',), ('a=True',), ('a="q"',), ("a='q w'",), ('a=b c',),
    ('a=b:c',), ('a=a/b-c.d',), ('a=\\,x',), ('a=int(3.7)',), ('a=str(3)',), ('a=float(1)',), ('a=bool(0)',),
    ('a=bool(true)',), ('a=[1,[2,3],{k:v,1:2}]',), ('a={1:2}',), ('a={x y:z}',), ('b@c=1',), ('b/d=1',), ('=1',),
    ('a',), ('a=b=c',), ('a=#',), ('a=ü',), ('a=(1)',), ('a=sort(3,1,2)',), ('a=sort([3,1,2])',),
    ('a=sort([3,1,2],reverse=true)',), ('a=interval(0,1)',), ('a=range(3)',), ('a="it\\"s"',), ('s=???',),
    ('a=1', 'a=2', '+q=${a}'), ('b.d=null',), ('b.d.x=[1,2]',), ('a={x:1}',), ('+z={x:1}',), ('+z=[1,{x:1}]',),
    ('a=1e400',), ('a=123456789012345678901234567890',), ('$x=1',), ('+$x=1',), ('+x-y=1',), ('+0=1',), ('+b.0=1',),
    ('s.0=1',), ('++s={a:1}',), ('+hydra.x=1',), ('a = 3',), ('a=@x%?|*+-',), ('a= 3 ',), ('a=[ 1 , 2 ]',),
    ('a= "x" ',), ('a=foo(1)',), ('a=3 4',), ('a=true x',), ('+b.d=[1]',), ('++b=5',), ('+b=5',), ("a='\\\\'",),
    ('a="a\\\\\\"b"',), ('a=x\\ y',), ("a=[a b , 'c,d']",), ('a={a:[1,{b:c}]}',), ('a=1-2',), ('a=1.2.3',),
    ('a=1e5x',), ('a=-',), ('a=+5',), ('a=1__0',), ('a=0x10',), ('a=1e',), ('a=.',), ('a=..',), ('a=nano',),
    ('a=nullx',), ('a=TRUE',), ('a=a=b',), ('a=$x',), ('a=${s}${s}',), ('a=\\\\',), ('a=\\',), ('a=a\\',), ('a=[',),
    ('a=[]',), ('a={}',), ('a=[,]',), ('a={a}',), ('a=[1,]',), ("a='",), ('a="',), ("a=it's",), ('a=choice(1,2)',),
    ('+a.b.c=1',), ('++n.x.y=1',), ('~b.d',), ('~b.d.x',), ('b.d.y=',), ('b.d={y:{q:1}}',), ('+b.d={y:{q:1}}',),
    ('b={c:[9]}',), ('b={c:{z:1}}',), ('a= ',), ('a=\t1',), ("a=int('3')",), ('a=int(x)',), ('a=bool(yes)',),
    ('a=str(true)',), ('a=str([1,2])',), ('a=float(x)',), ('a=sort([b,a])',), ('a=sort(2)',), ('a=int([1.5,2.5])',),
    ('a=tag(1)',), ('a=sort([1,a])',), ('s=a.b/c:d',), ('a=100000000000000000000',), ('a=-100000000000000000000',),
    ('a=1E-3',), ('a=a  b',), ('a=a:b: c',), ('a = 1',), ('a=%d',), ('a=?',), ('a=!',), ('a=a&b',), ('a=<b>',),
    ('a=a;b',), ('a=`x`',), ('a=~x',), ('a=^',), ('a=x|y',), ('a=a@b.c',), ('+_=1',), ('+a-b.c_d=1',), ('+9a=1',),
    ('+a.9b=1',), ('+a..b=1',), ('+a.=1',), ('+.a=1',), ('~',), ('~=',), ('+',), ('++',), ('+++a=1',), ('-a=1',),
    ('b.c=[${a},2]',), ('+z=${b.c}',), ('+z=${b.c.0}',),
]
OTHER = [
    ("x: ${y}\ny: 3\n", ("y=4",)), ("x: ${oc.env:HOME}\ny: 3\n", ("y=4",)), ("x: ${nope}\ny: 3\n", ("y=4",)),
    ("x: ???\ny: 3\n", ("y=4",)), ("", ("+a=1",)), ("- 1\n", ("a=1",)), ("1: x\na: 2\n", ("a=3",)), ("b: {2: 3}\n", ("b.2=4",)),
]

CONFIGS = {
    'config.yaml': 'defaults:\n  - db: mysql\n  - server\n  - optional nothing: here\n  - _self_\n  - model@net: small\na: 1\nb: ${db.port}\nserver: {own: true}\n',
    'db/mysql.yaml': 'name: mysql\nport: 3306\n',
    'db/pg.yaml': 'defaults:\n  - base\n  - /opt: fast\nname: pg\nport: 5432\nlist: [1,2]\n',
    'db/base.yaml': 'name: base\ntimeout: 3\n',
    'opt/fast.yaml': '# @package _global_\nopt: {level: 9}\n',
    'opt/slow.yaml': '# @package tuning.opt\nlevel: 1\n',
    'server.yaml': 'server:\n  host: h\n  own: false\n',
    'model/small.yaml': 'size: 1\nname: s\n',
    'model/big.yaml': 'defaults:\n  - small\n  - override /db: pg\nsize: 100\n',
    'other.yaml': 'defaults:\n - db: [mysql, base]\n - model: small\n - opt@x.y: slow\nz: 1\n',
    'third.yaml': 'defaults:\n - _self_\n - db: mysql\n - model: big\ndb: {port: 1}\nq: {w: 1}\n',
    'bad.yaml': 'defaults:\n - db: nope\n',
    'miss.yaml': 'defaults:\n - db: ???\n',
    'null.yaml': 'defaults:\n - db: null\na: 1\n',
    'nest/inner.yaml': 'defaults:\n - sub: x\n - _self_\ni: 1\n',
    'nest/sub/x.yaml': 'v: 1\n',
    'nest/sub/y.yaml': 'v: 2\n',
    'nested.yaml': 'defaults:\n - nest: inner\n - nest/sub@deep: y\nr: 1\n',
    'here.yaml': 'defaults:\n - db@_here_: mysql\n - model@a.b._group_: small\nr: 1\n',
    'ovr.yaml': 'defaults:\n - nested\n - override nest/sub: y\n - _self_\n',
    'dup.yaml': 'defaults:\n - db: mysql\n - db@db2: pg\n',
}
COMPOSED = [
    ('config', ()), ('config', ('db=pg',)), ('config', ('a=5', 'db.port=1')), ('config', ('+opt=fast',)),
    ('config', ('+opt=slow',)), ('config', ('~db',)), ('config', ('~db=pg',)), ('config', ('model@net=big',)),
    ('config', ('model=big',)), ('config', ('db=pg', 'db.timeout=9', '+x.y=1')), ('config', ('zz=1',)),
    ('config', ('db={name:q}',)), ('config', ('+db@db2=pg',)), ('config', ('++db=pg',)), ('config', ('db=nope',)),
    ('config', ('db=[mysql,base]',)), ('config', ('opt=fast',)), ('other', ()), ('other', ('model=big',)),
    ('third', ()), ('third', ('db=pg',)), ('third', ('db=mysql',)), ('bad', ()), ('bad', ('db=pg',)), ('miss', ()),
    ('miss', ('db=pg',)), ('null', ()), ('null', ('db=pg',)), ('nested', ()), ('nested', ('nest/sub=y',)),
    ('nested', ('nest/sub@deep=x',)), ('nested', ('nest/sub@nest.sub=y',)), ('here', ()), ('ovr', ()), ('dup', ()),
    ('dup', ('db@db2=mysql',)), ('dup', ('db=pg',)), ('nofile', ()), ('dup', ('~db@db2',)), ('config', ('~a',)),
    ('config', ('+db=pg',)),
]


def read(path):
    with open(path) as file:
        return YAML(typ="safe").load(file)


def hydra(text, overrides):
    with open("real.yaml", "w") as file:
        file.write(text)
    try:
        apply_overrides("real.yaml", list(overrides))
        return read("real.yaml")
    except Exception:  # whatever it trips over
        return "refused"


def composed(name, overrides):
    try:
        compose_and_dump("real.yaml", os.path.abspath("conf"), None, name, "", list(overrides))
        return read("real.yaml")
    except Exception:
        return "refused"


def cairn(program, text, overrides):
    with open("params.yaml", "w") as file:
        file.write(text)
    words = [program, "exp", "run", "-q", "-f", "-n", "x"]
    for override in overrides:
        words += ["-S", override]
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return read("params.yaml") if done.returncode == 0 else "refused"


def differs(what, expected, seen):
    if repr(expected) == repr(seen) or (expected == seen and "nan" not in repr(seen)):
        return False
    print(f"{what}:\n  Hydra {expected}\n  cairn {seen}")
    return True


def main(program):
    program = os.path.abspath(program)
    failed = 0
    cases = [(PARAMS, overrides) for overrides in OVERRIDES] + OTHER
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        with open("dvc.yaml", "w") as file:
            file.write("stages:\n  t:\n    cmd: 'true'\n")
        for words in (["git", "init", "-q"], [program, "init", "-q"], ["git", "add", "-A"],
                      ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "start"]):
            subprocess.run(words, check=True)
        for text, overrides in cases:
            failed += differs(overrides, hydra(text, overrides), cairn(program, text, overrides))
        for path, text in CONFIGS.items():
            os.makedirs(os.path.dirname("conf/" + path), exist_ok=True)
            with open("conf/" + path, "w") as file:
                file.write(text)
        subprocess.run([program, "config", "-q", "hydra.enabled", "true"], check=True)
        for name, overrides in COMPOSED:
            subprocess.run([program, "config", "-q", "hydra.config_name", name], check=True)
            failed += differs((name, *overrides), composed(name, overrides), cairn(program, "", overrides))
        os.chdir("/")
    print(f"{len(cases) + len(COMPOSED) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
