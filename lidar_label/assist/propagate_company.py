"""What the things about an object say of it where it shows too little: those in line with it, beside it, and around."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lidar_label.model import Box, Floats, wrap_angle

# Metres, of the centres, along and across the box. By KITTI's tracking labels: of the cars in line with one that stands
# 1 in 13 or fewer has left a second later, and of those close beside another 1 in 25; of those in line with one that
# drives 19 in 20 drive, nine in ten of them within 3 m/s of it.
_LINE_M, _LINE_AHEAD_M = 1.0, 30.0
_BESIDE_M, _GAP_M = 3.0, 1.0  # beside: how far along, and between the sides
# Of the cars of which those say nothing, with two or more that stand around them, whichever way these point, and none
# that drives the same way in their lane or the next, 10 % lie under 0.7 where they stood a tenth of a second later, and
# 16 % a second later; of the rest of them 44 % and 61 %.
_AROUND_M, _STANDING = 20.0, 2
_LANES_M, _LANES_AHEAD_M = 6.0, 40.0  # of the centres: across, and in all
_CAR_M = 2.8, 1.3  # length and width
_PARALLEL = math.radians(10.0)
_STANDS_M, _STANDS_M_S, _DRIVES_M_S = 0.05, 0.1, 1.0
_TELLS_S = 2.0  # for so long after the last box of a neighbour it still tells

Others = Callable[[int], Sequence[Box]]
"""Gives the boxes of all tracks in a frame, those that are known by now."""


class Motions(NamedTuple):
    """Whether the things about an object stand, or how fast they drive along its heading, metres a second."""

    stands: bool
    speed: float


class Company:
    """The things about one object.

    Parameters
    ----------
    start : Box
        Of the object.
    others : callable(frame) -> sequence of Box
        Boxes that the machine doubts tell nothing, nor does the object's own track.
    """

    def __init__(self, start: Box, others: Others) -> None:
        self._start, self._others = start, others
        known = [box for box in others(start.frame) if box.track != start.track and _is_car(box)]
        near = [(box, where) for box in known if (where := _where(start, box)) and not box.doubt]
        near.sort(key=lambda found: _apart(start, found[0]))
        self._line = [box for box, where in near if where == "line"]
        self._beside = [box for box, where in near if where == "beside"]
        self._around = [box for box in known if not box.doubt and _apart(start, box) <= _AROUND_M]
        self._lanes = [box for box in known if _is_in_lanes(start, box)]
        self._moved: dict[str, tuple[float, Floats]] = {}
        self._seems: dict[str, tuple[float, Floats]] = {}  # of those in the lanes, doubted or not

    def at(self, frame: int, seconds: float) -> Motions | None:
        """Return what they tell in a frame, so long after the box they started with; None where that is nothing."""
        if not self._line and not self._beside and len(self._around) < _STANDING:
            return None
        now = {box.track: box for box in self._others(frame)}
        for box in (*self._line, *self._beside, *self._around):
            if box.track in now and not now[box.track].doubt:
                self._moved[box.track] = seconds, now[box.track].center[:2] - box.center[:2]
        for box in self._lanes:
            if box.track in now:
                self._seems[box.track] = seconds, now[box.track].center[:2] - box.center[:2]
        for box in self._line:  # the nearest first
            told = self._of(box, seconds, self._moved)
            if told is not None:
                return told
        beside = [self._of(box, seconds, self._moved) for box in self._beside]
        if beside and all(told is None or told.stands for told in beside):
            return Motions(stands=True, speed=0.0)
        return Motions(stands=True, speed=0.0) if self._is_parked(seconds) else None

    def _is_parked(self, seconds: float) -> bool:
        """Say whether enough things around stand, and none drives where it would."""
        lanes = (self._of(box, seconds, self._seems) for box in self._lanes)
        if any(told is not None and not told.stands for told in lanes):
            return False
        around = (self._of(box, seconds, self._moved) for box in self._around)
        return sum(told is not None and told.stands for told in around) >= _STANDING

    def _of(self, box: Box, seconds: float, all_moved: dict[str, tuple[float, Floats]]) -> Motions | None:
        """Return how one of them has moved since the start."""
        span, moved = all_moved.get(box.track, (0.0, np.zeros(2)))
        if not span or abs(seconds - span) > _TELLS_S:
            return None
        if float(np.hypot(*moved)) <= _STANDS_M + _STANDS_M_S * abs(span):
            return Motions(stands=True, speed=0.0)
        yaw = self._start.yaw
        speed = float(moved @ (math.cos(yaw), math.sin(yaw))) / span
        return Motions(stands=False, speed=speed) if speed >= _DRIVES_M_S else None


def _where(start: Box, other: Box) -> str:
    """Say whether a box is in line with another or close beside it; an empty word where it is neither."""
    if not _is_parallel(start, other):
        return ""
    along, across = _away(start, other)
    if across <= _LINE_M and along <= _LINE_AHEAD_M:
        return "line"
    gap = across - (start.size[1] + other.size[1]) / 2
    return "beside" if along <= _BESIDE_M and 0 < gap <= _GAP_M else ""


def _is_car(box: Box) -> bool:
    """Say whether a box is as long and wide as a car or more: persons and cones stand where cars drive."""
    return box.size[0] >= _CAR_M[0] and box.size[1] >= _CAR_M[1]


def _is_in_lanes(start: Box, other: Box) -> bool:
    """Say whether a box is in the lane of another or the next, should it drive."""
    near = _apart(start, other) <= _LANES_AHEAD_M
    return near and _is_parallel(start, other) and _away(start, other)[1] <= _LANES_M


def _is_parallel(start: Box, other: Box) -> bool:
    turn = abs(wrap_angle(other.yaw - start.yaw))
    return min(turn, math.pi - turn) <= _PARALLEL


def _away(start: Box, other: Box) -> tuple[float, float]:
    """Return how far a box is from another along and across that one, metres of the centres."""
    away = other.center[:2] - start.center[:2]
    c, s = math.cos(start.yaw), math.sin(start.yaw)
    return abs(c * away[0] + s * away[1]), abs(c * away[1] - s * away[0])


def _apart(start: Box, other: Box) -> float:
    return math.dist(start.center[:2], other.center[:2])
