"""The shape of one object as it was seen so far, in its box's own frame: what a point is worth where."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.kernels.about_object import to_the_next
from lidar_label.kernels.shape_match import Field, Grid, best_pose_near, mark_points, value_of_poses
from lidar_label.model import Floats

_FINE_M, _WIDE_M = 0.08, 0.25  # how near a point has to lie to one seen before: to tell places, and to find them
_APART = 0.5  # of the space between the first points: those of the next frame lie between them
_EDGE_M = 0.12  # how near to a face of the box, where nothing was seen yet
_FACE, _INSIDE = 0.35, 0.05  # what a point is worth there, and anywhere inside; one on the seen shape is worth 1
_BESIDE, _BESIDE_M = -0.2, 0.3  # what a point costs that close outside: it should have been inside
_LOOSE_M = 0.05  # a face of the box may be so far off
_MARGIN_M = 0.45
_KNOWN = 0.5  # a point that is worth so much adds nothing to the shape: what was seen first stays, so nothing drifts
_CELLS = 70  # along the longest side
_MOST = 500  # points of one frame


class Shape:
    """What was seen of one object.

    Parameters
    ----------
    size : (length, width, height), metres
        Of its box.
    """

    def __init__(self, size: tuple[float, float, float]) -> None:
        self.half: Floats = np.array(size) / 2
        self.fine_m, self.grid, blank = _blank(size, 1)
        self._fine = blank.copy()
        self._wide: Field | None = None  # of cells twice as large; made when it is asked for
        self._size, self._told = size, 0
        self.points: Floats = np.empty((0, 3))

    def add(self, points: ArrayLike) -> None:
        """Take points, (N, 3) in the box's frame, into the shape, as far as they show what was not known yet."""
        new = np.asarray(points, dtype=np.float64)
        new = new[(np.abs(new) <= self.half + _LOOSE_M * 2).all(axis=1)]
        new = new[:: -(-len(new) // _MOST)] if len(new) else new
        if len(self.points):
            new = new[self.worth(new) < _KNOWN]
        if len(new) and not len(self.points):
            self.fine_m = max(self.fine_m, min(_APART * _spacing(new), _WIDE_M))
        if len(new):
            self.points = np.concatenate([self.points, new])
            mark_points(self._fine, self.grid, new, self.fine_m)

    def copy(self) -> Shape:
        """Return the same shape, which learns on its own from now on."""
        found = Shape(self._size)
        found.fine_m, found.points, found._fine = self.fine_m, self.points, self._fine.copy()
        return found

    def worth(self, points: Floats) -> Floats:
        """Return what each of some points, (N, 3) in the box's frame, is worth: 1 on the shape, below 0 beside."""
        cells = np.floor((points - self.grid.low) / self.grid.cell).astype(np.int64)
        inside = ((cells >= 0) & (cells < self._fine.shape)).all(axis=1)
        found = np.zeros(len(points))
        found[inside] = self._fine[tuple(cells[inside].T)]
        return found

    def values(self, points: Floats, poses: Floats, *, wide: bool = False) -> Floats:
        """Return what all points are worth together under each pose of the box among them, (K, 4) x, y, z, yaw."""
        if not wide:
            return value_of_poses(self._fine, self.grid, points, poses)
        _, grid, blank = _blank(self._size, 2)
        if self._wide is None:
            self._wide = blank.copy()
        mark_points(self._wide, grid, self.points[self._told :], _WIDE_M)
        self._told = len(self.points)
        return value_of_poses(self._wide, grid, points, poses)

    def climb(
        self, points: Floats, start: Floats, expected: Floats, precision: Floats, weight: float, steps: Floats
    ) -> tuple[Floats, float]:
        """Return the best pose near one; see `best_pose_near`."""
        return best_pose_near(self._fine, self.grid, points, start, expected, precision, weight, steps)


def _spacing(points: Floats) -> float:
    """Return how far points, (N, 3), lie from the next one as a rule, metres."""
    if len(points) < 2:
        return _WIDE_M
    return float(np.median(to_the_next(points)))


@lru_cache(maxsize=64)
def _blank(size: tuple[float, float, float], coarser: int) -> tuple[float, Grid, Field]:
    """Return how near points are to lie, the grid, and the field of a box of which nothing was seen."""
    fine_m = float(np.clip(0.12 * min(size[:2]), 0.05, _FINE_M))
    cell = float(np.clip((max(size) + 2 * _MARGIN_M) / _CELLS, 0.6 * fine_m, 0.16))
    fine_m, cell = max(fine_m, 0.75 * cell), cell * coarser
    half = np.array(size) / 2
    counts = np.ceil((2 * half + 2 * _MARGIN_M) / cell).astype(np.int64)
    grid = Grid(-counts * cell / 2, cell)
    middles = [(np.arange(n) + 0.5) * cell + low for n, low in zip(counts, grid.low, strict=True)]
    out = np.stack(np.meshgrid(*[np.abs(m) - h for m, h in zip(middles, half, strict=True)], indexing="ij"))
    most = out.max(axis=0)
    within = most <= _LOOSE_M
    reach = max(_EDGE_M, fine_m if coarser == 1 else _WIDE_M)
    field = np.where(within, _INSIDE + _FACE * np.exp(-0.5 * (most / reach) ** 2), 0.0)
    beside = ~within & (most <= _BESIDE_M) & (out[2] <= 0)
    field[beside] = _BESIDE * np.clip((most[beside] - _LOOSE_M) / 0.1, 0.0, 1.0)
    return fine_m, grid, np.ascontiguousarray(field, dtype=np.float32)
