"""The header of a PCD file: which values a point has, where they lie, and how many points there are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lidar_label.errors import UnreadableFile

Encoding = Literal["ascii", "binary", "binary_compressed"]
PADDING = "_"
HEADER_LIMIT = 65_536
_MOST_FIELDS = 4096
_MOST_BYTES = 65_536
_KEYS = {"VERSION", "FIELDS", "COLUMNS", "SIZE", "TYPE", "COUNT", "WIDTH", "HEIGHT", "VIEWPOINT", "POINTS", "DATA"}
_KINDS = {"F": "f", "I": "i", "U": "u"}
_SIZES = {"F": (2, 4, 8), "I": (1, 2, 4, 8), "U": (1, 2, 4, 8)}


@dataclass(frozen=True, slots=True)
class PcdField:
    """One entry of FIELDS: `count` values of `dtype` at byte `offset` of a point."""

    name: str
    dtype: np.dtype[Any]
    count: int
    offset: int

    @property
    def nbytes(self) -> int:
        """Bytes it takes in a point."""
        return self.dtype.itemsize * self.count

    @property
    def is_padding(self) -> bool:
        """True for a field that holds nothing."""
        return self.name == PADDING


@dataclass(frozen=True, slots=True)
class PcdHeader:
    """What a PCD header says.

    `stride` is the size of a point in bytes, padding included; `data_start` is the byte at which
    the data begins, after `lines` lines. `viewpoint` is the pose the scanner had (x, y, z and a quaternion w, x, y, z),
    empty where it is none; `height` is above 1 where the points are a picture's pixels.
    """

    fields: tuple[PcdField, ...]
    points: int
    stride: int
    encoding: Encoding
    data_start: int
    height: int = 1
    viewpoint: str = ""
    lines: int = 0


def parse_header(start: bytes, path: Path) -> PcdHeader:
    """Read a header from the first bytes of a file; at most 64 KiB are looked at.

    The layout follows SIZE and COUNT. One kind of header is known to be wrong: PCL writes it when
    it makes up padding for a C structure, and it holds a padding field of COUNT 0 right before a
    value that would then lie at no multiple of its size. There, and from there on, each value lies
    at the next multiple of its own size, as the C compiler put it, and the size of a point stays
    the sum that the header gives.

    Raises
    ------
    UnreadableFile
        If it is no PCD header, or it contradicts itself; the line is named.
    """
    entries, data_start = _entries(start, path)
    names = _values(entries, "FIELDS" if "FIELDS" in entries else "COLUMNS", path)
    if not 0 < len(names) <= _MOST_FIELDS:
        raise UnreadableFile(f"the header names {len(names)} fields", where=path)
    sizes = _whole(entries, "SIZE", path)
    kinds = [kind.upper() for kind in _values(entries, "TYPE", path)]
    counts = _whole(entries, "COUNT", path) if "COUNT" in entries else [1] * len(names)
    for key, values in (("SIZE", sizes), ("TYPE", kinds), ("COUNT", counts)):
        if len(values) != len(names):
            raise UnreadableFile(f"FIELDS has {len(names)} entries and {key} has {len(values)}", where=path)
    for name, size, kind in zip(names, sizes, kinds, strict=True):
        if kind not in _KINDS or size not in _SIZES[kind]:
            raise UnreadableFile(f"field {name} has TYPE {kind} with SIZE {size}, which is no number", where=path)
    fields, stride = _lay_out(names, [np.dtype(f"<{_KINDS[k]}{s}") for k, s in zip(kinds, sizes, strict=True)], counts)
    if not 0 < stride <= _MOST_BYTES:
        raise UnreadableFile(f"a point of {stride} bytes is none (1 to {_MOST_BYTES})", where=path)
    if any(field.offset + field.nbytes > stride for field in fields):
        raise UnreadableFile("the header's sizes do not fit its own fields", where=path)
    encoding = " ".join(_values(entries, "DATA", path)).lower()
    if encoding not in ("ascii", "binary", "binary_compressed"):
        raise UnreadableFile(f"DATA is {encoding!r}", where=path, hint="ascii, binary or binary_compressed")
    points, height = _points(entries, path)
    viewpoint = " ".join(_values(entries, "VIEWPOINT", path)) if "VIEWPOINT" in entries else ""
    if _is_at_origin(viewpoint):
        viewpoint = ""
    lines = entries["DATA"][0]
    return PcdHeader(fields, points, stride, encoding, data_start, height, viewpoint, lines)  # type: ignore[arg-type]


def _is_at_origin(viewpoint: str) -> bool:
    try:
        return [float(value) for value in viewpoint.split()] == [0, 0, 0, 1, 0, 0, 0]
    except ValueError:
        return False


def _entries(start: bytes, path: Path) -> tuple[dict[str, tuple[int, str]], int]:
    """Return each key with its line number and text, and where the data begins."""
    entries: dict[str, tuple[int, str]] = {}
    position, number = 0, 0
    head = start[:HEADER_LIMIT]
    while position < len(head):
        end = head.find(b"\n", position)
        if end < 0:
            end = len(head)
        line = head[position:end].decode("utf-8", "replace").strip()
        position, number = end + 1, number + 1
        if not line or line.startswith("#"):  # elsewhere in a line, # is a letter like any other
            continue
        key, _, rest = line.partition(" ")
        if key.upper() not in _KEYS:
            raise UnreadableFile(f"not a PCD header: line {number} begins with {key[:40]!r}", where=path)
        entries[key.upper()] = (number, rest)
        if key.upper() == "DATA":
            return entries, position
    what = "the file is empty" if not head else "not a PCD file: its header has no DATA line"
    raise UnreadableFile(what, where=path)


def _values(entries: dict[str, tuple[int, str]], key: str, path: Path) -> list[str]:
    if key not in entries:
        raise UnreadableFile(f"the PCD header has no {key.replace('COLUMNS', 'FIELDS')} line", where=path)
    return entries[key][1].split()


def _whole(entries: dict[str, tuple[int, str]], key: str, path: Path) -> list[int]:
    values = _values(entries, key, path)
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in values):
        raise UnreadableFile(f"{key} on line {entries[key][0]} needs whole numbers", where=path)
    return [int(value) for value in values]


def _points(entries: dict[str, tuple[int, str]], path: Path) -> tuple[int, int]:
    """Return how many points there are, and in how many rows of a picture."""
    width, height = _whole(entries, "WIDTH", path), _whole(entries, "HEIGHT", path) if "HEIGHT" in entries else [1]
    if len(width) != 1 or len(height) != 1:
        raise UnreadableFile("WIDTH and HEIGHT need one number each", where=path)
    count = width[0] * height[0]
    stated = _whole(entries, "POINTS", path) if "POINTS" in entries else [count]
    if stated != [count]:
        raise UnreadableFile(
            f"WIDTH {width[0]} x HEIGHT {height[0]} are {count} points and POINTS says {' '.join(map(str, stated))}",
            where=path,
        )
    return count, height[0]


def _lay_out(names: list[str], dtypes: list[np.dtype[Any]], counts: list[int]) -> tuple[tuple[PcdField, ...], int]:
    fields: list[PcdField] = []
    offset, stride = 0, sum(t.itemsize * c for t, c in zip(dtypes, counts, strict=True))
    as_c_structure, lost = False, False  # lost: the last entry was padding of COUNT 0
    for name, dtype, count in zip(names, dtypes, counts, strict=True):
        if name == PADDING:
            lost = count == 0
            if as_c_structure:
                continue
        else:
            as_c_structure |= lost and offset % dtype.itemsize != 0
            lost = False
            if as_c_structure:
                offset += -offset % dtype.itemsize
        fields.append(PcdField(name, dtype, count, offset))
        offset += dtype.itemsize * count
    return tuple(fields), stride
