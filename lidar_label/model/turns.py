"""Turns: quaternions and matrices of rotations, w first, without the second that scipy takes to be imported."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_ORTHONORMAL = 1e-12  # a matrix as near to a rotation as this is one
_AXES = {"x": 1, "y": 2, "z": 3}


def quaternion_of_matrix(matrix: ArrayLike) -> Floats:
    """Return the unit quaternion w, x, y, z, (4,), of a (3, 3) matrix: of the rotation that lies nearest to it.

    Notes
    -----
    Shepperd, "Quaternion from rotation matrix" (1978): divide by what is largest.
    """
    m = np.asarray(matrix, np.float64)
    if np.abs(m @ m.T - np.eye(3)).max() > _ORTHONORMAL:
        left, _, right = np.linalg.svd(m)
        m = left @ right
    r = m.tolist()
    trace = r[0][0] + r[1][1] + r[2][2]
    largest = max(r[0][0], r[1][1], r[2][2], trace)
    found = [0.0] * 4
    if largest == trace:
        found = [1.0 + trace, r[2][1] - r[1][2], r[0][2] - r[2][0], r[1][0] - r[0][1]]
    else:
        i = next(axis for axis in range(3) if r[axis][axis] == largest)
        j, k = (i + 1) % 3, (i + 2) % 3
        found[0] = r[k][j] - r[j][k]
        found[1 + i] = 1.0 - trace + 2.0 * largest
        found[1 + j] = r[j][i] + r[i][j]
        found[1 + k] = r[k][i] + r[i][k]
    return np.array(found) / math.hypot(*found)


def matrices_of(quaternions: ArrayLike) -> Floats:
    """Return the rotation matrices, (N, 3, 3), of unit quaternions (N, 4)."""
    w, x, y, z = np.asarray(quaternions, np.float64).T
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    found: Floats = np.moveaxis(np.array(rows), -1, 0)
    return found


def turn_about(axis: str, angle: float) -> Floats:
    """Return the quaternion, (4,), of a turn about the axis "x", "y" or "z", radians."""
    found = np.zeros(4)
    found[0], found[_AXES[axis]] = math.cos(angle / 2), math.sin(angle / 2)
    return found


def product(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the quaternions of turning by `second` and then by `first`, (..., 4)."""
    w, x, y, z = np.moveaxis(np.asarray(first, np.float64), -1, 0)
    v, i, j, k = np.moveaxis(np.asarray(second, np.float64), -1, 0)
    both = [
        w * v - x * i - y * j - z * k,
        w * i + x * v + y * k - z * j,
        w * j - x * k + y * v + z * i,
        w * k + x * j - y * i + z * v,
    ]
    return np.stack(both, axis=-1)
