"""How well a speed suits two sweeps of a thing of which one box is known, by the times of their points."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.assist.propagate_match import STEPS, inside_of, local_of, weight_of
from lidar_label.assist.propagate_scan import Nearby
from lidar_label.assist.propagate_shape import Shape
from lidar_label.model import Floats

SPEEDS_M_S = (-3.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 17.0, 20.0, 23.0, 26.0, 30.0, 34.0)
FASTEST_M_S = SPEEDS_M_S[-1]
FEWEST = 3  # points that show something
_FITS, _FITS_HERE, _FITS_SHARE = 0.5, 2.0, 0.12  # how well points fit a thing that stands, and what that is worth
_LEFT, _LEFT_HERE = 10, 0.6  # of so many points none is left where it stood: what that is worth, by their logarithm
_TOO_MANY = 2.0  # times as many as expected, that a thing which moved far may show


def share_that_counts(
    found: Floats, start: Floats, size: tuple[float, float, float], near: Nearby, velocity: Floats,
    seen: tuple[int, float],
) -> float:  # fmt: skip
    """Return how much of what speaks for a place, (4,), counts for a thing that was at `start`, (4,): 1 or less.

    A place with far more points than the box showed is another thing's, else whatever is dense would do. One that lies
    far off and nearer to the sensor shows more points of whatever stands there, as the next car of a parked row does.
    The others are those of `both_suit`.
    """
    many, seen_from = seen
    range_m, at_start_m = (max(float(np.hypot(*(pose[:2] - near.sensor[:2]))), 1.0) for pose in (found, start))
    inside = int(inside_of(local_of(near.all_at_rest(velocity), found), np.array(size) / 2).sum())
    share = min(1.0, _TOO_MANY * (many * (seen_from / range_m) ** 2 + FEWEST) / max(inside, 1))
    is_far = float(np.hypot(*(found[:2] - start[:2]))) > size[0] / 2
    return share * min(1.0, (range_m / at_start_m) ** 2) if is_far else share


def both_suit(
    velocity: Floats, pose: Floats, size: tuple[float, float, float], own: Nearby, near: Nearby, dt: float,
    weight: float, seen: tuple[int, float],
) -> float:  # fmt: skip
    """Return what speaks for a velocity, (2,) metres a second along the heading.

    At a wrong one the points of the known box's own sweep lie outside it, and the next sweep's beside the shape.

    Parameters
    ----------
    velocity : (2,) float64
    pose : (4,) float64
        Of the box, with `size`, and `own` the points about it.
    near : Nearby
        Of the sweep `dt` seconds later.
    weight : float
        What one of its points counts.
    seen : (int, float)
        How many points the box showed, and from how far.
    """
    c, s = np.cos(pose[3]), np.sin(pose[3])
    axes = np.array([[c, s], [-s, c]])
    tight = np.diag([1 / (0.25 + 0.5 * abs(dt)) ** 2, 1 / (0.1 + abs(dt)) ** 2, 1 / 0.05**2, 1 / 0.05**2])
    tight[:2, :2] = axes.T @ tight[:2, :2] @ axes
    shape = Shape(size)
    before = own.at_rest(velocity)
    shape.add(local_of(before, pose))
    expected = pose + np.array([*(velocity * dt), 0.0, 0.0])
    found, value = shape.climb(near.at_rest(velocity), expected, expected, tight, weight, np.array(STEPS))
    value *= share_that_counts(found, pose, size, near, velocity, seen)
    return value + weight_of(own) * float(Shape(size).values(before, pose[None])[0])


def fits_here(shape: Shape, near: Nearby, anchor: Floats, weight: float, seen: int) -> float:
    """Return what speaks against a move: a lot where the points fit a thing that stands, else nothing.

    Parameters
    ----------
    shape : Shape
    near : Nearby
    anchor : (4,) float64
        Where it stood.
    weight : float
        What a point counts.
    seen : int
        How many points its box showed.
    """
    local = local_of(near.xyz, anchor)
    inside = inside_of(local, shape.half)
    if inside.sum() < FEWEST or inside_of(local_of(near.dense, anchor), shape.half).sum() <= 0.5 * seen:
        return 0.0
    worth = shape.worth(local[inside])
    return _FITS_HERE + _FITS_SHARE * weight * float(worth.sum()) if worth.mean() >= _FITS else 0.0


def left_here(near: Nearby, anchor: Floats, half: Floats, seen: int) -> float:
    """Return what speaks for a move where no point is left at the place, (4,), of a box that showed so many."""
    gone = seen >= _LEFT and inside_of(local_of(near.xyz, anchor), half).sum() < FEWEST
    return _LEFT_HERE * math.log(seen / FEWEST) if gone else 0.0
