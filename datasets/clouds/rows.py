"""Cloud files whose points are rows of equal size: read block by block straight into columns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, Point3, reading
from lidar_label.errors import UnreadableFile
from lidar_label.model import PointCloud

Column = NDArray[Any]
_BLOCK_BYTES = 262_144  # a block stays in the processor's cache while it is taken apart
_SHARED_POINTS = 1_000_000  # from here on, several threads read
_MOST_THREADS = 4


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a point: its type, and the byte of the row at which it begins."""

    dtype: np.dtype[Any]
    offset: int


@dataclass(frozen=True, slots=True)
class RowLayout:
    """What a row of `stride` bytes holds: ``x, y, z`` and the other fields by name.

    Values may overlap (the bytes of a packed colour), and a row may have bytes that nothing names.
    """

    axes: tuple[Value, Value, Value]
    fields: Mapping[str, Value]
    stride: int

    @property
    def xyz_dtype(self) -> np.dtype[Any]:
        """The least floating type that holds the positions exactly."""
        return exact_dtype([axis.dtype for axis in self.axes])


def exact_dtype(dtypes: Sequence[np.dtype[Any]]) -> np.dtype[Any]:
    """Return float32 where it holds every value of these types, else float64."""
    return np.dtype(np.float32 if np.result_type(np.float32, *dtypes) == np.float32 else np.float64)


class RowsFile(CloudFile):
    """An opened file of rows.

    Parameters
    ----------
    path : Path
    format : str
    layout : RowLayout
    points : int
        Number of rows; the file is known to be long enough for them.
    start : int
        Byte at which the first row begins.
    """

    def __init__(self, path: Path, format: str, layout: RowLayout, points: int, start: int) -> None:  # noqa: A002
        super().__init__(path, format)
        self.points = points
        self.layout = layout
        self.fields = {name: value.dtype.newbyteorder("=") for name, value in layout.fields.items()}
        self.xyz_dtype = layout.xyz_dtype
        self._start = start

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, in pieces of `size`."""
        with reading(self.path), self.path.open("rb", buffering=0) as file:
            for first in range(0, self.points, size):
                count = min(size, self.points - first)
                xyz, fields = self._empty(count, np.dtype(np.float64))
                self._fill(file, first, xyz, fields, None)
                yield CloudChunk(start=first, xyz=xyz, fields=fields)

    def read(self, origin: Point3 | None = None, limit: int | None = None) -> PointCloud:
        """Return the whole cloud in one pass; see `CloudSource.read`."""
        shift = np.array(self.origin if origin is None else origin, dtype=np.float64)
        count = self.points if limit is None else min(limit, self.points)
        xyz, fields = self._empty(count, np.dtype(np.float32))
        threads = min(_MOST_THREADS, os.cpu_count() or 1, 1 + count // _SHARED_POINTS)
        step = -(-count // threads)

        def work(first: int) -> None:
            rows = slice(first, min(first + step, count))
            with reading(self.path), self.path.open("rb", buffering=0) as file:
                self._fill(file, first, xyz[rows], {name: values[rows] for name, values in fields.items()}, shift)

        if threads == 1:
            work(0)
        else:  # neither the disk nor numpy holds Python's lock meanwhile
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, range(0, count, step)))
        return PointCloud(xyz, fields)

    def _empty(self, count: int, dtype: np.dtype[Any]) -> tuple[Column, dict[str, Column]]:
        fields = {name: np.empty(count, dtype=kind) for name, kind in self.fields.items()}
        return np.empty((count, 3), dtype=dtype), fields

    def _fill(
        self, file: BinaryIO, first: int, xyz: Column, fields: Mapping[str, Column], shift: Column | None
    ) -> None:
        """Fill columns with the rows from `first` on; of positions `shift` is taken off."""
        stride, count = self.layout.stride, len(xyz)
        block = max(1, _BLOCK_BYTES // stride)
        buffer = np.empty(min(block, count) * stride, dtype=np.uint8)
        file.seek(self._start + first * stride)
        for at in range(0, count, block):
            rows = min(block, count - at)
            fill_buffer(file, buffer[: rows * stride], self.path)
            part = slice(at, at + rows)
            take_positions([_view(buffer, axis, rows, stride) for axis in self.layout.axes], xyz[part], shift)
            for name, value in self.layout.fields.items():
                fields[name][part] = _view(buffer, value, rows, stride)


def _view(buffer: Column, value: Value, rows: int, stride: int) -> Column:
    return np.ndarray((rows,), value.dtype, buffer=buffer, offset=value.offset, strides=(stride,))


def take_positions(axes: Sequence[Column], xyz: Column, shift: Column | None) -> None:
    """Put three columns into `xyz`, with `shift` taken off in float64 before anything is rounded."""
    with np.errstate(over="ignore", invalid="ignore"):
        for i, values in enumerate(axes):
            if shift is not None and shift[i]:
                np.subtract(values, shift[i], out=xyz[:, i], dtype=np.float64, casting="unsafe")
            else:
                xyz[:, i] = values


def fill_buffer(file: BinaryIO, buffer: Column, path: Path) -> None:
    """Read exactly as many bytes as `buffer` has; raise `UnreadableFile` where the file ends before."""
    view = memoryview(buffer.data)
    while len(view):
        got = file.readinto(view)  # type: ignore[attr-defined]
        if not got:
            raise UnreadableFile("the file ends before its last point", where=path, hint="cut off while it was read")
        view = view[got:]
