"""Occlusion: which points of a cloud a camera sees, and which lie behind nearer ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

_PART, _SLACK_M = 0.12, 0.5  # how much farther than the nearest of its neighbourhood a point may lie


def seen_points(
    uv: Floats, depth: Floats, inside: NDArray[np.bool_], width: int, height: int, cell: float
) -> NDArray[np.bool_]:
    """Mark the points that no nearer one hides.

    The picture is cut in square cells. A point is hidden where the nearest one of its cell and the eight around it
    lies nearer by more than an eighth and half a metre: rows of a LiDAR are some pixels apart, so that what lies
    behind an object shines through between them.

    Parameters
    ----------
    uv : (N, 2) float64, pixels
        Pixel centres are at whole numbers.
    depth : (N,) float64, metres
    inside : (N,) bool
        Whether a point is in the picture; the others are not seen, and hide nothing.
    width, height : int, pixels
    cell : float, pixels
        Side of a cell, at least 1.

    Returns
    -------
    (N,) bool

    Raises
    ------
    ValueError
        If a shape or number is not as above.
    """
    count = len(depth)
    if uv.shape != (count, 2) or depth.shape != (count,) or inside.shape != (count,):
        raise ValueError(f"uv, depth and inside need (N, 2), (N,), (N,), got {uv.shape}, {depth.shape}, {inside.shape}")
    if width < 1 or height < 1 or not 1.0 <= cell < np.inf:
        raise ValueError(f"needs a picture of pixels and cells of 1 pixel or more, got {width} x {height}, {cell}")
    columns, rows = int(width / cell) + 1, int(height / cell) + 1
    nearest = np.full((rows + 2, columns + 2), np.inf)
    seen = np.zeros(count, np.bool_)
    _mark(np.ascontiguousarray(uv, np.float64), np.ascontiguousarray(depth, np.float64),
          np.ascontiguousarray(inside, np.bool_), float(cell), nearest, seen)  # fmt: skip
    return seen


@compiled()
def _mark(
    uv: Floats, depth: Floats, inside: NDArray[np.bool_], cell: float, nearest: Floats, seen: NDArray[np.bool_]
) -> None:
    rows, columns = nearest.shape
    for n in range(len(depth)):
        if inside[n]:
            row = min(int((uv[n, 1] + 0.5) / cell) + 1, rows - 2)
            column = min(int((uv[n, 0] + 0.5) / cell) + 1, columns - 2)
            nearest[row, column] = min(nearest[row, column], depth[n])
    for n in range(len(depth)):
        if inside[n]:
            row = min(int((uv[n, 1] + 0.5) / cell) + 1, rows - 2)
            column = min(int((uv[n, 0] + 0.5) / cell) + 1, columns - 2)
            least = np.inf
            for i in range(row - 1, row + 2):
                for j in range(column - 1, column + 2):
                    least = min(least, nearest[i, j])
            seen[n] = depth[n] <= least * (1.0 + _PART) + _SLACK_M
