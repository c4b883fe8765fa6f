"""What tells whether a source is still the one a store was built from."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lidar_label.cloud.layout import Stamp
from lidar_label.datasets.clouds.base import reading

_END_BYTES = 65_536
_MOST_FILES = 1_000_000


def stamp_of(path: Path, store: Path | None = None) -> Stamp:
    """Return a stamp of a file (its size, time, and a digest of both its ends) or of a folder (of all its files').

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or cannot be read.
    """
    path = path.absolute()
    relative = ""
    if store is not None:
        with suppress(ValueError):  # on another drive
            relative = Path(os.path.relpath(path, store.absolute())).as_posix()
    with reading(path):
        found = path.stat()
        if path.is_dir():
            return _of_folder(path, relative)
        with path.open("rb") as file:
            digest = hashlib.sha256(file.read(_END_BYTES))
            file.seek(max(0, found.st_size - _END_BYTES))
            digest.update(file.read(_END_BYTES))
    return Stamp(str(path), relative, found.st_size, found.st_mtime_ns, digest.hexdigest())


def _of_folder(path: Path, relative: str) -> Stamp:
    digest, size, newest, count = hashlib.sha256(), 0, 0, 0
    for folder, folders, names in os.walk(path):
        folders.sort()
        for name in sorted(names):
            file = Path(folder) / name
            with suppress(OSError):
                found = file.stat()
                line = f"{file.relative_to(path)}\0{found.st_size}\0{found.st_mtime_ns}\n"
                digest.update(line.encode("utf-8", "surrogateescape"))
                size, newest, count = size + found.st_size, max(newest, found.st_mtime_ns), count + 1
            if count >= _MOST_FILES:
                break
    return Stamp(str(path), relative, size, newest, digest.hexdigest())


def is_same(one: Stamp, other: Stamp) -> bool:
    """Say whether two stamps are of the same content; where it lies does not count. Without a digest nothing is."""
    return bool(one.digest) and replace(one, path="", relative="") == replace(other, path="", relative="")


def source_of(stamp: Stamp, store: Path) -> Path:
    """Return where a store's source is: where it was, or at the same place seen from the store, if both moved."""
    path = Path(stamp.path)
    beside = store.absolute() / stamp.relative
    return beside if stamp.relative and not path.exists() and beside.exists() else path
