"""The ground about a place: a plane through what lies lowest there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.model import Floats

_CELL_M = 1.0
_LOW = 0.1  # of a cell's points that may lie under its ground: reflections below the road
_TRIES = 96
_STEEPEST = 0.25
_LEAST_AREA_M2 = 0.5  # of three points that say how a plane leans
_NEAR_M, _BELOW_M = 0.12, 0.3  # of a plane: a cell lies on it, and under it
_FEWEST_CELLS = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """A plane: z = along_x * x + along_y * y + height."""

    along_x: float
    along_y: float
    height: float

    def at(self, x: float, y: float) -> float:
        """Return the ground's height at a place, metres."""
        return self.along_x * x + self.along_y * y + self.height

    def over(self, xyz: NDArray[np.float32]) -> Floats:
        """Return how high points lie over it, (N,) metres."""
        x, y, z = xyz.astype(np.float64).T
        over: Floats = z - (self.along_x * x + self.along_y * y + self.height)
        return over


def ground_about(xyz: NDArray[np.float32], center: ArrayLike, radius: float, usual: float | None = None) -> Ground:
    """Return the ground about a place.

    Of each square metre the lowest points are taken, and of many planes through three of them the one that most
    lie on and few lie under.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        Finite points.
    center : (2,) or more float, metres
    radius : float, metres
        How far around is looked.
    usual : float, optional
        The height where too few points tell, metres; else the lowest tenth of the points there.
    """
    x, y = (float(v) for v in np.asarray(center, dtype=np.float64)[:2])
    near = xyz[(np.abs(xyz[:, 0] - x) <= radius) & (np.abs(xyz[:, 1] - y) <= radius)].astype(np.float64)
    if usual is not None:
        near = near[np.abs(near[:, 2] - usual) < 1.0 + _STEEPEST * radius]
    if not len(near):
        return Ground(0.0, 0.0, 0.0 if usual is None else usual)
    near[:, :2] -= (x, y)
    low = _lowest(near)
    level = float(np.percentile(low[:, 2], 10)) if usual is None or len(low) >= _FEWEST_CELLS else usual
    plane = _plane(low) if len(low) >= _FEWEST_CELLS else None
    along_x, along_y, height = plane if plane is not None else (0.0, 0.0, level)
    return Ground(along_x, along_y, height - along_x * x - along_y * y)


def _lowest(near: Floats) -> Floats:
    """Return a low point of each cell, (M, 3)."""
    cells = np.floor(near[:, :2] / _CELL_M).astype(np.int64)
    order = np.lexsort((near[:, 2], cells[:, 1], cells[:, 0]))
    cells = cells[order]
    first = np.flatnonzero(np.r_[True, (cells[1:] != cells[:-1]).any(axis=1)])
    counts = np.diff(np.r_[first, len(cells)])
    low: Floats = near[order[first + (counts * _LOW).astype(np.int64)]]
    return low


def _plane(low: Floats) -> tuple[float, float, float] | None:
    """Return the slopes and the height of the plane that most cells lie on, and few lie under."""
    random = np.random.default_rng(0)  # the same click gives the same box
    chosen = random.integers(0, len(low), (_TRIES, 3))
    chosen = chosen[(chosen[:, 0] != chosen[:, 1]) & (chosen[:, 1] != chosen[:, 2]) & (chosen[:, 0] != chosen[:, 2])]
    corners = low[chosen]
    sides = corners[:, 1:] - corners[:, :1]
    normals = np.cross(sides[:, 0], sides[:, 1])
    upright = np.abs(normals[:, 2])
    level = (upright > _LEAST_AREA_M2) & (np.hypot(normals[:, 0], normals[:, 1]) <= _STEEPEST * upright)
    normals, corners = normals[level], corners[level]
    if not len(normals):
        return None
    slopes = -normals[:, :2] / normals[:, 2:]
    heights = corners[:, 0, 2] - (slopes * corners[:, 0, :2]).sum(axis=1)
    over = low[:, 2][None] - slopes @ low[:, :2].T - heights[:, None]
    votes = (np.abs(over) < _NEAR_M).sum(axis=1) - 2 * (over < -_BELOW_M).sum(axis=1)
    best = int(np.argmax(votes))
    on = np.abs(over[best]) < _NEAR_M
    if on.sum() < _FEWEST_CELLS:
        return float(slopes[best, 0]), float(slopes[best, 1]), float(heights[best])
    table = np.column_stack([low[on, :2], np.ones(on.sum())])
    found, *_ = np.linalg.lstsq(table, low[on, 2], rcond=None)
    if np.hypot(found[0], found[1]) > _STEEPEST:
        return None
    return float(found[0]), float(found[1]), float(found[2])
