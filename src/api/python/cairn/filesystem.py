"""A repository as an fsspec file system: CairnFileSystem(url="https://…", rev="v1.0")."""

import os

from fsspec import AbstractFileSystem

from .repository import Repository


class CairnFileSystem(AbstractFileSystem):
    """Paths start at the top of the repository. What is tracked looks as if it were there, whether or not it is."""

    protocol = "cairn"
    root_marker = "/"
    cachable = False

    def __init__(self, url=None, rev=None, remote=None, config=None, remote_config=None, **kwargs):
        super().__init__(**kwargs)
        self.repository = Repository(url, rev, remote, config, remote_config)

    @classmethod
    def _strip_protocol(cls, path):
        path = super()._strip_protocol(path)
        return "/" + path.strip("/")

    def _info(self, path, entry):
        return {
            "name": path,
            "type": "directory" if entry.is_dir else "file",
            "size": None if entry.is_dir else entry.size,
            "isexec": entry.is_exec,
            "isout": entry.is_out,
            "digest": entry.digest,
        }

    def ls(self, path, detail=True, **kwargs):
        path = self._strip_protocol(path)
        info = self.info(path)
        if info["type"] == "file":
            found = [info]
        else:
            found = [self._info(path.rstrip("/") + "/" + e.path, e) for e in self.repository.walk(path.lstrip("/"))]
        return found if detail else [item["name"] for item in found]

    def info(self, path, **kwargs):
        path = self._strip_protocol(path)
        if path == "/":
            return {"name": "/", "type": "directory", "size": None}
        return self._info(path, self.repository.lookup(path.lstrip("/")))

    def _open(self, path, mode="rb", **kwargs):
        return self.repository.open(self._strip_protocol(path).lstrip("/"), mode)

    def get_file(self, rpath, lpath, callback=None, outfile=None, **kwargs):
        if self.isdir(rpath):
            os.makedirs(lpath, exist_ok=True)
            return
        super().get_file(rpath, lpath, **({"callback": callback} if callback else {}), outfile=outfile, **kwargs)
