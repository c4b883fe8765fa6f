"""Handles of a box: where they sit, and what a drag of each does to the box. No pens and no widgets."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.model import SE3, Box, Floats
from lidar_label.model.turns import turn_about

SHORTEST_SIDE_M = 0.05
TURN_AHEAD_M = 0.6

# Which face or faces a handle carries: one sign for each of the box's axes, x, y and z.
FACES: dict[str, tuple[int, int, int]] = {
    "front": (1, 0, 0),
    "rear": (-1, 0, 0),
    "left": (0, 1, 0),
    "right": (0, -1, 0),
    "top": (0, 0, 1),
    "bottom": (0, 0, -1),
}
CORNERS: dict[str, tuple[int, int, int]] = {
    "front-left": (1, 1, 0),
    "front-right": (1, -1, 0),
    "rear-left": (-1, 1, 0),
    "rear-right": (-1, -1, 0),
}
SIGNS = {**FACES, **CORNERS}
# The corners that are seen from the side and from the rear.
UPRIGHT: dict[str, tuple[int, int, int]] = {
    "front-top": (1, 0, 1),
    "front-bottom": (1, 0, -1),
    "rear-top": (-1, 0, 1),
    "rear-bottom": (-1, 0, -1),
    "left-top": (0, 1, 1),
    "left-bottom": (0, 1, -1),
    "right-top": (0, -1, 1),
    "right-bottom": (0, -1, -1),
}
CARRIED = {**SIGNS, **UPRIGHT}
MOVE, LIFT, SLIDE = "move", "lift", "slide"
TURN, PITCH, ROLL = "turn", "pitch", "roll"
TURNS = {TURN: 2, PITCH: 1, ROLL: 0}  # the axis each turns the box about
_PLANES = ((1, 2), (2, 0), (0, 1))  # the two axes that a turn about x, y or z leads from and to
Mode = Literal["", "fit", "keep"]
Signs = tuple[int, int, int]
Stop = Callable[[Signs, Floats], Floats]
"""Says where faces stop: of their signs and how far out along x, y, z they are to be, it makes how far they get."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a drag does: a shift in the box's own frame (metres), a turn about one of its axes, a new size."""

    shift: tuple[float, float, float]
    turn: float
    size: tuple[float, float, float]
    about: int = 2


def position(handle: str, size: Sequence[float], ahead: float = TURN_AHEAD_M) -> Floats:
    """Return where a handle sits in the box's own frame, (3,) metres.

    Faces and corners: in their middle. "move": in the middle of the floor. "turn": `ahead` metres
    before the front, on the floor. "pitch" and "roll": as far before the front, and over the top.
    "lift": in the middle of the top.
    """
    half = np.asarray(size, dtype=np.float64) / 2
    if handle in CARRIED:
        return half * CARRIED[handle]
    if handle == MOVE:
        return np.array([0.0, 0.0, -half[2]])
    if handle == TURN:
        return np.array([half[0] + ahead, 0.0, -half[2]])
    if handle == PITCH:
        return np.array([half[0] + ahead, 0.0, 0.0])
    if handle == ROLL:
        return np.array([0.0, 0.0, half[2] + ahead])
    if handle == LIFT:
        return np.array([0.0, 0.0, half[2]])
    raise KeyError(handle)


def change_of(
    handle: str,
    size: tuple[float, float, float],
    start: ArrayLike,
    now: ArrayLike,
    mode: Mode = "",
    stop: Stop | None = None,
) -> Change:
    """Return what a drag of a handle does to a box.

    Parameters
    ----------
    handle : str
        A name of `CARRIED` (the opposite face stays where it is), "move" (on the floor), "lift" (up and
        down), "slide" (any way) or one of `TURNS` (about the centre).
    size : (length, width, height), metres
        Before the drag.
    start, now : (3,) float, metres
        Where the drag began and where it is, in the frame that the box had before the drag.
    mode : str
        "keep": faces take the whole box along, so that its size stays. "fit": they go as far as `stop` says.
    stop : callable, optional
    """
    begun, here = np.asarray(start, dtype=np.float64), np.asarray(now, dtype=np.float64)
    way = here - begun
    if handle == MOVE:
        return Change((float(way[0]), float(way[1]), 0.0), 0.0, size)
    if handle == LIFT:
        return Change((0.0, 0.0, float(way[2])), 0.0, size)
    if handle == SLIDE:
        return Change((float(way[0]), float(way[1]), float(way[2])), 0.0, size)
    if handle in TURNS:
        one, two = _PLANES[TURNS[handle]]
        turn = math.atan2(here[two], here[one]) - math.atan2(begun[two], begun[one])
        return Change((0.0, 0.0, 0.0), math.remainder(turn, math.tau), size, TURNS[handle])
    signs, before = np.array(CARRIED[handle], dtype=np.float64), np.array(size)
    if mode == "keep":
        x, y, z = np.where(signs != 0, way, 0.0).tolist()
        return Change((x, y, z), 0.0, size)
    out = before / 2 + signs * way
    if mode == "fit" and stop is not None:
        out = stop(CARRIED[handle], out)
    after = np.where(signs != 0, np.maximum(before / 2 + out, SHORTEST_SIDE_M), before)
    shift = signs * (after - before) / 2
    length, width, height = after.tolist()
    x, y, z = shift.tolist()
    return Change((x, y, z), 0.0, (length, width, height))


def changed(box: Box, change: Change) -> Box:
    """Return the box after a change."""
    turn = turn_about("xyz"[change.about], change.turn)
    pose = box.world_SE3_box @ SE3("box", "box", turn, change.shift)
    return replace(box, world_SE3_box=pose, size=change.size)
