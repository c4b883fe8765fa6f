"""What a click needs of a cloud: the points about a place, the ground there, what stands on it, and free space."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

_CELL_M = 1.0  # of the ground
_STEEPEST = 0.25
_TRIES = 128
_ON_M, _UNDER_M = 0.10, 0.3  # of a plane: a cell lies on it, and under it
_SAMPLED = 15  # every so many points tell how many rays cross
_SPECK_M = 0.25  # a lowest point with no other so near above it is a reflection


def points_about(points: NDArray[np.float32], x: float, y: float, reach: float) -> NDArray[np.int64]:
    """Return which points lie within a square about a place seen from above, rising; those with a NaN do not.

    Parameters
    ----------
    points : (N, 3) float32, metres
    x, y, reach : float, metres
        The middle, and half the side.
    """
    return _about(_cloud(points), float(x), float(y), float(reach))


def ground_plane(
    points: NDArray[np.float32], about: NDArray[np.int64], x: float, y: float, spread: float
) -> Floats | None:
    """Return the ground about a place as a plane: slope along x, slope along y, height at the place.

    Of each square metre the lowest point counts; of many planes through three of them the one is taken that most
    lie on and few lie under, what is near the place counting most, and then laid evenly among those on it.

    Parameters
    ----------
    points : (N, 3) float32, metres
    about : (M,) int64
        Which of them lie about the place; these are finite.
    x, y : float, metres
    spread : float, metres
        How far off a cell counts 0.6 of what one at the place does.

    Returns
    -------
    (3,) float64 or None
        None where too few cells tell.
    """
    found = np.zeros(3)
    return found if _plane(_cloud(points), about, float(x), float(y), float(spread), found) else None


def standing_on(
    points: NDArray[np.float32], about: NDArray[np.int64], plane: ArrayLike, lowest: float, highest: float,
    place: ArrayLike,
) -> tuple[NDArray[np.int64], Floats, int, float]:  # fmt: skip
    """Return which of some points lie between two heights over the ground, and which of those is nearest to a place.

    Parameters
    ----------
    points : (N, 3) float32, metres
    about : (K,) int64
        Which points are asked for.
    plane : (3,) float
        The ground: slope along x, slope along y, height at x = y = 0.
    lowest, highest : float, metres
    place : (3,) float, metres
        Its z may be NaN, as of a place seen from above.

    Returns
    -------
    which : (M,) int64
    level : (M, 3) float64, metres
        x, y, and how high over the ground.
    nearest : int
        Of the M; -1 where there are none.
    away : float, metres
        How far that is off.
    """
    which, level = np.empty(len(about), np.int64), np.empty((len(about), 3))
    ground, at = np.ascontiguousarray(plane, dtype=np.float64), np.ascontiguousarray(place, dtype=np.float64)
    count, nearest, away = _standing(_cloud(points), about, ground, float(lowest), float(highest), at, which, level)
    return which[:count], level[:count], int(nearest), float(away)


def free_space(
    points: NDArray[np.float32], origins: ArrayLike, plane: ArrayLike, low: ArrayLike, cell: float, shape: int,
    heights: ArrayLike, most: int,
) -> NDArray[np.float32]:  # fmt: skip
    """Return how many rays went through each cell of a square, between some heights over the ground.

    Parameters
    ----------
    points : (N, 3) float32, metres
        Where rays ended; the last 40 cm before count as taken.
    origins : (K, 3) float, metres
        Where rays may begin: each begins at the nearest to its end of equally many.
    plane : (3,) float
        The ground: slope along x, slope along y, height at x = y = 0.
    low : (2,) float, metres
        The lowest corner of the square.
    cell : float, metres
    shape : int
        How many cells a side has.
    heights : (B, 2) float, metres
        From and to which height over the ground, B bands.
    most : int
        Of rays that cross the square about so many are followed.

    Returns
    -------
    (B, shape, shape) float32
    """
    given = [np.ascontiguousarray(v, dtype=np.float64) for v in (origins, plane, low, heights)]
    free = np.zeros((len(given[3]), shape, shape), np.float32)
    _free(_cloud(points), given[0], given[1], given[2], float(cell), given[3], int(most), free)
    return free


def _cloud(points: NDArray[np.float32]) -> NDArray[np.float32]:
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    view = np.ascontiguousarray(cloud).view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    return view


@compiled()
def _about(points: NDArray[Any], x: float, y: float, reach: float) -> NDArray[np.int64]:
    found = np.empty(len(points) + 1, np.int64)
    count = 0
    for n in range(len(points)):  # no branches, which would be guessed wrong at every edge
        found[count] = n
        near = (abs(points[n, 0] - x) <= reach) & (abs(points[n, 1] - y) <= reach)
        count += near & (abs(points[n, 2]) < np.inf)
    return found[:count]


@compiled(inner=True)
def _lowest(points: NDArray[Any], about: NDArray[np.int64], x: float, y: float, spread: float) -> Floats:
    """Return what lies lowest in each cell about a place, (4, M): x and y from there, z, and what it counts."""
    reach = 0.0
    for n in about:
        reach = max(reach, abs(points[n, 0] - x), abs(points[n, 1] - y))
    per_m = 1 / _CELL_M
    side = int(2 * reach * per_m) + 2
    cells = np.empty((side, side, 4))  # the lowest and the next, and where from the place the lowest is
    for i in range(side):
        for j in range(side):
            cells[i, j, 0] = cells[i, j, 1] = np.inf
    for n in about:
        i, j = int((points[n, 0] - x + reach) * per_m), int((points[n, 1] - y + reach) * per_m)
        z = points[n, 2]
        if z < cells[i, j, 0]:
            cells[i, j, 1] = cells[i, j, 0]
            cells[i, j, 0], cells[i, j, 2], cells[i, j, 3] = z, points[n, 0] - x, points[n, 1] - y
        elif z < cells[i, j, 1]:
            cells[i, j, 1] = z
    low = np.empty((4, side * side))
    count = 0
    for i in range(side):
        for j in range(side):
            first, second, u, v = cells[i, j, 0], cells[i, j, 1], cells[i, j, 2], cells[i, j, 3]
            if np.isfinite(second):
                low[0, count], low[1, count] = u, v
                low[2, count] = first if second - first < _SPECK_M else second
                low[3, count] = np.exp(-0.5 * (u * u + v * v) / (spread * spread))
                count += 1
    return low[:, :count].copy()


@compiled(inner=True, fastmath={"reassoc", "contract", "nsz"})
def _votes(low: Floats, sx: float, sy: float, height: float) -> float:
    """Return how much lies on a plane, less what lies under it. No branches: several cells go at a time."""
    votes = 0.0
    for n in range(low.shape[1]):
        over = low[2, n] - sx * low[0, n] - sy * low[1, n] - height
        on = low[3, n] if abs(over) < _ON_M else 0.0
        under = low[3, n] if over < -_UNDER_M else 0.0
        votes += on - 2 * under
    return votes


@compiled(inner=True)
def _levelled(low: Floats, plane: Floats) -> None:
    """Lay a plane evenly among the cells on it, twice: least squares, its three equations solved by hand."""
    for _ in range(2):
        xx, xy, yy, x, y, one, xz, yz, z = 0.05, 0.0, 0.05, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        held = 0
        for n in range(low.shape[1]):
            u, v, high, counts = low[0, n], low[1, n], low[2, n], low[3, n]
            if abs(high - plane[0] * u - plane[1] * v - plane[2]) < 1.5 * _ON_M:
                xx, xy, yy = xx + counts * u * u, xy + counts * u * v, yy + counts * v * v
                x, y, one = x + counts * u, y + counts * v, one + counts
                xz, yz, z = xz + counts * u * high, yz + counts * v * high, z + counts * high
                held += 1
        if held < 5:
            return
        a, b, c = xx - x * x / one, xy - x * y / one, yy - y * y / one  # of the middle: two equations are left
        p, q = xz - x * z / one, yz - y * z / one
        det = a * c - b * b
        along, across = (c * p - b * q) / det, (a * q - b * p) / det
        if np.hypot(along, across) > _STEEPEST:
            return
        plane[0], plane[1], plane[2] = along, across, (z - along * x - across * y) / one


@compiled()
def _plane(
    points: NDArray[Any], about: NDArray[np.int64], x: float, y: float, spread: float, out: Floats
) -> bool:  # fmt: skip
    low = _lowest(points, about, x, y, spread)
    if low.shape[1] < 5:
        return False
    best, state = -np.inf, np.uint64(12345)
    picked, u, v = np.empty(3, np.int64), np.empty(3), np.empty(3)
    for _ in range(_TRIES):
        for k in range(3):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            picked[k] = int((state >> np.uint64(33)) % np.uint64(low.shape[1]))
        a = low[:, picked[0]]
        for k in range(3):
            u[k], v[k] = low[k, picked[1]] - a[k], low[k, picked[2]] - a[k]
        nx, ny, nz = u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]
        if abs(nz) < 0.5 or np.hypot(nx, ny) > _STEEPEST * abs(nz):
            continue
        sx, sy = -nx / nz, -ny / nz
        height = a[2] - sx * a[0] - sy * a[1]
        votes = _votes(low, sx, sy, height)
        if votes > best:
            best = votes
            out[0], out[1], out[2] = sx, sy, height
    if not np.isfinite(best):
        return False
    _levelled(low, out)
    return True


@compiled()
def _standing(
    points: NDArray[Any], about: NDArray[np.int64], plane: Floats, lowest: float, highest: float, place: Floats,
    which: NDArray[np.int64], level: Floats,
) -> tuple[int, int, float]:  # fmt: skip
    upright = 1.0 if np.isfinite(place[2]) else 0.0
    up = place[2] if np.isfinite(place[2]) else 0.0
    count, nearest, least = 0, -1, np.inf
    for n in about:
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        over = z - (plane[0] * x + plane[1] * y + plane[2])
        if lowest < over < highest:
            away = (x - place[0]) ** 2 + (y - place[1]) ** 2 + upright * (z - up) ** 2
            if away < least:
                nearest, least = count, away
            which[count] = n
            level[count, 0], level[count, 1], level[count, 2] = x, y, over
            count += 1
    return count, nearest, np.sqrt(least)


@compiled(inner=True)
def _crosses(ux: float, uy: float, dx: float, dy: float, radius: float) -> bool:
    """Say whether a ray that goes so far comes within a radius of a place so far off; one of no numbers does not."""
    long = ux * ux + uy * uy
    aside = ux * dy - uy * dx
    if aside * aside <= radius * radius * long:
        ahead: bool = ux * dx + uy * dy >= -radius * np.sqrt(long)
        return ahead
    return False


@compiled(inner=True)
def _every(points: NDArray[Any], eye: Floats, dx: float, dy: float, radius: float, most: int) -> int:
    """Return at which distance points are to be taken so that about so many rays cross: odd, for beams lie in rows."""
    count, ex, ey = 0, eye[0], eye[1]
    for n in range(0, len(points), _SAMPLED):
        count += _crosses(points[n, 0] - ex, points[n, 1] - ey, dx, dy, radius)
    return max(count * _SAMPLED // max(most, 1) - 1, 0) | 1


@compiled(inner=True, error_model="numpy")
def _clipped(start: float, slope: float, low: float, high: float, begin: float, end: float) -> tuple[float, float]:
    """Cut a span of a ray to where it is between two limits."""
    if abs(slope) < 1e-9:
        return begin, end if low <= start <= high else begin - 1.0
    a, b = (low - start) / slope, (high - start) / slope
    return max(begin, min(a, b)), min(end, max(a, b))


@compiled(inner=True)
def _nearest(eyes: Floats, x: float, y: float) -> int:
    found, nearest = 0, np.inf
    for k in range(len(eyes)):
        away = (x - eyes[k, 0]) ** 2 + (y - eyes[k, 1]) ** 2
        if away < nearest:
            found, nearest = k, away
    return found


@compiled(error_model="numpy")
def _free(
    points: NDArray[Any], origins: Floats, plane: Floats, low: Floats, cell: float, heights: Floats, most: int,
    free: NDArray[np.float32],
) -> None:  # fmt: skip
    shape = free.shape[1]
    side = shape * cell
    ex, ey, radius = origins[0, 0], origins[0, 1], side / 2 * 1.4142
    dx, dy = low[0] + side / 2 - ex, low[1] + side / 2 - ey
    for n in range(0, len(points), _every(points, origins[0], dx, dy, radius, most)):
        if not _crosses(points[n, 0] - ex, points[n, 1] - ey, dx, dy, radius):
            continue
        x, y, z = points[n, 0], points[n, 1], points[n, 2]
        if not np.isfinite(z):
            continue
        eye = origins[_nearest(origins, x, y)]
        ux, uy, uz = x - eye[0], y - eye[1], z - eye[2]
        long = np.sqrt(ux * ux + uy * uy)
        if long < 0.5:
            continue
        ux, uy, uz = ux / long, uy / long, uz / long
        begin, end = _clipped(eye[0], ux, low[0], low[0] + side, 0.0, long - 0.4)
        begin, end = _clipped(eye[1], uy, low[1], low[1] + side, begin, end)
        if end <= begin:
            continue
        over, slope = eye[2] - plane[0] * eye[0] - plane[1] * eye[1] - plane[2], uz - plane[0] * ux - plane[1] * uy
        for band in range(len(heights)):
            s, last = _clipped(over, slope, heights[band, 0], heights[band, 1], begin, end)
            s += 0.5 * cell
            u, v = (eye[0] + ux * s - low[0]) / cell, (eye[1] + uy * s - low[1]) / cell
            for _ in range(int(np.ceil((last - s) / cell))):  # a cell further each
                i, j = int(u), int(v)
                if 0 <= i < shape and 0 <= j < shape:
                    free[band, i, j] += 1.0
                u, v = u + ux, v + uy
