"""Cells of a cloud from above: its points dealt out to the squares of a grid, each square's side by side."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Cloud = NDArray[np.float32]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

MOST_CELLS = 1 << 24


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
    cell_of : (N,) int32
        The cell of each point of the cloud; -1 outside of the grid and for points that are not finite.
    cells : (C,) int32
        The cells that have points, rising.
    starts : (C + 1,) int32
        Where the points of each begin among `points`.
    points : (K, 3) float32, metres
        The points cell by cell, each cell's in the order of the cloud.
    """

    cell_of: Ints
    cells: Ints
    starts: Ints
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
    cell_of, counts = _count(cloud, grid.x, grid.y, 1.0 / grid.cell, grid.columns, grid.rows)
    cells, starts, dealt = _deal(cloud, cell_of, counts)
    return Dealt(cell_of, cells, starts, dealt)


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


@compiled()
def _count(points: Cloud, x0: float, y0: float, per_metre: float, columns: int, rows: int) -> tuple[Ints, Ints]:
    cell_of = np.empty(len(points), np.int32)
    counts = np.zeros(columns * rows, np.int32)
    for n in range(len(points)):
        u, v = (points[n, 0] - x0) * per_metre, (points[n, 1] - y0) * per_metre
        cell_of[n] = -1
        if u >= 0 and u < columns and v >= 0 and v < rows and np.isfinite(points[n, 2]):  # NaN is not within
            cell = int(v) * columns + int(u)
            cell_of[n] = cell
            counts[cell] += 1
    return cell_of, counts


@compiled()
def _deal(points: Cloud, cell_of: Ints, counts: Ints) -> tuple[Ints, Ints, Cloud]:
    some = 0
    for cell in range(len(counts)):
        some += counts[cell] > 0
    cells, starts = np.empty(some, np.int32), np.empty(some + 1, np.int32)
    found, before = 0, 0
    for cell in range(len(counts)):
        if counts[cell]:
            cells[found], starts[found] = cell, before
            found += 1
            before += counts[cell]
            counts[cell] = before - counts[cell]  # from here on: where its next point goes
    starts[some] = before
    dealt = np.empty((before, 3), np.float32)
    for n in range(len(points)):
        cell = cell_of[n]
        if cell >= 0:
            at = counts[cell]
            counts[cell] = at + 1
            dealt[at, 0], dealt[at, 1], dealt[at, 2] = points[n, 0], points[n, 1], points[n, 2]
    return cells, starts, dealt
