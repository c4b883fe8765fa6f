"""Mending: what can be put right without asking, for each rule of which that is true."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lidar_label.model import SE3, Box, Source

if TYPE_CHECKING:
    from lidar_label.check import Found

_BACKWARDS = 150.0  # degrees off the motion: such a heading is the wrong way round
Boxes = Sequence[Box]


def mended(found: Found, boxes: Boxes, times_ns: Sequence[int]) -> list[Box]:
    """Return the boxes that put a finding right, as a person's; none where that is not safe.

    Parameters
    ----------
    found : Found
    boxes : sequence of Box
        All boxes of its track, by frame.
    times_ns : sequence of int
        Of the scene's frames.
    """
    mend = MENDED.get(found.rule.id)
    frames = set(found.remark.frames or (found.remark.frame,))
    return [] if mend is None else [_as_own(box) for box in mend(found, boxes, frames, times_ns)]


def _as_own(box: Box) -> Box:
    return replace(box, is_keyframe=True, source=Source.HUMAN, score=None, doubt="")


def _between(_: Found, boxes: Boxes, frames: set[int], times_ns: Sequence[int]) -> list[Box]:
    """Put boxes that are off where the right ones before and after them say."""
    made = []
    right = [box for box in boxes if box.frame not in frames]
    for box in boxes:
        before = [other for other in right if other.frame < box.frame]
        after = [other for other in right if other.frame > box.frame]
        if box.frame not in frames or not before or not after:
            continue
        one, other = before[-1], after[0]
        share = (times_ns[box.frame] - times_ns[one.frame]) / (times_ns[other.frame] - times_ns[one.frame])
        made.append(box.moved(one.world_SE3_box.between(other.world_SE3_box, share)))
    return made


def _usual_size(_: Found, boxes: Boxes, frames: set[int], times_ns: Sequence[int]) -> list[Box]:
    """Give boxes the size that the track has, on the same ground."""
    del times_ns
    size = np.median([box.size for box in boxes], axis=0)
    length, width, height = size.tolist()
    made = []
    for box in boxes:
        if box.frame in frames:
            up = SE3("box", "box", (1.0, 0.0, 0.0, 0.0), (0.0, 0.0, (height - box.size[2]) / 2))
            made.append(replace(box, size=(length, width, height), world_SE3_box=box.world_SE3_box @ up))
    return made


def _turned(found: Found, boxes: Boxes, frames: set[int], times_ns: Sequence[int]) -> list[Box]:
    """Turn boxes round that go backwards."""
    del times_ns
    if found.remark.value is None or found.remark.value < _BACKWARDS:
        return []
    about = SE3.from_yaw("box", "box", math.pi, (0.0, 0.0, 0.0))
    return [box.moved(box.world_SE3_box @ about) for box in boxes if box.frame in frames]


Mend = Callable[["Found", Boxes, set[int], Sequence[int]], list[Box]]
MENDED: Mapping[str, Mend] = {
    "jump": _between,
    "yaw-jump": _between,
    "size-change": _usual_size,
    "heading-against-motion": _turned,
}
