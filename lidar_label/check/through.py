"""Through: whether the sensor looks through a box, which shows that nothing is in it."""

from __future__ import annotations

import numpy as np

from lidar_label.check.cloud import Points
from lidar_label.model import Floats

_STEP = np.radians(0.4)
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
    found = np.full(len(centers), np.nan)
    if not len(centers) or len(points.eyes) != 1:
        return found
    away = points.xyz - points.eyes[0].astype(np.float32)
    flat = np.hypot(away[:, 0], away[:, 1])
    turn = ((np.arctan2(away[:, 1], away[:, 0]) + np.float32(np.pi)) / np.float32(_STEP)).astype(np.int16)
    order = np.argsort(turn, kind="stable")
    columns = int(2 * np.pi / _STEP) + 2
    edges = np.searchsorted(turn[order], np.arange(columns + 1, dtype=np.int16))
    flat, slope = flat[order], (away[:, 2] / np.maximum(flat, 1e-3))[order]
    to = centers - points.eyes[0]
    far = np.hypot(to[:, 0], to[:, 1])
    heading = (np.arctan2(to[:, 1], to[:, 0]) + np.pi) / _STEP
    small = np.minimum(sizes[:, 0], sizes[:, 1]) / 2
    span = np.arctan2(2 * _INNER * small, far) / _STEP
    reach = np.hypot(sizes[:, 0], sizes[:, 1]) / 2
    for m in range(len(centers)):
        if far[m] < reach[m] + 1.0:
            continue
        first, last = int(max(np.floor(heading[m] - span[m]), 0)), int(min(heading[m] + span[m], columns - 1))
        part = slice(edges[first], edges[last + 1])
        up = slope[part] * far[m] - to[m, 2]  # where a ray passes the middle, over it
        level = np.abs(up) <= _INNER * sizes[m, 2]
        comes = level & (flat[part] > far[m] - reach[m])
        number = int(comes.sum())
        if number >= _FEWEST:
            found[m] = float((flat[part][comes] > far[m] + reach[m]).sum()) / number
    return found
