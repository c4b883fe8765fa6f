"""Any source as rows of bytes in a file: read where it lies, or written out once while it is unpacked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.cloud.records import Bytes, Ints, Records, bounds_of, joined_bounds, positions_of, write_exactly
from lidar_label.cloud.threads import Steps
from lidar_label.datasets.clouds.base import CloudChunk, CloudSource, Point3, reading
from lidar_label.datasets.clouds.raw import RawRows, RawValue
from lidar_label.errors import UnreadableFile
from lidar_label.model import Floats

_LEAST, _GREATEST = -(2**31), 2**31 - 1
_UNPACKING = "unpack points"


class Rows:
    """How a source's points stand in rows of bytes.

    Attributes
    ----------
    axes : three RawValue
    columns : mapping of str to RawValue
        The values that are kept, each place once.
    fields : mapping of str to (column, RawValue)
    path : Path or None
        The file that has the rows, from byte `start` on; None where they are written out first.
    is_whole : bool
        Whether positions are whole multiples of `step` from `step_from`.
    bounds : (low, high) or None
        Bounds of float positions, known once they were written out.
    """

    def __init__(self, source: CloudSource, raw: RawRows, *, packs: bool) -> None:
        self._source, self._packs = source, packs
        self.path: Path | None = None if packs else raw.path
        self.start = 0 if self.path is None else raw.start
        self.axes, self.stride, self._told = raw.axes, raw.stride, raw.bounds
        self.is_whole = not packs and source.step is not None
        self.step: Point3 = source.step if self.is_whole and source.step else (1.0, 1.0, 1.0)
        self.step_from: Point3 = source.step_from if self.is_whole and source.step_from else (0.0, 0.0, 0.0)
        self.bounds: tuple[Floats, Floats] | None = None
        self.columns, self.fields = _columns(raw.fields)
        self._unpacked: Path | None = None

    def whole_bounds(self) -> tuple[Ints, Ints]:
        """Return the bounds that the file tells, in whole numbers; any that cannot be are replaced by zeros."""
        if self._told is None:
            return np.zeros(3, dtype=np.int64), np.zeros(3, dtype=np.int64)
        with np.errstate(all="ignore"):
            ends = [np.rint((np.array(end) - self.step_from) / self.step) for end in self._told]
        if not np.isfinite(ends).all():
            ends = [np.zeros(3), np.zeros(3)]
        low, high = (np.clip(end, _LEAST, _GREATEST).astype(np.int64) for end in ends)
        return np.minimum(low, high), np.maximum(low, high)

    @contextmanager
    def opened(self, folder: Path, block: int, steps: Steps) -> Iterator[Records]:
        """Open the file with the rows; where there is none, write one in `folder` first."""
        count, stride = self._source.points, self.stride
        if self.path is not None:
            with reading(self.path):
                file = self.path.open("rb", buffering=0)
            with file:  # what the disk says of the files that are written meanwhile is not this file's fault
                yield Records(file.fileno(), self.path, self.start, stride, count)
            return
        path = folder / "unpacked"
        with path.open("w+b", buffering=0) as file:
            path.unlink(missing_ok=True)
            self._write(file.fileno(), block, steps)
            yield Records(file.fileno(), getattr(self._source, "path", path), 0, stride, count)

    def forget(self) -> None:
        """Say that the rows are no longer needed."""

    def _write(self, file: int, block: int, steps: Steps) -> None:
        done, lows, highs = 0, [], []
        for rows in self._pieces(block):
            count = len(rows) // self.stride
            if not self.is_whole:
                low, high = bounds_of(*positions_of(rows, self.stride, self.axes, 0, count))
                lows.append(low)
                highs.append(high)
            write_exactly(file, rows, done * self.stride)
            done += count
            steps.add(0, _UNPACKING)
        if done != self._source.points:
            raise UnreadableFile(
                f"{self._source.points} points are promised and {done} are there",
                where=getattr(self._source, "path", ""),
            )
        if not self.is_whole:
            self.bounds = joined_bounds(lows, highs)

    def _pieces(self, block: int) -> Iterator[Bytes]:
        size = min(block, 1_000_000)
        if not self._packs:
            yield from self._source.raw_chunks(size)
            return
        for chunk in self._source.chunks(size):
            yield self._packed(chunk)

    def _packed(self, chunk: CloudChunk) -> Bytes:
        out = np.empty((len(chunk), self.stride), dtype=np.uint8)
        for i, axis in enumerate(self.axes):
            _put(out, axis, chunk.xyz[:, i])
        for name, (column, _) in self.fields.items():
            _put(out, self.columns[column], chunk.fields[name])
        return out.reshape(-1)


def rows_of(source: CloudSource) -> Rows:
    """Return how a source's points are read as rows: as they stand, or packed anew where that is not simple."""
    raw = source.raw_rows
    if raw is not None and raw.is_little and _is_simple(source, raw):
        return Rows(source, raw, packs=False)
    values: dict[str, RawValue] = {}
    at = 0
    for name in ("x", "y", "z"):
        values[name] = RawValue(source.xyz_dtype.newbyteorder("<"), at)
        at += source.xyz_dtype.itemsize
    x, y, z = values.values()
    fields: dict[str, RawValue] = {}
    for name, dtype in source.fields.items():
        fields[name] = RawValue(dtype.newbyteorder("<"), at)
        at += dtype.itemsize
    return Rows(source, RawRows(stride=at, axes=(x, y, z), fields=fields), packs=True)


def _is_simple(source: CloudSource, raw: RawRows) -> bool:
    """Say whether positions can be taken as they stand: int32 on a grid, or floats that are all of one type."""
    kinds = {axis.dtype for axis in raw.axes}
    if source.step is not None:
        return kinds == {np.dtype("<i4")}
    return kinds in ({np.dtype("<f4")}, {np.dtype("<f8")})


def _columns(raw: Mapping[str, RawValue]) -> tuple[dict[str, RawValue], dict[str, tuple[str, RawValue]]]:
    """Return each place of a record once, named by its first field, and for each field its place."""
    columns: dict[str, RawValue] = {}
    fields: dict[str, tuple[str, RawValue]] = {}
    names: dict[tuple[int, str], str] = {}
    for name, value in raw.items():
        key = (value.offset, value.dtype.str)
        if key not in names:
            names[key] = name
            columns[name] = RawValue(value.dtype, value.offset)
        fields[name] = (names[key], value)
    return columns, fields


def _put(out: Bytes, value: RawValue, values: Any) -> None:  # noqa: ANN401
    size = value.dtype.itemsize
    own = np.ascontiguousarray(values, dtype=value.dtype)
    out[:, value.offset : value.offset + size] = own.view(np.uint8).reshape(len(own), size)
