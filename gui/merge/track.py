"""Track clouds: the points of one track over all frames in the frame of its own box; no Qt, no widgets."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.labels import Edit
from lidar_label.kernels.rigid import transform_points
from lidar_label.kernels.voxel import voxel_downsample
from lidar_label.model import SE3, Box, Patch

if TYPE_CHECKING:
    from lidar_label.edit import Command, Session

Points = NDArray[np.float32]

_MARGIN_M = (0.8, 0.8, 0.5)  # around the box, so that one that is too small shows it
_FINEST_M = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class TrackCloud:
    """The points about the boxes of a track, laid over each other.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        In the frame of the box.
    frames : (N,) int32
        In which frame each was seen.
    anchors : mapping of frame to SE3
        ``world_SE3_box`` of each frame as it was then.
    """

    xyz: Points
    frames: NDArray[np.int32]
    anchors: Mapping[int, SE3]

    def placed(self, frame: int, world_SE3_ego: SE3) -> Points:
        """Return the points where the object is in a frame, in its ego frame; they stay while the box is moved."""
        anchor = self.anchors.get(frame)
        if anchor is None:
            return np.empty((0, 3), np.float32)
        way = world_SE3_ego.inverse @ anchor
        return transform_points(self.xyz, way.rotation_matrix, way.translation, threads=1)


def track_cloud(
    boxes: Sequence[Box],
    read: Callable[[int], tuple[Points, SE3]],
    budget: int,
    check: Callable[[int, int], None] = lambda *_: None,
) -> TrackCloud:
    """Lay the points about the boxes of a track over each other.

    Parameters
    ----------
    boxes : sequence of Box
        Of one track.
    read : callable(frame) -> (xyz, world_SE3_ego)
    budget : int
        The most points; of more one is kept in each cube of a grid.
    check : callable(done, total)
        Called before each frame; what it raises stops the work.
    """
    parts, frames = [np.empty((0, 3), np.float32)], [np.empty(0, np.int32)]
    size, held = _FINEST_M, 0
    for place, box in enumerate(boxes):
        check(place, len(boxes))
        xyz, world_SE3_ego = read(box.frame)
        way = box.world_SE3_box.inverse @ world_SE3_ego
        half = np.array(box.size) / 2 + _MARGIN_M
        middle = way.inverse.translation.astype(np.float32)
        near = xyz[(np.abs(xyz - middle) <= np.float32(np.linalg.norm(half))).all(axis=1)]
        local = transform_points(near, way.rotation_matrix, way.translation, threads=1)
        local = local[(np.abs(local) <= half).all(axis=1)]
        parts.append(local)
        frames.append(np.full(len(local), box.frame, np.int32))
        held += len(local)
        while held > 2 * budget or (held > budget and place + 1 == len(boxes)):
            together, of = np.concatenate(parts), np.concatenate(frames)
            kept = voxel_downsample(together, size, "nearest", threads=1).index
            parts, frames, held = [together[kept]], [of[kept]], len(kept)
            size *= max(1.1, (held / budget) ** 0.5 * 1.05)
    xyz, of = np.concatenate(parts), np.concatenate(frames)
    order = np.random.default_rng(0).permutation(len(xyz))
    return TrackCloud(xyz[order], of[order], {box.frame: box.world_SE3_box for box in boxes})


def corrected(box: Box, old: Box, new: Box) -> Box:
    """Return a box of the track after what was done to one of them: moved and turned alike in its own frame."""
    step: SE3 = old.world_SE3_box.inverse @ new.world_SE3_box
    return replace(box, world_SE3_box=box.world_SE3_box @ step, size=new.size, num_lidar_pts=None, num_radar_pts=None)


def put_corrected(scene: str, made: Sequence[Box], whole: str, title: str) -> Edit:
    """Write boxes; what was done to that of the track `whole` is done to all its boxes."""

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import PutBoxes, SetTrackLock, Together

        new = next(box for box in made if box.track == whole)
        boxes = tuple(session.store.boxes_of_track(whole))
        old = next((box for box in boxes if box.frame == new.frame), None)
        if old is None or (old.world_SE3_box, old.size) == (new.world_SE3_box, new.size):
            return session.do(PutBoxes(scene, tuple(made), title))
        all_of = (*(corrected(box, old, new) for box in boxes if box.frame != new.frame), new)
        rest = tuple(box for box in made if box.track != whole)
        is_locked = session.store.track(whole).locked_size is not None
        first: Command = SetTrackLock(whole, new.size, all_of, title) if is_locked else PutBoxes(scene, all_of, title)
        return session.do(Together((first, PutBoxes(scene, rest, title)), title) if rest else first)

    return edit


def read_with(
    kept: Callable[[int], Any], read: Callable[[int], Points], pose: Callable[[int], SE3]
) -> Callable[[int], tuple[Points, SE3]]:
    """Return what reads a frame: from memory where it is there, else from its files."""

    def found(frame: int) -> tuple[Points, SE3]:
        view = kept(frame)
        return (view.xyz if view is not None else read(frame)), pose(frame)

    return found
