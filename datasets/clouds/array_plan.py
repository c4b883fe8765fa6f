"""What of NumPy arrays is a point's: which holds positions, and where in a file each value of a point begins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lidar_label.datasets.clouds.columns import LEFT_OUT, XYZ, standard_name
from lidar_label.datasets.clouds.npy_header import NpyArray
from lidar_label.datasets.clouds.rows import Value
from lidar_label.errors import UnreadableFile

_MOST_COLUMNS = 16  # more values than that no point has; a picture or a descriptor does
_USUAL = ("points", "point_cloud", "pointcloud", "cloud", "pcd", "pts", "xyz", "positions", "lidar", "data", "arr_0")
_PARTS = {
    "xyz": XYZ, "position": XYZ, "positions": XYZ, "points": XYZ, "rgb": ("r", "g", "b"), "color": ("r", "g", "b"),
    "colors": ("r", "g", "b"), "normal": ("nx", "ny", "nz"), "normals": ("nx", "ny", "nz"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Run:
    """Rows of bytes one after the other: the member of an archive, its first byte, a row's length and values."""

    member: str
    start: int
    stride: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """An array as `points` rows of `columns` values; `together` where those of a point stand side by side."""

    member: str
    array: NpyArray
    points: int
    columns: int
    together: bool

    def runs(self, names: Sequence[str]) -> list[Run]:
        """Return where the values are, under these names."""
        dtype, start = self.array.dtype, self.array.start
        kept = [(i, name) for i, name in enumerate(names) if name != LEFT_OUT]
        if self.together:
            values = {name: Value(dtype, i * dtype.itemsize) for i, name in kept}
            return [Run(self.member, start, dtype.itemsize * self.columns, values)]
        step = self.points * dtype.itemsize
        return [Run(self.member, start + i * step, dtype.itemsize, {name: Value(dtype, 0)}) for i, name in kept]


def is_plain(array: NpyArray) -> bool:
    """Say whether an array holds numbers of a kind that a field may have."""
    return array.dtype.names is None and array.dtype.kind in "fiub" and array.dtype.itemsize <= 8


def as_table(member: str, array: NpyArray) -> Table | None:
    """Return an array of numbers as rows of points; None where its shape is not that of a cloud.

    The points may be the rows (N, K), the columns (K, N), or the cells of a grid (H, W, K).
    """
    shape = array.shape
    if not is_plain(array):
        return None
    if len(shape) == 3 and not array.fortran and 3 <= shape[2] <= _MOST_COLUMNS:
        return Table(member, array, shape[0] * shape[1], shape[2], True)
    if len(shape) != 2:
        return None
    rows, columns = shape
    if 3 <= columns <= _MOST_COLUMNS and (rows >= columns or not 3 <= rows <= _MOST_COLUMNS):
        return Table(member, array, rows, columns, not array.fortran)
    if 3 <= rows <= _MOST_COLUMNS:
        return Table(member, array, columns, rows, array.fortran)
    return None


def structured(member: str, array: NpyArray, path: Path) -> tuple[Run, list[str]]:
    """Return the values of an array with named fields, and the names of those that are no numbers.

    Raises
    ------
    UnreadableFile
        If x, y or z is not among them, or comes twice.
    """
    dtype = array.dtype
    fields: Mapping[str, Any] = dtype.fields or {}
    values: dict[str, Value] = {}
    not_read: list[str] = []
    for own in dtype.names or ():
        kind, offset = fields[own][:2]
        base, shape = kind.base, kind.shape
        count = math.prod(shape)
        if base.names or base.kind not in "fiub" or base.itemsize > 8 or not 0 < count <= _MOST_COLUMNS:
            not_read.append(own)
            continue
        names = part_names(own, count) if shape else (standard_name(own),)
        for i, name in enumerate(names):
            if name in values:
                raise UnreadableFile(f"two fields are called {name}", where=path)
            values[name] = Value(base, offset + i * base.itemsize)
    if lacking := [axis for axis in XYZ if axis not in values]:
        shown = ", ".join(dtype.names or ())[:80]
        raise UnreadableFile(f"{', '.join(lacking)} is not among the fields: {shown}", where=path)
    return Run(member, array.start, dtype.itemsize, values), not_read


def part_names(own: str, count: int) -> tuple[str, ...]:
    """Return names for the values of a field that has several."""
    known = _PARTS.get(own.lower(), ())
    return known if len(known) == count else tuple(f"{own}_{i}" for i in range(count))


def main_table(arrays: Mapping[str, NpyArray], path: Path) -> Table:
    """Return the array of an archive that holds the positions: the one called so, or the only one that can.

    Raises
    ------
    UnreadableFile
        If none can, or several and none is called so.
    """
    tables = {name: table for name, array in arrays.items() if (table := as_table(name, array)) is not None}
    usual = next((name for wanted in _USUAL for name in tables if name.lower() == wanted), None)
    if usual is None and len(tables) == 1:
        usual = next(iter(tables))
    if usual is None:
        shown = ", ".join(f"{name} {array.shape}" for name, array in list(arrays.items())[:8]) or "none"
        reason = "several arrays could hold the points" if tables else "no array holds rows of x, y, z"
        raise UnreadableFile(f"{reason}; it has {shown}"[:300], where=path, hint="call the one that does points")
    return tables[usual]


def beside(arrays: Mapping[str, NpyArray], main: Sequence[str], points: int) -> tuple[list[Run], list[str]]:
    """Return the other arrays that have a value (or a few) for each point, and the names of those that have not."""
    runs: list[Run] = []
    others: list[str] = []
    for name, array in arrays.items():
        if name in main:
            continue
        shape = array.shape[:1] if array.shape[1:] == (1,) else array.shape
        if is_plain(array) and shape == (points,):
            value = {standard_name(name): Value(array.dtype, 0)}
            runs.append(Run(name, array.start, array.dtype.itemsize, value))
        elif is_plain(array) and len(shape) == 2 and shape[0] == points and 1 < shape[1] <= _MOST_COLUMNS:
            table = Table(name, array, points, shape[1], not array.fortran)
            runs += table.runs(part_names(name, shape[1]))
        else:
            others.append(name)
    return runs, others
