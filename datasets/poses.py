"""Poses by the many: where a vehicle was at any time, and boxes brought into the world."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.datasets.clouds.base import FAR_M, Point3
from lidar_label.errors import UnreadableFile
from lidar_label.model import SE3, Floats
from lidar_label.model.turns import product

Times = NDArray[np.int64]
_UNIT, _FARTHEST_M = 1e-2, 1e9  # as SE3 has it


class Trajectory:
    """Where the vehicle was at known times; between two of them it moves evenly, beyond them it stands.

    Parameters
    ----------
    times_ns : (N,) int64
        In any order; of doubled times the first stands.
    rotations : (N, 4) float64
        Unit quaternions w, x, y, z.
    places : (N, 3) float64, metres
        In the source's own world.
    where : object
        The file that they come from, for errors.

    Attributes
    ----------
    origin : (x, y, z), metres
        What is taken off the source's world: zero where it is near its own origin.

    Raises
    ------
    UnreadableFile
        If there is no pose, or one is not finite or has no rotation.
    """

    def __init__(self, times_ns: Times, rotations: Floats, places: Floats, where: object) -> None:
        if not len(times_ns):
            raise UnreadableFile("there is no pose", where=where)
        check_poses(rotations, places, where)
        self._times, rows = np.unique(times_ns, return_index=True)
        self._rotations = rotations[rows]
        self.origin = origin_of(places[rows[0]])
        self._places = places[rows] - np.array(self.origin)

    def __len__(self) -> int:
        return len(self._times)

    @property
    def first_ns(self) -> int:
        """The earliest time of a pose."""
        return int(self._times[0])

    @property
    def last_ns(self) -> int:
        """The latest time of a pose."""
        return int(self._times[-1])

    def has(self, time_ns: int) -> bool:
        """Say whether there is a pose of exactly this time."""
        row = int(np.searchsorted(self._times, time_ns))
        return row < len(self._times) and int(self._times[row]) == time_ns

    def at(self, time_ns: int) -> SE3:
        """Return ``world_SE3_ego`` at a time, the origin taken off."""
        row = int(np.searchsorted(self._times, time_ns))
        if row == len(self._times):
            return self._pose(row - 1)
        after_ns = int(self._times[row])
        if after_ns == time_ns or row == 0:
            return self._pose(row)
        before_ns = int(self._times[row - 1])
        return self._pose(row - 1).between(self._pose(row), (time_ns - before_ns) / (after_ns - before_ns))

    def _pose(self, row: int) -> SE3:
        return SE3("world", "ego", self._rotations[row], self._places[row])


def check_poses(rotations: Floats, places: Floats, where: object) -> None:
    """Raise `UnreadableFile` that names the first row which is no pose."""
    with np.errstate(over="ignore", invalid="ignore"):
        norms = np.linalg.norm(rotations, axis=1)
    good = (np.abs(places) <= _FARTHEST_M).all(axis=1) & (np.abs(norms - 1) <= _UNIT)
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        text = f"a pose is none: quaternion {rotations[row].tolist()}, place {places[row].tolist()}"
        raise UnreadableFile(text, where=f"{where}, row {row}")


def origin_of(place: ArrayLike) -> Point3:
    """Return what to take off a world with this first place: whole metres, or zero where it is near."""
    x, y, z = (float(value) for value in np.round(np.asarray(place, dtype=np.float64)))
    return (x, y, z) if max(abs(x), abs(y), abs(z)) >= FAR_M else (0.0, 0.0, 0.0)


def poses_in_world(world_SE3_ego: SE3, rotations: Floats, centers: Floats) -> list[SE3]:
    """Return ``world_SE3_box`` of boxes that are given in the vehicle's frame.

    Parameters
    ----------
    world_SE3_ego : SE3
        Or the pose of whatever frame the boxes are in.
    rotations : (N, 4) float64
        Unit quaternions w, x, y, z.
    centers : (N, 3) float64, metres
    """
    if not len(rotations):
        return []
    unit = rotations / np.linalg.norm(rotations, axis=1, keepdims=True)
    quaternions = product(world_SE3_ego.rotation, unit)
    places = world_SE3_ego.apply(centers)
    return [SE3("world", "box", turn, place) for turn, place in zip(quaternions, places, strict=True)]
