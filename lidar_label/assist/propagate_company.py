"""What the things about an object say of it where it shows too little: those in line with it, or close beside it."""

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
        near = [(box, where) for box in others(start.frame) if (where := _where(start, box)) and not box.doubt]
        near.sort(key=lambda found: math.dist(found[0].center[:2], start.center[:2]))
        self._line = [box for box, where in near if where == "line"]
        self._beside = [box for box, where in near if where == "beside"]
        self._moved: dict[str, tuple[float, Floats]] = {}

    def at(self, frame: int, seconds: float) -> Motions | None:
        """Return what they tell in a frame, so long after the box they started with; None where that is nothing."""
        if not self._line and not self._beside:
            return None
        now = {box.track: box for box in self._others(frame) if not box.doubt}
        for box in (*self._line, *self._beside):
            if box.track in now:
                self._moved[box.track] = seconds, now[box.track].center[:2] - box.center[:2]
        for box in self._line:  # the nearest first
            told = self._of(box, seconds)
            if told is not None:
                return told
        beside = [self._of(box, seconds) for box in self._beside]
        if not beside or any(told is not None and not told.stands for told in beside):
            return None
        return Motions(stands=True, speed=0.0)

    def _of(self, box: Box, seconds: float) -> Motions | None:
        """Return how one of them has moved since the start."""
        span, moved = self._moved.get(box.track, (0.0, np.zeros(2)))
        if not span or abs(seconds - span) > _TELLS_S:
            return None
        if float(np.hypot(*moved)) <= _STANDS_M + _STANDS_M_S * abs(span):
            return Motions(stands=True, speed=0.0)
        yaw = self._start.yaw
        speed = float(moved @ (math.cos(yaw), math.sin(yaw))) / span
        return Motions(stands=False, speed=speed) if speed >= _DRIVES_M_S else None


def _where(start: Box, other: Box) -> str:
    """Say whether a box is in line with another or close beside it; an empty word where it is neither."""
    turn = abs(wrap_angle(other.yaw - start.yaw))
    if other.track == start.track or min(turn, math.pi - turn) > _PARALLEL:
        return ""
    away = other.center[:2] - start.center[:2]
    c, s = math.cos(start.yaw), math.sin(start.yaw)
    along, across = abs(c * away[0] + s * away[1]), abs(c * away[1] - s * away[0])
    if across <= _LINE_M and along <= _LINE_AHEAD_M:
        return "line"
    gap = across - (start.size[1] + other.size[1]) / 2
    return "beside" if along <= _BESIDE_M and 0 < gap <= _GAP_M else ""
