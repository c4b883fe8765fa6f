"""What may be a road user in one frame: clusters over the ground, told by size and height from what cannot be one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.click_seen import FREE_CELL_M
from lidar_label.assist.cluster import find_clusters
from lidar_label.assist.fit_ground import Ground
from lidar_label.assist.ground import find_ground
from lidar_label.assist.ground_surface import GroundSurface
from lidar_label.kernels.click_points import free_space
from lidar_label.model import Floats

Indices = NDArray[np.intp]

_LOW_M, MIDDLE_M, _HIGH_M = 0.25, 2.2, 7.5  # over the ground: what stands, what is clustered, what is looked at
_REACHES_M = (0.6, 0.35)  # each finds objects that the other joins, or breaks
_FEWEST = 5
_LARGEST_M = (14.0, 3.6, 4.6)  # length, width and height of what may be a vehicle
_OVER_CARS_M, _LONG_M, _CLEAR_M = 1.5, 4.5, (28.0, 20.0)  # heights and lengths of lorries; ranges, see `_drawn`
_OWN_M = 2.4  # about the sensor: what is seen there is of the vehicle itself
_CELL_M, _BIN_M = 0.4, 0.25  # of the columns that say how high things reach
_GAP_M, _GAP_BY_RANGE = 0.5, 0.02  # without a point, over which a thing still goes on upward
_FREE_BANDS = ((0.3, 0.75), (1.2, 2.2))  # over the ground: where cars stop rays, and where lorries do
_RAYS = 40_000
_LEAN_M = 0.5  # from a place to those whose heights say how the ground leans


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A cluster that may be a road user.

    Parameters
    ----------
    own : (K,) int
        Its points, of those that stand in the frame.
    top : float, metres
        How high over the ground it reaches.
    tall : float
        The share of its points over which things go on to 2.6 m and more.
    length, width : float, metres
        Of its extent from above, along its own axes.
    beside : float
        How many points of others lie within 0.6 m of it, beside its own.
    ground : Ground
        About it, in the frame of the points.
    """

    own: Indices
    top: float
    tall: float
    length: float
    width: float
    beside: float
    ground: Ground


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What stands on the ground in one frame: heights are over the ground, places in the frame's ego frame.

    Parameters
    ----------
    indices : (N,) int
        Which points of the cloud.
    level : (N, 3) float64, metres
        x, y, and how high over the ground.
    surface : GroundSurface
    origins : (S, 3) float64, metres
        The sensors; heights over the ground.
    free : (2, X, X) float32
        How many rays went through each cell, low and higher up.
    corner : (2,) float64, metres
        The lowest corner of its cells.
    candidates : tuple of Candidate
    """

    indices: Indices
    level: Floats
    surface: GroundSurface
    origins: Floats
    free: NDArray[np.float32]
    corner: Floats
    grid: Columns
    candidates: tuple[Candidate, ...]


def find_candidates(xyz: NDArray[np.float32], origins: ArrayLike, within: float) -> Standing:
    """Find what may be road users in one frame.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        The points of all LiDARs, z up; those that are not finite are passed over.
    origins : (S, 3) float, metres
        Where the LiDARs stand, the main one first.
    within : float, metres
        How far from the main one is looked.
    """
    eyes = np.atleast_2d(np.asarray(origins, dtype=np.float64))
    away = np.hypot(xyz[:, 0] - eyes[0, 0], xyz[:, 1] - eyes[0, 1])
    near = np.flatnonzero((away > _OWN_M) & (away <= within + 4.0) & np.isfinite(xyz[:, 2]))
    cloud = np.ascontiguousarray(xyz[near])
    ground = find_ground(cloud, eyes)
    over = ground.surface.over(cloud)
    with np.errstate(invalid="ignore"):
        stands = ~ground.mask & (over > _LOW_M) & (over < _HIGH_M)
    indices = near[stands]
    level = np.column_stack([cloud[stands, :2].astype(np.float64), over[stands]])
    raised = eyes.copy()
    raised[:, 2] = np.nan_to_num(ground.surface.over(eyes), nan=1.8)
    raised[raised[:, 2] < 0.8, 2] = 1.8  # files often do not say how high the sensor stands
    free, corner = _free(cloud, over, raised, within)
    grid = Columns(level, raised[0])
    found = _on_ground(list(_candidates(level, grid, raised[0])), level, ground.surface)
    return Standing(indices, level, ground.surface, raised, free, corner, grid, tuple(found))


def _on_ground(found: list[Candidate], level: Floats, surface: GroundSurface) -> list[Candidate]:
    """Return candidates with the ground about each as a plane; level where it is not known how it leans."""
    if not found:
        return []
    middles = np.array([level[one.own, :2].mean(axis=0) for one in found])
    around = np.array([(0.0, 0.0), (_LEAN_M, 0.0), (-_LEAN_M, 0.0), (0.0, _LEAN_M), (0.0, -_LEAN_M)])
    heights = surface.height(middles[:, None] + around)
    leans = np.nan_to_num((heights[:, 1::2] - heights[:, 2::2]) / (2 * _LEAN_M))
    return [
        replace(one, ground=Ground(a, b, z - a * x - b * y))
        for one, (x, y), (a, b), z in zip(
            found, middles.tolist(), leans.tolist(), np.nan_to_num(heights[:, 0]).tolist(), strict=True
        )
    ]


def _free(cloud: NDArray[np.float32], over: Floats, eyes: Floats, within: float) -> tuple[NDArray[np.float32], Floats]:
    """Return where rays went through, over ground laid flat."""
    known = np.isfinite(over)
    flat = np.column_stack([cloud[known, :2], over[known].astype(np.float32)])
    corner = np.floor(eyes[0, :2] - within)
    cells = int(np.ceil(2 * within / FREE_CELL_M))
    return free_space(flat, eyes, (0.0, 0.0, 0.0), corner, FREE_CELL_M, cells, _FREE_BANDS, _RAYS), corner


def _candidates(level: Floats, grid: Columns, eye: Floats) -> list[Candidate]:
    made: list[Candidate] = []
    known: set[tuple[int, int, int]] = set()
    low = level[:, 2] < MIDDLE_M
    for reach in _REACHES_M:
        clusters = find_clusters(level, low, reach=reach, fewest=3, smallest=_FEWEST, origin=eye, split=True)
        for members in clusters.members():
            mark = (int(members[0]), int(members[-1]), len(members))
            if mark in known:
                continue
            known.add(mark)
            found = _candidate(level, members, grid)
            if found is not None:
                made.append(found)
    for one in _long(level, grid, eye):
        if _is_new(one, made):
            made.append(one)
    return made


def _long(level: Floats, grid: Columns, eye: Floats) -> Iterator[Candidate]:
    """Yield what may be a lorry or a bus whose side rays graze: its points are so far apart that it lies in pieces."""
    high = (level[:, 2] > _OVER_CARS_M) & (level[:, 2] < _LARGEST_M[2])
    for clear in _CLEAR_M:
        drawn = _drawn(level, eye, clear)
        for members in find_clusters(drawn, high, reach=_REACHES_M[0], fewest=3, smallest=_FEWEST).members():
            own = grid.low_at(members)
            found = _candidate(level, own, grid) if len(own) >= _FEWEST else None
            if found is not None and found.length > _LONG_M:
                yield found


def _drawn(level: Floats, eye: Floats, clear: float) -> Floats:
    """Return points drawn together along the rays, by the square of their range beyond a clear one.

    So grow the gaps between neighbouring rays on a side that they graze.
    """
    flat = level[:, :2] - eye[:2]
    away = np.maximum(np.hypot(flat[:, 0], flat[:, 1]), 1e-3)
    nearer = np.where(away > clear, 2 * clear - clear**2 / away, away) / away
    return np.column_stack([flat * nearer[:, None], level[:, 2] * np.minimum(clear / away, 1.0)])


def _is_new(one: Candidate, known: list[Candidate]) -> bool:
    """Say whether a candidate is more than a part of another, or the whole of it again."""
    return not any(len(one.own) < 1.1 * len(other.own) and np.isin(one.own, other.own).mean() > 0.9 for other in known)


def _candidate(level: Floats, members: Indices, grid: Columns) -> Candidate | None:
    flat = level[members, :2]
    if (flat.max(axis=0) - flat.min(axis=0)).max() > _LARGEST_M[0]:
        return None
    middle = flat - flat.mean(axis=0)
    _, axes = np.linalg.eigh(middle.T @ middle)
    along = middle @ axes
    width, length = sorted((along.max(axis=0) - along.min(axis=0)).tolist())
    if length > _LARGEST_M[0] or width > _LARGEST_M[1]:
        return None
    own = grid.with_what_is_above(members)
    heights = np.sort(level[own, 2])
    top = min(float(heights[int(0.98 * (len(heights) - 1))]), 4.7)
    beside = max(len(grid.near(flat, 0.6)) - len(members), 0) / len(members)
    return Candidate(own, top, float((grid.tops[members] > 2.6).mean()), length, width, beside, Ground(0.0, 0.0, 0.0))


class Columns:
    """Points by the cells they lie in, seen from above.

    `tops` says for each how high what stands at its place goes on without a gap, (N,) metres over the ground.
    """

    def __init__(self, level: Floats, eye: Floats) -> None:
        self._level = level
        cells = np.floor(level[:, :2] / _CELL_M).astype(np.int64)
        self._low = cells.min(axis=0) if len(cells) else np.zeros(2, np.int64)
        cells -= self._low
        self._shape = cells.max(axis=0) + 1 if len(cells) else np.ones(2, np.int64)
        self._keys = cells[:, 0] * self._shape[1] + cells[:, 1]
        self._order = np.argsort(self._keys, kind="stable")
        self._starts = np.searchsorted(self._keys[self._order], np.arange(int(self._shape.prod()) + 1))
        self.tops = self._reached(eye)

    def _reached(self, eye: Floats) -> Floats:
        if not len(self._level):
            return np.empty(0)
        keys, number = np.unique(self._keys, return_inverse=True)
        bins = int(_HIGH_M / _BIN_M) + 1
        held = np.zeros((bins, len(keys)), np.bool_)
        held[np.minimum((self._level[:, 2] / _BIN_M).astype(np.int64), bins - 1), number] = True
        places = (np.column_stack([keys // self._shape[1], keys % self._shape[1]]) + self._low + 0.5) * _CELL_M
        gap = _GAP_M + _GAP_BY_RANGE * np.hypot(*(places - eye[:2]).T)
        reached = np.argmax(held, axis=0)
        for k in range(bins):
            reached[held[k] & ((k - reached) * _BIN_M <= gap) & (k > reached)] = k
        tops: Floats = (reached[number] + 1) * _BIN_M
        return tops

    def near(self, flat: Floats, reach: float) -> Indices:
        """Return the points over the bounds of some places and as far around, under 2.2 m."""
        found = self._within(flat.min(axis=0) - reach, flat.max(axis=0) + reach)
        low: Indices = found[self._level[found, 2] < MIDDLE_M]
        return low

    def low_at(self, members: Indices) -> Indices:
        """Return the points under 2.2 m in the cells of others."""
        keys = np.unique(self._keys[members])
        starts, ends = self._starts[keys], self._starts[keys + 1]
        found = np.sort(np.concatenate([self._order[a:b] for a, b in zip(starts, ends, strict=True)]))
        low: Indices = found[self._level[found, 2] < MIDDLE_M]
        return low

    def with_what_is_above(self, members: Indices) -> Indices:
        """Return a cluster's points with those over them that hang together with it upward."""
        flat = self._level[members, :2]
        found = self._within(flat.min(axis=0), flat.max(axis=0))
        found = found[(self._level[found, 2] >= MIDDLE_M) & (self._level[found, 2] <= self.tops[found])]
        above = found[np.isin(self._keys[found], self._keys[members])]
        whole: Indices = np.concatenate([members, above])
        return whole

    def _within(self, low: Floats, high: Floats) -> Indices:
        a = np.clip(np.floor(low / _CELL_M).astype(np.int64) - self._low, 0, self._shape - 1)
        b = np.clip(np.floor(high / _CELL_M).astype(np.int64) - self._low, 0, self._shape - 1)
        wide = int(self._shape[1])
        spans = [(self._starts[i * wide + a[1]], self._starts[i * wide + b[1] + 1]) for i in range(a[0], b[0] + 1)]
        found: Indices = np.concatenate([self._order[start:end] for start, end in spans])
        flat = self._level[found, :2]
        inside: Indices = found[((flat >= low) & (flat <= high)).all(axis=1)]
        return inside
