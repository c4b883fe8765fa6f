"""Rows of a PLY that hold lists, and so differ in size: passing over them, and leaving the lists out."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lidar_label.datasets.clouds.ply_header import PlyElement
from lidar_label.errors import UnreadableFile

_BLOCK_ROWS = 100_000
_LONGEST_LINE = 1_048_576


def skip_rows(file: BinaryIO, element: PlyElement, end: int, path: Path) -> None:
    """Move a binary file past the rows of an element.

    Raises
    ------
    UnreadableFile
        If the file, which has `end` bytes, ends before, or a list counts less than none.
    """
    if not element.has_lists:
        file.seek(element.count * element.least_bytes, io.SEEK_CUR)
        if file.tell() > end:
            raise UnreadableFile(f"the file ends in its {element.name} elements", where=path, hint="cut off")
        return
    left = element.count
    while left:
        rows = min(left, _BLOCK_ROWS)
        if not _skip_equal(file, element, rows):
            rows_without_lists(file, element, rows, end, path)
        left -= rows


def _skip_equal(file: BinaryIO, element: PlyElement, rows: int) -> bool:
    """Move past rows whose lists all have as many values as in the first (triangles); else stay and say False."""
    begin = file.tell()
    offset, counters = 0, []
    for found in element.properties:
        if found.counted_by is not None:
            file.seek(begin + offset)
            count = _count(file, found.counted_by)
            if count is None or count < 0:
                file.seek(begin)
                return False
            counters.append((offset, found.counted_by, count))
            offset += found.counted_by.itemsize + count * found.dtype.itemsize
        else:
            offset += found.dtype.itemsize
    file.seek(begin)
    if offset > _LONGEST_LINE:
        return False
    data = file.read(rows * offset)
    equal = len(data) == rows * offset and all(
        np.all(np.ndarray((rows,), dtype, buffer=data, offset=at, strides=(offset,)) == count)
        for at, dtype, count in counters
    )
    if not equal:
        file.seek(begin)
    return bool(equal)


def rows_without_lists(file: BinaryIO, element: PlyElement, rows: int, end: int, path: Path) -> bytes:
    """Read rows one by one; return their scalar values, row after row."""
    kept = bytearray()
    for _ in range(rows):
        for found in element.properties:
            if found.counted_by is None:
                kept += file.read(found.dtype.itemsize)
                continue
            count = _count(file, found.counted_by)
            if count is None or count < 0:
                reason = "the file ends" if count is None else f"a list of {count} values stands"
                raise UnreadableFile(f"{reason} in its {element.name} elements", where=path, hint="cut off or damaged")
            file.seek(count * found.dtype.itemsize, io.SEEK_CUR)
        if file.tell() > end:
            raise UnreadableFile(f"the file ends in its {element.name} elements", where=path, hint="cut off")
    if len(kept) != rows * sum(p.dtype.itemsize for p in element.properties if p.counted_by is None):
        raise UnreadableFile(f"the file ends in its {element.name} elements", where=path, hint="cut off")
    return bytes(kept)


def _count(file: BinaryIO, dtype: np.dtype[np.generic]) -> int | None:
    raw = file.read(dtype.itemsize)
    return int(np.frombuffer(raw, dtype)[0]) if len(raw) == dtype.itemsize else None


class WithoutLists:
    """A text file of rows, read as if they had no lists.

    Parameters
    ----------
    file : binary file
        Standing at the first row of `element`.
    line : int
        The number of that line, for messages.
    """

    def __init__(self, file: BinaryIO, element: PlyElement, path: Path, line: int) -> None:
        self._file, self._element, self._path, self._line = file, element, path, line

    def read(self, size: int, /) -> bytes:
        """Return whole lines, of `size` bytes or a little more; none at the end."""
        lines: list[bytes] = []
        length = 0
        while length < size and (line := self._file.readline(_LONGEST_LINE)):
            lines.append(self._scalars(line))
            length += len(line)
            self._line += 1
        return b"".join(lines)

    def _scalars(self, line: bytes) -> bytes:
        cells = line.split()
        if not cells:
            return b"\n"
        kept, at = [], 0
        for found in self._element.properties:
            if found.counted_by is None:
                kept += cells[at : at + 1]
                at += 1
            else:
                count = cells[at] if at < len(cells) else b""
                if not (count.isdigit() and len(count) < 10):
                    raise UnreadableFile(f"line {self._line} has no number before list {found.name}", where=self._path)
                at += 1 + int(count)
        if at != len(cells):
            raise UnreadableFile(f"line {self._line} has {len(cells)} values, not {at}", where=self._path)
        return b" ".join(kept) + b"\n"
