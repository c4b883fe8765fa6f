"""The header of a PLY file: its elements, and what each row of them holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from lidar_label.errors import UnreadableFile

Encoding = Literal["ascii", "binary_little_endian", "binary_big_endian"]
HEADER_LIMIT = 1_048_576
_MOST_PROPERTIES = 4096
_TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4",
    "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
    "float32": "f4", "float64": "f8", "int64": "i8", "uint64": "u8", "long": "i8", "ulong": "u8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlyProperty:
    """A value of a row, or a list of them: then `counted_by` is the type of the number before the list."""

    name: str
    dtype: np.dtype[Any]
    counted_by: np.dtype[Any] | None = None


@dataclass(frozen=True, slots=True)
class PlyElement:
    """A table of `count` rows."""

    name: str
    count: int
    properties: tuple[PlyProperty, ...]

    @property
    def has_lists(self) -> bool:
        """True where rows may differ in size."""
        return any(p.counted_by is not None for p in self.properties)

    @property
    def least_bytes(self) -> int:
        """Bytes of a row whose lists are empty."""
        return sum((p.counted_by or p.dtype).itemsize for p in self.properties)


@dataclass(frozen=True, slots=True)
class PlyHeader:
    """What a PLY header says. `data_start` is the byte at which the rows begin, after `lines` lines."""

    encoding: Encoding
    elements: tuple[PlyElement, ...]
    data_start: int
    lines: int


def parse_ply_header(start: bytes, path: Path) -> PlyHeader:
    """Read a header from the first bytes of a file; at most 1 MiB is looked at.

    Raises
    ------
    UnreadableFile
        If it is no PLY header; the line is named.

    References
    ----------
    G. Turk, The PLY Polygon File Format, 1994.
    """
    encoding: Encoding | None = None
    tables: list[tuple[str, int, list[PlyProperty]]] = []
    for number, words, after in _lines(start, path):
        where = f"line {number} of the header"
        match words:
            case ["comment" | "obj_info", *_] | []:
                pass
            case ["format", ("ascii" | "binary_little_endian" | "binary_big_endian") as found, _]:
                encoding = found
            case ["element", name, count] if count.isascii() and count.isdigit() and len(count) < 19:
                tables.append((name, int(count), []))
            case ["property", *rest] if tables and len(tables[-1][2]) < _MOST_PROPERTIES:
                tables[-1][2].append(_property(rest, where, path))
            case ["end_header"] if encoding is not None:
                elements = tuple(PlyElement(name, count, tuple(found)) for name, count, found in tables)
                return PlyHeader(encoding, _with_byte_order(elements, encoding), after, number)
            case _:
                raise UnreadableFile(f"{where} is not understood: {' '.join(words)[:60]!r}", where=path)
    raise UnreadableFile("not a PLY file: its header does not end", where=path)


def _property(words: list[str], where: str, path: Path) -> PlyProperty:
    match words:
        case ["list", counted_by, kind, name]:
            counter = _type(counted_by, where, path)
            if counter.kind == "f":
                raise UnreadableFile(f"{where} counts a list by {counted_by}", where=path)
            return PlyProperty(name, _type(kind, where, path), counter)
        case [kind, name]:
            return PlyProperty(name, _type(kind, where, path))
        case _:
            raise UnreadableFile(f"{where} is not understood: {' '.join(words)[:60]!r}", where=path)


def _lines(start: bytes, path: Path) -> Iterator[tuple[int, list[str], int]]:
    """Yield each line after the first: its number, its words, and the byte after it."""
    head = start[:HEADER_LIMIT]
    if head[:4].strip() != b"ply":
        raise UnreadableFile("not a PLY file: it does not begin with ply", where=path)
    end = b"\r" if b"\r" in head[:8] and b"\n" not in head[:8] else b"\n"
    at, number = head.find(end) + 1, 1
    while 0 < at < len(head):
        stop = head.find(end, at)
        if stop < 0 and len(head) == HEADER_LIMIT:
            return
        line, after = (head[at:], len(head)) if stop < 0 else (head[at:stop], stop + 1)
        number += 1
        yield number, line.decode("utf-8", "replace").split(), after
        at = after


def _type(name: str, where: str, path: Path) -> np.dtype[Any]:
    if name not in _TYPES:
        raise UnreadableFile(f"{where} has a type that is not known: {name[:40]!r}", where=path)
    return np.dtype("<" + _TYPES[name])


def _with_byte_order(elements: tuple[PlyElement, ...], encoding: Encoding) -> tuple[PlyElement, ...]:
    if encoding != "binary_big_endian":
        return elements
    return tuple(
        PlyElement(e.name, e.count, tuple(
            PlyProperty(p.name, p.dtype.newbyteorder(">"), p.counted_by and p.counted_by.newbyteorder(">"))
            for p in e.properties
        ))
        for e in elements
    )  # fmt: skip
