"""What points say of boxes: how many lie in and beside each, how far out they reach, and how low it is around."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COLUMNS = ("inside", "untimed", "solid", "outside", "front", "rear", "left", "right", "upper", "low", "seconds")
SHELL_M = 0.3  # beside and above a box: points there belong to it or to nothing
RING_M = 1.5  # beside a box, where the ground is looked for
_OFF_GROUND_M, _APART_M, _OVER_M = 0.25, 0.1, 1.0
INNER = 0.85  # of a box that nobody made: what lies in it is not its neighbour's
_SECTORS, _FEWEST = 8, 3


def sight_of_boxes(
    points: NDArray[np.float32],
    times: NDArray[np.float32],
    owner: NDArray[np.int32],
    offsets: Ints,
    index: Ints,
    boxes: Floats,
) -> Floats:
    """Measure boxes against the points near each.

    Parameters
    ----------
    points : (N, 3) float32, metres
    times : (N,) float32, seconds
        After the time of the boxes; zeros where points have no times.
    owner : (N,) int32
        The box that holds each point, -1 for none.
    offsets : (M + 1,) int64
    index : (K,) int64
        The points near box m are ``index[offsets[m] : offsets[m + 1]]``.
    boxes : (M, 12) float64
        Centre x, y, z; cosine and sine of the yaw; half of length, width and height; velocity x, y, z in m/s; 1 for
        a box that somebody made, 0 for one that nobody did.

    Returns
    -------
    (M, 11) float64
        By `COLUMNS`. Numbers of points: in the box, each taken to the boxes' time by the velocity; the same without
        that; of those inside, the ones off the ground (of a box nobody made, those in its inner part that no box
        holds); those beside or above, off the ground, that no other box holds. How far points in or beside it reach to
        five sides, metres from its middle, -inf without any. The ground around over the lower side, NaN where fewer
        than three of eight sectors have points. The sum of the times of the points inside.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    cloud = np.ascontiguousarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    count = len(cloud)
    for name, values, dtype in (("times", times, np.float32), ("owner", owner, np.int32)):
        if values.shape != (count,) or values.dtype != dtype:
            raise ValueError(f"{name} needs ({count},) {np.dtype(dtype)}, got {values.shape} {values.dtype}")
    if boxes.ndim != 2 or boxes.shape[1] != 12 or offsets.shape != (len(boxes) + 1,):
        raise ValueError(f"boxes needs (M, 12) and offsets (M + 1,), got {boxes.shape} and {offsets.shape}")
    found = np.zeros((len(boxes), len(COLUMNS)))
    view = cloud.view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    _measure(view, np.array(times), np.array(owner), offsets, index, np.array(boxes, dtype=np.float64), found)
    return found


@compiled()
def _measure(
    points: NDArray[Any],
    times: NDArray[np.float32],
    owner: NDArray[np.int32],
    offsets: Ints,
    index: Ints,
    boxes: Floats,
    found: Floats,
) -> None:
    low = np.empty(_SECTORS)
    for m in range(len(boxes)):
        cx, cy, cz, cos, sin, hx, hy, hz, vx, vy, vz, real = boxes[m]
        out = found[m]
        out[4:9] = -np.inf
        low[:] = np.inf
        for k in range(offsets[m], offsets[m + 1]):
            i = index[k]
            x, y, z, t = points[i, 0] - cx, points[i, 1] - cy, points[i, 2] - cz, times[i]
            if abs(cos * x + sin * y) <= hx and abs(cos * y - sin * x) <= hy and abs(z) <= hz:
                out[1] += 1
            x, y, z = x - vx * t, y - vy * t, z - vz * t
            along, across, up = cos * x + sin * y, cos * y - sin * x, z + hz
            beside = max(abs(along) - hx, abs(across) - hy)
            inside = beside <= 0 and abs(z) <= hz
            free = owner[i] < 0
            if inside:
                out[0] += 1
                out[10] += t
            if up > _OFF_GROUND_M and up <= 2 * hz + SHELL_M and beside <= SHELL_M and (free or owner[i] == m):
                out[3] += not inside
                out[4], out[5] = max(out[4], along), max(out[5], -along)
                out[6], out[7] = max(out[6], across), max(out[7], -across)
                out[8] = max(out[8], z)
            if up > _OFF_GROUND_M:
                if real > 0:
                    out[2] += inside
                elif free and up <= 2 * hz and abs(along) <= INNER * hx and abs(across) <= INNER * hy:
                    out[2] += 1
            if free and beside > _APART_M and beside <= RING_M and up < _OVER_M:
                sector = int((np.arctan2(across, along) / (2 * np.pi) + 0.5) * _SECTORS) % _SECTORS
                low[sector] = min(low[sector], up)
        known = np.sort(low[np.isfinite(low)])
        out[9] = known[(len(known) - 1) // 2] if len(known) >= _FEWEST else np.nan
