"""What is seen about a click: the ground, the points over it, how they hang together, and where rays went through."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.fit_ground import Ground
from lidar_label.errors import LidarLabelError
from lidar_label.kernels.click_cells import cells_of, gaps_from, joined, thinned, voxels
from lidar_label.kernels.click_points import free_space, ground_plane, points_about, standing_on
from lidar_label.model import Floats

Indices = NDArray[np.intp]
Reason = Literal["no-points", "ground", "few", "large"]

_REACH_M = 14.0  # as far as what is clicked on may go on
_GROUND_M, _GROUND_POINTS = 5.0, 16000  # how near the ground counts most, and by about how many points it is told
_CLEARANCE_M, _TALLEST_M = 0.22, 6.0
_SEED_M, _SEED_BY_RANGE = 0.6, 0.01  # how far from the place the object may begin, and more for each metre of range
_CELL_M, _CELL_BY_RANGE, _CELL_HIGH_M, _CELLS = 0.12, 0.004, 0.4, 1200
_IN_CELL = 6  # points of a cell that are looked at: on a near lorry lie thousands
_UPRIGHT = 0.35  # what a metre of height counts in a gap: beams lie far apart
_OWN_M, _OWN_BY_RANGE = 0.35, 0.012  # the widest gap in an object: near the sensor, and more for each metre of range
_STEEP, _LEAST, _MOST = 1.5, -3.0, 2.0  # of the log odds by the gap
_OUTSIDE = -1.5  # of what lies outside a region that was drawn
_FINE_M, _FINE_BY_RANGE, _POINTS, _OTHERS = 0.05, 0.002, 300, 120
FREE_CELL_M = 0.2
FREE_BANDS = ((0.3, 0.75), (1.2, 2.2))  # over the ground: where cars stop rays, and where lorries do
_RAYS = 4000
_LOWEST_EYE_M, _USUAL_EYE_M = 0.8, 1.8  # over the ground
_ABOVE_M = 1.2  # how near the click its top is looked for


class CannotFit(LidarLabelError, ValueError):
    """Nothing can be fitted at a place; `reason` says why in a word."""

    def __init__(self, reason: Reason, what: str) -> None:
        super().__init__(what)
        self.reason = reason


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is seen about a click; positions are metres in the frame of the cloud."""

    indices: Indices
    """Which points of the cloud stand over the ground here, (A,)."""
    level: Floats
    """x, y, and how high over the ground, (N, 3) metres, of those points that are looked at."""
    odds: Floats
    """The logarithm of the odds that each is of the object, by the gaps between."""
    gaps: Floats
    """The widest gap on the way from the click to each, metres."""
    reach: float
    """The widest gap that is usual in one object here, metres."""
    chosen: Indices
    """Those of N that boxes are measured by."""
    seed: Floats
    top: float
    """The highest that hangs together with the click close to it, metres over the ground."""
    ground: Ground
    eyes: Floats
    free: NDArray[np.float32]
    """How many rays went through each cell, a layer a band."""
    low: Floats
    """The lowest corner of the cells of `free`."""
    stands: Indices | None = None
    """Which of N stands for each of A; without it they are the same."""

    def taken(self, held: NDArray[np.bool_]) -> Indices:
        """Return which points of the cloud those are, and those they stand for, that `held`, (N,), marks."""
        marked = held if self.stands is None else held.take(self.stands)
        found: Indices = self.indices.take(np.flatnonzero(marked))  # both faster than by brackets
        return found


def look(
    xyz: NDArray[np.float32], point: ArrayLike, origins: ArrayLike, ground: float | None,
    inside: Indices | None = None, reach_m: float = _REACH_M,
    rays_for: Callable[[float], tuple[Sequence[tuple[float, float]], float]] = lambda _: (FREE_BANDS, math.inf),
) -> Seen:  # fmt: skip
    """Look about a place, (3,) whose z may be NaN; with `inside`, at the points of a region instead.

    `reach_m` is how far what is there may go on. `rays_for` says between which heights over the ground rays are to be
    followed, and how far about the click, where what was meant has a top so high.

    Raises
    ------
    CannotFit
        If nothing stands there.
    """
    place = np.asarray(point, dtype=np.float64)
    eyes = np.atleast_2d(np.asarray(origins, dtype=np.float64))
    around = points_about(xyz, float(place[0]), float(place[1]), reach_m)
    if not len(around):
        raise CannotFit("no-points", "there are no points at this place")
    floor = _floor(xyz, around, place, ground)
    plane = (floor.along_x, floor.along_y, floor.height)
    eyes = _raised(eyes, floor, place)
    distance = float(np.hypot(*(place[:2] - eyes[0, :2])))
    indices, standing, nearest, away = standing_on(xyz, around, plane, _CLEARANCE_M, _TALLEST_M, place)
    if away > _SEED_M + _SEED_BY_RANGE * distance:
        raise _missed(xyz[around], place, _SEED_M + _SEED_BY_RANGE * distance)
    cell = max(_CELL_M, _CELL_BY_RANGE * distance)
    number, firsts = cells_of(standing, cell, _CELL_HIGH_M)
    kept, firsts, stands = thinned(number, len(firsts), _IN_CELL)
    level = standing.take(kept, axis=0)
    number, firsts, _ = joined(level, number[kept], firsts, cell, _CELL_HIGH_M, _CELLS)
    seeds = np.zeros(len(firsts), np.bool_)
    seeds[number[stands[nearest]]] = True
    held = None
    if inside is not None:
        is_inside = np.zeros(len(xyz), np.bool_)
        is_inside[inside] = True
        held = is_inside[indices[kept]]
        seeds[number[held]] = True
    gaps = gaps_from(level[firsts], seeds, _UPRIGHT)
    reach = _OWN_M + _OWN_BY_RANGE * distance
    odds = np.clip(_STEEP * np.log(1.3 * reach / np.maximum(gaps, 1e-3)), _LEAST, _MOST)[number]
    if held is not None:
        odds[~held] = np.maximum(odds[~held] + _OUTSIDE - 1.0, _LEAST)
    seed = standing[nearest, :2]
    close = level.take(np.flatnonzero((gaps <= 0.5 * reach)[number]), axis=0)
    beside = (close[:, 0] - seed[0]) ** 2 + (close[:, 1] - seed[1]) ** 2 < _ABOVE_M * _ABOVE_M
    top = share_of(close[beside, 2], 0.98)
    bands, half = rays_for(top)
    half = min(half, reach_m)
    low, rays = seed - half, int(_RAYS * half / reach_m)
    free = free_space(xyz, eyes, plane, low, FREE_CELL_M, int(2 * half / FREE_CELL_M), bands, rays)
    chosen = _chosen(level, gaps, number, firsts, seed, reach, distance)
    eyes = eyes[:, :2].copy()
    return Seen(
        indices, level, odds, gaps[number], reach, chosen, seed.copy(), top, floor, eyes, free, low, stands
    )  # fmt: skip


def share_of(values: Floats, share: float) -> float:
    """Return what so great a share of values is below, as `np.percentile` has it, which takes ten times as long."""
    at = share * (len(values) - 1)
    low = int(at)
    rising = np.partition(values, (low, min(low + 1, len(values) - 1)))
    below, above = float(rising[low]), float(rising[min(low + 1, len(values) - 1)])
    return below + (at - low) * (above - below)


def _raised(eyes: Floats, floor: Ground, place: Floats) -> Floats:
    """Return the sensors' places, those on the ground lifted to where a sensor may be.

    Data sets that have points in the vehicle's frame often do not say where the sensor stands in it.
    """
    level = floor.at(float(place[0]), float(place[1]))
    raised: Floats = eyes.copy()
    raised[eyes[:, 2] - level < _LOWEST_EYE_M, 2] = level + _USUAL_EYE_M
    return raised


def _floor(xyz: NDArray[np.float32], around: NDArray[np.int64], place: Floats, usual: float | None) -> Ground:
    x, y = float(place[0]), float(place[1])
    some = np.ascontiguousarray(around[:: max(len(around) // _GROUND_POINTS, 1)])
    plane = ground_plane(xyz, some, x, y, _GROUND_M)
    if plane is None:
        return Ground(0.0, 0.0, float(np.percentile(xyz[around, 2], 5)) if usual is None else usual)
    along_x, along_y, height = plane.tolist()
    return Ground(along_x, along_y, height - along_x * x - along_y * y)


def _missed(near: NDArray[np.float32], place: Floats, reach: float) -> CannotFit:
    """Return why nothing that stands is within reach of a place."""
    axes = 3 if np.isfinite(place[2]) else 2
    if np.linalg.norm((near - place)[:, :axes], axis=1).min() <= reach:
        return CannotFit("ground", "there is nothing but ground at this place")
    return CannotFit("no-points", "there are no points at this place")


def _chosen(
    level: Floats, gaps: Floats, number: NDArray[np.int64], firsts: NDArray[np.int64], seed: Floats, reach: float,
    distance: float,
) -> Indices:  # fmt: skip
    """Return the points to measure boxes by: an even choice of what may be the object, and what is close to it."""
    is_own = gaps < 2.5 * reach
    own = np.flatnonzero(is_own[number])
    _, kept, _ = voxels(level.take(own, axis=0), max(_FINE_M, _FINE_BY_RANGE * distance), 0.25, len(own))
    own = own[kept]
    own = own[:: max(-(-len(own) // _POINTS), 1)]
    others = firsts[~is_own]
    away = ((level[others, :2] - seed) ** 2).sum(axis=1)
    others = others[np.argsort(away, kind="stable")[:_OTHERS]]
    found: Indices = np.concatenate([own, others])
    return found
