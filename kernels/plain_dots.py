"""Plain twins of what draws the points of a cloud into a camera's picture; see `plain`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_TINY = 1e-12


def _pinhole(x: Floats, y: Floats, z: Floats, bend: Floats, widest: float) -> tuple[Floats, Floats]:
    a, b = x / z, y / z
    r2 = a * a + b * b
    top = 1 + r2 * (bend[0] + r2 * (bend[1] + r2 * bend[4]))
    scale = top / (1 + r2 * (bend[5] + r2 * (bend[6] + r2 * bend[7])))
    across = a * scale + 2 * bend[2] * a * b + bend[3] * (r2 + 2 * a * a)
    down = b * scale + bend[2] * (r2 + 2 * b * b) + 2 * bend[3] * a * b
    seen = np.sqrt(r2) <= widest
    return np.where(seen, across, np.nan), np.where(seen, down, np.nan)


def _fisheye(x: Floats, y: Floats, z: Floats, bend: Floats, widest: float) -> tuple[Floats, Floats]:
    across = np.sqrt(x * x + y * y)
    theta = np.arctan2(across, z)
    t2 = theta * theta
    bent = theta * (1 + t2 * (bend[0] + t2 * (bend[1] + t2 * (bend[2] + t2 * bend[3]))))
    ratio = np.where(across <= _TINY, 0.0, bent / across)
    seen = (theta <= widest) & ~((z <= 0) & (across <= _TINY))
    return np.where(seen, x * ratio, np.nan), np.where(seen, y * ratio, np.nan)


def find(
    xyz: NDArray[np.float32],
    chosen: NDArray[np.bool_],
    every: bool,
    turn: Floats,
    shift: Floats,
    kind: int,
    numbers: Floats,
    bend: Floats,
    place: Floats,
    index: NDArray[np.int32],
    away: Floats,
    uv: NDArray[np.float32],
) -> None:
    """Mark each cell of a picture with the nearest point in it; as `camera_dots` does."""
    fx, fy, cx, cy, widest, near = numbers.tolist()
    rows, columns = index.shape
    kept = np.arange(len(xyz)) if every else np.flatnonzero(chosen)
    with np.errstate(all="ignore"):  # what the lens does not see is left out below
        px, py, pz = xyz[kept].astype(np.float64).T
        x, y, z = (turn[axis, 0] * px + turn[axis, 1] * py + turn[axis, 2] * pz + shift[axis] for axis in range(3))
        square = x * x + y * y + z * z
        seen = (square >= near * near) & (square < np.inf) & ((z >= near) if kind == 0 else True)
        kept, x, y, z, square = kept[seen], x[seen], y[seen], z[seen], square[seen]
        if kind:
            a, b = _fisheye(x, y, z, bend, widest)
        else:
            a, b = _pinhole(x, y, z, bend, widest) if bend.any() else (x / z, y / z)
        u, v = a * fx + cx, b * fy + cy
        column, row = (u - place[0]) * place[2], (v - place[1]) * place[3]
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
    cell = row[inside].astype(np.int64) * columns + column[inside].astype(np.int64)
    order = np.lexsort((square[inside], cell))  # of two as near the first stays first
    cells, first = np.unique(cell[order], return_index=True)
    winners = np.flatnonzero(inside)[order[first]]
    index.reshape(-1)[cells], away.reshape(-1)[cells] = kept[winners], square[winners]
    uv.reshape(-1, 2)[cells] = np.stack([u[winners], v[winners]], axis=1)


def stamp(pixels: NDArray[np.uint32], spots: NDArray[np.int64], colors: NDArray[np.uint32], side: int) -> None:
    """Write squares of colour, of two in one place the later one; as `stamps` does."""
    height, width = pixels.shape
    best, ranks = np.full(height * width, -1, np.int64), np.arange(len(spots))
    for down in range(side):
        for across in range(side):
            x, y = spots[:, 0] + across, spots[:, 1] + down
            inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
            np.maximum.at(best, y[inside] * width + x[inside], ranks[inside])
    hit = np.flatnonzero(best >= 0)
    rows, columns = np.divmod(hit, width)
    pixels[rows, columns] = colors[best[hit]]
