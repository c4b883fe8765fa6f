"""Heaps: points off the ground that no box holds, by the cell they stand in, and the narrowest rectangle about each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_TURNS = 18  # headings that are tried, over a quarter of a turn


def standing_points(
    points: NDArray[np.float32],
    owner: NDArray[np.int32],
    ground: NDArray[np.float32],
    corner: tuple[float, float],
    ground_cell: float,
    begin: tuple[float, float],
    cell: float,
    cells: int,
    off: float,
) -> tuple[Ints, NDArray[np.float32], Ints]:
    """Return the points over the ground that nothing owns, and in which cell of a square grid each is.

    Parameters
    ----------
    points : (N, 3) float32, metres
    owner : (N,) int32
        -1 for what nothing owns.
    ground : (K, K) float32, metres
        Its height in cells by x, then y; NaN where nobody knows, and there nothing is said to stand.
    corner : (x, y), metres
        Where the ground's cells begin.
    ground_cell : float, metres
    begin : (x, y), metres
        Where the cells begin in which points are put.
    cell : float, metres
    cells : int
        Along each side.
    off : float, metres
        Points at most so high are the ground.

    Returns
    -------
    index : (K,) int64
        Which points.
    up : (K,) float32, metres
        Over the ground.
    place : (K,) int64
        The cell: its column along x times `cells`, and its row along y.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    cloud = np.ascontiguousarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    if owner.shape != (len(cloud),) or owner.dtype != np.int32:
        raise ValueError(f"owner needs ({len(cloud)},) int32, got {owner.shape} {owner.dtype}")
    if ground.ndim != 2 or ground.shape[0] != ground.shape[1] or ground.dtype != np.float32:
        raise ValueError(f"ground needs (K, K) float32, got {ground.shape} {ground.dtype}")
    view, own = cloud.view(), np.ascontiguousarray(owner).view()
    view.flags.writeable = own.flags.writeable = False  # a type of its own to Numba: one is enough
    index, place = np.empty(len(cloud), np.int64), np.empty(len(cloud), np.int64)
    up = np.empty(len(cloud), np.float32)
    grid = np.array([*corner, ground_cell, *begin, cell, off], dtype=np.float64)
    count = _standing(view, own, np.array(ground), grid, int(cells), index, up, place)
    return index[:count], up[:count], place[:count]


@compiled()
def _standing(
    points: NDArray[Any],
    owner: NDArray[Any],
    ground: NDArray[np.float32],
    grid: Floats,
    cells: int,
    index: Ints,
    up: NDArray[np.float32],
    place: Ints,
) -> int:
    x0, y0, ground_cell, left, low, cell, off = grid
    wide, count = ground.shape[0], 0
    for n in range(len(points)):
        if owner[n] >= 0:
            continue
        x, y = (points[n, 0] - left) / cell, (points[n, 1] - low) / cell
        if not (x >= 0 and y >= 0 and x < cells and y < cells):
            continue
        column, row = math.floor((points[n, 0] - x0) / ground_cell), math.floor((points[n, 1] - y0) / ground_cell)
        if column < 0 or row < 0 or column >= wide or row >= wide:
            continue
        over = points[n, 2] - ground[column, row]
        if over > off:  # never where the ground is NaN
            index[count], up[count], place[count] = n, over, int(x) * cells + int(y)
            count += 1
    return count


def rectangles_about(points: NDArray[np.float32], index: Ints, ends: Ints) -> Floats:
    """Return the upright rectangle of least area about each heap of points, of eighteen headings.

    Parameters
    ----------
    points : (N, 3) float32, metres
    index : (K,) int64
        Which points, heap by heap.
    ends : (M + 1,) int64
        Heap m is ``index[ends[m] : ends[m + 1]]``.

    Returns
    -------
    (M, 4) float64, metres
        Middle x and y, the longer side and the shorter; zeros for a heap without points.

    Raises
    ------
    ValueError
        If the shape or dtype of the points is not as above.
    """
    cloud = np.ascontiguousarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    view = cloud.view()
    view.flags.writeable = False
    found = np.zeros((max(len(ends) - 1, 0), 4))
    turns = np.linspace(0.0, np.pi / 2, _TURNS, endpoint=False)
    _rectangles(view, np.array(index), np.array(ends), np.cos(turns), np.sin(turns), found)
    return found


@compiled()
def _rectangles(points: NDArray[Any], index: Ints, ends: Ints, cos: Floats, sin: Floats, found: Floats) -> None:
    for m in range(len(ends) - 1):
        if ends[m + 1] == ends[m]:
            continue
        least = np.inf
        x0, y0 = points[index[ends[m]], 0], points[index[ends[m]], 1]
        for k in range(len(cos)):
            front = left = -np.inf
            rear = right = np.inf
            for i in index[ends[m] : ends[m + 1]]:
                x, y = points[i, 0] - x0, points[i, 1] - y0
                along, across = cos[k] * x + sin[k] * y, cos[k] * y - sin[k] * x
                front, rear = max(front, along), min(rear, along)
                left, right = max(left, across), min(right, across)
            long, wide = front - rear, left - right
            if long * wide < least:
                least = long * wide
                u, v = (front + rear) / 2, (left + right) / 2
                found[m, 0], found[m, 1] = x0 + cos[k] * u - sin[k] * v, y0 + sin[k] * u + cos[k] * v
                found[m, 2], found[m, 3] = max(long, wide), min(long, wide)
