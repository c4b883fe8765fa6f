"""Rules on what nobody labelled, and on boxes that nothing looks at."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lidar_label.check.rule import Rule, table
from lidar_label.check.strangers import Stranger, Strangers
from lidar_label.check.subject import Remark

_MOVED_M, _SPEED_M_S = 1.2, 0.7
_FASTEST = {"person": 3.5, "cycle": 15.0, "car": 40.0, "lorry": 30.0}
_FRAMES, _STEADY = 4, 0.75  # seen so often, and the share of its steps that go at its usual speed
_CAR = ((2.6, 6.5), (0.9, 2.5), (1.1, 2.7))
_LORRY = ((4.5, 9.0), (0.4, 2.8), (2.2, 3.9))
_PERSON = ((0.2, 1.3), (0.1, 1.1), (0.9, 2.1))
_CYCLE = ((1.2, 2.4), (0.2, 1.2), (0.9, 2.1))


def moving_strangers(found: Strangers) -> Iterator[Remark]:
    """Find things that move and have no box."""
    for chain in found.chains:
        if len(chain) < _FRAMES:
            continue
        places = np.array([stranger.center[:2] for stranger in chain])
        seconds = float(found.times[chain[-1].frame] - found.times[chain[0].frame])
        way = float(np.linalg.norm(places[-1] - places[0]))
        rates = np.linalg.norm(np.diff(places, axis=0), axis=1) / np.diff([found.times[s.frame] for s in chain])
        steady = np.abs(rates - np.median(rates)) < 0.5 * np.median(rates)
        kind = _kind(chain)
        speed = way / seconds
        if way > _MOVED_M and steady.mean() >= _STEADY and kind and _SPEED_M_S < speed < _FASTEST[kind]:
            message = f"something that moves at {speed:.1f} m/s has no box, of the size of a {kind}"
            yield _remark(message, chain, speed, _SPEED_M_S)


def standing_strangers(found: Strangers) -> Iterator[Remark]:
    """Find things of the size of a car that stand and have no box."""
    for chain in found.chains:
        if len(chain) < _FRAMES:
            continue
        places = np.array([stranger.center[:2] for stranger in chain])
        if np.linalg.norm(places - np.median(places, axis=0), axis=1).max() > _MOVED_M:
            continue
        size = np.percentile(np.array([stranger.size for stranger in chain]), 80, axis=0)
        if _fits(size, _CAR):
            message = "something that stands has no box, of the size of a car"
            yield _remark(message, chain, float(len(chain)), float(_FRAMES))


def _kind(chain: list[Stranger]) -> str:
    size = np.median(np.array([stranger.size for stranger in chain]), axis=0)
    for name, bounds in (("person", _PERSON), ("cycle", _CYCLE), ("car", _CAR), ("lorry", _LORRY)):
        if _fits(size, bounds):
            return name
    return ""


def _fits(size: object, bounds: tuple[tuple[float, float], ...]) -> bool:
    return all(low <= side <= high for side, (low, high) in zip(np.asarray(size).tolist(), bounds, strict=True))


def _remark(message: str, chain: list[Stranger], value: float, bound: float) -> Remark:
    best = max(chain, key=lambda stranger: stranger.points)
    frames = tuple(stranger.frame for stranger in chain)
    return Remark(message, None, best.frame, value, bound, frames, best.center)


RULES = table(
    Rule(
        "unlabelled-mover",
        "Something that moves and has no box",
        "warning",
        "What moves on a road is what a car must see; without a box it counts as background.",
        moving_strangers,
        "unlabelled",
        trust=0.8,
    ),
    Rule(
        "unlabelled",
        "Something that has no box",
        "info",
        "It has the size of a car and stands alone; without a box it counts as background.",
        standing_strangers,
        "unlabelled",
        trust=0.6,
    ),
)
