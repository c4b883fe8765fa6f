"""Rigid transforms: points moved into another frame in one pass, without a float64 copy of the cloud."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels import plain
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.threads import in_pieces

Floats = NDArray[np.float64]

_LEAST = 1 << 17  # points for a thread


def transform_points(
    points: NDArray[Any], rotation: Floats, translation: Floats, *, threads: int | None = None
) -> NDArray[np.float32]:
    """Turn points, then shift them.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
    rotation : (3, 3) float
        Columns are the axes of the points' frame in the new one.
    translation : (3,) float, metres
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    (N, 3) float32, metres
        Computed in float64 and rounded once. A point with a value that is not finite stays not finite.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above, or the transform has a value that is not finite.
    """
    cloud = checked_points(points)
    turn, shift = checked_pose(rotation, translation)
    moved = np.empty((len(cloud), 3), dtype=np.float32)
    in_pieces(lambda a, b: _transform(cloud[a:b], turn, shift, moved[a:b]), len(cloud), _LEAST, threads)
    return moved


def checked_points(points: NDArray[Any]) -> NDArray[Any]:
    """Return points as the kernels take them: in C order and read-only, which is a type to Numba; or raise."""
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3:
        raise ValueError(f"points needs shape (N, 3), got {cloud.shape}")
    native = cloud.dtype.newbyteorder("=")
    if native not in (np.float32, np.float64):
        raise ValueError(f"points needs dtype float32 or float64, got {cloud.dtype}")
    cloud = np.ascontiguousarray(cloud, dtype=native).view()
    cloud.flags.writeable = False
    return cloud


def checked_pose(rotation: Floats, translation: Floats) -> tuple[Floats, Floats]:
    """Return a (3, 3) rotation and a (3,) translation in float64, or raise."""
    return checked("rotation", rotation, (3, 3)), checked("translation", translation, (3,))


def checked(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Return finite numbers of this shape in float64, or raise; -1 stands for any length."""
    given = np.asarray(values)
    if given.dtype.kind not in "fiu":
        raise ValueError(f"{name} needs real numbers, got dtype {given.dtype}")
    if given.ndim != len(shape) or any(want not in (-1, got) for want, got in zip(shape, given.shape, strict=True)):
        raise ValueError(f"{name} needs shape {shape}, got {given.shape}".replace("-1", "K"))
    if not np.isfinite(given).all():
        raise ValueError(f"{name} has a value that is not finite")
    return np.ascontiguousarray(given, dtype=np.float64)


@compiled(plain=plain.transform)
def _transform(points: NDArray[Any], turn: Floats, shift: Floats, moved: NDArray[np.float32]) -> None:
    for n in range(len(points)):
        x, y, z = np.float64(points[n, 0]), np.float64(points[n, 1]), np.float64(points[n, 2])
        for axis in range(3):
            value = turn[axis, 0] * x + turn[axis, 1] * y + turn[axis, 2] * z + shift[axis]
            moved[n, axis] = np.float32(value)
