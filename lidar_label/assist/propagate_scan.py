"""The points about one object in one frame: near enough, over the ground, thinned, and brought to the frame's time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lidar_label.kernels.about_object import first_of_cubes, points_about
from lidar_label.model import Floats

_THIN_M = 0.07  # points of one such cube count once
_MOST = 700
_NEAR_M = 0.6  # outside the box, beyond what is searched
_LOW_M, _LOW = 0.22, 0.13  # over the box's bottom, and of its height: what is lower may be ground
_WIDE_M = 5.4  # a search this wide is what a tenth of a second takes


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """A cloud of one frame.

    Parameters
    ----------
    xyz : (N, 3) float, metres
        In world, at the time of the frame as far as the vehicle's own motion goes.
    sensor : (3,) float, metres
        Where the sensor stood, in world.
    seconds : (N,) float or None
        When each point was seen, after the time of the frame; None where nobody knows.
    """

    xyz: Floats
    sensor: Floats
    seconds: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Nearby:
    """Points about an object.

    `xyz` is (N, 3) in world, thinned; `seconds` (N,) or None; `dense` (M, 3) and `dense_seconds` all of them;
    `sensor` (3,); `share` how much of what was searched a usual search holds: most points of a wide one are of others.
    """

    xyz: Floats
    seconds: Floats | None
    dense: Floats
    dense_seconds: Floats | None
    sensor: Floats
    share: float = 1.0

    def at_rest(self, velocity: Floats) -> Floats:
        """Return the thinned points, (N, 3), where a thing of this velocity, (2,), has them at the frame's time."""
        return _moved(self.xyz, self.seconds, velocity)

    def all_at_rest(self, velocity: Floats) -> Floats:
        """Return all points, (M, 3), in the same way."""
        return _moved(self.dense, self.dense_seconds, velocity)

    @property
    def delay(self) -> float:
        """When the points were seen, in the middle: seconds after the frame; 0 where nobody knows."""
        if self.seconds is None or not len(self.seconds):
            return 0.0
        return float(np.median(self.seconds))


def gather(points: Points, pose: Floats, half: Floats, search: float) -> Nearby:
    """Return the points that may be an object's, which is thought to be at a pose, (4,) x, y, z, yaw.

    Parameters
    ----------
    points : Points
    pose : (4,) float64
    half : (3,) float64, metres
        Half the box's size.
    search : float, metres
        How far from the pose it may be.
    """
    own = float(np.hypot(half[0], half[1])) + _NEAR_M
    reach, share = own + search, min(1.0, (own + _WIDE_M) / (own + search)) ** 2
    bottom = float(pose[2] - half[2])
    low, high = bottom + min(_LOW_M, _LOW * 2 * float(half[2])), bottom + 2 * float(half[2]) + 0.4
    found, near = points_about(points.xyz, (pose[0], pose[1]), reach, low, high)
    seconds = None if points.seconds is None else np.asarray(points.seconds)[near].astype(np.float64)
    if not len(found):
        return Nearby(found, seconds, found, seconds, points.sensor, share)
    first = first_of_cubes(found, pose, _THIN_M)
    if len(first) > _MOST * 4:
        first = first[:: len(first) // (_MOST * 2)]
    return Nearby(found[first], None if seconds is None else seconds[first], found, seconds, points.sensor, share)


def _moved(xyz: Floats, seconds: Floats | None, velocity: Floats) -> Floats:
    if seconds is None or not velocity.any():
        return xyz
    found = xyz.copy()
    found[:, :2] -= seconds[:, None] * velocity
    return found
