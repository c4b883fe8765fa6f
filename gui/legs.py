"""Legs: the frames a track is carried through, from key frame to key frame; the steps there, and what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lidar_label.gui.labels import Edit
from lidar_label.model import Box, Patch, Scene

if TYPE_CHECKING:
    from lidar_label.assist.propagate import Others, Points, Step
    from lidar_label.edit import Session


def legs_of(boxes: Sequence[Box], start: int, frames: int, way: int, *, to_key: bool) -> list[list[int]]:
    """Return the frames to be filled, in the order they are walked, in runs between the key frames.

    Parameters
    ----------
    boxes : sequence of Box
        Of one track.
    start : int
        The frame to start from.
    frames : int
        How many the scene has.
    way : int
        1 forward, -1 backward.
    to_key : bool
        End before the next key frame; without one there is nothing to be filled.
    """
    keys = {box.frame for box in boxes if box.is_keyframe}
    legs: list[list[int]] = [[]]
    for frame in range(start + 1, frames) if way > 0 else range(start - 1, -1, -1):
        if frame in keys:
            if to_key:
                return [leg for leg in legs if leg]
            legs.append([])
        else:
            legs[-1].append(frame)
    return [] if to_key else [leg for leg in legs if leg]


def walk(
    scene: Scene,
    boxes: Sequence[Box],
    legs: Sequence[Sequence[int]],
    category: str,
    read: Callable[[int], Points] | None = None,
    others: Others | None = None,
) -> Iterator[Step]:
    """Yield the steps through runs of frames; each run starts from the key frame before it.

    `read` gives the points of a frame where several tracks share them, `others` the boxes of all tracks in a frame.
    """
    from lidar_label.jobs.propagating import propagate_track

    known = list(boxes)
    for leg in legs:
        made: list[Box] = []
        for step in propagate_track(scene, known, leg, category=category, read=read, others=others):
            made.append(step.box)
            yield step
        fresh = {box.frame for box in made}
        known = [*(box for box in known if box.frame not in fresh), *made]


def put_unless_key(scene: str, boxes: Sequence[Box], title: str) -> Edit:
    """Return the edit that puts boxes of tracks, but never over a key frame; a box that is there keeps its token."""

    def edit(session: Session) -> Patch | None:
        from lidar_label.edit import PutBoxes

        now: dict[str, dict[int, Box]] = defaultdict(dict)
        for track in {box.track for box in boxes}:
            now[track] = {box.frame: box for box in session.store.boxes_of_track(track)}
        made: list[Box] = []
        for box in boxes:
            old = now[box.track].get(box.frame)
            if old is None or not old.is_keyframe:
                made.append(box if old is None else replace(box, token=old.token))
        return session.do(PutBoxes(scene, tuple(made), title)) if made else None

    return edit
