"""Through: whether the sensor looks through a box, which shows that nothing is in it."""

from __future__ import annotations

import numpy as np

from lidar_label.check.cloud import Points
from lidar_label.kernels.rays_through import rays_through
from lidar_label.model import Floats

_INNER = 0.3  # of a box's width and height to either side of its middle: rays there meet what fills it
_FEWEST = 4
_GAP_M = 0.25  # of a side that may be too far out


def through(points: Points, centers: Floats, sizes: Floats) -> Floats:
    """Return, for each box, which share of the rays that come as far as its middle end beyond it.

    Parameters
    ----------
    points : Points
        With one sensor; rays of others are taken as its own, and so little is said of them.
    centers, sizes : (M, 3) float64, metres
        From the origin of the points.

    Returns
    -------
    (M,) float64
        0 to 1; NaN where fewer than four rays tell.
    """
    if not len(centers) or len(points.eyes) != 1:
        return np.full(len(centers), np.nan)
    aside, up = _INNER * np.minimum(sizes[:, 0], sizes[:, 1]), _INNER * sizes[:, 2]
    reach = np.hypot(sizes[:, 0], sizes[:, 1]) / 2
    come, beyond = rays_through(points.xyz, points.eyes[0], np.column_stack([centers, aside, up, reach])).T
    return np.where(come >= _FEWEST, beyond / np.maximum(come, 1), np.nan)


def clear_sides(points: Points, centers: Floats, turns: Floats, half: Floats, gaps: Floats) -> Floats:
    """Return, for each side that points stay away from, which share of the rays end beyond the empty part before it.

    What is hidden is not empty: rays that end before they come there say nothing.

    Parameters
    ----------
    points : Points
        With one sensor.
    centers, half : (M, 3) float64, metres
        Of the boxes, from the origin of the points; half of length, width and height.
    turns : (M, 3, 3) float64
    gaps : (M, 5) float64, metres
        From the front, rear, left, right and upper side to the outermost point.

    Returns
    -------
    (M, 4) float64
        0 to 1, of the first four sides; NaN where a gap is small or fewer than four rays tell.
    """
    found = np.full((len(centers), 4), np.nan)
    if not len(centers) or len(points.eyes) != 1:
        return found
    box, side = np.nonzero(np.nan_to_num(gaps[:, :4]) > _GAP_M)
    axis, sign = side // 2, np.where(side % 2, -1.0, 1.0)
    thick = np.minimum(gaps[box, side], 2 * half[box, axis])
    out = sign * (half[box, axis] - thick / 2)
    middle = centers[box] + out[:, None] * turns[box, :, axis]
    aside = _INNER * 2 * half[box, 1 - axis]
    come, beyond = rays_through(
        points.xyz, points.eyes[0], np.column_stack([middle, aside, _INNER * 2 * half[box, 2], thick / 2])
    ).T
    found[box, side] = np.where(come >= _FEWEST, beyond / np.maximum(come, 1), np.nan)
    return found
