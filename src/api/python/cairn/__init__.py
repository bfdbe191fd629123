"""Read what DVC and cairn track, at any revision, from a program: the functions of `dvc.api`, and Repository for more
than one question at a time. Nothing of DVC is needed; the work is done by libcairn."""

import json
import os
import subprocess
from collections import Counter
from contextlib import contextmanager
from datetime import datetime

from ._library import CairnError, NotARepositoryError, PathMissingError, lib
from .repository import Entry, Repository

__version__ = lib.cairn_version().decode()
__all__ = [
    "CairnError", "CairnFileSystem", "Entry", "NotARepositoryError", "PathMissingError", "Repository", "all_branches",
    "all_commits", "all_tags", "artifacts_show", "exp_show", "get_dataset", "get_url", "metrics_show", "open", "params_show",
    "read",
]


def __getattr__(name):
    if name == "CairnFileSystem":  # fsspec is needed for it alone
        from .filesystem import CairnFileSystem

        return CairnFileSystem
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _inside(repository, path):
    """Paths of the working folder where that is in the repository, as DVC takes them."""
    root = repository.root
    if os.path.isabs(path):
        return os.path.relpath(path, root) if root else path.lstrip("/")
    here = os.path.realpath(os.getcwd())
    if root and (here + os.sep).startswith(root.rstrip(os.sep) + os.sep):
        return os.path.relpath(os.path.join(here, path), root)
    return path


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


def params_show(*targets, repo=None, rev=None, config=None):
    """The params of a revision, in one mapping."""
    with Repository(repo, rev, config=config) as repository:
        return _merged(repository.params(*targets))


def metrics_show(*targets, repo=None, rev=None, config=None):
    """The metrics of a revision, in one mapping."""
    with Repository(repo, rev, config=config) as repository:
        return _merged(repository.metrics(*targets))


def artifacts_show(name, version=None, stage=None, repo=None):
    """{"rev": commit, "path": where it is there} of a version of an artifact: the one named, the one in a stage, or the
    latest."""
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


def all_branches(repo=None):
    return _git(repo, "for-each-ref", "--format=%(refname:short)", "refs/heads")


def all_tags(repo=None):
    return _git(repo, "for-each-ref", "--format=%(refname:short)", "refs/tags")


def all_commits(repo=None):
    return _git(repo, "rev-list", "--all")


def _when(timestamp):
    """As the table says it: the time of today, else the day."""
    if not timestamp:
        return None
    when = datetime.fromisoformat(timestamp)
    return when.strftime("%I:%M %p" if when.date() == datetime.now().date() else "%b %d, %Y")


def _row(entry, name, kind, parent):
    data = entry.get("data") or {}
    row = {
        "Experiment": name if kind != "baseline" else None,
        "rev": (name or entry["rev"]) if kind == "baseline" else entry["rev"][:7],
        "typ": kind, "Created": _when(data.get("timestamp")), "parent": parent,
    }
    for group in ("metrics", "params"):
        files = {path: part["data"] for path, part in (data.get(group) or {}).items() if part.get("data")}
        row.update(_merged({path: dict(_flat(values)) for path, values in files.items()}))
    return row


def _flat(values, before=""):
    for key, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield before + key, value


def exp_show(repo=None, revs=None, num=1, param_deps=False, force=False, config=None):
    """The table of experiments as rows, one mapping each: Experiment, rev, typ, Created, parent, metrics, params. `repo`
    is a folder here. This one asks the `cairn` program (or CAIRN_PROGRAM)."""
    revs = [revs] if isinstance(revs, str) else revs or []
    arguments = [word for rev in revs for word in ("--rev", rev)] + ["-n", str(num)]
    rows = []
    for baseline in json.loads(_program(repo, "exp", "show", "--json", *arguments)):
        rows.append(_row(baseline, baseline.get("name"), "baseline", None))
        for experiment in baseline.get("experiments") or []:
            for entry in experiment["revs"]:
                rows.append(_row(entry, entry.get("name") or experiment.get("name"), "branch_base", None))
    return rows
