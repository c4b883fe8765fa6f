"""Carry a box on to another frame: where it stood, where it would be beside the car, or along its motion."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Source, new_token

_MOST_TURN = math.pi / 2  # more than this from one box to the next is a flipped heading, not a motion


def copy_box(box: Box, to_frame: int, ego: tuple[SE3, SE3] | None = None) -> Box:
    """Return a copy of a box in another frame.

    Parameters
    ----------
    box : Box
    to_frame : int
    ego : (SE3, SE3), optional
        ``world_SE3_ego`` of the box's frame and of `to_frame`. With them, the copy is in the same
        place as seen from the car, as for a vehicle that drives ahead at the same speed; without,
        in the same place in the world, as for anything parked.

    Returns
    -------
    Box
        With a fresh token, `source` PROPAGATED and `is_keyframe` False: a guess, which counts as
        fixed only when somebody corrects it. Counts of points are left open.

    Raises
    ------
    InvalidValue
        If the frame is below 0 or a pose is not a ``world_SE3_ego``.
    """
    pose = box.world_SE3_box
    if ego is not None:
        start, end = ego
        pose = end @ (start.inverse @ pose)
    return _carried(box, to_frame, pose)


def predict_box(boxes: Sequence[Box], times_ns: Sequence[int] | Mapping[int, int], frame: int) -> Box:
    """Return a track's box in a later frame, at the velocity and turn rate of its last two boxes.

    With one earlier box, the copy stands where that one does.

    Parameters
    ----------
    boxes : sequence of Box
        Boxes of one track; only those before `frame` are used.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame.
    frame : int

    Returns
    -------
    Box
        As `copy_box` makes it from the last box.

    Raises
    ------
    InvalidValue
        If there is no earlier box, the boxes are of two tracks, or times are missing or do not rise.
    """
    past = [box for box in ordered(boxes) if box.frame < frame]
    if not past:
        raise InvalidValue(f"the track has no box before frame {frame}")
    last = past[-1]
    if len(past) == 1:
        return _carried(last, frame, last.world_SE3_box)
    before = past[-2]
    start, end, now = (time_of(times_ns, f) for f in (before.frame, last.frame, frame))
    if not start < end < now:
        raise InvalidValue(f"the times of frames {before.frame}, {last.frame} and {frame} do not rise")
    pose = before.world_SE3_box.between(last.world_SE3_box, (now - start) / (end - start))
    if before.world_SE3_box.error_to(last.world_SE3_box)[1] > _MOST_TURN:
        pose = SE3(pose.dst, pose.src, last.world_SE3_box.rotation, pose.translation)
    return _carried(last, frame, pose)


def ordered(boxes: Sequence[Box]) -> list[Box]:
    """Return the boxes of one track by frame; raise `InvalidValue` where they are not those of one."""
    if len({box.track for box in boxes}) > 1:
        raise InvalidValue("the boxes belong to more than one track")
    found = sorted(boxes, key=lambda box: box.frame)
    for one, other in itertools.pairwise(found):
        if one.frame == other.frame:
            raise InvalidValue(f"the track has two boxes in frame {one.frame}")
    return found


def time_of(times_ns: Sequence[int] | Mapping[int, int], frame: int) -> int:
    """Return the time of a frame; raise `InvalidValue` where it is not known."""
    try:
        return times_ns[frame]
    except LookupError:
        raise InvalidValue(f"frame {frame} has no time") from None


def _carried(box: Box, frame: int, pose: SE3) -> Box:
    return replace(
        box,
        frame=frame,
        world_SE3_box=pose,
        is_keyframe=False,
        source=Source.PROPAGATED,
        score=None,
        doubt="",
        num_lidar_pts=None,
        num_radar_pts=None,
        token=new_token(),
    )
