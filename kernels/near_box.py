"""Points near a box: what of a cloud lies between limits along the axes of any frame, in that frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]


def points_between(
    points: NDArray[np.float32], origin: ArrayLike, axes: ArrayLike, low: ArrayLike, high: ArrayLike
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Return the points between limits along three axes, in the frame of those axes.

    Parameters
    ----------
    points : (N, 3) float32, metres
    origin : (3,) float, metres
        The origin of the frame, in that of the points.
    axes : (3, 3) float
        Rows are the frame's x, y and z axes in that of the points; orthonormal.
    low, high : (3,) float, metres
        The limits along the axes; a point on a limit counts, one with a NaN never does.

    Returns
    -------
    local : (K, 3) float32, metres
        The points in the frame.
    index : (K,) int32
        Which of the points each is, rising.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    given = []
    for name, values, shape in (("origin", origin, (3,)), ("axes", axes, (3, 3)), ("low", low, (3,)),
                                ("high", high, (3,))):  # fmt: skip
        array = np.array(values, dtype=np.float64, order="C")  # its own: what is read-only is a type of its own, too
        if array.shape != shape:
            raise ValueError(f"{name} needs shape {shape}, got {array.shape}")
        given.append(array)
    view = np.ascontiguousarray(cloud).view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    local, index = _between(view, *given)
    return local, index


@compiled()
def _between(
    points: NDArray[Any], origin: Floats, axes: Floats, low: Floats, high: Floats
) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    local, index = np.empty((len(points), 3), np.float32), np.empty(len(points), np.int32)
    x0, y0, z0 = origin
    found = 0
    for n in range(len(points)):
        x, y, z = points[n, 0] - x0, points[n, 1] - y0, points[n, 2] - z0
        a = axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z
        if not (a >= low[0] and a <= high[0]):  # most points are far away, and need no more
            continue
        b = axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z
        if not (b >= low[1] and b <= high[1]):
            continue
        c = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
        if c >= low[2] and c <= high[2]:
            local[found, 0], local[found, 1], local[found, 2], index[found] = a, b, c, n
            found += 1
    return local[:found].copy(), index[:found].copy()
