"""How well points match a shape: a field of what a point is worth at each place about a box, and the best poses.

The field is a grid in the box's own frame. A pose is where the box stands among the points: x, y, z and yaw.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.copies import take_over

Floats = NDArray[np.float64]
Field = NDArray[np.float32]

_FINEST = 0.02  # of the first step: where a climb ends
_ROUNDS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Where a field lies: its lowest corner in the box's frame, (3,) metres, and the side of its cells, metres."""

    low: Floats
    cell: float


def mark_points(field: Field, grid: Grid, points: ArrayLike, width: float) -> None:
    """Raise a field about points to what a bell curve is worth there, 1 at the point; nothing is ever lowered.

    Parameters
    ----------
    field : (X, Y, Z) float32
        Changed in place.
    grid : Grid
    points : (N, 3) float, metres
        In the box's frame; those outside the grid count as far as the curve reaches into it.
    width : float, metres
        Of the curve (its standard deviation); it is cut at two and a half times that.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or the width is not above 0.
    """
    _check_field(field, grid)
    if not width > 0:
        raise ValueError(f"width needs to be above 0, got {width}")
    _mark(field, grid.low, grid.cell, _rows("points", points, 3), float(width))


def value_of_poses(field: Field, grid: Grid, points: ArrayLike, poses: ArrayLike) -> Floats:
    """Return what points are worth under each pose of the box: the sum of the field at their places.

    Parameters
    ----------
    field : (X, Y, Z) float32
        Between the middles of its cells it changes evenly, outside it is 0.
    grid : Grid
    points : (N, 3) float, metres
    poses : (K, 4) float
        x, y, z of the box among the points (metres), yaw about +z (radians).

    Returns
    -------
    (K,) float64

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    _check_field(field, grid)
    given = _rows("poses", poses, 4)
    found = np.empty(len(given))
    _values(field, grid.low, grid.cell, _rows("points", points, 3), given, found)
    return found


def best_pose_near(
    field: Field,
    grid: Grid,
    points: ArrayLike,
    start: ArrayLike,
    expected: ArrayLike,
    precision: ArrayLike,
    weight: float,
    steps: ArrayLike,
) -> tuple[Floats, float]:
    """Climb from a pose to the best one about it.

    That is the most of ``weight * value - (pose - expected)' precision (pose - expected) / 2``. One coordinate is
    changed at a time, by steps along and across the box, up and in yaw, which are halved where none helps.

    Parameters
    ----------
    field, grid, points
        See `value_of_poses`.
    start, expected : (4,) float
        Poses: x, y, z (metres), yaw (radians). Yaws differ by less than a turn.
    precision : (4, 4) float
        The inverse of the covariance of what is expected.
    weight : float
        What a point counts beside it.
    steps : (4,) float
        The first steps: along, across, up (metres), yaw (radians); 0 keeps one as it is.

    Returns
    -------
    pose : (4,) float64
    value : float
        Of the sum above.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    _check_field(field, grid)
    arrays = [_rows(name, values, 4).reshape(-1) for name, values in
              (("start", [start]), ("expected", [expected]), ("steps", [steps]))]  # fmt: skip
    about = _rows("precision", precision, 4)
    if about.shape != (4, 4):
        raise ValueError(f"precision needs shape (4, 4), got {about.shape}")
    pose = arrays[0].copy()
    value = _climb(
        field, grid.low, grid.cell, _rows("points", points, 3), pose, arrays[1], about, float(weight), arrays[2]
    )
    return pose, value


def _check_field(field: Field, grid: Grid) -> None:
    if field.ndim != 3 or field.dtype != np.float32 or not field.flags.c_contiguous:
        raise ValueError(f"field needs (X, Y, Z) float32 in one piece, got {field.shape} {field.dtype}")
    if grid.low.shape != (3,) or grid.low.dtype != np.float64 or not grid.cell > 0:
        raise ValueError(f"grid needs a low corner (3,) float64 and a cell above 0, got {grid.low.shape}, {grid.cell}")


def _rows(name: str, values: Any, width: int) -> Floats:  # noqa: ANN401 - whatever numpy can make an array of
    given = np.ascontiguousarray(values, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != width:
        raise ValueError(f"{name} needs rows of {width}, got shape {given.shape}")
    return given if given.flags.writeable else given.copy()  # rather than have all compiled anew


@compiled()
def _mark(field: Field, low: Floats, cell: float, points: Floats, width: float) -> None:
    nx, ny, nz = field.shape
    reach = 2.5 * width
    for n in range(len(points)):
        x, y, z = points[n, 0] - low[0], points[n, 1] - low[1], points[n, 2] - low[2]
        if not abs(x) + abs(y) + abs(z) < 1e6:
            continue
        i0, i1 = max(int(np.ceil((x - reach) / cell - 0.5)), 0), min(int(np.floor((x + reach) / cell - 0.5)), nx - 1)
        j0, j1 = max(int(np.ceil((y - reach) / cell - 0.5)), 0), min(int(np.floor((y + reach) / cell - 0.5)), ny - 1)
        k0, k1 = max(int(np.ceil((z - reach) / cell - 0.5)), 0), min(int(np.floor((z + reach) / cell - 0.5)), nz - 1)
        for i in range(i0, i1 + 1):
            dx = (i + 0.5) * cell - x
            for j in range(j0, j1 + 1):
                dy = (j + 0.5) * cell - y
                for k in range(k0, k1 + 1):
                    dz = (k + 0.5) * cell - z
                    near = 1.0 - (dx * dx + dy * dy + dz * dz) / (reach * reach)
                    if near > 0:
                        worth = np.float32(near * near * near)  # about what a bell curve has, and far quicker
                        if worth > field[i, j, k]:
                            field[i, j, k] = worth


@compiled(inner=True)
def _sum(field: Field, low: Floats, cell: float, points: Floats, x: float, y: float, z: float, yaw: float) -> float:
    nx, ny, nz = field.shape
    c, s = np.cos(yaw) / cell, np.sin(yaw) / cell
    ox, oy, oz = low[0] / cell + 0.5, low[1] / cell + 0.5, (low[2] + z) / cell + 0.5
    total = 0.0
    for n in range(len(points)):
        dx, dy = points[n, 0] - x, points[n, 1] - y
        a, b, h = c * dx + s * dy - ox, c * dy - s * dx - oy, points[n, 2] / cell - oz
        if not (a >= 0 and b >= 0 and h >= 0 and a < nx - 1 and b < ny - 1 and h < nz - 1):
            continue
        i, j, k = int(a), int(b), int(h)
        p, q, r = a - i, b - j, h - k
        near = (field[i, j, k] * (1 - q) + field[i, j + 1, k] * q) * (1 - p)
        near += (field[i + 1, j, k] * (1 - q) + field[i + 1, j + 1, k] * q) * p
        far = (field[i, j, k + 1] * (1 - q) + field[i, j + 1, k + 1] * q) * (1 - p)
        far += (field[i + 1, j, k + 1] * (1 - q) + field[i + 1, j + 1, k + 1] * q) * p
        total += near * (1 - r) + far * r
    return total


@compiled()
def _values(field: Field, low: Floats, cell: float, points: Floats, poses: Floats, out: Floats) -> None:
    for k in range(len(poses)):
        out[k] = _sum(field, low, cell, points, poses[k, 0], poses[k, 1], poses[k, 2], poses[k, 3])


@compiled(inner=True)
def _worth(
    field: Field, low: Floats, cell: float, points: Floats, pose: Floats, expected: Floats, precision: Floats,
    weight: float,
) -> float:  # fmt: skip
    unlike = 0.0
    for a in range(4):
        for b in range(4):
            unlike += (pose[a] - expected[a]) * precision[a, b] * (pose[b] - expected[b])
    return weight * _sum(field, low, cell, points, pose[0], pose[1], pose[2], pose[3]) - 0.5 * unlike


@compiled()
def _climb(
    field: Field, low: Floats, cell: float, points: Floats, pose: Floats, expected: Floats, precision: Floats,
    weight: float, steps: Floats,
) -> float:  # fmt: skip
    best = _worth(field, low, cell, points, pose, expected, precision, weight)
    tried = np.empty(4)
    share = 1.0
    for _ in range(_ROUNDS):
        before = best
        for axis in range(4):
            if steps[axis] == 0:
                continue
            for sign in (1.0, -1.0):
                step = steps[axis] * share * sign
                take_over(pose, tried)
                if axis == 0:
                    tried[0] += step * np.cos(pose[3])
                    tried[1] += step * np.sin(pose[3])
                elif axis == 1:
                    tried[0] -= step * np.sin(pose[3])
                    tried[1] += step * np.cos(pose[3])
                else:
                    tried[axis] += step
                value = _worth(field, low, cell, points, tried, expected, precision, weight)
                if value > best:
                    best = value
                    take_over(tried, pose)
                    break
        if best <= before:
            share *= 0.5
            if share < _FINEST:
                break
    return best
