"""PTX clouds: one or more scans of a grid, each with the pose of its scanner."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from lidar_label.datasets.base import NO_OPTIONS, ReadOptions
from lidar_label.datasets.clouds.base import CloudFormat, reading
from lidar_label.datasets.clouds.scans import Fields, Scan, ScansFile
from lidar_label.datasets.clouds.text_rows import parse_float, read_text_rows
from lidar_label.errors import UnreadableFile
from lidar_label.model import Finding, Floats

_HEADER = (1, 1, 3, 3, 3, 3, 4, 4, 4, 4)  # numbers on each of its lines
_BLOCK_BYTES = 4_194_304
_LONGEST_LINE = 4096
_LEAST_LINE = 8  # bytes: four numbers of a digit, each with what parts it from the next
_TOLERANCE = 1e-3
_COLORS = ("r", "g", "b")


class Ptx(CloudFormat):
    """PTX; a point without a return (0 0 0) keeps its place and becomes NaN, so that no pose moves it."""

    name = "ptx"
    title = "PTX"
    suffixes = (".ptx",)
    exact = "text"

    def open(self, path: Path, options: ReadOptions = NO_OPTIONS) -> ScansFile:  # noqa: ARG002 - names are given
        """Open a file: the header of each scan is read, and the lines between are counted."""
        scans: list[_PtxScan] = []
        with reading(path):
            size = path.stat().st_size
            with path.open("rb") as file:
                line = 1
                while (scan := _header(file, path, line, size)) is not None:
                    scans.append(scan)
                    line += len(_HEADER) + scan.points
                    _skip_lines(file, scan.points, path)
        opened = ScansFile(path, self.name, scans)
        odd = [number for number, scan in enumerate(scans) if not scan.is_rigid]
        if odd:
            text = f"the transform of scan {odd[0]} is not rigid (it scales or shears); it is applied as it stands"
            opened.findings.append(Finding("warning", "odd-transform", text, str(path)))
        return opened


@dataclass(eq=False, kw_only=True)
class _PtxScan(Scan):
    """One grid: `columns` of `rows` points, column by column. `matrix` takes a row (x, y, z, 1) from the left."""

    path: Path
    start: int
    line: int
    rows: int
    points: int
    matrix: Floats
    colored: bool
    fields: dict[str, np.dtype[Any]] = field(init=False)

    def __post_init__(self) -> None:
        self.fields = {"intensity": np.dtype(np.float64)}
        if self.colored:
            self.fields |= dict.fromkeys(_COLORS, np.dtype(np.uint8))
        self.fields |= {"row": np.dtype(np.uint32), "column": np.dtype(np.uint32)}

    @property
    def is_rigid(self) -> bool:
        turn = self.matrix[:3, :3]
        straight = np.abs(turn @ turn.T - np.eye(3)).max() < _TOLERANCE and np.linalg.det(turn) > 0
        return bool(straight and np.abs(self.matrix[:, 3] - (0, 0, 0, 1)).max() < _TOLERANCE)

    def pieces(self, size: int) -> Iterator[tuple[Floats, Fields]]:
        dtypes = [np.dtype(np.float64)] * 4 + [np.dtype(np.uint8)] * (3 if self.colored else 0)
        at = 0
        with self.path.open("rb") as file:
            file.seek(self.start)
            for block in read_text_rows(file, dtypes, self.points, self.path, self.line):
                for first in range(0, len(block[0]), size):
                    part = [column[first : first + size] for column in block]
                    index = np.arange(at, at + len(part[0]))
                    at += len(part[0])
                    fields = dict(zip(("intensity", *_COLORS), part[3:], strict=False))
                    fields["row"] = (index % self.rows).astype(np.uint32)
                    fields["column"] = (index // self.rows).astype(np.uint32)
                    yield self._placed(np.column_stack(part[:3])), fields

    def _placed(self, xyz: Floats) -> Floats:
        missed = ~xyz.any(axis=1)
        if not np.array_equal(self.matrix, np.eye(4)):
            with np.errstate(invalid="ignore", over="ignore"):
                xyz = xyz @ self.matrix[:3, :3] + self.matrix[3, :3]
        xyz[missed] = np.nan
        return xyz


def _header(file: BinaryIO, path: Path, line: int, size: int) -> _PtxScan | None:
    """Read the header at which the file stands; None at its end."""
    rows: list[list[float]] = []
    for number, count in enumerate(_HEADER):
        cells = _next_line(file, path).split()
        if not cells and not rows and not file.read(_LONGEST_LINE).strip():
            return None
        values = [parse_float(cell) for cell in cells]
        if len(values) != count or not all(value is not None and math.isfinite(value) for value in values):
            raise UnreadableFile(
                f"line {line + number} is not line {number + 1} of a scan's header, which has {count} numbers",
                where=path,
                hint="is the number of columns or rows of the scan before wrong?" if line > 1 else "",
            )
        rows.append([float(value) for value in values if value is not None])
    (columns,), (height,) = rows[:2]
    if not (0 <= columns <= size and 0 <= height <= size and columns == int(columns) and height == int(height)):
        raise UnreadableFile(f"line {line}: a grid of {columns:g} x {height:g} points is none", where=path)
    points, start = int(columns) * int(height), file.tell()
    if points * _LEAST_LINE > size - start + 1:
        raise UnreadableFile(f"{points} points are promised and the file is too short for them", where=path)
    first = len(_next_line(file, path).split())
    file.seek(start)
    if points and first not in (4, 7):
        raise UnreadableFile(f"line {line + len(_HEADER)} has {first} values, not 4 or 7", where=path)
    return _PtxScan(
        path=path, start=start, line=line + len(_HEADER), rows=max(int(height), 1), points=points,
        matrix=np.array(rows[6:]), colored=first == 7,
    )  # fmt: skip


def _next_line(file: BinaryIO, path: Path) -> bytes:
    line = file.readline(_LONGEST_LINE)
    if len(line) == _LONGEST_LINE:
        raise UnreadableFile(f"the text has a line of more than {_LONGEST_LINE} characters", where=path)
    return line


def _skip_lines(file: BinaryIO, count: int, path: Path) -> None:
    """Move behind the next `count` lines."""
    left = count
    while left:
        at = file.tell()
        block = file.read(_BLOCK_BYTES)
        if not block:
            break
        ends = block.count(b"\n")
        if ends >= left:
            places = np.flatnonzero(np.frombuffer(block, dtype=np.uint8) == ord("\n"))
            file.seek(at + int(places[left - 1]) + 1)
            return
        left -= ends + (len(block) < _BLOCK_BYTES and not block.endswith(b"\n"))
    if left:
        raise UnreadableFile(f"{count} points are promised and {count - left} are there", where=path, hint="cut off")
