"""Heading: boxes that point backwards, found by the motion and by the other boxes of the track."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lidar_label.assist.motion import Motion
from lidar_label.assist.predict import ordered, time_of
from lidar_label.model import SE3, Box, Floats

_AS_GIVEN = 1.0  # what the heading of a box itself says, in votes; a detector's is worth its score
_FIXED = 1e6  # what a key frame says
_ALONG = 2.0  # what it says at most that a box goes the other way
_WINDOW_S = 1.0  # over how long a motion is looked at
_SLOW_MPS = {"wheeled": 1.5, "walker": 0.4}  # what goes slower may go backwards; at twice the speed nothing does
_TURN, _TURN_LATER = 1e3, 2.0  # against neighbours that point apart: where it could not turn so far, and where it could
_BACK = SE3.from_yaw("box", "box", math.pi, (0.0, 0.0, 0.0))


def set_headings(
    boxes: Sequence[Box], times_ns: Sequence[int] | Mapping[int, int], *, category: str | None = None
) -> list[Box]:
    """Turn round the boxes of a track that point backwards.

    Each box votes for the way it points, its motion for the way it goes, and neighbours for pointing the same way;
    key frames have the last word. A vehicle that drives backwards for a while goes on pointing as it did. What is
    turned is turned by half a circle about the box's own vertical axis, never mirrored.

    Parameters
    ----------
    boxes : sequence of Box
        Boxes of one track.
    times_ns : sequence of int, or mapping of frame to int
        Time of each frame.
    category : str, optional
        What the track is of; the size decides where it says nothing. Of what is neither on wheels nor on feet the
        motion says nothing.

    Returns
    -------
    list of Box
        By frame; those that were right are the same ones.

    Raises
    ------
    InvalidValue
        If the boxes are of two tracks or two are in one frame, or times are missing.
    """
    track = ordered(boxes)
    if not track:
        return []
    start = time_of(times_ns, track[0].frame)
    seconds = np.array([(time_of(times_ns, box.frame) - start) * 1e-9 for box in track])
    ahead = np.stack([box.world_SE3_box.rotation_matrix[:2, 0] for box in track])
    votes = np.array([_FIXED if box.is_keyframe else _AS_GIVEN * _worth(box) for box in track])
    motion = Motion.of(category, track[0].size)
    if motion.kind != "other":
        votes = votes + _motion_votes(track, seconds, ahead, _SLOW_MPS[motion.kind])
    price = np.where(np.diff(seconds) * motion.turn < math.pi / 2, _TURN, _TURN_LATER)
    turned = _best(votes, price, ahead)
    return [
        replace(box, world_SE3_box=box.world_SE3_box @ _BACK) if flip else box
        for box, flip in zip(track, turned, strict=True)
    ]


def _worth(box: Box) -> float:
    return 1.0 if box.score is None else max(box.score, 0.05)


def _motion_votes(track: Sequence[Box], seconds: Floats, ahead: Floats, slow: float) -> Floats:
    """Return for each box how much its motion speaks for the way it points; below 0 against it."""
    places = np.stack([box.center[:2] for box in track])
    before = np.searchsorted(seconds, seconds - _WINDOW_S / 2, side="left")
    after = np.searchsorted(seconds, seconds + _WINDOW_S / 2, side="right") - 1
    way = places[after] - places[before]
    far = np.linalg.norm(way, axis=1)
    along = np.einsum("ni,ni->n", way, ahead)
    speed = far / np.maximum(seconds[after] - seconds[before], _WINDOW_S / 2)
    sure = np.clip(speed / slow - 1, 0, 1) * (np.abs(along) > 0.7 * far)
    found: Floats = np.sign(along) * sure * _ALONG
    return found


def _best(votes: Floats, price: Floats, ahead: Floats) -> list[bool]:
    """Return which boxes to turn round so that votes and neighbours agree best (the Viterbi algorithm)."""
    costs = np.stack([np.zeros(len(votes)), votes], axis=1)  # of leaving and of turning
    came = np.zeros((len(votes), 2), dtype=np.int64)
    total = costs[0]
    for n in range(1, len(votes)):
        apart = float(ahead[n] @ ahead[n - 1]) < 0
        step = total[:, None] + price[n - 1] * np.array([[apart, not apart], [not apart, apart]], dtype=np.float64)
        came[n] = step.argmin(axis=0)
        total = step.min(axis=0) + costs[n]
    state, found = int(total.argmin()), []
    for n in range(len(votes) - 1, -1, -1):
        found.append(bool(state))
        state = int(came[n, state])
    return found[::-1]
