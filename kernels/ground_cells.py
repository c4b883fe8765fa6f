"""Cells of a cloud from above: its points dealt out to the squares of a grid, each square's side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Slots = NDArray[np.uint32]  # an index that can't be below 0 needs no second look in compiled code

MOST_CELLS = 1 << 24
RIM = 2  # cells without points around the grid, so that no cell's neighbours lie outside


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


class Dealt(NamedTuple):
    """Points by cells.

    Parameters
    ----------
    slot : (rows + 4, columns + 4) uint32
        Which of the cells with points each cell of the grid is, with a rim of `RIM` cells around; C for one without.
    at : (C, 2) int32
        Column and row of the cells with points, row by row.
    starts : (C + 1,) uint32
        Where the points of each begin among `points`.
    sources : (K,) uint32
        Which point of the cloud each of `points` is; those outside of the grid or not finite are left out.
    points : (K, 3) float32, metres
        The points cell by cell, each cell's in the order of the cloud.
    """

    slot: Slots
    at: Ints
    starts: Slots
    sources: Slots
    points: Cloud


def deal_out(points: Cloud, grid: Square) -> Dealt:
    """Deal points out to the cells of a grid.

    Parameters
    ----------
    points : (N, 3) float32, metres
    grid : Square
        In the frame of the points.

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
    cell_of = np.empty(len(cloud), np.uint32)
    slot = np.zeros((grid.rows + 2 * RIM, grid.columns + 2 * RIM), np.uint32)
    cells = _count(cloud, (grid.x, grid.y, 1.0 / grid.cell, grid.columns, grid.rows), cell_of, slot)
    at, starts = np.empty((cells, 2), np.int32), np.zeros(cells + 1, np.uint32)
    sources, dealt = np.empty(len(cloud), np.uint32), np.empty((len(cloud), 3), np.float32)
    _deal(cloud, cell_of, slot, at, starts, sources, dealt)
    return Dealt(slot, at, starts, sources[: starts[cells]], dealt[: starts[cells]])


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
def _count(points: Cloud, size: tuple[float, float, float, int, int], cell_of: Slots, slot: Slots) -> int:
    """Note each point's cell, 0 for none, and how many points each cell has; return how many cells have any."""
    x0, y0, per_metre, columns, rows = size
    wide = slot.shape[1]
    first = RIM * wide + RIM
    flat = slot.reshape(-1)
    found = 0
    for n in range(len(points)):
        u, v = (points[n, 0] - x0) * per_metre, (points[n, 1] - y0) * per_metre
        is_within = (u >= 0) & (u < columns) & (v >= 0) & (v < rows) & (abs(points[n, 2]) < np.inf)  # NaN is not
        cell = np.uint32(np.int32(v) * wide + np.int32(u) + first if is_within else 0)
        cell_of[n] = cell
        found += (flat[cell] == 0) & is_within
        flat[cell] += 1
    return found


@compiled(error_model="numpy")
def _deal(
    points: Cloud, cell_of: Slots, slot: Slots, at: Ints, starts: Slots, sources: Slots, dealt: Cloud
) -> None:  # fmt: skip
    """Put the points where they belong; `slot`, which had the counts of points, gets the numbers of cells."""
    flat, wide, none = slot.reshape(-1), slot.shape[1], np.uint32(len(at))
    found, before = np.uint32(0), np.uint32(0)
    for j in range(RIM, slot.shape[0] - RIM):
        for i in range(RIM, wide - RIM):
            count = slot[j, i]
            if count:
                at[found, 0], at[found, 1] = i - RIM, j - RIM
                starts[found + 1] = before  # to be moved on, point by point, to where the cell ends
                before += count
                found += np.uint32(1)
                slot[j, i] = found
    flat[0] = 0  # on the rim: there points that are nowhere were counted
    for cell in range(len(flat)):
        flat[cell] = flat[cell] - np.uint32(1) if flat[cell] else none
    for n in range(len(points)):
        k = flat[cell_of[n]]
        if k < none:
            to = starts[k + 1]
            starts[k + 1] = to + np.uint32(1)
            sources[to] = n
            dealt[to, 0], dealt[to, 1], dealt[to, 2] = points[n, 0], points[n, 1], points[n, 2]
