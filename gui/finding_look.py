"""A look at what an edit changed: tracks and one frame checked anew, and which of the known findings that renews."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lidar_label.check import check_edit
from lidar_label.model import Box, Labels, Scene

if TYPE_CHECKING:
    from lidar_label.check import Found, Points
    from lidar_label.edit import Session


@dataclass(frozen=True)
class Look:
    """What was found of some tracks and one frame.

    Parameters
    ----------
    frame : int
        The one whose points and other boxes were looked at.
    frames : dict of str to set of int
        Where the tracks that were looked at have boxes, by their tokens.
    known : set of str
        Tokens of all tracks that there are.
    found : list of Found
    """

    frame: int
    frames: dict[str, set[int]]
    known: set[str]
    found: list[Found]

    def leaves(self, one: Found) -> bool:
        """Say whether a finding from before still stands, since nothing here looked at it again."""
        remark, scope = one.remark, one.rule.scope
        named = {track.token for track in (remark.track, remark.other) if track is not None}
        if not named <= self.known:
            return False  # of a track that is gone
        if scope in ("scene", "unlabelled"):
            return True
        if scope == "frame":
            again = remark.frame == self.frame and (not named or not named.isdisjoint(self.frames))
            return not again and all(remark.frame in self.frames.get(token, (remark.frame,)) for token in named)
        if remark.track is None or remark.track.token not in self.frames:
            return True
        if scope == "sight":  # of the points of other frames nothing was read, though a box there may be gone
            return remark.frame != self.frame and remark.frame in self.frames[remark.track.token]
        return False


def look(
    session: Session, scene: Scene, token: str, tracks: Collection[str], frame: int, points: Points | None
) -> Look:
    """Check tracks of a scene as they are stored now, and what is in a frame together with them."""
    store = session.store
    known = {track.token: track for track in store.tracks(token)}
    here: tuple[Box, ...] = store.boxes_in_frame(token, frame)
    labels, taxonomy = Labels([known[box.track] for box in here], here), store.taxonomy()
    frames: dict[str, set[int]] = {}
    found: list[Found] = []
    for track in tracks:
        boxes = store.boxes_of_track(track) if track in known else ()
        frames[track] = {box.frame for box in boxes}
        if track in known:
            own = check_edit(scene, known[track], boxes, labels, taxonomy, frame, points)
            found += [one for one in own if one not in found]  # two that meet here are found of the one and the other
    return Look(frame, frames, set(known), found)
