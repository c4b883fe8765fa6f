"""What stands, seen from many frames: its points laid together, and one box for all of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.click import boxes_of
from lidar_label.assist.click_kinds import KINDS
from lidar_label.assist.click_seen import FREE_CELL_M, Seen
from lidar_label.assist.draft import Drafted, Look
from lidar_label.assist.fit_ground import Ground
from lidar_label.kernels.click_cells import voxels
from lidar_label.kernels.click_points import free_space, points_about
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box, Floats, Source

_LOOKS = 6  # frames that are laid together for one thing
_AROUND_M, _HALF_M = 9.0, 8.0  # what is looked at, and half the side of the square of rays
_OWN_M, _NEAR_M = 0.35, 2.0  # beyond the box's sides: what may be of the thing, and what is beside it
_LOW_M, _HIGH_M = 0.25, 4.7  # over the box's bottom
_FINE_M, _POINTS, _OTHERS = 0.08, 300, 80
_BANDS, _RAYS = ((0.3, 0.75), (1.2, 2.2)), 4000
_LEAST = 0.4  # overlap with what single frames gave, under which that is believed
_ALONG = math.radians(12.0)


@dataclass(eq=False)
class _Standing:
    """One thing that stands: about its middle in world, heights over its bottom."""

    track: int
    box: Box
    left: int
    points: list[NDArray[np.float32]] = field(default_factory=list)
    eyes: list[Floats] = field(default_factory=list)
    free: NDArray[np.float32] | None = None


def settle(tracks: Sequence[Drafted], read: Callable[[int], Look | None]) -> list[Drafted]:
    """Return tracks, vehicles that stand with one and the same box in all frames, fitted to all that was seen of them.

    Parameters
    ----------
    tracks : sequence of Drafted
    read : callable(frame) -> Look or None
        Frames are read again, in rising order, each at most once; what was seen of a thing is held from the first
        of its frames to the last.
    """
    wanted: dict[int, list[_Standing]] = defaultdict(list)
    for number, track in enumerate(tracks):
        seen = [box for box in track.boxes if box.source == Source.MACHINE]
        if track.kind in ("car", "truck", "bus") and track.stands and len(seen) > 1:
            frames = sorted({seen[round(k)].frame for k in np.linspace(0, len(seen) - 1, _LOOKS)})
            one = _Standing(number, _middle(seen), len(frames))
            for frame in frames:
                wanted[frame].append(one)
    settled = dict(_settled(wanted, tracks, read))
    return [settled.get(number, track) for number, track in enumerate(tracks)]


def _settled(
    wanted: dict[int, list[_Standing]], tracks: Sequence[Drafted], read: Callable[[int], Look | None]
) -> Iterator[tuple[int, Drafted]]:
    for frame in sorted(wanted):
        look = read(frame)
        for one in wanted[frame]:
            if look is not None:
                _add(one, look)
            one.left -= 1
            if not one.left:
                track = tracks[one.track]
                box = _fitted(one, track.kind)
                one.points, one.free = [], None
                yield one.track, replace(track, boxes=tuple(_at(box, other) for other in track.boxes))


def _middle(seen: Sequence[Box]) -> Box:
    """Return the box at the median place of all."""
    centers = np.array([box.center for box in seen])
    at = int(np.argmin(np.abs(centers - np.median(centers, axis=0)).sum(axis=1)))
    return seen[at]


def _at(one: Box, other: Box) -> Box:
    return replace(other, world_SE3_box=one.world_SE3_box, size=one.size)


def _add(one: _Standing, look: Look) -> None:
    """Lay the points of a frame to those of a thing, and count the rays that went through about it."""
    middle, bottom = one.box.center, float(one.box.center[2]) - one.box.size[2] / 2
    base = np.array([middle[0], middle[1], bottom])
    place = look.world_SE3_ego.inverse.apply(base[None])[0]
    turn, shift = look.world_SE3_ego.rotation_matrix, look.world_SE3_ego.translation - base
    near = points_about(look.xyz, float(place[0]), float(place[1]), _AROUND_M)
    level = (look.xyz[near].astype(np.float64) @ turn.T + shift).astype(np.float32)
    held = (level[:, 2] > _LOW_M) & (level[:, 2] < _HIGH_M)
    one.points.append(level[held])
    eyes = look.origins @ turn.T + shift
    one.eyes.append(eyes)
    rays = (look.xyz @ turn.T.astype(np.float32) + shift.astype(np.float32)).astype(np.float32)
    free = free_space(rays, eyes, (0.0, 0.0, 0.0), (-_HALF_M, -_HALF_M), FREE_CELL_M, int(2 * _HALF_M / FREE_CELL_M),
                      _BANDS, _RAYS)  # fmt: skip
    one.free = free if one.free is None else one.free + free


def _fitted(one: _Standing, kind: str) -> Box:
    """Return the box that explains best what all frames saw; that of single frames where it does not go with it."""
    old = one.box
    yaw = old.yaw
    points = np.concatenate(one.points).astype(np.float64) if one.points else np.empty((0, 3))
    on = np.abs(points[:, :2] @ (math.cos(yaw), math.sin(yaw))) - old.size[0] / 2
    off = np.abs(points[:, :2] @ (-math.sin(yaw), math.cos(yaw))) - old.size[1] / 2
    beyond = np.maximum(on, off)
    own, others = np.flatnonzero(beyond <= _OWN_M), np.flatnonzero((beyond > _OWN_M) & (beyond <= _NEAR_M))
    if len(own) < 10 or one.free is None:
        return old
    which = np.concatenate([_thinned(points, own, _POINTS), _thinned(points, others, _OTHERS)])
    xyz = points[which]
    odds = np.where(beyond[which] <= 0.1, 2.0, np.where(beyond[which] <= _OWN_M, 0.5, -3.0))
    inside = np.flatnonzero(odds >= 2.0)
    if not len(inside):
        return old
    seed = xyz[inside[int(np.argmin((xyz[inside, :2] ** 2).sum(axis=1)))], :2]
    eyes = np.concatenate(one.eyes)[:, :2]
    seen = Seen(
        which, xyz, odds, np.where(odds > 0, 0.0, 9.0), 1.0, np.arange(len(which)), seed.copy(),
        float(xyz[inside, 2].max()), Ground(0.0, 0.0, 0.0), eyes, one.free, np.array([-_HALF_M, -_HALF_M]),
    )  # fmt: skip
    names = {"car": ("car", "van"), "truck": ("truck", "van"), "bus": ("bus", "truck")}[kind]
    kinds = [known for known in KINDS if known.name in names]
    found = boxes_of(seen, kinds, (yaw,), yaws=36)
    row = next((one.row for one in found if abs(math.sin(one.row[6] - yaw)) < math.sin(2 * _ALONG)), None)
    if row is None:
        return old
    before = np.array([0.0, 0.0, 0.0, *old.size, yaw])
    if iou_of_pairs(row[None], before[None], "bev")[0] < _LEAST:
        return old
    x, y, z, length, width, height, turned = row.tolist()
    turned += math.pi if math.cos(turned - yaw) < 0 else 0.0
    center = old.center + np.array([x, y, z - old.size[2] / 2])
    return replace(old, world_SE3_box=SE3.from_yaw("world", "box", turned, center), size=(length, width, height))


def _thinned(points: Floats, which: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    if not len(which):
        return which
    _, first, _ = voxels(points[which], _FINE_M, 0.25, len(which))
    kept = which[first]
    return kept[:: max(-(-len(kept) // most), 1)]
