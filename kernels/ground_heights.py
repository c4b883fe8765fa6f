"""Heights of the ground at places, out of a grid of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

_LEAST = 0.25  # of a place's four corners that must be known


def heights_at(heights: Floats, corner: Floats, cell: float, places: Floats) -> Floats:
    """Return the heights at places, evenly between the four cells about each; NaN where these are not known.

    Parameters
    ----------
    heights : (rows, columns) float64, metres
        Along y and x; NaN where it is not known.
    corner : (2,) float64, metres
        Where the middle of the first cell lies.
    cell : float, metres
    places : (N, 2) float64, metres

    Returns
    -------
    (N,) float64, metres
    """
    found = np.empty(len(places))
    _heights(np.ascontiguousarray(heights), float(corner[0]), float(corner[1]), float(cell),
             np.ascontiguousarray(places), found)  # fmt: skip
    return found


@compiled()
def _heights(heights: Floats, x: float, y: float, cell: float, places: Floats, out: Floats) -> None:
    rows, columns = heights.shape
    for n in range(len(places)):
        u, v = (places[n, 0] - x) / cell, (places[n, 1] - y) / cell
        out[n] = np.nan
        if not (-0.5 < u < columns - 0.5 and -0.5 < v < rows - 0.5):  # NaN is not either
            continue
        i, j = int(np.floor(u)), int(np.floor(v))
        total, trust = 0.0, 0.0
        for k in range(4):
            weight = (u - i if k % 2 else i + 1 - u) * (v - j if k // 2 else j + 1 - v)
            high = heights[min(max(j + k // 2, 0), rows - 1), min(max(i + k % 2, 0), columns - 1)]
            if np.isfinite(high):  # at the rim the known ones tell
                total += weight * high
                trust += weight
        if trust >= _LEAST:
            out[n] = total / trust
