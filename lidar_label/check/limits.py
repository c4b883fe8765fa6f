"""Limits: what things of a category may do and how large they may be, from the taxonomy or by the words of its name."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, Literal

from lidar_label.assist.motion import Motion
from lidar_label.model import Category

Kind = Literal["wheeled", "walker", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds that rules hold boxes of one category to; each can be set in the taxonomy (`Category.limits`).

    Parameters
    ----------
    kind : "wheeled", "walker" or "other"
    speed : float, m/s
    acceleration : float, m/s2
    turn : float, rad/s
    jump : float, metres
        How far a box may be off the course of its neighbours, apart from what acceleration explains.
    yaw_jump : float, radians
        The same of its heading.
    drift : float, radians
        How far the heading may be off the way it moves.
    drift_speed : float, m/s
        From which speed on the heading says where it moves.
    size_change : float, share
        How far a side may be off the usual one of the track.
    spread : (length, width, height), natural logarithm
        How sizes of the category are spread about the usual one; 0 where nobody knows.
    ground : float, metres
        How far the lower side may be off the ground.
    outside : float, share
        Of the points inside: how many may lie just outside.
    gap : float, metres
        How far the outermost points of a side that is seen may stay from it.
    overlap : float, share
        Of the smaller box: how much may lie in another.
    """

    kind: Kind = "other"
    speed: float = 70.0
    acceleration: float = 12.0
    turn: float = 4.0
    jump: float = 0.3
    yaw_jump: float = math.radians(30.0)
    drift: float = math.pi
    drift_speed: float = 3.0
    size_change: float = 0.15
    spread: tuple[float, float, float] = (0.0, 0.0, 0.0)
    ground: float = 0.3
    outside: float = 0.2
    gap: float = 0.35
    overlap: float = 0.25


_WHEELED = Limits(
    kind="wheeled", acceleration=10.0, turn=1.5, yaw_jump=math.radians(10.0), drift=math.radians(30.0),
    drift_speed=3.0, size_change=0.08, gap=0.35,
)  # fmt: skip
_CYCLE = replace(
    _WHEELED, speed=40.0, acceleration=8.0, turn=2.5, yaw_jump=math.radians(18.0), drift=math.radians(40.0),
    size_change=0.2, gap=0.3,
)  # fmt: skip
_WALKER = Limits(
    kind="walker", speed=8.0, acceleration=6.0, turn=6.0, yaw_jump=math.radians(50.0), drift=math.radians(110.0),
    drift_speed=0.8, size_change=0.3, outside=0.3, gap=0.3, overlap=0.35,
)  # fmt: skip
_KINDS = {"wheeled": _WHEELED, "walker": _WALKER, "other": Limits()}

# How sizes are spread: the first line with a word that the category's name holds.
_SPREADS: tuple[tuple[str, tuple[float, float, float]], ...] = (
    ("rack", (0.0, 0.0, 0.0)),
    ("trailer caravan", (1.2, 0.6, 0.8)),  # from that of a car to that of a road train
    ("construction excavator tractor", (0.4, 0.35, 0.3)),
    ("truck lorry tram train", (0.4, 0.2, 0.3)),
    ("bus coach", (0.3, 0.1, 0.15)),
    ("bicycle bicyclist cyclist bike motorcycle motorbike moped scooter rider", (0.16, 0.3, 0.25)),
    ("car van taxi suv sedan", (0.14, 0.1, 0.18)),
    ("child", (0.4, 0.3, 0.15)),
    ("pedestrian person people adult human worker officer walker", (0.27, 0.3, 0.1)),
    ("cone", (0.4, 0.4, 0.3)),
    ("barrier", (0.4, 0.4, 0.25)),
)
NAMES = frozenset(field.name for field in fields(Limits)) - {"kind", "spread"}


def limits_of(category: Category) -> Limits:
    """Return the limits of a category: those of its kind, with what its taxonomy sets instead."""
    found = _of_name(category.name)
    given: dict[str, Any] = {name: value for name, value in category.limits if name in NAMES}
    return replace(found, **given) if given else found


@cache
def _of_name(name: str) -> Limits:
    motion = Motion.of(name)
    found = _CYCLE if motion.kind == "wheeled" and math.isclose(motion.speed, 25.0) else _KINDS[motion.kind]
    lowered = name.lower()
    for words, spread in _SPREADS:
        if any(word in lowered for word in words.split()):
            return replace(found, spread=spread)
    return found
