"""A repository at one time: the workspace of a folder, or a commit, here or elsewhere."""

import ctypes
import io
import json
import os

from . import _library as c


class Entry:
    """A file or folder: path, is_dir, size (bytes or None), nfiles (of a tracked folder, or None), digest (hex or
    None), is_out (tracked data), is_exec."""

    __slots__ = ("path", "is_dir", "size", "nfiles", "digest", "is_out", "is_exec")

    def __init__(self, path, raw):
        self.path = path
        self.is_dir, self.is_out, self.is_exec = bool(raw.is_dir), bool(raw.is_out), bool(raw.is_exec)
        self.size = raw.size if raw.size >= 0 else None
        self.nfiles = raw.nfiles if raw.nfiles >= 0 else None
        self.digest = raw.digest.decode() or None

    def __repr__(self):
        return f"Entry({self.path!r}, is_dir={self.is_dir}, size={self.size}, digest={self.digest!r})"


def _pairs(options):
    return None if not options else [f"{name}={value}" for name, value in options.items()]


def _flat(config):
    """{"core": {"remote": "x"}, "remote": {"x": {"url": …}}} as section.option pairs; pairs stay."""
    flat = {}
    for name, value in (config or {}).items():
        if isinstance(value, dict):
            flat.update({f"{name}.{key}": inner for key, inner in _flat(value).items()})
        else:
            flat[name] = value
    return flat


class Repository:
    """Use it with `with`, or close() it. Methods may be called from any thread; they take turns."""

    def __init__(self, where=None, rev=None, remote=None, config=None, remote_config=None):
        options = c.Options(ctypes.sizeof(c.Options))
        options.rev = None if rev is None else os.fsencode(rev)
        options.remote = None if remote is None else os.fsencode(remote)
        keep = [c.texts(_pairs(_flat(config))), c.texts(_pairs(remote_config))]
        if keep[0]:
            options.config = keep[0]
        if keep[1]:
            options.remote_config = keep[1]
        self._handle = ctypes.c_void_p()
        where = None if where is None else os.fsencode(where)
        c.check(c.lib.cairn_open(ctypes.byref(self._handle), where, ctypes.byref(options)))

    def close(self):
        if self._handle:
            c.lib.cairn_close(self._handle)
            self._handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", None):
            self.close()

    @property
    def root(self):
        """The folder that paths start in; None for a repository elsewhere."""
        root = c.lib.cairn_root(self._handle)
        return None if root is None else os.fsdecode(root)

    @property
    def commit(self):
        """40 hex; None for a workspace."""
        commit = c.lib.cairn_commit(self._handle)
        return None if commit is None else commit.decode()

    def lookup(self, path):
        raw = c.Entry(ctypes.sizeof(c.Entry))
        c.check(c.lib.cairn_lookup(self._handle, os.fsencode(path), ctypes.byref(raw)))
        return Entry(path, raw)

    def walk(self, path="", recursive=False):
        """Entries of what is directly in a folder, or of all files below it; paths are relative to it."""
        found = []

        @c.WALK
        def note(_, name, entry):
            found.append(Entry(os.fsdecode(name), entry.contents))
            return 0

        c.check(c.lib.cairn_walk(self._handle, os.fsencode(path), int(recursive), note, None))
        return found

    def open(self, path, mode="r", encoding=None):
        """A file object to read from; text is UTF-8 unless `encoding` says otherwise."""
        if mode not in ("r", "rt", "rb"):
            raise ValueError(f"files are only read here, and mode {mode!r} is for something else")
        fd = ctypes.c_int()
        try:
            c.check(c.lib.cairn_open_file(self._handle, os.fsencode(path), ctypes.byref(fd)))
        except c.PathMissingError:
            raise
        except c.CairnError as error:
            if self.lookup(path).is_dir:
                raise c.IsAFolderError(error.code, str(error)) from None
            raise
        raw = io.open(fd.value, "rb")
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding or "utf-8")

    def read(self, path, mode="r", encoding=None):
        with self.open(path, mode, encoding) as file:
            return file.read()

    def get_url(self, path):
        """Where the remote has the object of tracked data, whether or not it was pushed."""
        url = ctypes.c_void_p()
        c.check(c.lib.cairn_locate(self._handle, os.fsencode(path), ctypes.byref(url)))
        return c.take(url)

    def status(self):
        """A list of (stage, path, key, change): see cairn_status in cairn.h."""
        found = []

        @c.STATUS
        def note(_, *texts):
            found.append(tuple(None if text is None else os.fsdecode(text) for text in texts))
            return 0

        c.check(c.lib.cairn_status(self._handle, note, None))
        return found

    def _numbers(self, function, targets):
        text = ctypes.c_void_p()
        c.check(function(self._handle, c.texts(list(targets) or None), ctypes.byref(text)))
        return json.loads(c.take(text))

    def params(self, *targets):
        """{file: values}"""
        return self._numbers(c.lib.cairn_params, targets)

    def stage_params(self, *stages):
        """{file: values} of the params alone that these stages depend on; of all stages without names."""
        return self._numbers(c.lib.cairn_stage_params, stages)

    def metrics(self, *targets):
        """{file: values}"""
        return self._numbers(c.lib.cairn_metrics, targets)

    def artifact(self, name, version=None, stage=None):
        """(commit, path) of a version of an artifact; see cairn_artifact in cairn.h."""
        rev, path = ctypes.create_string_buffer(41), ctypes.c_void_p()
        version, stage = (None if text is None else os.fsencode(text) for text in (version, stage))
        c.check(c.lib.cairn_artifact(self._handle, os.fsencode(name), version, stage, rev, ctypes.byref(path)))
        return rev.value.decode(), c.take(path)

    def dataset(self, name):
        """What dvc.lock records of a dataset; see cairn_dataset in cairn.h."""
        text = ctypes.c_void_p()
        c.check(c.lib.cairn_dataset(self._handle, os.fsencode(name), ctypes.byref(text)))
        return json.loads(c.take(text))
