"""Sums over places on a surface that a plane's slope is read from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]

SUMS = 9  # how many, x, y, z, x*x, x*y, y*y, x*z, y*z
STEEPEST = 0.5  # rise over run: nothing steeper is driven or walked on
_TRUST_M2 = 3.0  # how far places must be spread before they say more than what was believed before


@compiled(error_model="numpy")
def add_to(sums: Floats, x: float, y: float, z: float) -> None:
    """Add a place to sums, (9,)."""
    sums[0] += 1.0
    sums[1] += x
    sums[2] += y
    sums[3] += z
    sums[4] += x * x
    sums[5] += x * y
    sums[6] += y * y
    sums[7] += x * z
    sums[8] += y * z


@compiled(error_model="numpy")
def slope_of(sums: Floats, along_x: float, along_y: float) -> tuple[float, float]:
    """Return the least-squares slope of the places in sums, drawn to a slope believed before where they say little.

    Parameters
    ----------
    sums : (9,) float64
        Of one place at least.
    along_x, along_y : float
        Rise over run along x and y, believed before.

    Returns
    -------
    (along_x, along_y)
        Of no more than `STEEPEST` together.
    """
    n = sums[0]
    xx, xy, yy = sums[4] - sums[1] * sums[1] / n, sums[5] - sums[1] * sums[2] / n, sums[6] - sums[2] * sums[2] / n
    xz, yz = sums[7] - sums[1] * sums[3] / n, sums[8] - sums[2] * sums[3] / n
    xx, yy = xx + _TRUST_M2, yy + _TRUST_M2
    xz, yz = xz + _TRUST_M2 * along_x, yz + _TRUST_M2 * along_y
    whole = xx * yy - xy * xy  # above 0: the trust was added
    a, b = (xz * yy - yz * xy) / whole, (yz * xx - xz * xy) / whole
    steep = np.sqrt(a * a + b * b)
    if steep > STEEPEST:
        a, b = a * STEEPEST / steep, b * STEEPEST / steep
    return a, b
