"""Picking: of the points near a pixel the one nearest to the eye, in one pass and without arrays in between."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.threads import in_pieces

Floats = NDArray[np.float64]

_LEAST = 1 << 17  # points for a thread


def nearest_at(
    points: NDArray[Any],
    eye: ArrayLike,
    axes: ArrayLike,
    focal: float,
    pixel: tuple[float, float],
    reach: float,
    near: float,
    *,
    threads: int | None = None,
) -> int | None:
    """Find the point that is least deep of those drawn within a few pixels of a pixel.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        One with a NaN is never found.
    eye : (3,) float, metres
    axes : (3, 3) float
        Rows are the camera's right, down and forward, in the frame of the points; orthonormal.
    focal : float, pixels
    pixel : (u, v) float, pixels
        Counted from the middle of the picture, to the right and down.
    reach : float, pixels
    near : float, metres
        Only what lies deeper is seen.
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    int or None
        Which point; of several as deep, the first.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or a number is not finite.
    """
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"points needs (N, 3) float32 or float64, got {cloud.shape} {cloud.dtype}")
    cloud = np.ascontiguousarray(cloud).view()
    cloud.flags.writeable = False  # to Numba a type of its own: then there is one
    origin, rows = np.array(eye, dtype=np.float64), np.array(axes, dtype=np.float64)
    if origin.shape != (3,) or rows.shape != (3, 3):
        raise ValueError(f"eye and axes need shapes (3,) and (3, 3), got {origin.shape} and {rows.shape}")
    numbers = np.array([focal, *pixel, reach, near], dtype=np.float64)
    if not (np.isfinite(numbers).all() and np.isfinite(origin).all() and np.isfinite(rows).all()):
        raise ValueError(f"eye, axes, focal, pixel, reach and near need finite numbers, got {numbers.tolist()}")
    found: list[tuple[float, int]] = []

    def look(start: int, stop: int) -> None:
        place, depth = _nearest(cloud[start:stop], origin, rows, numbers)
        if place >= 0:
            found.append((depth, start + place))

    in_pieces(look, len(cloud), _LEAST, threads)
    return min(found)[1] if found else None


@compiled()
def _nearest(points: NDArray[Any], eye: Floats, axes: Floats, numbers: Floats) -> tuple[int, float]:
    focal, u, v, reach, near = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]
    place, least = -1, np.inf
    for n in range(len(points)):
        x, y, z = points[n, 0] - eye[0], points[n, 1] - eye[1], points[n, 2] - eye[2]
        depth = axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z
        if not near < depth < least:
            continue
        scale = focal / depth
        across = (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) * scale - u
        down = (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) * scale - v
        if across * across + down * down <= reach * reach:
            place, least = n, depth
    return place, least
