"""Rotations as the three angles that many label files have."""

from __future__ import annotations

import warnings

from numpy.typing import ArrayLike

from lidar_label.model import Floats


def angles_of(rotation: ArrayLike, order: str, *, degrees: bool = False) -> tuple[float, float, float]:
    """Return a rotation as angles about three axes.

    Where the middle one is a right angle the other two say the same; the last is then 0, and the three still make
    the same rotation.

    Parameters
    ----------
    rotation : (4,) float64
        Unit quaternion w, x, y, z.
    order : str
        Axes as scipy names them: "XYZ" turns about x, then the turned y, then the turned z (three.js's default).
    degrees : bool
        Instead of radians.
    """
    from scipy.spatial.transform import Rotation  # lazy: a second of libraries

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the right angle
        a, b, c = Rotation.from_quat(rotation, scalar_first=True).as_euler(order, degrees=degrees).tolist()
    return a, b, c


def quaternion_of(angles: ArrayLike, order: str, *, degrees: bool = False) -> Floats:
    """Return the unit quaternion w, x, y, z of three angles in an order as in `angles_of`."""
    from scipy.spatial.transform import Rotation

    found: Floats = Rotation.from_euler(order, angles, degrees=degrees).as_quat(scalar_first=True)
    return found
