"""The points of one frame as rules look at them: all LiDARs together, in world's directions about the vehicle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import LidarLabelError
from lidar_label.kernels.rigid import transform_points
from lidar_label.model import Floats, Scene

_COLUMN_RAD = 0.01  # rays are looked at by columns of a little less


@dataclass(frozen=True, eq=False)
class Points:
    """The returns of a frame.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        Along world's axes, from `origin`.
    time_s : (N,) float32 or None
        Seconds after the frame's time; None where the points have no times.
    origin : (3,) float64, metres
        In world.
    eyes : (K, 3) float64, metres
        Where the sensors are, from `origin`.
    """

    xyz: NDArray[np.float32]
    time_s: NDArray[np.float32] | None
    origin: Floats
    eyes: Floats

    def within(self, place: Floats, reach: float) -> Points:
        """Return the points at most so far from a place, (2,) metres from the origin, along x and y."""
        near = np.flatnonzero(np.abs(self.xyz[:, 0] - np.float32(place[0])) <= reach)
        near = near[np.abs(self.xyz[near, 1] - np.float32(place[1])) <= reach]
        times = None if self.time_s is None else self.time_s[near]
        return Points(self.xyz[near], times, self.origin, self.eyes)

    def towards(self, place: Floats, reach: float) -> Points:
        """Return the points whose rays from the first sensor come as near to a place, (2,) metres from the origin."""
        away = place - self.eyes[0, :2]
        far = float(np.hypot(*away))
        if far <= 2 * reach:
            return self
        across = np.array([[away[0], -away[1]], [away[1], away[0]]], np.float32) / np.float32(far)
        along, aside = ((self.xyz[:, :2] - self.eyes[0, :2].astype(np.float32)) @ across).T
        near = np.flatnonzero(np.abs(aside) <= np.float32(reach / far + _COLUMN_RAD) * along)
        return Points(self.xyz[near], None, self.origin, self.eyes)


def points_of(scene: Scene, frame: int) -> Points | None:
    """Read the LiDAR sweeps of a frame; None where there is none, or one cannot be read."""
    found = scene.frames[frame]
    sweeps = [sweep for sweep in found.sweeps.values() if sweep.sensor.kind == "lidar"]
    origin = found.world_SE3_ego.translation
    clouds, times, eyes = [], [], []
    for sweep in sweeps:
        try:
            cloud = sweep.points()
        except (LidarLabelError, OSError):
            continue  # the import report names it
        pose = sweep.world_SE3_sensor
        valid = cloud.valid
        xyz = cloud.xyz if valid.all() else cloud.xyz[valid]
        clouds.append(transform_points(xyz, pose.rotation_matrix, pose.translation - origin, threads=1))
        eyes.append(pose.translation - origin)
        stamp = cloud.fields.get("time_s")
        if stamp is not None:
            late = (sweep.timestamp_ns - found.timestamp_ns) * 1e-9
            times.append((stamp[valid] + late).astype(np.float32))
    if not clouds or not sum(map(len, clouds)):
        return None
    time_s = np.concatenate(times) if len(times) == len(clouds) else None
    xyz = np.ascontiguousarray(clouds[0] if len(clouds) == 1 else np.concatenate(clouds))
    return Points(xyz, time_s, origin, np.array(eyes))
