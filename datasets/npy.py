"""Numpy's own files (.npy and .npz) that nobody vouches for: no pickles, and nothing larger than its file."""

from __future__ import annotations

import ast
import io
import math
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.files import read_bytes
from lidar_label.errors import UnreadableFile

_MOST_TIMES, _MOST_BYTES = 64, 16_777_216  # what recordings pack into, at the very most
_HEADER_BYTES = 10_000
_MAGIC = b"\x93NUMPY"
_OLD_LONG = re.compile(r"(\d)L\b")  # as Python 2 wrote whole numbers


def read_npy(path: Path) -> NDArray[Any]:
    """Return the array of a .npy file.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, holds Python objects, or is not as long as its header says.
    """
    return _array(read_bytes(path), str(path))


def read_npz(path: Path, name: str) -> NDArray[Any]:
    """Return one array of a .npz file, which is a zip of .npy files.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, has no such array, or that unpacks to more than recordings do.
    """
    data = read_bytes(path)
    most = _MOST_BYTES + _MOST_TIMES * len(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if f"{name}.npy" not in names:
                there = ", ".join(item.removesuffix(".npy") for item in names[:8])
                raise UnreadableFile(f"there is no array {name!r}", where=path, hint=f"there are: {there or 'none'}")
            with archive.open(f"{name}.npy") as member:
                content = member.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        raise UnreadableFile(f"the .npz file is damaged: {error}", where=path) from None
    if len(content) > most:
        text = f"array {name!r} unpacks to over {most / 1e6:.0f} MB out of a file of {len(data) / 1e6:.2f} MB"
        raise UnreadableFile(text, where=path)
    return _array(content, f"{path}, {name}")


def _array(data: bytes, where: str) -> NDArray[Any]:
    shape, is_fortran, dtype, start = _header(data, where)
    if dtype.hasobject:
        raise UnreadableFile("the array holds Python objects, which could run code and are not read", where=where)
    count = math.prod(shape)
    if min(shape, default=1) < 0 or count * dtype.itemsize != len(data) - start:
        text = f"the header says {shape} of {dtype}, which is not the {len(data) - start} bytes that follow"
        raise UnreadableFile(text[:300], where=where)
    values = np.frombuffer(data, dtype=dtype, offset=start) if dtype.itemsize else np.zeros(0, dtype=dtype)
    try:
        found: NDArray[Any] = values.reshape(shape, order="F" if is_fortran else "C")
    except ValueError:  # of a shape with thousands of sides
        raise UnreadableFile(f"the header says {len(shape)} dimensions", where=where) from None
    return found


def _header(data: bytes, where: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Return shape, order and type of an array, and the byte at which it begins.

    References
    ----------
    NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
    """
    if not data.startswith(_MAGIC):
        raise UnreadableFile("not a .npy file", where=where)
    width = 2 if data[6:7] == b"\1" else 4
    if data[6:7] not in (b"\1", b"\2", b"\3"):
        raise UnreadableFile("a .npy file of a version that is not known", where=where)
    start = 8 + width + int.from_bytes(data[8 : 8 + width], "little")
    text = data[8 + width : start]
    if len(text) > _HEADER_BYTES or start > len(data):
        raise UnreadableFile("not a .npy file: its header is cut off or far too long", where=where)
    try:
        header = ast.literal_eval(_OLD_LONG.sub(r"\1", text.decode("utf-8")).strip())
        shape, dtype = header["shape"], np.lib.format.descr_to_dtype(header["descr"])
        good = isinstance(shape, tuple) and all(type(side) is int for side in shape)
        is_fortran = bool(header["fortran_order"])
    except (ValueError, TypeError, KeyError, IndexError, SyntaxError, RecursionError, MemoryError, OverflowError):
        good = False
    if not good:
        raise UnreadableFile("not a .npy file: its header says no shape or no type", where=where)
    return shape, is_fortran, dtype, start
