"""Going on: a box that was made where a track is expected belongs to that track, and not to a new one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lidar_label.gui.edits import free_name
from lidar_label.model import SE3, Box, Floats, Patch, Track

if TYPE_CHECKING:
    from lidar_label.edit import Session

REACH = 10  # frames before and after in which a track has its last box
_LEAST, _LEAST_SELECTED = 0.3, 0.05  # what a made box and an expected one overlap by, seen from above
_STANDS_M = 0.3
_WALK_M, _WALK_BY_FRAME_M = 2.0, 0.5  # how far the selected track may be from where it is expected


@dataclass(frozen=True, slots=True)
class Made:
    """A new box and the track it is of unless one goes on there."""

    scene: str
    track: Track
    """The new one, without a name."""
    box: Box
    times_ns: Sequence[int]
    selected: str
    sensor: Floats
    """Where the sensor stands in world, (3,) metres: of another size, the sides it sees stay."""
    title: str
    goes_on: bool = False
    """It is of the selected track, wherever that is expected."""

    def __call__(self, session: Session) -> Patch | None:
        """Store the box; runs on the store's thread."""
        from lidar_label.assist.resize import resized
        from lidar_label.edit import AddTrack, PutBoxes

        found = self._expected(session)
        if found is None:
            track = replace(self.track, name=free_name(session.store.tracks(self.scene)))
            return session.do(AddTrack(self.scene, track, (self.box,), self.title))
        turn = math.cos(found.yaw - self.box.yaw) < 0
        box = replace(self.box, track=found.track, attributes=found.attributes, visibility=found.visibility)
        if turn:
            from lidar_label.gui.nudge import nudged

            box = nudged(box, dyaw=math.pi)
        return session.do(PutBoxes(self.scene, (resized(box, found.size, self.sensor),), self.title))

    def _expected(self, session: Session) -> Box | None:
        """Return where a track of this kind without a box here is expected, if that is where the new one is."""
        if self.goes_on:
            own = session.store.boxes_of_track(self.selected)
            return min(own, key=lambda box: abs(box.frame - self.box.frame), default=None)
        best, least = None, _LEAST
        for expected, gap in self._candidates(session):
            overlap = overlap_of(expected, self.box)
            if expected.track == self.selected:
                near = math.dist(expected.center[:2], self.box.center[:2]) <= _WALK_M + _WALK_BY_FRAME_M * gap
                if near or overlap >= _LEAST_SELECTED:
                    return expected
            if overlap >= least:
                best, least = expected, overlap
        return best

    def _candidates(self, session: Session) -> Iterator[tuple[Box, int]]:
        """Yield the box each track is expected to have here, and how many frames off its nearest one is."""
        from lidar_label.assist.predict import copy_box, predict_box

        here, store = self.box.frame, session.store
        kinds = {track.token for track in store.tracks(self.scene) if track.category == self.track.category}
        made = {box.track: box for box in store.boxes_in_frame(self.scene, here)}
        seen = set(made)
        for gap in range(1, REACH + 1):
            for frame in (here - gap, here + gap):
                if not 0 <= frame < len(self.times_ns):
                    continue
                there = store.boxes_in_frame(self.scene, frame)
                drift = _drift(there, made)
                for box in there:
                    if box.track in seen or box.track not in kinds:
                        continue
                    seen.add(box.track)
                    if drift is not None:
                        pose = box.world_SE3_box
                        yield copy_box(box.moved(SE3("world", "box", pose.rotation, box.center + drift)), here), gap
                    if frame < here:
                        past = [b for b in store.boxes_of_track(box.track) if b.frame <= frame]
                        yield predict_box(past[-2:], self.times_ns, here), gap
                    else:
                        yield copy_box(box, here), gap


def _drift(there: Sequence[Box], made: Mapping[str, Box]) -> Floats | None:
    """Return how far what has a box in both frames went, (3,) metres; None where it stayed, or nothing has.

    Without poses all that stands goes by as the vehicle drives.
    """
    ways = [made[box.track].center - box.center for box in there if box.track in made]
    drift: Floats = np.median(ways, axis=0) if ways else np.zeros(3)
    return drift if np.hypot(*drift[:2]) > _STANDS_M else None


def overlap_of(one: Box, other: Box) -> float:
    """Return what two boxes have in common, seen from above: intersection over union."""
    from lidar_label.kernels.rotated_iou import iou_of_pairs

    rows = [np.array([[*box.center, *box.size, box.yaw]]) for box in (one, other)]
    return float(iou_of_pairs(rows[0], rows[1], "bev")[0])
