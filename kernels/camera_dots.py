"""Dots in a picture: of a cloud, the nearest point in each cell of a camera's picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels import plain_dots
from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

PINHOLE, FISHEYE = 0, 1
_NUMBERS = 8
_MOST_CELLS = 1 << 26
_TINY = 1e-12


class Lens(NamedTuple):
    """A lens as plain numbers.

    Parameters
    ----------
    kind : PINHOLE or FISHEYE
    fx, fy, cx, cy : float, pixels
    bend : (8,) float64
        Pinhole: ``k1, k2, p1, p2, k3, k4, k5, k6`` in OpenCV's order; fisheye: ``k1, k2, k3, k4``, then zeros.
    widest : float
        Up to where a wider direction still lands further out: a tangent for a pinhole, an angle for a fisheye.
        Infinite for a pinhole without distortion.
    near : float, metres
        Nothing nearer is seen.
    """

    kind: int
    fx: float
    fy: float
    cx: float
    cy: float
    bend: Floats
    widest: float
    near: float


class Window(NamedTuple):
    """What part of a picture is looked at, and in how many cells; all in the picture's pixels.

    Pixel centres are at whole numbers, so a whole picture of 1600 x 900 begins at -0.5 and is 1600 across.
    """

    left: float
    top: float
    across: float
    down: float
    columns: int
    rows: int


def nearest_dots(
    xyz: NDArray[np.float32], rotation: ArrayLike, translation: ArrayLike, lens: Lens, window: Window,
    chosen: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:  # fmt: skip
    """Find, in each cell of a picture, the point that is nearest to the camera.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
    rotation, translation : (3, 3), (3,) float, metres
        From the frame of the points to the camera's: x right, y down, z along the optical axis.
    lens : Lens
    window : Window
    chosen : (N,) bool, optional
        Only these points are looked at.

    Returns
    -------
    uv : (K, 2) float32, pixels of the picture
        In the order of the cells, row by row.
    index : (K,) int32
        Which point each is. Of two as near the first is taken.

    Raises
    ------
    ValueError
        If a shape, dtype or number is not as above.
    """
    cloud = np.ascontiguousarray(xyz)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"xyz needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    turn = np.ascontiguousarray(rotation, dtype=np.float64)
    shift = np.ascontiguousarray(translation, dtype=np.float64)
    if turn.shape != (3, 3) or shift.shape != (3,):
        raise ValueError(f"a rotation and a translation are (3, 3) and (3,), got {turn.shape} and {shift.shape}")
    bend = np.ascontiguousarray(lens.bend, dtype=np.float64)
    if bend.shape != (_NUMBERS,) or lens.kind not in (PINHOLE, FISHEYE):
        raise ValueError(f"a lens has {_NUMBERS} numbers and a kind, got {bend.shape} and {lens.kind}")
    columns, rows = int(window.columns), int(window.rows)
    if columns < 1 or rows < 1 or columns * rows > _MOST_CELLS:
        raise ValueError(f"a window has 1 to {_MOST_CELLS} cells, got {columns} x {rows}")
    if not (window.across > 0 and window.down > 0):
        raise ValueError(f"a window is larger than 0, got {window.across} x {window.down}")
    if len(cloud) > np.iinfo(np.int32).max:
        raise ValueError(f"at most {np.iinfo(np.int32).max} points can be told apart, got {len(cloud)}")
    every = chosen is None
    mask = np.ones(1, np.bool_) if chosen is None else np.ascontiguousarray(chosen, dtype=np.bool_)
    if not every and mask.shape != (len(cloud),):
        raise ValueError(f"chosen needs one value a point, got {mask.shape} for {len(cloud)}")

    index = np.full((rows, columns), -1, np.int32)
    away = np.full((rows, columns), np.inf)
    uv = np.empty((rows, columns, 2), np.float32)
    place = np.array([window.left, window.top, columns / window.across, rows / window.down])
    numbers = np.array([lens.fx, lens.fy, lens.cx, lens.cy, lens.widest, lens.near], dtype=np.float64)
    _find(cloud, mask, every, turn, shift, lens.kind, numbers, bend, place, index, away, uv)
    found = index >= 0
    return uv[found], index[found]


@compiled(inner=True)
def pinhole_way(x: float, y: float, z: float, bend: Floats, widest: float) -> tuple[float, float]:
    """Return where a direction falls, in focal lengths; NaN where the lens does not see it."""
    a, b = x / z, y / z
    r2 = a * a + b * b
    if not np.sqrt(r2) <= widest:
        return np.nan, np.nan
    top = 1 + r2 * (bend[0] + r2 * (bend[1] + r2 * bend[4]))
    scale = top / (1 + r2 * (bend[5] + r2 * (bend[6] + r2 * bend[7])))
    across = a * scale + 2 * bend[2] * a * b + bend[3] * (r2 + 2 * a * a)
    return across, b * scale + bend[2] * (r2 + 2 * b * b) + 2 * bend[3] * a * b


@compiled(inner=True)
def fisheye_way(x: float, y: float, z: float, bend: Floats, widest: float) -> tuple[float, float]:
    """Return what `pinhole_way` does, for a fisheye."""
    across = np.sqrt(x * x + y * y)
    theta = np.arctan2(across, z)
    if not theta <= widest or (z <= 0 and across <= _TINY):  # straight behind, every direction is as good as another
        return np.nan, np.nan
    if across <= _TINY:
        return 0.0, 0.0
    t2 = theta * theta
    ratio = theta * (1 + t2 * (bend[0] + t2 * (bend[1] + t2 * (bend[2] + t2 * bend[3])))) / across
    return x * ratio, y * ratio


@compiled(plain=plain_dots.find)
def _find(
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
    fx, fy, cx, cy, widest, near = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
    rows, columns = index.shape
    straight = not bend.any()
    for n in range(len(xyz)):
        if not every and not chosen[n]:
            continue
        px, py, pz = xyz[n, 0], xyz[n, 1], xyz[n, 2]
        z = turn[2, 0] * px + turn[2, 1] * py + turn[2, 2] * pz + shift[2]
        if kind == PINHOLE and not z >= near:
            continue
        x = turn[0, 0] * px + turn[0, 1] * py + turn[0, 2] * pz + shift[0]
        y = turn[1, 0] * px + turn[1, 1] * py + turn[1, 2] * pz + shift[1]
        square = x * x + y * y + z * z
        if not near * near <= square < np.inf:
            continue
        if kind == FISHEYE:
            a, b = fisheye_way(x, y, z, bend, widest)
        elif straight:
            a, b = x / z, y / z
        else:
            a, b = pinhole_way(x, y, z, bend, widest)
        u, v = a * fx + cx, b * fy + cy
        column, row = (u - place[0]) * place[2], (v - place[1]) * place[3]
        if not (0.0 <= column < columns and 0.0 <= row < rows):  # as floats first: a far one has no cell's number
            continue
        i, j = int(row), int(column)
        if square < away[i, j]:
            away[i, j] = square
            index[i, j] = n
            uv[i, j, 0] = u
            uv[i, j, 1] = v
