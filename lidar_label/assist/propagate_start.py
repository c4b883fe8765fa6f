"""How well a speed suits two sweeps of a thing of which one box is known, by the times of their points."""

from __future__ import annotations

import numpy as np

from lidar_label.assist.propagate_match import STEPS, local_of, weight_of
from lidar_label.assist.propagate_scan import Nearby
from lidar_label.assist.propagate_shape import Shape
from lidar_label.model import Floats

SPEEDS_M_S = (-3.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 17.0, 20.0, 23.0, 26.0, 30.0, 34.0)
FASTEST_M_S = SPEEDS_M_S[-1]


def both_suit(
    velocity: Floats, pose: Floats, size: tuple[float, float, float], own: Nearby, near: Nearby, dt: float
) -> float:
    """Return what speaks for a velocity, (2,) metres a second along the heading.

    At a wrong one the points of the known box's own sweep lie outside it, and the next sweep's beside the shape.

    Parameters
    ----------
    velocity : (2,) float64
    pose : (4,) float64
        Of the box, with `size`, and `own` the points about it.
    near : Nearby
        Of the sweep `dt` seconds later.
    """
    c, s = np.cos(pose[3]), np.sin(pose[3])
    axes = np.array([[c, s], [-s, c]])
    tight = np.diag([1 / (0.25 + 0.5 * abs(dt)) ** 2, 1 / (0.1 + abs(dt)) ** 2, 1 / 0.05**2, 1 / 0.05**2])
    tight[:2, :2] = axes.T @ tight[:2, :2] @ axes
    shape = Shape(size)
    before = own.at_rest(velocity)
    shape.add(local_of(before, pose))
    expected = pose + np.array([*(velocity * dt), 0.0, 0.0])
    value = shape.climb(near.at_rest(velocity), expected, expected, tight, weight_of(near), np.array(STEPS))[1]
    return value + weight_of(own) * float(Shape(size).values(before, pose[None])[0])
