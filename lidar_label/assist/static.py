"""Static: what does not move has one box for all frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lidar_label.assist.heading import set_headings
from lidar_label.assist.predict import ordered, time_of
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Source, new_token

_STANDS_M, _STANDS_MPS = 0.15, 0.3  # from the first part of a track to the last
_MOST_M = 0.75  # however long it is seen: poses drift by as much
_SPREAD_M = 0.75  # how far nine of ten boxes are from the middle


def is_static(boxes: Sequence[Box], times_ns: Sequence[int] | Mapping[int, int]) -> bool:
    """Say whether a track does not move, but for the drift of poses and the unsteadiness of its boxes.

    Parameters
    ----------
    boxes : sequence of Box
        Boxes of one track, in world.
    times_ns : sequence of int, or mapping of frame to int

    Returns
    -------
    bool
        False where one box or none is all there is: nothing is known of its motion.

    Raises
    ------
    InvalidValue
        If the boxes are of two tracks or two are in one frame, or times are missing.
    """
    track = ordered(boxes)
    if len(track) < 2:
        return False
    seconds = np.array([(time_of(times_ns, box.frame) - time_of(times_ns, track[0].frame)) * 1e-9 for box in track])
    places = np.stack([box.center[:2] for box in track])
    part = max(len(track) // 3, 1)
    way = np.median(places[-part:], axis=0) - np.median(places[:part], axis=0)
    long = float(np.median(seconds[-part:]) - np.median(seconds[:part]))
    spread = np.percentile(np.linalg.norm(places - np.median(places, axis=0), axis=1), 90)
    return bool(np.linalg.norm(way) <= min(_STANDS_M + _STANDS_MPS * long, _MOST_M) and spread <= _SPREAD_M)


def static_track(boxes: Sequence[Box], frames: Iterable[int]) -> list[Box]:
    """Return one and the same box for all frames of something that does not move.

    Parameters
    ----------
    boxes : sequence of Box
        All boxes of the track, in world. The place, heading and size are the medians of its key frames, or of all
        where there is none; one that points backwards counts as turned round.
    frames : iterable of int
        Frames to make boxes for. One that has a key frame is left out: a person fixed it, perhaps since the poses
        drift.

    Returns
    -------
    list of Box
        By frame; `source` is PROPAGATED, `is_keyframe` False, tokens of replaced boxes are kept. Attributes and
        visibility are those of the key frame before, or else of the first.

    Raises
    ------
    InvalidValue
        If there is no box, or the boxes are of two tracks or two are in one frame.
    """
    track = ordered(boxes)
    if not track:
        raise InvalidValue("a track without a box cannot stand anywhere")
    known = [box for box in track if box.is_keyframe] or track
    one = _one_box(known)
    fixed = {box.frame for box in track if box.is_keyframe}
    tokens = {box.frame: box.token for box in track}
    made: list[Box] = []
    for frame in sorted(set(frames) - fixed):
        before = next((box for box in reversed(known) if box.frame <= frame), known[0])
        made.append(
            replace(
                one,
                frame=frame,
                attributes=before.attributes,
                visibility=before.visibility,
                token=tokens.get(frame) or new_token(),
            )
        )
    return made


def _one_box(boxes: Sequence[Box]) -> Box:
    """Return the box in the middle of boxes: the median place and size, and the heading that is nearest to all."""
    same_way = set_headings([replace(box, is_keyframe=False) for box in boxes], {box.frame: 0 for box in boxes})
    turns = np.stack([box.world_SE3_box.rotation for box in same_way])
    likeness = np.abs(turns @ turns.T).sum(axis=1)  # the cosine of half the angle between two
    middle = same_way[int(likeness.argmax())]
    place = np.median([box.center for box in same_way], axis=0)
    length, width, height = np.median([box.size for box in same_way], axis=0).tolist()
    return replace(
        middle,
        world_SE3_box=SE3("world", "box", middle.world_SE3_box.rotation, place),
        size=(length, width, height),
        is_keyframe=False,
        source=Source.PROPAGATED,
        score=None,
        num_lidar_pts=None,
        num_radar_pts=None,
    )
