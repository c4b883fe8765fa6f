"""Merged clouds: the points of several frames in the ego frame of one, within a budget; no Qt, no widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.look import Span
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.colors import Colors
from lidar_label.gui.views.scales import Scale
from lidar_label.kernels.points_in_boxes import box_of_points
from lidar_label.kernels.rigid import transform_points
from lidar_label.kernels.voxel import voxel_downsample
from lidar_label.model import SE3, Box

Points = NDArray[np.float32]
Read = Callable[[int], tuple[Points, Mapping[str, NDArray[Any]]]]

_FINEST_M = 0.02  # side of the cubes that keep one point each, where thinning begins
_COARSER = 1.2
_BLOCK_M = 4.0
_AT_ONCE = 2.0  # of the budget is in memory before it is thinned
_MOVES_M = 0.8  # a box whose centre wanders less far is parked, and was set by a hand that trembles
_SKIN_M = (0.25, 0.25, 0.15)  # around a moving box: what is smeared reaches a little beyond


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Merged:
    """The points of several frames.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        In the ego frame of the shown frame, whose own points come first; those of the others are in no order.
    own : int
        How many are the shown frame's own.
    steps : (N,) int16
        How many frames after the shown one each point was seen.
    fields : mapping of str to (N,) array
        The one field that was asked for, where every frame has it.
    frames : int
        How many were merged, the shown one with them.
    total : int
        How many points they had.
    moving : int
        How many of these were left out since they lay in boxes of moving tracks; what else is missing was thinned.
    swapped : (N, 3) float32, metres
        `xyz` as the view from above takes it.
    """

    xyz: Points
    own: int
    steps: NDArray[np.int16]
    fields: Mapping[str, NDArray[Any]]
    frames: int
    total: int
    moving: int
    colors: Colors | None = None
    scale: Scale | None = None
    swapped: Points | None = None

    @property
    def nbytes(self) -> int:
        """Memory it holds, in bytes."""
        painted = self.colors.nbytes if self.colors is not None else 0
        swapped = self.swapped.nbytes if self.swapped is not None else 0
        return self.xyz.nbytes + swapped + self.steps.nbytes + painted + sum(v.nbytes for v in self.fields.values())


def frames_of(index: int, count: int, span: Span) -> list[int]:
    """Return the frames to merge with one, those nearest in time first."""
    before = [index - n * span.stride for n in range(1, span.before + 1)]
    after = [index + n * span.stride for n in range(1, span.after + 1)]
    there = [frame for frame in (*before, *after) if 0 <= frame < count]
    return sorted(there, key=lambda frame: (abs(frame - index), -frame))


def moving_tracks(boxes: Iterable[Box]) -> frozenset[str]:
    """Return the tracks whose boxes are not all at one place."""
    ends: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = {}
    for box in boxes:
        low, high = ends.get(box.track, (box.center, box.center))
        ends[box.track] = np.minimum(low, box.center), np.maximum(high, box.center)
    return frozenset(track for track, (low, high) in ends.items() if float(np.linalg.norm(high - low)) > _MOVES_M)


def outside(xyz: Points, boxes: Sequence[Box], ego_SE3_world: SE3) -> NDArray[np.bool_]:
    """Mark the points of a frame that lie in none of its boxes, nor close around one, (N,)."""
    arrays = BoxArrays.of(boxes, ego_SE3_world)
    if not len(arrays):
        return np.ones(len(xyz), np.bool_)
    sides = arrays.sizes + 2 * np.array(_SKIN_M)
    found: NDArray[np.bool_] = box_of_points(xyz, arrays.centers, arrays.rotations, sides) < 0
    return found


def merge(
    own: Points,
    own_fields: Mapping[str, NDArray[Any]],
    others: Sequence[tuple[int, SE3, Sequence[Box]]],
    read: Read,
    world_SE3_ego: SE3,
    *,
    field: str = "",
    budget: int,
    check: Callable[[int, int], None] = lambda *_: None,
) -> Merged:
    """Lay the points of other frames over those of one.

    Parameters
    ----------
    own, own_fields
        Of the shown frame; all of its points are kept.
    others : sequence of (steps, world_SE3_ego, boxes)
        The other frames, the nearest first, with the boxes whose points are left out.
    read : callable(place in `others`) -> (xyz, fields)
        Points in the frame's own ego frame.
    world_SE3_ego : SE3
        Of the shown frame.
    field : str
        The field to carry along.
    budget : int
        The most points in all; of the others one is kept in each cube of a grid, that of the nearest frame.
    check : callable(done, total)
        Called before each frame; what it raises stops the work.
    """
    room = max(budget - len(own), 0)
    has_field = field in own_fields
    pile = _Pile(room, has_field)
    total, moving, merged = len(own), 0, 1
    for place, (step, pose, boxes) in enumerate(others):
        check(place, len(others))
        xyz, fields = read(place)
        total += len(xyz)
        kept = outside(xyz, boxes, pose.inverse)
        moving += len(xyz) - int(np.count_nonzero(kept))
        way = world_SE3_ego.inverse @ pose
        placed = transform_points(xyz[kept], way.rotation_matrix, way.translation, threads=1)
        values = fields[field][kept] if field in fields else None
        pile.add(placed, step, values)
        merged += 1
    check(len(others), len(others))
    xyz, steps, values = pile.done()
    return Merged(
        xyz=np.concatenate([own, xyz]),
        own=len(own),
        steps=np.concatenate([np.zeros(len(own), np.int16), steps]),
        fields={field: np.concatenate([own_fields[field], values])} if has_field and values is not None else {},
        frames=merged,
        total=total,
        moving=moving,
    )


def size_for(xyz: Points, most: int, least: float) -> float:
    """Return the side of cubes of which a cloud takes about `most`, metres, tried out on an eighth of the ground."""
    if len(xyz) <= most or not most:
        return least
    block = np.floor(xyz[:, :2] / _BLOCK_M).astype(np.int64)
    some = xyz[(block[:, 0] * 73_856_093 ^ block[:, 1] * 19_349_663) % 8 == 0]
    some = some if len(some) > len(xyz) // 20 else xyz
    wanted, size = most * len(some) / len(xyz), least
    while len(voxel_downsample(some, size, "first", threads=1).index) > wanted:
        size *= _COARSER
    return size


class _Pile:
    """Points that are piled up, and thinned whenever there are too many: memory stays within a few budgets."""

    def __init__(self, most: int, has_values: bool) -> None:
        self._most, self._size = most, _FINEST_M
        self._xyz: list[Points] = []
        self._steps: list[NDArray[np.int16]] = []
        self._values: list[NDArray[Any]] | None = [] if has_values else None

    def add(self, xyz: Points, step: int, values: NDArray[Any] | None) -> None:
        self._xyz.append(xyz)
        self._steps.append(np.full(len(xyz), step, np.int16))
        if values is None:
            self._values = None  # a field that one frame lacks is none of the merged cloud
        elif self._values is not None:
            self._values.append(values)
        if sum(map(len, self._xyz)) > self._most * _AT_ONCE:
            self._thin()

    def done(self) -> tuple[Points, NDArray[np.int16], NDArray[Any] | None]:
        """Return what is left, in an order of which every beginning is a fair sample."""
        if sum(map(len, self._xyz)) > self._most:
            self._thin()
        xyz = np.concatenate(self._xyz) if self._xyz else np.empty((0, 3), np.float32)
        steps = np.concatenate(self._steps) if self._steps else np.empty(0, np.int16)
        order = np.random.default_rng(0).permutation(len(xyz))
        values = np.concatenate(self._values)[order] if self._values else None
        return xyz[order], steps[order], values

    def _thin(self) -> None:
        xyz, steps = np.concatenate(self._xyz), np.concatenate(self._steps)
        values = np.concatenate(self._values) if self._values else None
        self._size = size_for(xyz, self._most, self._size)
        while len(xyz) > self._most:
            kept = np.empty(0, np.int64)
            if self._most:
                kept = voxel_downsample(xyz, self._size, "first", threads=1).index
                self._size *= _COARSER
            xyz, steps = xyz[kept], steps[kept]
            values = values[kept] if values is not None else None
        self._xyz, self._steps = [xyz], [steps]
        self._values = [values] if values is not None else self._values
