"""The C library (include/cairn.h), through ctypes. Everything here has the shape of that header."""

import ctypes
import ctypes.util
import os
from ctypes import POINTER, c_char_p, c_int, c_int64, c_size_t, c_void_p

NOT_FOUND, NO_REPO, INVALID, IO, DENIED = -8, -4, -7, -12, -15


class Entry(ctypes.Structure):
    _fields_ = [
        ("size_of", c_size_t),
        ("is_dir", c_int),
        ("size", c_int64),
        ("nfiles", c_int64),
        ("digest", ctypes.c_char * 72),
        ("is_out", c_int),
        ("is_exec", c_int),
    ]


class Options(ctypes.Structure):
    _fields_ = [
        ("size_of", c_size_t),
        ("rev", c_char_p),
        ("remote", c_char_p),
        ("config", POINTER(c_char_p)),
        ("remote_config", POINTER(c_char_p)),
    ]


WALK = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, POINTER(Entry))
STATUS = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_char_p, c_char_p, c_char_p)


def _load():
    named = os.environ.get("CAIRN_LIBRARY")
    tries = [named] if named else ["libcairn.so.0", ctypes.util.find_library("cairn"), "/usr/local/lib/libcairn.so.0"]
    for path in filter(None, tries):
        try:
            return ctypes.CDLL(path)
        except OSError as error:
            last = error
    raise ImportError(f"libcairn.so.0 cannot be loaded ({last}): install it with `make install-library`, or name it in CAIRN_LIBRARY")


lib = _load()
libc = ctypes.CDLL(None)
libc.free.argtypes = [c_void_p]


def _declare(name, result, *arguments):
    function = getattr(lib, name)
    function.restype, function.argtypes = result, arguments


_declare("cairn_version", c_char_p)
_declare("cairn_error", c_char_p)
_declare("cairn_hint", c_char_p)
_declare("cairn_open", c_int, POINTER(c_void_p), c_char_p, POINTER(Options))
_declare("cairn_close", None, c_void_p)
_declare("cairn_root", c_char_p, c_void_p)
_declare("cairn_commit", c_char_p, c_void_p)
_declare("cairn_lookup", c_int, c_void_p, c_char_p, POINTER(Entry))
_declare("cairn_walk", c_int, c_void_p, c_char_p, c_int, WALK, c_void_p)
_declare("cairn_open_file", c_int, c_void_p, c_char_p, POINTER(c_int))
_declare("cairn_locate", c_int, c_void_p, c_char_p, POINTER(c_void_p))
_declare("cairn_status", c_int, c_void_p, STATUS, c_void_p)
_declare("cairn_params", c_int, c_void_p, POINTER(c_char_p), POINTER(c_void_p))
_declare("cairn_stage_params", c_int, c_void_p, POINTER(c_char_p), POINTER(c_void_p))
_declare("cairn_artifact", c_int, c_void_p, c_char_p, c_char_p, c_char_p, c_char_p, POINTER(c_void_p))
_declare("cairn_dataset", c_int, c_void_p, c_char_p, POINTER(c_void_p))
_declare("cairn_metrics", c_int, c_void_p, POINTER(c_char_p), POINTER(c_void_p))


class CairnError(Exception):
    """What the library says, with its hint; `code` is one of include/cairn.h."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


class PathMissingError(CairnError, FileNotFoundError):
    """A path, revision or name that is not there."""


class IsAFolderError(CairnError, IsADirectoryError):
    """Bytes were asked of a folder."""


class NotARepositoryError(CairnError):
    """There is no repository."""


def check(code):
    if code == 0:
        return
    text, hint = os.fsdecode(lib.cairn_error()), lib.cairn_hint()
    if hint:
        text += f" ({os.fsdecode(hint)})"
    kind = {NOT_FOUND: PathMissingError, NO_REPO: NotARepositoryError}.get(code, CairnError)
    raise kind(code, text)


def texts(values):
    """A list of texts ended by NULL; None stays NULL."""
    if values is None:
        return None
    return (c_char_p * (len(values) + 1))(*[os.fsencode(v) for v in values], None)


def take(pointer):
    """A text that was handed over to us."""
    try:
        return os.fsdecode(ctypes.string_at(pointer))
    finally:
        libc.free(pointer)
