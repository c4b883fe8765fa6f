"""The head of a NumPy array in a file: its shape, order and type, checked, and nothing that runs code."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.clouds.text_rows import Readable
from lidar_label.errors import UnreadableFile

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 65_536
_MOST_FIELDS = 256


@dataclass(frozen=True, slots=True)
class NpyArray:
    """An array in a file: its type, shape, whether columns follow one another, and the byte where its data begins."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    fortran: bool
    start: int

    @property
    def nbytes(self) -> int:
        """Bytes of its data."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_npy_header(file: Readable, path: Path, name: str = "") -> NpyArray:
    """Read the head of an array, where `file` stands; `name` is its name in an archive, for messages.

    References
    ----------
    NumPy, "numpy.lib.format": the .npy format, versions 1.0 to 3.0.

    Raises
    ------
    UnreadableFile
        If it is no array of numbers (one of Python objects would run code to be read).
    """
    what = f"array {name!r}" if name else "the array"
    head = file.read(8)
    if len(head) < 8 or not head.startswith(MAGIC):
        raise UnreadableFile(f"{what} is no NumPy array", where=path)
    version = head[6]
    if version not in (1, 2, 3):
        raise UnreadableFile(f"{what} is of version {version}, which is not known here", where=path)
    width = 2 if version == 1 else 4
    length = int.from_bytes(file.read(width), "little")
    if length > _LONGEST_HEADER:
        raise UnreadableFile(f"{what} has a header of {length} bytes, which is absurd", where=path)
    text = file.read(length)
    if len(text) < length:
        raise UnreadableFile(f"the header of {what} ends early", where=path, hint="cut off")
    try:
        fields = ast.literal_eval(text.decode("utf-8" if version == 3 else "latin-1").strip())
        descr, fortran, shape = fields["descr"], fields["fortran_order"], fields["shape"]
        dtype = np.lib.format.descr_to_dtype(descr)
    except (ValueError, TypeError, SyntaxError, LookupError, RecursionError, MemoryError, OverflowError):
        raise UnreadableFile(f"the header of {what} is none", where=path) from None
    if dtype.hasobject:
        raise UnreadableFile(
            f"{what} holds Python objects, which would run code to be read", where=path, hint="save numbers alone"
        )
    whole = isinstance(shape, tuple) and all(type(n) is int and 0 <= n < 2**63 for n in shape)
    if not whole or not isinstance(fortran, bool) or len(dtype.names or ()) > _MOST_FIELDS:
        raise UnreadableFile(f"the header of {what} is none: shape {shape!r:.60}", where=path)
    return NpyArray(dtype, shape, fortran, 8 + width + length)


def npy_head(dtype: np.dtype[Any], count: int) -> bytes:
    """Return the head of a one-dimensional array of `count` values, as every reader of NumPy takes it."""
    descr = np.lib.format.dtype_to_descr(dtype)
    text = repr({"descr": descr, "fortran_order": False, "shape": (count,)})
    version = 1 if text.isascii() and len(text) < 65_000 else 3
    encoded = text.encode("utf-8")
    width = 2 if version == 1 else 4
    pad = -(8 + width + len(encoded) + 1) % 64
    encoded += b" " * pad + b"\n"
    return MAGIC + bytes([version, 0]) + len(encoded).to_bytes(width, "little") + encoded
