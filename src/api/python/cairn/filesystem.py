"""A repository as an fsspec file system: CairnFileSystem("https://…", rev="v1.0"), with the methods of DVCFileSystem."""

import errno
import os
import posixpath

from fsspec import AbstractFileSystem
from fsspec.callbacks import DEFAULT_CALLBACK

from .repository import Repository

_TRACKING = ("dvc.yaml", ".dvcignore")  # seen only when asked for, as all .dvc files


class CairnFileSystem(AbstractFileSystem):
    """Paths start at the top of the repository, with a slash or without, and come back as they were asked for. What is
    tracked looks as if it were there, whether or not it is."""

    protocol = ("cairn", "dvc")
    root_marker = "/"
    cachable = False

    def __init__(self, repo=None, rev=None, subrepos=False, config=None, remote=None, remote_config=None, url=None, fo=None,
                 target_options=None, target_protocol=None, repo_factory=None, **kwargs):
        super().__init__(**kwargs)
        self.repo_url = repo if repo is not None else fo if fo is not None else url
        self.repository = Repository(self.repo_url, rev, remote, config, remote_config)

    @classmethod
    def _strip_protocol(cls, path):
        if isinstance(path, list):
            return [cls._strip_protocol(one) for one in path]
        path = os.fspath(path)
        for name in cls.protocol:
            path = path[len(name) + 3:] if path.startswith(name + "://") else path
        return path.rstrip("/") or ("/" if path.startswith("/") else "")

    @staticmethod
    def _inside(path):
        inside = posixpath.normpath("/" + CairnFileSystem._strip_protocol(path)).lstrip("/")
        return "" if inside == "." else inside

    @staticmethod
    def _info(path, entry):
        info = {"name": path, "type": "directory" if entry.is_dir else "file", "size": entry.size, "isexec": entry.is_exec}
        if entry.is_out:
            info["dvc_info"] = {"isout": True, "md5": entry.digest}
            info["md5"] = entry.digest
        return info

    def info(self, path, **kwargs):
        inside = self._inside(path)
        if not inside:
            return {"name": path, "type": "directory", "size": 0}
        return self._info(path, self.repository.lookup(inside))

    def isdvc(self, path, **kwargs):
        """Whether it is tracked data."""
        try:
            return self.info(path).get("dvc_info", {}).get("isout", False)
        except FileNotFoundError:
            return False

    def _holds_data(self, folder):
        return any(entry.is_out for entry in self.repository.walk(folder, recursive=True))

    def ls(self, path, detail=True, dvc_only=False, dvcfiles=False, **kwargs):
        """What is in a folder; without .dvc files and the like unless `dvcfiles`, with tracked data alone if `dvc_only`."""
        path, inside = self._strip_protocol(path), self._inside(path)
        info = self.info(path)
        if info["type"] == "file":
            return [info] if detail else [path]
        found = []
        for entry in self.repository.walk(inside):
            name = entry.path
            if not dvcfiles and (name in _TRACKING or (name.endswith(".dvc") and not entry.is_dir)):
                continue
            if dvc_only and not entry.is_out and not (entry.is_dir and self._holds_data(posixpath.join(inside, name))):
                continue
            found.append(self._info(posixpath.join(path, name), entry))
        return found if detail else [item["name"] for item in found]

    def du(self, path, total=True, maxdepth=None, withdirs=False, **kwargs):
        info = self.info(path)
        if total and maxdepth is None and info["size"] is not None:
            return info["size"]
        sizes = {name: item["size"] or 0 for name, item in self.find(path, maxdepth=maxdepth, withdirs=withdirs, detail=True).items()}
        return sum(sizes.values()) if total else sizes

    def _open(self, path, mode="rb", **kwargs):
        if mode != "rb":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        return self.repository.open(self._inside(path), mode)

    def get(self, rpath, lpath, recursive=False, **kwargs):
        """As DVC does: a folder comes into a folder that is there, or that is named with a slash, and not over it."""
        if recursive and isinstance(rpath, str) and isinstance(lpath, str) and (os.path.isdir(lpath) or lpath.endswith("/")):
            lpath = os.path.join(lpath, os.path.basename(self._inside(rpath)))
        super().get(rpath, lpath, recursive=recursive, **kwargs)

    def get_file(self, rpath, lpath, callback=DEFAULT_CALLBACK, outfile=None, **kwargs):
        if self.isdir(rpath):
            os.makedirs(lpath, exist_ok=True)
            return
        super().get_file(rpath, lpath, callback=callback, outfile=outfile, **kwargs)

    def checksum(self, path):
        info = self.info(path)
        if "md5" not in info:
            raise NotImplementedError(f"{path!r} is no tracked data")
        return info["md5"]

    # Paths, as DVCFileSystem has them.
    def getcwd(self):
        here, root = os.path.realpath(os.getcwd()), self.repository.root
        inside = root and (here + os.sep).startswith(root.rstrip(os.sep) + os.sep)
        return "/" + (os.path.relpath(here, root) if inside and here != root else "")

    @classmethod
    def join(cls, *parts):
        return posixpath.join(*parts)

    @classmethod
    def normpath(cls, path):
        return posixpath.normpath(path)

    def abspath(self, path):
        return posixpath.normpath(posixpath.join(self.getcwd(), path))

    def relpath(self, path, start="."):
        return posixpath.relpath(self.abspath(path), self.abspath(start))

    def _read_only(self, *args, **kwargs):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    mkdir = makedirs = rmdir = rm = rm_file = mv = cp_file = put_file = pipe_file = touch = _read_only


DVCFileSystem = CairnFileSystem
