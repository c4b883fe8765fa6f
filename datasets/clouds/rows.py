"""Cloud files whose points are rows of equal size: read block by block straight into columns."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudFile, Point3, reading
from lidar_label.datasets.clouds.raw import RawRows, RawValue
from lidar_label.errors import UnreadableFile
from lidar_label.model import PointCloud

Column = NDArray[Any]
Buffer = mmap.mmap | memoryview
_WINDOW_BYTES = 16_777_216  # of the file in memory at a time
_MAPPED_BYTES = 8_388_608  # smaller files are read
_BLOCK_BYTES = 262_144  # taken apart at a time, while the processor's cache holds it


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
        sizes = {value.dtype.itemsize for value in (*layout.axes, *layout.fields.values())}
        # Mapped numbers stand where the header's length puts them, and the processor is slow with odd places.
        self._maps = points * layout.stride >= _MAPPED_BYTES and not any(start % size for size in sizes)

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield all points, in pieces of `size`."""
        with reading(self.path), self.path.open("rb", buffering=0) as file:
            for first in range(0, self.points, size):
                count = min(size, self.points - first)
                xyz, fields = self._empty(count, np.dtype(np.float64))
                self._fill(file, first, xyz, fields, None)
                yield CloudChunk(start=first, xyz=xyz, fields=fields)

    @property
    def raw_rows(self) -> RawRows:
        """How the points stand in the file."""
        x, y, z = (RawValue(axis.dtype, axis.offset) for axis in self.layout.axes)
        fields = {name: RawValue(value.dtype, value.offset) for name, value in self.layout.fields.items()}
        return RawRows(stride=self.layout.stride, axes=(x, y, z), fields=fields, path=self.path, start=self._start)

    def read(self, origin: Point3 | None = None, limit: int | None = None) -> PointCloud:
        """Return the whole cloud in one pass; see `CloudSource.read`."""
        shift = np.array(self.origin if origin is None else origin, dtype=np.float64)
        count = self.points if limit is None else min(limit, self.points)
        xyz, fields = self._empty(count, np.dtype(np.float32))
        with reading(self.path), self.path.open("rb", buffering=0) as file:
            self._fill(file, 0, xyz, fields, shift)
        return PointCloud(xyz, fields)

    def _empty(self, count: int, dtype: np.dtype[Any]) -> tuple[Column, dict[str, Column]]:
        fields = {name: np.empty(count, dtype=kind) for name, kind in self.fields.items()}
        return np.empty((count, 3), dtype=dtype), fields

    def _fill(
        self, file: BinaryIO, first: int, xyz: Column, fields: Mapping[str, Column], shift: Column | None
    ) -> None:
        """Fill columns with the rows from `first` on; of positions `shift` is taken off."""
        stride, at = self.layout.stride, 0
        columns = [(value, fields[name]) for name, value in self.layout.fields.items()]
        shifted = shift is not None and bool(shift.any())
        if not shifted:
            columns += [(axis, xyz[:, i]) for i, axis in enumerate(self.layout.axes)]
        with np.errstate(over="ignore", invalid="ignore"):
            for data, offset, rows in self._blocks(file, self._start + first * stride, len(xyz)):
                part = slice(at, at + rows)
                for value, column in columns:
                    column[part] = _view(data, value, rows, stride, offset)
                if shifted:
                    axes = [_view(data, axis, rows, stride, offset) for axis in self.layout.axes]
                    take_positions(axes, xyz[part], shift)
                at += rows

    def _blocks(self, file: BinaryIO, offset: int, count: int) -> Iterator[tuple[Buffer, int, int]]:
        """Yield pieces of the file: the data, the byte at which its first row begins, and how many rows it has."""
        stride = self.layout.stride
        window, block = (max(1, size // stride) for size in (_WINDOW_BYTES, _BLOCK_BYTES))
        if not self._maps:
            buffer = np.empty(min(block, count) * stride, dtype=np.uint8)
            file.seek(offset)
            for at in range(0, count, block):
                rows = min(block, count - at)
                _read_exactly(file, memoryview(buffer.data)[: rows * stride], self.path)
                yield buffer.data, 0, rows
            return
        for begin in range(0, count, window):
            size = min(window, count - begin) * stride
            whole, skipped = _map(file, offset + begin * stride, size, self.path)
            for at in range(0, size, block * stride):
                yield whole, skipped + at, min(block * stride, size - at) // stride


def _map(file: BinaryIO, offset: int, size: int, path: Path) -> tuple[mmap.mmap, int]:
    """Map a part of a file, which spares a copy; also return the byte at which that part begins in what is returned.

    The size is looked at before each part, since a page of a mapped file that is no longer there ends the program.
    """
    if os.fstat(file.fileno()).st_size < offset + size:
        raise UnreadableFile("the file ends before its last point", where=path, hint="cut off while it was read")
    skipped = offset % mmap.ALLOCATIONGRANULARITY
    return mmap.mmap(file.fileno(), size + skipped, access=mmap.ACCESS_READ, offset=offset - skipped), skipped


def _read_exactly(file: BinaryIO, buffer: memoryview, path: Path) -> None:
    while len(buffer):
        got = file.readinto(buffer)  # type: ignore[attr-defined]
        if not got:
            raise UnreadableFile("the file ends before its last point", where=path, hint="cut off while it was read")
        buffer = buffer[got:]


def _view(data: Buffer, value: Value, rows: int, stride: int, offset: int) -> Column:
    return np.ndarray((rows,), value.dtype, buffer=data, offset=offset + value.offset, strides=(stride,))


def take_positions(axes: Sequence[Column], xyz: Column, shift: Column | None) -> None:
    """Put three columns into `xyz`, with `shift` taken off in float64 before anything is rounded."""
    with np.errstate(over="ignore", invalid="ignore"):
        for i, values in enumerate(axes):
            if shift is not None and shift[i]:
                np.subtract(values, shift[i], out=xyz[:, i], dtype=np.float64, casting="unsafe")
            else:
                xyz[:, i] = values
    if shift is not None and shift.any():
        missed = (axes[0] == 0) & (axes[1] == 0) & (axes[2] == 0)
        xyz[missed] = 0  # without a return, before and after
