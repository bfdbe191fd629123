"""Read what DVC and cairn track, at any revision, from a program: the functions of `dvc.api`, and Repository for more
than one question at a time. Nothing of DVC is needed; the work is done by libcairn."""

import json
import os
import subprocess
from collections import Counter
from contextlib import contextmanager
from datetime import datetime

from ._library import CairnError, IsAFolderError, NotARepositoryError, PathMissingError, lib
from .repository import Entry, Repository

__version__ = lib.cairn_version().decode()
__all__ = [
    "CairnError", "CairnFileSystem", "DVCFileSystem", "Entry", "IsAFolderError", "NotARepositoryError", "PathMissingError",
    "Repository", "all_branches", "all_commits", "all_tags", "artifacts_show", "exp_save", "exp_show", "get_dataset",
    "get_url", "metrics_show", "open", "params_show", "read",
]


def __getattr__(name):
    if name in ("CairnFileSystem", "DVCFileSystem"):  # fsspec is needed for it alone
        from .filesystem import CairnFileSystem

        return CairnFileSystem
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _below(repository):
    """The working folder, if that is in the repository, else None."""
    root, here = repository.root, os.path.realpath(os.getcwd())
    return here if root and (here + os.sep).startswith(root.rstrip(os.sep) + os.sep) else None


def _inside(repository, path):
    """Paths of the working folder where that is in the repository, as DVC takes them."""
    root, here = repository.root, _below(repository)
    if os.path.isabs(path):
        return os.path.relpath(path, root) if root else path.lstrip("/")
    return os.path.relpath(os.path.join(here, path), root) if here else path


@contextmanager
def open(path, repo=None, rev=None, remote=None, mode="r", encoding=None, config=None, remote_config=None):
    """A file of a repository (a folder or a URL; None: this one), at a revision (None: the workspace), as a context
    manager that gives a file object."""
    with Repository(repo, rev, remote, config, remote_config) as repository:
        with repository.open(_inside(repository, path), mode, encoding) as file:
            yield file


def read(path, repo=None, rev=None, remote=None, mode="r", encoding=None, config=None, remote_config=None):
    """The content of such a file: text, or bytes with mode="rb"."""
    with open(path, repo, rev, remote, mode, encoding, config, remote_config) as file:
        return file.read()


def get_url(path, repo=None, rev=None, remote=None, config=None, remote_config=None):
    """Where the remote has the object of tracked data, whether or not it was pushed."""
    with Repository(repo, rev, remote, config, remote_config) as repository:
        return repository.get_url(_inside(repository, path))


def _merged(files):
    """The values of all files in one mapping; a key that several have gets the name of its file before it."""
    counts = Counter(key for values in files.values() for key in values)
    return {key if counts[key] == 1 else f"{name}:{key}": value for name, values in files.items() for key, value in values.items()}


def _shown(repository, files):
    """The same, where files are named as the working folder sees them."""
    here = _below(repository)
    return _merged({os.path.relpath(os.path.join(repository.root, name), here) if here else name: values
                    for name, values in files.items()})


def _nested(values):
    """{"train.depth": 3} as {"train": {"depth": 3}}: how stages name what they take of a file."""
    top = {}
    for key, value in values.items():
        *folders, last = key.split(".")
        inner = top
        for folder in folders:
            inner = inner.setdefault(folder, {})
        inner[last] = value
    return top


def params_show(*targets, repo=None, stages=None, rev=None, deps=False, config=None):
    """The params of a revision, in one mapping: of all files, of these, or those that stages depend on (`deps`), or some
    stages do."""
    stages = [stages] if isinstance(stages, str) else list(stages or [])
    with Repository(repo, rev, config=config) as repository:
        files = repository.params(*[_inside(repository, path) for path in targets]) if targets or not (stages or deps) else {}
        if stages or (deps and not targets):
            named = [_inside(repository, path) + colon + name if colon else path
                     for path, colon, name in (stage.rpartition(":") if ":" in stage else (stage, "", "") for stage in stages)]
            files = {**{name: _nested(values) for name, values in repository.stage_params(*named).items()}, **files}
        return _shown(repository, files)


def metrics_show(*targets, repo=None, rev=None, config=None):
    """The metrics of a revision, in one mapping."""
    with Repository(repo, rev, config=config) as repository:
        return _shown(repository, repository.metrics(*[_inside(repository, path) for path in targets]))


def artifacts_show(name, version=None, stage=None, repo=None):
    """{"rev": commit, "path": where it is there} of a version of an artifact: the one named, the one in a stage, or the
    latest."""
    if version and stage:
        raise ValueError("an artifact is named by a version or by a stage, not by both")
    with Repository(repo) as repository:
        rev, path = repository.artifact(name, version, stage)
        return {"rev": rev, "path": path}


def _versioned(url, meta):
    """The url of one version of a file, as the libraries of its store take it."""
    version, scheme = meta.get("version_id"), url.partition("://")[0]
    if not version:
        return url
    return url + {"gs": "#", "azure": "?versionid="}.get(scheme, "?versionId=") + version


def get_dataset(name):
    """A dataset of this repository, as dvc.lock records it. Of another repository {"type": "dvc", "url", "path", "sha"};
    at a URL {"type": "url", "files": their urls, "path"}; of DataChain {"type": "dc", "name", "version"}."""
    with Repository() as repository:
        found = repository.dataset(name)
    if found["type"] == "dvc":
        return {"type": "dvc", "url": found["url"], "path": found.get("path", ""), "sha": found["rev_lock"]}
    if found["type"] == "dc":
        return {"type": "dc", "name": found["url"].partition("://")[2].split("@v")[0], "version": found["version"]}
    url = found["url"] if "://" in found["url"] else "local://" + found["url"]
    path = _versioned(url, found["meta"])
    files = [_versioned(f"{path.rstrip('/')}/{file['relpath']}", file["meta"]) for file in found.get("files", [])]
    return {"type": "url", "files": files, "path": path}


def _program(folder, *arguments):
    program = os.environ.get("CAIRN_PROGRAM", "cairn")
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise CairnError(-1, done.stderr.strip() or f"{program} ended with {done.returncode}")
    return done.stdout


def _git(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise CairnError(-1, done.stderr.strip())
    return done.stdout.splitlines()


def _refs(repo, kind):
    if repo is not None and not os.path.isdir(repo):
        lines = _git(None, "ls-remote", "--refs", f"--{kind}", "--", repo)
        return [line.partition("\t")[2].partition(f"refs/{kind}/")[2] for line in lines]
    return _git(repo, "for-each-ref", "--format=%(refname:strip=2)", f"refs/{kind}")


def all_branches(repo=None):
    """Of a folder or a URL."""
    return _refs(repo, "heads")


def all_tags(repo=None):
    """Of a folder or a URL."""
    return _refs(repo, "tags")


def all_commits(repo=None):
    """Of a folder; those of experiments are not among them."""
    return _git(repo, "rev-list", "--exclude=refs/exps/*", "--exclude=refs/stash", "--all")


def _when(timestamp):
    """As the table says it: the time of today, else the day."""
    if not timestamp:
        return None
    when = datetime.fromisoformat(timestamp)
    return when.strftime("%I:%M %p" if when.date() == datetime.now().date() else "%b %d, %Y")


def _cell(value):
    """As the table has it: numbers as such, all else as text."""
    if isinstance(value, (bool, list, dict)) or value is None:
        return str(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def _row(entry, name, kind, parent):
    data = entry.get("data") or {}
    row = {
        "Experiment": name if kind != "baseline" else None,
        "rev": (name or entry["rev"]) if kind == "baseline" else entry["rev"][:7],
        "typ": kind, "Created": _when(data.get("timestamp")), "parent": parent, "State": None, "Executor": None,
    }
    for group in ("metrics", "params"):
        files = {path: part["data"] for path, part in (data.get(group) or {}).items() if part.get("data")}
        row.update({key: _cell(value) for key, value in _merged({path: dict(_flat(values)) for path, values in files.items()}).items()})
    row.update({path: part.get("hash") for path, part in (data.get("deps") or {}).items()})
    return row


def _flat(values, before=""):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def exp_show(repo=None, revs=None, num=1, param_deps=False, force=False, config=None):
    """The table of experiments as rows, one mapping each: Experiment, rev, typ, Created, parent, State, Executor, metrics,
    params, and the hashes of dependencies. `repo` is a folder here. This one asks the `cairn` program (or CAIRN_PROGRAM)."""
    if repo is not None and not os.path.isdir(repo):
        raise CairnError(-13, f"{repo!r} is no folder: the experiments of a repository elsewhere are shown after a clone")
    revs = [revs] if isinstance(revs, str) else revs or []
    arguments = [word for rev in revs for word in ("--rev", rev)] + ["-n", str(num)] + ["--param-deps"] * param_deps
    rows = []
    for baseline in json.loads(_program(repo, "exp", "show", "--json", *arguments)):
        rows.append(_row(baseline, baseline.get("name"), "baseline", None))
        found = [(entry, entry.get("name") or experiment.get("name"))
                 for experiment in baseline.get("experiments") or [] for entry in experiment["revs"]]
        for i, (entry, name) in enumerate(found):
            rows.append(_row(entry, name, "branch_base" if i + 1 == len(found) else "branch_commit", None))
    columns = list(dict.fromkeys(key for row in rows for key in row))
    return [{key: row.get(key) for key in columns} for row in rows]


def exp_save(name=None, force=False, include_untracked=None):
    """Saves the workspace of this repository as an experiment, as `cairn exp save` does; the commit of it."""
    arguments = (["-n", name] if name else []) + ["-f"] * force
    for path in [include_untracked] if isinstance(include_untracked, str) else include_untracked or []:
        arguments += ["-I", path]
    said = _program(None, "exp", "save", "--json", *arguments)
    return json.loads(said)["rev"]
