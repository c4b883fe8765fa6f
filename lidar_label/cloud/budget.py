"""Budget: which tiles a view sees, and how many points of each are worth their place in it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Triple = tuple[float, float, float]

FEWEST = 256  # points that a tile in sight gets anyway, so that thin things far from everything do not vanish
_NEAR_M = 0.1
_EDGE_ON = 0.1  # of a tile's larger face is seen even along its plane: no ground is flat
_POINTS_PER_PIXEL = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Perspective:
    """A camera, in the coordinates of the tiles.

    Parameters
    ----------
    eye : (x, y, z), metres
    forward, up : unit vectors at a right angle
    fov : float, radians
        Angle of view from the top edge to the bottom edge.
    width, height : float, pixels
    """

    eye: Triple
    forward: Triple
    up: Triple
    fov: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FromAbove:
    """A rectangle of the ground that is seen from straight above.

    Parameters
    ----------
    low, high : (x, y), metres, in the coordinates of the tiles
    metres_per_pixel : float
    """

    low: tuple[float, float]
    high: tuple[float, float]
    metres_per_pixel: float


class Choice(NamedTuple):
    """The tiles that are seen, those with most of the picture first, and the points wished of each."""

    tiles: NDArray[np.int64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """What of a tile table decides over what is seen; tiles that are never drawn are not in it.

    Parameters
    ----------
    tiles : (K,) int64
        Their rows in the table.
    centers, halves : (K, 3) float64, metres
    counts : (K,) int64
    """

    tiles: NDArray[np.int64]
    centers: Floats
    halves: Floats
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, table: NDArray[Any]) -> Self:
        """Take the drawn tiles (kind 0, with points) out of a tile table with low, high, count and kind."""
        rows = np.flatnonzero((table["kind"] == 0) & (table["count"] > 0))
        low, high = (np.asarray(table[name][rows], dtype=np.float64).reshape(-1, 3) for name in ("low", "high"))
        halves = np.maximum((high - low) / 2, 0.0)
        return cls(rows, (low + high) / 2, halves, table["count"][rows].astype(np.int64))


def choose(bounds: Bounds, view: Perspective | FromAbove, budget: int) -> Choice:
    """Share a budget of points among the tiles that a view sees.

    Every tile gets as many points for each pixel that it covers; a tile that has fewer gives all it has,
    and what it leaves over goes to the others.

    Parameters
    ----------
    bounds : Bounds
    view : Perspective or FromAbove
    budget : int
        The most points in all; exactly so many are chosen where the tiles in sight have them.

    Returns
    -------
    Choice
        Only tiles that get a point.

    Raises
    ------
    ValueError
        If a number of the view is not finite, or the budget is negative.
    """
    if budget < 0:
        raise ValueError(f"budget needs to be 0 or more, got {budget}")
    seen, pixels = _pixels(bounds, view) if isinstance(view, Perspective) else _pixels_above(bounds, view)
    order = np.argsort(-pixels, kind="stable")
    seen, pixels = seen[order], pixels[order]
    counts = share(bounds.counts[seen], pixels, budget)
    got = counts > 0
    return Choice(bounds.tiles[seen[got]], counts[got])


def share(has: NDArray[np.int64], pixels: Floats, budget: int) -> NDArray[np.int64]:
    """Share a budget in proportion to pixels, where none gets more than it has; earlier ones take the odd points.

    Parameters
    ----------
    has : (K,) int64
    pixels : (K,) float64, above 0
    budget : int

    Returns
    -------
    (K,) int64
        Their sum is the budget, or everything where that is less.
    """
    if not len(has):
        return np.zeros(0, np.int64)
    if int(has.sum()) <= budget:
        return has.copy()
    worth = np.minimum(np.ceil(pixels * _POINTS_PER_PIXEL), FEWEST).astype(np.int64)
    least = np.minimum(np.minimum(has, np.maximum(worth, 1)), budget // len(has))
    left, room = has - least, budget - int(least.sum())
    order = np.argsort(left / pixels, kind="stable")  # those that run out first, first
    sizes, weights = left[order], pixels[order]
    before = np.cumsum(sizes) - sizes
    rest = np.cumsum(weights[::-1])[::-1]
    reached = before + sizes / weights * rest  # points in all once this one gives everything
    last = min(int(np.searchsorted(np.maximum.accumulate(reached), room)), len(has) - 1)
    density = max(room - float(before[last]), 0.0) / float(rest[last])
    more = np.minimum(left, np.floor(density * pixels)).astype(np.int64)  # before the cast: it may be huge
    counts = least + more
    _settle(counts, has, budget)
    return counts


def _settle(counts: NDArray[np.int64], has: NDArray[np.int64], budget: int) -> None:
    """Hand out the points that rounding left over, or take back those it gave too much."""
    missing = budget - int(counts.sum())
    while missing > 0:
        open_ = np.flatnonzero(counts < has)[:missing]
        counts[open_] += 1
        missing -= len(open_)
    while missing < 0:
        full = np.flatnonzero(counts > 0)[::-1][:-missing]
        counts[full] -= 1
        missing += len(full)


def _pixels(bounds: Bounds, view: Perspective) -> tuple[NDArray[np.intp], Floats]:
    """Return the tiles that touch the frustum and how many pixels each would cover."""
    numbers = (*view.eye, *view.forward, *view.up, view.fov, view.width, view.height)
    if not np.isfinite(numbers).all():
        raise ValueError("the camera needs finite numbers")
    eye, forward, up = (np.array(v, dtype=np.float64) for v in (view.eye, view.forward, view.up))
    right = np.cross(forward, up)
    tall = math.tan(view.fov / 2)
    wide = tall * view.width / max(view.height, 1e-9)
    inward = np.stack(
        [wide * forward - right, wide * forward + right, tall * forward - up, tall * forward + up, forward]
    )
    away = bounds.centers - eye
    reach = away @ inward.T + bounds.halves @ np.abs(inward).T  # of each box's innermost corner
    reach[:, 4] -= _NEAR_M
    seen = np.flatnonzero((reach >= 0).all(axis=1))
    away, halves = away[seen], bounds.halves[seen]
    far = np.sqrt(np.einsum("ij,ij->i", away, away))
    size = np.sqrt(np.einsum("ij,ij->i", halves, halves))
    faces = 4 * halves[:, (1, 2, 0)] * halves[:, (2, 0, 1)]  # across x, y and z
    way = np.abs(away) / np.maximum(far, 1e-9)[:, None]
    area = np.maximum(np.einsum("ij,ij->i", faces, way), _EDGE_ON * faces.max(axis=1, initial=0.0))
    near = np.maximum(np.maximum(far - size, size / 2), _NEAR_M)
    focal = view.height / 2 / tall
    pixels: Floats = area * (focal / near) ** 2
    return seen, np.maximum(pixels, 1e-6)


def _pixels_above(bounds: Bounds, view: FromAbove) -> tuple[NDArray[np.intp], Floats]:
    low, high = np.array(view.low, dtype=np.float64), np.array(view.high, dtype=np.float64)
    if not (np.isfinite([low, high]).all() and np.isfinite(view.metres_per_pixel) and view.metres_per_pixel > 0):
        raise ValueError("the view needs finite numbers, and pixels of some size")
    middle, half = (low + high) / 2, (high - low) / 2
    apart = np.abs(bounds.centers[:, :2] - middle) - bounds.halves[:, :2]
    seen = np.flatnonzero((apart <= half).all(axis=1))
    pixels = 4 * bounds.halves[seen, 0] * bounds.halves[seen, 1] / view.metres_per_pixel**2
    return seen, np.maximum(pixels, 1e-6)
