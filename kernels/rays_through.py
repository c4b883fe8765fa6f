"""Rays through boxes: how many of a sensor's rays come as far as a box, and how many of those end beyond it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_COLUMNS = 900  # of a whole turn


def rays_through(points: NDArray[np.float32], eye: Floats, boxes: Floats) -> Ints:
    """Count, for each box, the rays that pass its inner part or end in it, and those of them that end beyond it.

    Parameters
    ----------
    points : (N, 3) float32, metres
        Where rays end.
    eye : (3,) float64, metres
        Where they begin.
    boxes : (M, 6) float64, metres
        Centre x, y, z; how far its middle ray may be aside; how far up and down; half its diagonal from above.

    Returns
    -------
    (M, 2) int64
        Rays that come at least to the box, and those that end beyond; zeros for a box that the sensor is in.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    cloud = np.ascontiguousarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    if boxes.ndim != 2 or boxes.shape[1] != 6:
        raise ValueError(f"boxes needs (M, 6), got {boxes.shape}")
    view = cloud.view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    found = np.zeros((len(boxes), 2), np.int64)
    away = np.array(boxes[:, :3] - eye)
    far = np.hypot(away[:, 0], away[:, 1])
    turn = (np.arctan2(away[:, 1], away[:, 0]) + np.pi) / (2 * np.pi) * _COLUMNS
    span = np.arctan2(boxes[:, 3], far) / (2 * np.pi) * _COLUMNS
    first = np.clip(np.floor(turn - span), 0, _COLUMNS - 1).astype(np.int64)
    last = np.clip(np.floor(turn + span), 0, _COLUMNS - 1).astype(np.int64)
    last[far < boxes[:, 5] + 1.0] = -1
    spread = np.maximum(last - first + 1, 0)
    which = np.repeat(np.arange(len(boxes)), spread)
    column = np.arange(len(which)) - np.repeat(np.cumsum(spread) - spread, spread) + first[which]
    order = np.argsort(column, kind="stable")
    starts = np.searchsorted(column[order], np.arange(_COLUMNS + 1))  # of the boxes of each column
    table = np.column_stack([far, away[:, 2], boxes[:, 4], boxes[:, 5]])
    _count(view, np.array(eye, dtype=np.float64), table, starts, which[order], found)
    return found


@compiled()
def _count(points: NDArray[Any], eye: Floats, table: Floats, starts: Ints, which: Ints, found: Ints) -> None:
    columns = len(starts) - 1
    for n in range(len(points)):
        x, y, z = points[n, 0] - eye[0], points[n, 1] - eye[1], points[n, 2] - eye[2]
        column = min(int((math.atan2(y, x) + math.pi) / (2 * math.pi) * columns), columns - 1)
        if starts[column] == starts[column + 1]:
            continue
        flat = math.sqrt(x * x + y * y)
        slope = z / max(flat, 1e-3)
        for m in which[starts[column] : starts[column + 1]]:
            far, up, level, reach = table[m]
            if abs(slope * far - up) <= level and flat > far - reach:
                found[m, 0] += 1
                found[m, 1] += flat > far + reach
