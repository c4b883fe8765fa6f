"""Handles of a box: where they sit, and what a drag of each does to the box. No pens and no widgets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial.transform import Rotation

from lidar_label.model import SE3, Box, Floats

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
MOVE, LIFT, TURN = "move", "lift", "turn"


@dataclass(frozen=True, slots=True)
class Change:
    """What a drag does: a shift in the box's own frame (metres), a turn about its +z, a new size."""

    shift: tuple[float, float, float]
    turn: float
    size: tuple[float, float, float]


def position(handle: str, size: Sequence[float], ahead: float = TURN_AHEAD_M) -> Floats:
    """Return where a handle sits in the box's own frame, (3,) metres.

    Faces and corners: in their middle. "move": in the middle of the floor. "turn": `ahead` metres
    before the front, on the floor. "lift": in the middle of the top.
    """
    half = np.asarray(size, dtype=np.float64) / 2
    if handle in SIGNS:
        return half * SIGNS[handle]
    if handle == MOVE:
        return np.array([0.0, 0.0, -half[2]])
    if handle == TURN:
        return np.array([half[0] + ahead, 0.0, -half[2]])
    if handle == LIFT:
        return np.array([0.0, 0.0, half[2]])
    raise KeyError(handle)


def change_of(handle: str, size: tuple[float, float, float], start: ArrayLike, now: ArrayLike) -> Change:
    """Return what a drag of a handle does to a box.

    Parameters
    ----------
    handle : str
        A name of `FACES` or `CORNERS` (the opposite face stays where it is), "move" (on the floor),
        "lift" (up and down) or "turn" (about the centre).
    size : (length, width, height), metres
        Before the drag.
    start, now : (3,) float, metres
        Where the drag began and where it is, in the frame that the box had before the drag.
    """
    begun, here = np.asarray(start, dtype=np.float64), np.asarray(now, dtype=np.float64)
    way = here - begun
    if handle == MOVE:
        return Change((float(way[0]), float(way[1]), 0.0), 0.0, size)
    if handle == LIFT:
        return Change((0.0, 0.0, float(way[2])), 0.0, size)
    if handle == TURN:
        turn = math.atan2(here[1], here[0]) - math.atan2(begun[1], begun[0])
        return Change((0.0, 0.0, 0.0), math.remainder(turn, math.tau), size)
    signs = np.array(SIGNS[handle], dtype=np.float64)
    before = np.array(size)
    after = np.where(signs != 0, np.maximum(before + signs * way, SHORTEST_SIDE_M), before)
    shift = signs * (after - before) / 2
    length, width, height = after.tolist()
    x, y, z = shift.tolist()
    return Change((x, y, z), 0.0, (length, width, height))


def changed(box: Box, change: Change) -> Box:
    """Return the box after a change."""
    turn = Rotation.from_euler("z", change.turn).as_quat(scalar_first=True)
    pose = box.world_SE3_box @ SE3("box", "box", turn, change.shift)
    return replace(box, world_SE3_box=pose, size=change.size)
