"""What the points of a frame say of its boxes: how many in and beside them, how far sides stay, where the ground is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.cloud import Points
from lidar_label.check.floor import Floor
from lidar_label.check.through import clear_sides, through
from lidar_label.kernels.box_sight import INNER, RING_M, SHELL_M, sight_of_boxes
from lidar_label.kernels.points_in_boxes import box_of_points, indices_in_boxes
from lidar_label.model import Floats

TURN_HALF_S = 0.05  # half of a LiDAR's turn: how far from the frame's time a point may be
_UNDER_M = 2.0  # a box, where the ground is looked for
_OWN_M = 0.1
FLAT_M = 1.1  # half as wide: lorries and buses, whose points all lie on their flat sides
OFF_GROUND_M = 0.25
MANY_OUTSIDE = 12  # points outside a box that say something of it
_FACES_M = 0.3  # that the sensor must be beyond a side to see it


@dataclass(frozen=True, eq=False)
class Boxes:
    """Boxes of one frame as columns: centres (M, 3) in world, yaws (M,), sizes (M, 3), velocities (M, 3).

    `real` (M,) is False for those that nobody made: where a track would be in a frame that it lacks.
    """

    centers: Floats
    yaws: Floats
    sizes: Floats
    velocities: Floats
    real: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.yaws)

    def until(self, count: int) -> Boxes:
        """Return the first so many."""
        return Boxes(self.centers[:count], self.yaws[:count], self.sizes[:count], self.velocities[:count],
                     self.real[:count])  # fmt: skip


@dataclass(frozen=True, eq=False)
class Measures:
    """What was measured of each of M boxes; NaN where nothing tells.

    Parameters
    ----------
    inside : (M,)
        Points in the box, each taken to the frame's time by the box's velocity.
    untimed : (M,)
        The same without that.
    solid : (M,)
        Of those inside, the ones off the ground; of a box that nobody made, the ones in its inner part that no other
        box holds.
    outside : (M,)
        Points off the ground, at most 0.3 m beside or above, that no other box holds.
    beyond : (M,)
        Points off the ground from 0.3 to 0.6 m beside that no box holds: what goes on there is larger than the box's
        object. 0 where too few lie outside for it to matter.
    gaps : (M, 5), metres
        From the front, rear, left, right and upper side to the outermost point; below 0 where points are beyond.
        NaN for a side that does not face the sensor, and where there are no points.
    floor : (M,), metres
        How high the lower side is over the ground around.
    range_m : (M,), metres
    late : (M,), metres
        How far the box moved from the time of its points to that of the frame.
    through : (M,), 0 to 1
        Of the rays that come as far as the middle of the box, the share that end beyond it.
    clear : (M, 4), 0 to 1
        The same of the empty part before the front, rear, left and right side.
    """

    inside: Floats
    untimed: Floats
    solid: Floats
    outside: Floats
    beyond: Floats
    gaps: Floats
    floor: Floats
    range_m: Floats
    late: Floats
    through: Floats
    clear: Floats


def turned(yaws: Floats) -> Floats:
    """Return rotation matrices about z, (M, 3, 3)."""
    c, s, zero, one = np.cos(yaws), np.sin(yaws), np.zeros_like(yaws), np.ones_like(yaws)
    return np.stack([np.stack([c, -s, zero], -1), np.stack([s, c, zero], -1), np.stack([zero, zero, one], -1)], -2)


def measure(points: Points, boxes: Boxes, floor: Floor, first: int | None = None) -> tuple[Measures, NDArray[np.int32]]:
    """Measure the boxes of a frame against its points.

    With `first`, only so many of the boxes are measured; the others hold points, which are not those boxes' own.

    Returns
    -------
    measures : Measures
    owner : (N,) int32
        The first box that holds each point, with a margin for the motion in a turn; -1 for none. With `first`, of
        the points about the boxes that are measured.
    """
    everyone = boxes
    boxes = everyone if first is None else everyone.until(first)
    count = len(boxes)
    centers, turns, half = boxes.centers - points.origin, turned(boxes.yaws), boxes.sizes / 2
    speeds = np.linalg.norm(boxes.velocities, axis=1)
    beside = RING_M + (speeds * TURN_HALF_S if points.time_s is not None else np.zeros(count))
    reach = half + np.column_stack([beside, beside, np.full(count, _UNDER_M)])
    offsets, index = indices_in_boxes(points.xyz, centers, turns, 2 * reach, threads=1)
    if first is None:
        owner = _owners(points.xyz, points, everyone)
    else:
        owner = np.full(len(points.xyz), -1, np.int32)
        owner[index] = _owners(points.xyz[index], points, everyone)
    times = points.time_s if points.time_s is not None else np.zeros(len(points.xyz), np.float32)
    flat = np.where(~boxes.real & (half[:, 1] > FLAT_M), 1 / INNER, 1.0)  # of flat sides all counts
    wide = half * np.column_stack([flat, flat, np.ones(count)])
    table = np.column_stack([centers, turns[:, 0, 0], turns[:, 1, 0], wide, boxes.velocities, boxes.real])
    found = sight_of_boxes(points.xyz, times, owner, offsets, index, table)
    inside, untimed, solid, outside = found[:, :4].T
    by_floor = centers[:, 2] - half[:, 2] - floor.at(centers[:, :2])
    gaps = _gaps(found[:, 4:9], half, centers, turns, points.eyes[0])
    rays = points.towards(centers[0, :2], float(np.hypot(*half[0, :2]))) if first == 1 else points
    return Measures(
        inside=inside,
        untimed=untimed,
        solid=solid,
        outside=outside,
        beyond=_beyond(points.xyz, owner, offsets, index, table, outside),
        gaps=gaps,
        floor=_nearer(-found[:, 9], by_floor),
        range_m=np.linalg.norm((centers - points.eyes[0])[:, :2], axis=1),
        late=np.abs(found[:, 10]) / np.maximum(inside, 1.0) * speeds,
        through=through(rays, centers, boxes.sizes),
        clear=clear_sides(rays, centers, turns, half, gaps),
    ), owner


def _beyond(
    xyz: NDArray[np.float32], owner: NDArray[np.int32], offsets: NDArray[np.int64], index: NDArray[np.int64],
    table: Floats, outside: Floats,
) -> Floats:  # fmt: skip
    """Count the points beside a box and beyond those that may be its own, of boxes with many outside."""
    found = np.zeros(len(table))
    for m in np.flatnonzero(outside >= MANY_OUTSIDE).tolist():
        cx, cy, cz, cos, sin, hx, hy, hz = table[m, :8]
        own = index[offsets[m] : offsets[m + 1]]
        x, y, z = (xyz[own[owner[own] < 0]] - (cx, cy, cz)).T
        beside = np.maximum(np.abs(cos * x + sin * y) - hx, np.abs(cos * y - sin * x) - hy)
        high = (z > OFF_GROUND_M - hz) & (z <= hz)
        found[m] = (high & (beside > SHELL_M) & (beside <= 2 * SHELL_M)).sum()
    return found


def _owners(xyz: NDArray[np.float32], points: Points, boxes: Boxes) -> NDArray[np.int32]:
    real = np.flatnonzero(boxes.real)
    if not len(real):
        return np.full(len(xyz), -1, np.int32)
    centers, turns = boxes.centers - points.origin, turned(boxes.yaws)
    sweep = np.zeros(len(boxes))
    if points.time_s is not None:
        sweep = np.linalg.norm(boxes.velocities, axis=1) * TURN_HALF_S
    wide = boxes.sizes + 2 * np.column_stack([_OWN_M + sweep, np.full_like(sweep, _OWN_M), np.full_like(sweep, _OWN_M)])
    found = box_of_points(xyz, centers[real], turns[real], wide[real])
    return np.where(found >= 0, real[found].astype(np.int32), np.int32(-1))


def _gaps(reached: Floats, half: Floats, centers: Floats, turns: Floats, eye: Floats) -> Floats:
    """Return how far points stay from the sides, of those that face the sensor and of the upper one."""
    seen_from = np.einsum("nji,nj->ni", turns, eye - centers)
    gaps = np.full((len(half), 5), np.nan)
    for side, (axis, sign) in enumerate(((0, 1), (0, -1), (1, 1), (1, -1), (2, 1))):
        faces = (sign * seen_from[:, axis] > half[:, axis] + _FACES_M) | (axis == 2)
        told = faces & np.isfinite(reached[:, side])
        gaps[told, side] = half[told, axis] - reached[told, side]
    return gaps


def _nearer(one: Floats, other: Floats) -> Floats:
    """Return the height nearer to zero, zero where two ways to measure it disagree on the side; NaN without both."""
    both = np.where(np.abs(one) < np.abs(other), one, other)
    both = np.where(np.sign(one) != np.sign(other), 0.0, both)
    return np.where(np.isfinite(one) & np.isfinite(other), both, np.nan)
