"""What a frame shows to lift marks from: its points, their ground, and where they lie in each camera's picture."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.click_seen import Indices
from lidar_label.assist.fit_ground import Ground, ground_about
from lidar_label.assist.fit_grow import clusters
from lidar_label.assist.ground import find_ground
from lidar_label.assist.ground_surface import GroundSurface
from lidar_label.assist.lift_marks import Eye, Mark
from lidar_label.kernels.click_points import points_about
from lidar_label.model import NEAR_M, Floats, Pinhole

_REACH_M, _REACH_BY_RANGE = 0.35, 0.012  # the widest gap in an object: near the sensor, and more a metre of range
_CLEARANCE_M, _CLEARANCE = 0.2, 0.25  # over the ground, and of a low thing's height: what is higher may be the object
_TALLEST, _TALLEST_M = 1.5, 0.5  # times the usual height, and more
_SPARE_PIXELS = 1.5  # what a mark may be off by
_NEAR_M, _FLOOR_M = 12.0, 4.0  # what says how high the ground is; where one plane does for it


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Where the points of a cloud lie in one camera's picture: which are in it, (K,), and their pixels, (K, 2)."""

    indices: Indices
    uv: Floats
    place: NDArray[np.int32]
    """Of each point of the cloud its place among these, or -1."""


@dataclass(eq=False)
class LiftView:
    """A frame's cloud, made ready once for all its marks.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        z up; points that are not finite are left out.
    origins : (S, 3) float64, metres
        Where the LiDARs stand, the main one first.
    ground : float, optional
        The ground's height where too few points tell.
    """

    xyz: NDArray[np.float32]
    origins: Floats
    surface: GroundSurface
    ground: float | None = None
    _pictures: dict[int, tuple[Eye, Picture]] = field(default_factory=dict, repr=False)
    _floors: dict[tuple[int, int], Ground] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, xyz: NDArray[np.float32], origins: ArrayLike, ground: float | None = None) -> LiftView:
        """Look at a cloud and its ground."""
        cloud = np.asarray(xyz, dtype=np.float32)
        cloud = np.ascontiguousarray(cloud[np.isfinite(cloud).all(axis=1)])
        places = np.atleast_2d(np.asarray(origins, dtype=np.float64))
        return cls(cloud, places, find_ground(cloud, places).surface, ground)

    def picture(self, eye: Eye) -> Picture:
        """Return where the points lie in a camera's picture; looked up where it was asked for before."""
        found = self._pictures.get(id(eye))
        if found is None:
            way, camera = eye.camera_SE3_ego, eye.camera
            turn, shift = way.rotation_matrix.astype(np.float32), way.translation.astype(np.float32)
            indices = np.arange(len(self.xyz))
            if isinstance(camera, Pinhole):  # what lies behind is most of a turn
                indices = np.flatnonzero(self.xyz @ turn[2] + shift[2] > NEAR_M)
            uv, valid = camera.project(self.xyz[indices] @ turn.T + shift)
            valid &= camera.inside(uv)
            place = np.full(len(self.xyz), -1, np.int32)
            place[indices[valid]] = np.arange(int(valid.sum()), dtype=np.int32)
            # A column at a time is what marks ask for.
            found = (eye, Picture(indices[valid], np.asfortranarray(uv[valid]), place))
            self._pictures[id(eye)] = found
        return found[1]

    def floor(self, x: float, y: float) -> Ground:
        """Return the ground about a place as a plane; looked for once for all places in a few metres."""
        key = round(x / _FLOOR_M), round(y / _FLOOR_M)
        if key not in self._floors:
            self._floors[key] = self._floor(key[0] * _FLOOR_M, key[1] * _FLOOR_M)
        return self._floors[key]

    def _floor(self, x: float, y: float) -> Ground:
        height = self.surface.at(x, y)
        if np.isfinite(height):
            up = self.surface.normal((x, y))
            lean = -up[:2] / up[2] if np.isfinite(up).all() else np.zeros(2)
            return Ground(float(lean[0]), float(lean[1]), float(height - lean[0] * x - lean[1] * y))
        near = self.xyz.take(points_about(self.xyz, x, y, _NEAR_M), axis=0)
        return ground_about(near, (x, y), _NEAR_M, self.ground)

    def over(self, indices: Indices) -> Floats:
        """Return how high points lie over the ground, metres; over a level one where it is not known."""
        found = self.surface.over(self.xyz[indices])
        unknown = np.flatnonzero(~np.isfinite(found))
        if len(unknown):
            x, y = self.xyz[indices[unknown[len(unknown) // 2]], :2].tolist()
            found[unknown] = self.floor(x, y).over(self.xyz[indices[unknown]])
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Points in a mark that hang together: which of the cloud, how high over the ground, how far from the camera."""

    indices: Indices
    over: Floats
    away: float
    """Median distance from the main LiDAR, metres."""


def held_by(view: LiftView, marks: list[Mark]) -> Indices:
    """Return the points that lie in all the marks whose pictures show them."""
    if len(marks) == 1:
        picture = view.picture(marks[0].eye)
        return picture.indices[marks[0].outside(picture.uv) <= _SPARE_PIXELS]
    inside = np.zeros(len(view.xyz), np.int32)
    for mark in marks:
        picture = view.picture(mark.eye)
        away = mark.outside(picture.uv)
        inside[picture.indices[away <= _SPARE_PIXELS]] += 1
        inside[picture.indices[away > _SPARE_PIXELS]] -= len(marks)
    return np.flatnonzero(inside > 0)


def parts_of(
    view: LiftView, held: Indices, usual: tuple[float, float, float], least: int
) -> tuple[Indices, list[Part]]:
    """Return which points stand on the ground in a mark, and the parts that hang together, the nearest first."""
    over = view.over(held)
    clear = min(_CLEARANCE_M, _CLEARANCE * usual[2])
    standing = (over > clear) & (over < _TALLEST * usual[2] + _TALLEST_M)
    chosen, over = held[standing], over[standing]
    if not len(chosen):
        return chosen, []
    flat = view.xyz[chosen, :2].astype(np.float64) - view.origins[0, :2]
    away = np.hypot(flat[:, 0], flat[:, 1])
    turn = np.arctan2(flat[:, 1], flat[:, 0])
    middle = np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())
    turn = (turn - middle + np.pi) % (2 * np.pi) - np.pi
    # In steps of what a gap may be at that range, so that one grid does for near and far.
    reach = _REACH_M + _REACH_BY_RANGE * away
    steps = np.column_stack([np.log(reach) / _REACH_BY_RANGE, turn * away / reach])
    number = clusters(steps, 1.0)
    order = np.lexsort((away, number))
    ends = np.flatnonzero(np.diff(number[order])) + 1
    found = [
        Part(chosen[own], over[own], float(away[own[len(own) // 2]]))
        for own in np.split(order, ends)
        if len(own) >= least
    ]
    return chosen, sorted(found, key=lambda part: part.away)
