"""Part of scripts/clicks: L-shape fitting by closeness, as published, for comparison."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.model import Floats

_STEP = math.radians(1.0)
_LEAST_M = 0.01  # nearer to a side than this a point counts no more


def closest_rectangle(flat: Floats) -> Floats:
    """Return x, y, length, width and yaw of the rectangle around points, (N, 2), whose sides they are closest to.

    References
    ----------
    X. Zhang, W. Xu, C. Dong and J. Dolan, "Efficient L-shape fitting for vehicle detection using laser scanners",
    2017: algorithm 2 with the closeness criterion (algorithm 4).
    """
    best, found = -math.inf, np.zeros(5)
    for yaw in np.arange(0.0, math.pi / 2, _STEP):
        along = np.array([math.cos(yaw), math.sin(yaw)])
        across = np.array([-along[1], along[0]])
        on, off = flat @ along, flat @ across
        near = np.maximum(np.minimum(_nearer(on), _nearer(off)), _LEAST_M)
        value = float((1.0 / near).sum())
        if value > best:
            best = value
            sides = np.ptp(on), np.ptp(off)
            middle = (on.min() + on.max()) / 2 * along + (off.min() + off.max()) / 2 * across
            length, width, turn = (*sides, yaw) if sides[0] >= sides[1] else (*sides[::-1], yaw + math.pi / 2)
            found = np.array([*middle, max(length, 0.01), max(width, 0.01), turn])
    return found


def _nearer(values: Floats) -> Floats:
    """Return how far each value is from the lowest or from the highest, of the two that which all are nearer to."""
    low, high = values - values.min(), values.max() - values
    return low if np.linalg.norm(low) < np.linalg.norm(high) else high
