"""The ground as a surface: how high it is at a place, and how it leans there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

from lidar_label.kernels.ground_heights import heights_at
from lidar_label.model import Floats

_FILL_M = 6.0  # how far from ground that was seen a height is still told
_FILL_BY_RANGE, _FILL_MOST_M = 0.1, 14.0  # its rings lie farther apart far from the sensor
_LEAN_M = 0.5  # from a place to those whose heights say how the ground leans


@dataclass(frozen=True, slots=True, eq=False)
class GroundSurface:
    """Heights of the ground on a grid.

    Parameters
    ----------
    corner : (2,) float64, metres
        Where the middle of the first cell lies.
    cell : float, metres
    heights : (rows, columns) float64, metres
        Along y and x; NaN where no ground was seen about.
    """

    corner: Floats
    cell: float
    heights: Floats = field(repr=False)

    def height(self, xy: ArrayLike) -> Floats:
        """Return the ground's height at places, (..., 2) metres: (...) metres, NaN where it is not known."""
        places = np.asarray(xy, dtype=np.float64)
        flat = places.reshape(-1, places.shape[-1])
        found = heights_at(self.heights, self.corner, self.cell, flat)
        return found.reshape(places.shape[:-1])

    def at(self, x: float, y: float) -> float:
        """Return the ground's height at one place, metres; NaN where it is not known."""
        return float(self.height((x, y)))

    def over(self, xyz: NDArray[Any]) -> Floats:
        """Return how high points, (N, 3) metres, lie over the ground, (N,) metres; NaN where it is not known."""
        return np.asarray(xyz[:, 2] - self.height(xyz[:, :2]))

    def normal(self, xy: ArrayLike) -> Floats:
        """Return which way is up from the ground at places, (..., 2) metres: (..., 3) of length 1, or NaN."""
        places = np.asarray(xy, dtype=np.float64)
        step = max(_LEAN_M, self.cell)
        lean = [
            (self.height(places + shift) - self.height(places - shift)) / (2 * step)
            for shift in (np.array([step, 0.0]), np.array([0.0, step]))
        ]
        ways = np.stack([-lean[0], -lean[1], np.ones_like(lean[0])], axis=-1)
        return np.asarray(ways / np.linalg.norm(ways, axis=-1, keepdims=True))


def filled(corner: Floats, cell: float, seen: Floats, away: Floats) -> GroundSurface:
    """Return the surface over heights that were seen in some cells only, (rows, columns) metres, NaN in the others.

    Cells between are filled from those around, the farther from the sensor over wider gaps; `away`, (rows, columns)
    metres, says of each cell that was seen how far that is.
    """
    known = np.isfinite(seen)
    if not known.any():
        return GroundSurface(corner, cell, seen)
    gap, (row, column) = ndimage.distance_transform_edt(~known, return_indices=True)
    heights = seen[row, column]
    reach = np.minimum(_FILL_M + _FILL_BY_RANGE * away[row, column], _FILL_MOST_M) / cell
    smooth = ndimage.uniform_filter(heights, 5, mode="nearest")  # between rings, not a step half-way
    heights = np.where(known, heights, np.where(gap > 1, smooth, heights))
    return GroundSurface(corner, cell, np.where(gap <= reach, heights, np.nan))
