"""The table of cloud files, and opening or writing one."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CloudFile, CloudFormat, CloudSource
from lidar_label.errors import (
    CannotWrite,
    InvalidValue,
    LidarLabelError,
    MissingFile,
    UnknownFormat,
    UnreadableFile,
)
from lidar_label.model import Finding

HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Builtin:
    """A kind of cloud file, imported only when it is needed; `suffixes` come without importing it."""

    name: str
    target: str
    suffixes: tuple[str, ...]


# Tried in this order.
_BUILTIN: tuple[_Builtin, ...] = (
    _Builtin("pcd", "lidar_label.datasets.clouds.pcd:Pcd", (".pcd",)),
    _Builtin("pcd-ascii", "lidar_label.datasets.clouds.pcd:PcdAscii", (".pcd",)),
    _Builtin("pcd-compressed", "lidar_label.datasets.clouds.pcd:PcdCompressed", (".pcd",)),
    _Builtin("copc", "lidar_label.datasets.clouds.las:Copc", (".laz",)),
    _Builtin("laz", "lidar_label.datasets.clouds.las:Laz", (".laz",)),
    _Builtin("las", "lidar_label.datasets.clouds.las:Las", (".las",)),
    _Builtin("ply", "lidar_label.datasets.clouds.ply:Ply", (".ply",)),
    _Builtin("bin", "lidar_label.datasets.clouds.bin:RawBin", (".bin",)),
    _Builtin("xyz", "lidar_label.datasets.clouds.xyz:Text", (".xyz", ".xyzrgb", ".xyzn", ".txt", ".csv", ".asc")),
    _Builtin("npy", "lidar_label.datasets.clouds.arrays:Npy", (".npy",)),
    _Builtin("npz", "lidar_label.datasets.clouds.arrays:Npz", (".npz",)),
    _Builtin("feather", "lidar_label.datasets.clouds.feather:Feather", (".feather", ".arrow")),
    _Builtin("e57", "lidar_label.datasets.clouds.e57:E57", (".e57",)),
    _Builtin("pts", "lidar_label.datasets.clouds.pts:Pts", (".pts",)),
    _Builtin("ptx", "lidar_label.datasets.clouds.ptx:Ptx", (".ptx",)),
    _Builtin("obj", "lidar_label.datasets.clouds.obj:Obj", (".obj",)),
)


def cloud_formats() -> tuple[CloudFormat, ...]:
    """Return every kind of cloud file."""
    return tuple(_load(entry) for entry in _BUILTIN)


def cloud_names() -> list[str]:
    """Return the names of all kinds of cloud file; none of them is imported."""
    return [entry.name for entry in _BUILTIN]


def cloud_suffixes() -> frozenset[str]:
    """Return the suffixes, lower case with their dot, that cloud files have."""
    return frozenset(suffix for entry in _BUILTIN for suffix in entry.suffixes)


def cloud_format_named(name: str) -> CloudFormat:
    """Return the kind of this name; raise `UnknownFormat` where there is none."""
    for entry in _BUILTIN:
        if entry.name == name:
            return _load(entry)
    known = ", ".join(cloud_names())
    raise UnknownFormat(f"there is no kind of cloud file called {name!r}", hint=f"there are: {known}")


def open_cloud(path: Path | str, format: str = "", options: ReadOptions = NO_OPTIONS) -> CloudFile:  # noqa: A002
    """Open a cloud file of any kind; only its header is read.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or is not what its kind promises.
    UnknownFormat
        If it is of no known kind.
    InvalidValue
        If `options` name fields and the file does so itself.
    """
    path = Path(path)
    kind = cloud_format_named(format) if format else kind_of(path)
    if kind is None:
        known = ", ".join(sorted(cloud_suffixes()))
        raise UnknownFormat("not a cloud file of any known kind", where=path, hint=f"known are: {known}")
    if options.fields and not kind.takes_fields:
        text = f"{kind.title} files say themselves what a point holds"
        raise InvalidValue(text, where=path, hint="leave out the fields")
    return kind.open(path, options)


def kind_of(path: Path) -> CloudFormat | None:
    """Return the kind of a file by its name and first bytes; None where it is none that is known.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there or may not be read.
    """
    entries = [entry for entry in _BUILTIN if path.suffix.lower() in entry.suffixes]
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES) if entries else b""
    except FileNotFoundError:
        raise MissingFile("the point file is not there", where=path) from None
    except OSError as error:
        raise UnreadableFile(f"the point file cannot be read: {error.strerror}", where=path) from None
    return next((_load(entry) for entry in entries if _load(entry).recognises(path, head)), None)


def write_cloud(format_name: str, path: Path, source: CloudSource) -> list[Finding]:
    """Write a cloud file beside its target, read its count back, and rename it: whole, or not at all.

    Raises
    ------
    CannotWrite
        If the target exists, the disk is full, or what was written does not read back.
    """
    chosen = cloud_format_named(format_name)
    if path.exists() or path.is_symlink():
        raise CannotWrite("the target exists already", where=path, hint="choose another name, or remove it first")
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        findings = [*chosen.losses(source), *chosen.write(unfinished, source)]
        back = chosen.open(unfinished).points
        if back != source.points:
            raise CannotWrite(f"{source.points} points became {back}", where=path, hint="nothing was left there")
        unfinished.rename(path)
    except LidarLabelError as error:
        if error.where != str(unfinished):
            raise
        raise type(error)(error.what, where=path, hint=error.hint) from None
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        reason = "the disk is full" if full else error.strerror or str(error)
        raise CannotWrite(reason, where=path, hint="nothing was written") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return findings


@cache
def _load(entry: _Builtin) -> CloudFormat:
    module, _, name = entry.target.partition(":")
    found: CloudFormat = getattr(import_module(module), name)()
    return found
