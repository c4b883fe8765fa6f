"""Cells of a cloud from above: its points dealt out to the squares of a grid, each square's side by side."""

from __future__ import annotations

import math
import threading
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Slots = NDArray[np.uint32]  # an index that can't be below 0 needs no second look in compiled code

MOST_CELLS = 1 << 24
RIM = 2  # cells without points around the grid, so that no cell's neighbours lie outside
_GROUP = 3  # 8 cells, looked at together: most of a wide grid has no points
_MOST_KEPT = 1 << 24  # bytes of an array: the points of a million
_INFINITE = np.float32(np.inf)


class Square(NamedTuple):
    """A grid from above.

    Parameters
    ----------
    x, y : float, metres
        Its least corner.
    cell : float, metres
        The side of a cell.
    columns, rows : int
        Cells along x and along y. The cell in column i and row j has the number ``j * columns + i``.
    """

    x: float
    y: float
    cell: float
    columns: int
    rows: int


class Room(threading.local):
    """Memory that each thread uses again for its next cloud: fresh memory takes longer to touch first than to fill."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[np.uint8]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: type[np.generic]) -> NDArray[Any]:
        """Return an array with whatever was in it before; the next of that name in this thread is the same memory."""
        size = math.prod(shape) * np.dtype(dtype).itemsize
        kept = self._kept.get(name)
        if kept is None or len(kept) < size:
            kept = np.empty(size + size // 8, np.uint8)
            if size <= _MOST_KEPT:
                self._kept[name] = kept
        return kept[:size].view(dtype).reshape(shape)


class Dealt(NamedTuple):
    """Points by cells.

    Parameters
    ----------
    slot : (rows + 4, columns + 4) uint32
        Which of the cells with points each cell of the grid is, with a rim of `RIM` cells around; C for one without.
    at : (C, 2) int32
        Column and row of the cells with points, row by row.
    starts : (C + 1,) uint32
        Where the points of each begin among `lines`.
    lines : (K, 4) float32
        The points cell by cell, each cell's in the order of the cloud: x, y, z, metres, and in the bits of a uint32
        which point of the cloud it is. One line of memory each, since they are written far apart. Those outside of
        the grid or not finite are left out.
    """

    slot: Slots
    at: Ints
    starts: Slots
    lines: Cloud

    @property
    def points(self) -> Cloud:
        """The points cell by cell, (K, 3) metres."""
        return self.lines[:, :3]

    @property
    def sources(self) -> Slots:
        """Which point of the cloud each of `points` is, (K,)."""
        return self.lines.view(np.uint32)[:, 3]


def deal_out(points: Cloud, grid: Square, room: Room | None = None) -> Dealt:
    """Deal points out to the cells of a grid.

    Parameters
    ----------
    points : (N, 3) float32, metres
    grid : Square
        In the frame of the points.
    room : Room, optional
        Where the result is kept, but for `at` and `starts`: no longer than until the thread's next call with it.

    Returns
    -------
    Dealt
        A point on the edge between two cells belongs to the one of larger x or y.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or the grid has no cells or more than 16 million.
    """
    cloud = checked_cloud(points)
    checked_grid(grid)
    room = room or Room()
    cell_of = room.take("cell_of", (len(cloud),), np.uint32)
    slot = room.take("slot", (grid.rows + 2 * RIM, grid.columns + 2 * RIM), np.uint32)
    slot.fill(0)
    is_touched = np.zeros((slot.size >> _GROUP) + 1, np.bool_)
    size = (grid.x, grid.y, 1.0 / grid.cell, float(grid.columns), float(grid.rows))
    cells = _count(cloud, size, cell_of, slot, is_touched)
    at, starts = np.empty((cells, 2), np.int32), np.empty(cells + 1, np.uint32)
    lines = room.take("lines", (len(cloud), 4), np.float32)
    _deal(cloud, cell_of, slot, is_touched, at, starts, lines, lines.view(np.uint32))
    return Dealt(slot, at, starts, lines[: starts[cells]])


def extent_of(points: Cloud, step: int) -> tuple[float, float, float, float] | None:
    """Return least x and y and largest x and y of every so-manieth point, as far as both are finite; None for none.

    Parameters
    ----------
    points : (N, 3) float32, metres
    step : int
    """
    x, y, x_most, y_most = _extent(checked_cloud(points), step)
    return (x, y, x_most, y_most) if x <= x_most else None


def shifted(points: NDArray[Any], shift: NDArray[np.float64], room: Room) -> Cloud:
    """Return points as seen from a place, with the digits that float32 has there.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
    shift : (3,) float64, metres
        The place.
    room : Room
        Where the result is kept: no longer than until the thread's next call with it.
    """
    cloud = np.ascontiguousarray(points).view()
    cloud.flags.writeable = False
    local = room.take("local", cloud.shape, np.float32)
    _shift(cloud, float(shift[0]), float(shift[1]), float(shift[2]), local)
    return local


def checked_cloud(points: Cloud) -> Cloud:
    """Return points as one read-only block; raise `ValueError` unless they are (N, 3) float32."""
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    view = np.ascontiguousarray(cloud).view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    return view


def checked_grid(grid: Square) -> None:
    """Raise `ValueError` unless a grid has a place, a size and a number of cells that can be held."""
    if not (np.isfinite(grid.x) and np.isfinite(grid.y) and np.isfinite(grid.cell) and grid.cell > 0):
        raise ValueError(f"grid needs a place and a cell above 0, got {grid}")
    if grid.columns < 1 or grid.rows < 1 or grid.columns * grid.rows > MOST_CELLS:
        raise ValueError(f"grid needs 1 to {MOST_CELLS} cells, got {grid.columns} x {grid.rows}")


@compiled(error_model="numpy")
def _shift(points: NDArray[Any], x: float, y: float, z: float, local: Cloud) -> None:
    for n in range(len(points)):
        local[n, 0], local[n, 1], local[n, 2] = points[n, 0] - x, points[n, 1] - y, points[n, 2] - z


@compiled(error_model="numpy")
def _extent(points: Cloud, step: int) -> tuple[float, float, float, float]:
    x_least = y_least = np.inf
    x_most = y_most = -np.inf
    for n in range(0, len(points), step):
        x, y = np.float64(points[n, 0]), np.float64(points[n, 1])
        if abs(x) < np.inf and abs(y) < np.inf:
            x_least, y_least, x_most, y_most = min(x_least, x), min(y_least, y), max(x_most, x), max(y_most, y)
    return x_least, y_least, x_most, y_most


@compiled(error_model="numpy")
def _count(
    points: Cloud, size: tuple[float, float, float, float, float], cell_of: Slots, slot: Slots,
    is_touched: NDArray[np.bool_],
) -> int:  # fmt: skip
    """Note each point's cell, 0 for none, how many points each cell has, and which groups of cells have any.

    Returns how many cells have points.
    """
    x0, y0, per_metre, columns, rows = size
    wide = slot.shape[1]
    first = RIM * wide + RIM
    flat = slot.reshape(-1)
    found = 0
    for n in range(len(points)):
        u, v = (points[n, 0] - x0) * per_metre, (points[n, 1] - y0) * per_metre
        cell = np.uint32(0)
        if u >= 0 and u < columns and v >= 0 and v < rows and abs(points[n, 2]) < _INFINITE:  # NaN is not
            cell = np.uint32(np.int32(v) * np.int32(wide) + np.int32(u) + np.int32(first))
        cell_of[n] = cell
        if flat[cell] == 0:
            is_touched[cell >> np.uint32(_GROUP)] = True
            found += 1 if cell > 0 else 0
        flat[cell] += np.uint32(1)
    return found


@compiled(error_model="numpy")
def _deal(
    points: Cloud, cell_of: Slots, slot: Slots, is_touched: NDArray[np.bool_], at: Ints, starts: Slots, lines: Cloud,
    bits: Slots,
) -> None:  # fmt: skip
    """Put the points where they belong; `slot`, which had the counts of points, gets the numbers of cells.

    `bits` are the lines once more.
    """
    flat, wide = slot.reshape(-1), slot.shape[1]
    flat[0] = 0  # on the rim: there points that are nowhere were counted
    found, before, row = 0, np.uint32(0), 0
    for group in range(len(is_touched)):
        if is_touched[group]:
            for cell in range(group << _GROUP, min((group + 1) << _GROUP, len(flat))):
                count = flat[cell]
                if count:
                    while cell >= (row + 1) * wide:
                        row += 1
                    at[found, 0], at[found, 1] = cell - row * wide - RIM, row - RIM
                    starts[found] = flat[cell] = before  # the latter to be moved on, point by point
                    before += count
                    found += 1
    starts[found] = flat[0] = before  # last come those that are nowhere
    last = np.uint32(0)
    to = flat[0]
    for n in range(len(points)):
        cell = cell_of[n]
        if cell != last:  # neighbours in a scan are often neighbours in a cell
            flat[last] = to
            to, last = flat[cell], cell
        lines[to, 0], lines[to, 1], lines[to, 2], bits[to, 3] = points[n, 0], points[n, 1], points[n, 2], n
        to += np.uint32(1)
    for cell in range(len(flat)):
        flat[cell] = found
    for k in range(found):
        slot[at[k, 1] + RIM, at[k, 0] + RIM] = k
