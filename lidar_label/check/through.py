"""Through: whether the sensor looks through a box, which shows that nothing is in it."""

from __future__ import annotations

import numpy as np

from lidar_label.check.cloud import Points
from lidar_label.kernels.rays_through import rays_through
from lidar_label.model import Floats

_INNER = 0.3  # of a box's width and height to either side of its middle: rays there meet what fills it
_FEWEST = 4


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
