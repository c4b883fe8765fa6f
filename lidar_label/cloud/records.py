"""Rows of bytes in an open file as points on a grid of whole numbers: read piece by piece into buffers used again."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.threads import Crew
from lidar_label.datasets.clouds.raw import RawValue
from lidar_label.errors import UnreadableFile
from lidar_label.kernels.tile_blocks import whole_positions
from lidar_label.kernels.tiling import ALL_SOMEWHERE, NOWHERE
from lidar_label.model import Floats

Bytes = NDArray[np.uint8]
Ints = NDArray[Any]
_PIECE = 65_536  # rows turned into float64 at a time
_WRITTEN = 262_144  # bytes handed to the system at a time
_MOST_UNITS = 2**30  # of a float source's grid along its longest side
_GREATEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Records:
    """`count` rows of `stride` bytes, from byte `start` of an open file on; `path` is named in errors."""

    file: int
    path: Path
    start: int
    stride: int
    count: int

    def read(self, first: int, buffer: Bytes) -> Bytes:
        """Fill a buffer with rows from `first` on; return the part that was filled."""
        rows = min(len(buffer) // self.stride, self.count - first)
        part = buffer[: rows * self.stride]
        read_exactly(self.file, part, self.start + first * self.stride, self.path)
        return part


def read_exactly(file: int, part: Bytes, at: int, path: Path) -> None:
    """Fill bytes from a place of a file.

    Raises
    ------
    UnreadableFile
        If the file ends before, or cannot be read.
    """
    view = memoryview(part.data)
    while len(view):
        try:
            got = os.preadv(file, [view], at)
        except OSError as error:
            raise UnreadableFile(f"the file cannot be read: {error.strerror}", where=path) from None
        if not got:
            raise UnreadableFile("the file ends before its last point", where=path, hint="cut off while it was read")
        view, at = view[got:], at + got


def write_exactly(file: int, part: Bytes, at: int) -> None:
    """Write bytes to a place of a file; raise what the disk says.

    Piece by piece: for a very large one Linux looks for memory in one stretch, which takes longer, as do small ones.
    """
    view = memoryview(part.data)
    while len(view):
        done = os.pwrite(file, view[:_WRITTEN], at)
        view, at = view[done:], at + done


class WholeGrid:
    """Positions that are whole numbers in the records."""

    encoding = "grid"
    nowhere = ALL_SOMEWHERE

    def __init__(self, offsets: Sequence[int]) -> None:
        x, y, z = offsets
        self.offsets = (x, y, z)

    def of(self, records: Bytes, stride: int, room: Ints) -> tuple[Ints, int]:
        """Return the positions of records as int32, and how many numbers lie from one x to the next.

        They are taken where they stand, if they can be; otherwise they are written into `room`, (N, 3) int32.
        """
        x, y, z = self.offsets
        if (y, z) == (x + 4, x + 8) and x % 4 == 0 and stride % 4 == 0 and records.ctypes.data % 4 == 0:
            return records.view(np.int32)[x // 4 :], stride // 4
        whole_positions(records, stride, self.offsets, room)
        return room.reshape(-1), 3


class FloatGrid:
    """Positions that are numbers of any kind in the records, put on a grid to sort and draw them by.

    Parameters
    ----------
    axes : three RawValue
    low, high : (3,) float64, metres
        Bounds of the valid points.
    """

    encoding = "float"
    nowhere = NOWHERE

    def __init__(self, axes: Sequence[RawValue], low: Floats, high: Floats) -> None:
        self.axes = tuple(axes)
        half = float(np.max(high * 0.5 - low * 0.5)) if len(low) else 0.0
        self.step = 2.0 ** math.ceil(math.log2(half / (_MOST_UNITS / 2))) if half > 0 else 2.0**-20
        self.step = max(self.step, 2.0**-1000)
        self.low = low

    def of(self, records: Bytes, stride: int, room: Ints) -> tuple[Ints, int]:
        """Return the cells that the positions lie in, as `WholeGrid.of`; x is `NOWHERE` for what is no valid return."""
        for first in range(0, len(room), _PIECE):
            part = room[first : first + _PIECE]
            xyz, valid = positions_of(records, stride, self.axes, first, len(part))
            with np.errstate(over="ignore", invalid="ignore"):
                xyz -= self.low
                xyz /= self.step
                np.floor(xyz, out=xyz)
                np.clip(xyz, 0, _GREATEST, out=xyz)
                xyz[~valid] = NOWHERE
                part[:] = xyz
        return room.reshape(-1), 3


def positions_of(
    records: Bytes, stride: int, axes: Sequence[RawValue], first: int, count: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the positions of some records, (N, 3) float64, and which of them are a return: finite and not 0, 0, 0."""
    xyz = np.empty((count, 3))
    for i, axis in enumerate(axes):
        at = first * stride + axis.offset
        xyz[:, i] = np.ndarray((count,), axis.dtype, buffer=records.data, offset=at, strides=(stride,))
    with np.errstate(invalid="ignore"):
        return xyz, np.asarray(np.isfinite(xyz).all(axis=1) & xyz.any(axis=1))


def float_bounds(records: Records, axes: Sequence[RawValue], crew: Crew, block: int) -> tuple[Floats, Floats]:
    """Return the bounds of all valid positions, read in one pass; zeros where there are none."""
    lows, highs = [], []

    def work(pieces: Any) -> None:  # noqa: ANN401
        buffer = np.empty(min(block, records.count) * records.stride, dtype=np.uint8)
        for piece in pieces:
            part = records.read(piece * block, buffer)
            rows = len(part) // records.stride
            for first in range(0, rows, _PIECE):
                low, high = bounds_of(*positions_of(part, records.stride, axes, first, min(_PIECE, rows - first)))
                lows.append(low)
                highs.append(high)

    crew.run(-(-records.count // block), work)
    return joined_bounds(lows, highs)


def bounds_of(xyz: Floats, valid: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the bounds of the valid among some positions; infinite the wrong way round where there are none."""
    kept = xyz if valid.all() else xyz[valid]
    if not len(kept):
        return np.full(3, np.inf), np.full(3, -np.inf)
    return kept.min(axis=0), kept.max(axis=0)


def joined_bounds(lows: Sequence[Floats], highs: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the bounds of all; zeros where there are none."""
    low = np.min([*lows, np.full(3, np.inf)], axis=0)
    high = np.max([*highs, np.full(3, -np.inf)], axis=0)
    return (low, high) if np.isfinite(low).all() else (np.zeros(3), np.zeros(3))
