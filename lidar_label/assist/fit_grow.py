"""The points of one object, grown from a place on it as far as its kind is large."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from lidar_label.assist.fit_rectangle import narrowest
from lidar_label.model import Floats

Indices = NDArray[np.intp]

_REACHES_M = (0.15, 0.2, 0.28, 0.38, 0.5, 0.7, 0.9)
_OWN_M, _BY_RANGE = 0.35, 0.012  # the widest gap in an object: near the sensor, and more for each metre of range
_SPARE_M = 0.4


def largest(usual: tuple[float, float, float]) -> tuple[float, float]:
    """Return the length and width that an object of a usual size has at most: lorries vary more than cars."""
    length, width = max(usual[:2]), min(usual[:2])
    return length * (1.35 if length < 6 else 2.3) + _SPARE_M, width * 1.35 + _SPARE_M


def grow(flat: Floats, seed: int, usual: tuple[float, float, float], distance: float) -> Indices:
    """Return the points that belong together with one of them.

    Points are taken on as long as the next is within reach. Of several reaches the widest is chosen that does not
    grow the object beyond its kind; where even the narrowest does, what lies within a usual length is kept.

    Parameters
    ----------
    flat : (N, 2) float64, metres
        Points over the ground, from above.
    seed : int
        The point to begin with.
    usual : (length, width, height), metres
    distance : float, metres
        From the sensor: far objects have wider gaps.

    Returns
    -------
    (K,) int
        Which points, in rising order; the seed is one of them.
    """
    most = largest(usual)
    widest = min(_OWN_M + _BY_RANGE * distance, max(min(usual[:2]), _REACHES_M[0]))
    best: Indices | None = None
    for reach in _REACHES_M:
        if best is not None and reach > widest:
            break
        found = _joined(flat, seed, reach)
        length, width = narrowest(flat[found])
        if length > most[0] or width > most[1]:
            if best is None:
                away = np.hypot(*(flat[found] - flat[seed]).T)
                best = found[away <= max(usual[:2])]
            break
        best = found
    return best if best is not None else np.array([seed])


def clusters(flat: Floats, reach: float) -> NDArray[np.int64]:
    """Number points, (N, 2), so that those have one number that steps of about `reach` lead between."""
    if not len(flat):
        return np.empty(0, np.int64)
    cells = np.floor((flat - flat.min(axis=0)) * (1.5 / reach)).astype(np.int64)  # a step may cross two cells
    grid = np.zeros(cells.max(axis=0) + 1, np.bool_)
    grid[cells[:, 0], cells[:, 1]] = True
    parts, _ = ndimage.label(grid, structure=np.ones((3, 3), np.int64))
    found: NDArray[np.int64] = parts[cells[:, 0], cells[:, 1]].astype(np.int64)
    return found


def _joined(flat: Floats, seed: int, reach: float) -> Indices:
    """Return the points that steps of about `reach` lead to from one of them."""
    parts = clusters(flat, reach)
    return np.flatnonzero(parts == parts[seed])
