"""Colours of points: a number for each point through a table of 256 colours."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Colors = NDArray[np.uint8]

_CHUNK = 1 << 20  # values turned into float64 at a time
_GREY = 128


def colors_by_value(values: NDArray[Any], low: float, high: float, table: Colors) -> Colors:
    """Colour each value by its place between `low` and `high`.

    Parameters
    ----------
    values : (N,) of any real dtype
    low, high : float, in the unit of the values
        What the first and the last colour stand for; values beyond take the nearest of the two.
        Where they are equal, values at or below take the first colour and the others the last.
    table : (256, 3) or (256, 4) uint8
        RGB or RGBA.

    Returns
    -------
    (N, 4) uint8
        RGBA; NaN is grey and opaque.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or the limits are not finite or the wrong way round.
    """
    given = np.asarray(values)
    if given.ndim != 1:
        raise ValueError(f"values needs shape (N,), got {given.shape}")
    if given.dtype.kind not in "fiub":
        raise ValueError(f"values needs real numbers, got dtype {given.dtype}")
    if not (np.isfinite(low) and np.isfinite(high) and low <= high):
        raise ValueError(f"low and high need finite numbers in order, got {low} and {high}")
    palette = np.asarray(table)
    if palette.shape not in ((256, 3), (256, 4)) or palette.dtype != np.uint8:
        raise ValueError(f"table needs (256, 3) or (256, 4) uint8, got {palette.shape} {palette.dtype}")
    rgba = np.full((256, 4), 255, dtype=np.uint8)
    rgba[:, : palette.shape[1]] = palette

    colors = np.empty((len(given), 4), dtype=np.uint8)
    for start in range(0, len(given), _CHUNK):
        chunk = np.ascontiguousarray(given[start : start + _CHUNK], dtype=np.float64)
        _color(chunk, float(low), float(high), rgba, colors[start : start + _CHUNK])
    return colors


@njit(cache=True, nogil=True)
def _color(values: NDArray[np.float64], low: float, high: float, rgba: Colors, colors: Colors) -> None:
    scale = 255.0 / (high - low) if high > low else 0.0
    for n in range(len(values)):
        value = values[n]
        if np.isnan(value):
            colors[n, 0] = colors[n, 1] = colors[n, 2] = _GREY
            colors[n, 3] = 255
            continue
        if value <= low:
            place = 0
        elif value >= high:
            place = 255
        else:
            place = min(int((value - low) * scale + 0.5), 255)
        for k in range(4):
            colors[n, k] = rgba[place, k]
