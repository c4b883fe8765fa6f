"""What two label sets do not agree on, as a list to step through."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from lidar_label.model import Box, Floats, wrap_angle

Kind = Literal["missed", "extra", "category", "flipped", "heading", "size", "place", "identity"]
_FLIPPED = math.radians(120)
_CLOSE_M = 30.0  # at that distance from the vehicle a difference counts half


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is no difference: two careful people come that close.

    `place_m` between centres, `heading` in radians, `size` as a share of the longer of two sides.
    """

    place_m: float = 0.25
    heading: float = math.radians(8)
    size: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something two label sets do not agree on: one to step to, and to settle.

    `first` and `second` are the boxes, None where a set has none. `weight` orders differences: 1 is a box that only
    one of both has, near the vehicle.
    """

    kind: Kind
    frame: int
    first: Box | None
    second: Box | None
    weight: float
    message: str

    def as_dict(self) -> dict[str, Any]:
        """Return the difference for JSON."""
        rows = {"first": self.first, "second": self.second}
        boxes = {side: None if box is None else {"track": box.track, "box": box.token} for side, box in rows.items()}
        return {"kind": self.kind, "frame": self.frame, "weight": self.weight, "message": self.message, **boxes}


@dataclass(frozen=True, slots=True)
class Matched:
    """The boxes of one frame of both sets, how much they overlap, and which were matched."""

    first: Sequence[Box]
    second: Sequence[Box]
    iou: Floats
    pairs: Sequence[tuple[int, int]]


def differences_of(
    frames: Mapping[int, Matched], kinds: Sequence[Mapping[str, str]], away: Callable[[Box], float], limits: Limits
) -> list[Difference]:
    """Return what two sets do not agree on, the gravest first.

    Of a matched pair only the worst is told, but a wrong category and another identity besides. Two boxes of one
    category that were not matched and are nearer than half of their length are one that lies wrong, not two.

    Parameters
    ----------
    frames : mapping of int to Matched
        By their numbers, rising.
    kinds : two mappings of str to str
        The category of each track of the first set, and of the second.
    away : callable
        How far a box is from the vehicle, metres; NaN where nobody knows.
    limits : Limits
    """
    found: list[Difference] = []
    of_tracks = _OfTracks(kinds)
    for number, frame in frames.items():
        taken = ({i for i, _ in frame.pairs}, {j for _, j in frame.pairs})
        for i, j in _near(frame, kinds, taken):
            a, b = frame.first[i], frame.second[j]
            kind, _, message = _worst(a, b, limits) or ("place", 0.0, f"their centres are {apart(a, b):.2f} m apart")
            found.append(_note(kind, number, a, b, 1.0, message))
            taken[0].add(i)
            taken[1].add(j)
        for i, a in enumerate(frame.first):
            if i not in taken[0]:
                found.append(_note("missed", number, a, None, 1.0, f"only the first has this {kinds[0][a.track]}"))
        for j, b in enumerate(frame.second):
            if j not in taken[1]:
                found.append(_note("extra", number, None, b, 1.0, f"only the second has this {kinds[1][b.track]}"))
        for i, j in frame.pairs:
            a, b = frame.first[i], frame.second[j]
            found += of_tracks.differences(number, a, b)
            worst = _worst(a, b, limits)
            if worst is not None:
                found.append(_note(worst[0], number, a, b, worst[1], worst[2]))
    weighed = [replace(one, weight=one.weight * _nearness(one, away)) for one in found]
    return sorted(weighed, key=lambda one: (-one.weight, one.frame))


def _near(
    frame: Matched, kinds: Sequence[Mapping[str, str]], taken: tuple[set[int], set[int]]
) -> list[tuple[int, int]]:
    """Return pairs of boxes that were not matched and plainly are of one object, the nearest first."""
    left = [
        (apart(a, b), i, j)
        for i, a in enumerate(frame.first)
        for j, b in enumerate(frame.second)
        if i not in taken[0] and j not in taken[1] and kinds[0][a.track] == kinds[1][b.track]
        and apart(a, b) < (max(a.size[:2]) + max(b.size[:2])) / 4
    ]  # fmt: skip
    found: list[tuple[int, int]] = []
    for _, i, j in sorted(left):
        if all(i != k and j != m for k, m in found):
            found.append((i, j))
    return found


class _OfTracks:
    """What matched boxes say of their tracks, frame after frame."""

    def __init__(self, kinds: Sequence[Mapping[str, str]]) -> None:
        self._kinds = kinds
        self._last: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()

    def differences(self, number: int, a: Box, b: Box) -> list[Difference]:
        """Return a wrong category once for each two tracks, and each change of identity."""
        found: list[Difference] = []
        names = self._kinds[0][a.track], self._kinds[1][b.track]
        if names[0] != names[1] and (a.track, b.track) not in self._told:
            self._told.add((a.track, b.track))
            found.append(_note("category", number, a, b, 1.2, f"{names[0]} in the first, {names[1]} in the second"))
        if self._last.get(a.track, b.track) != b.track:
            found.append(_note("identity", number, a, b, 1.5, "the second goes on with another track here"))
        self._last[a.track] = b.track
        return found


def _note(kind: Kind, frame: int, a: Box | None, b: Box | None, weight: float, message: str) -> Difference:
    return Difference(kind=kind, frame=frame, first=a, second=b, weight=weight, message=message)


def _nearness(one: Difference, away: Callable[[Box], float]) -> float:
    box = one.first or one.second
    distance = math.nan if box is None else away(box)
    return 1.0 if math.isnan(distance) else 1 / (1 + distance / _CLOSE_M)


def apart(a: Box, b: Box) -> float:
    """Return how far two centres are apart, metres."""
    return float(np.linalg.norm(a.center - b.center))


def turn(a: Box, b: Box) -> float:
    """Return by how much two headings differ, radians, 0 to pi."""
    return abs(wrap_angle(a.world_SE3_box.yaw - b.world_SE3_box.yaw))


def _worst(a: Box, b: Box, limits: Limits) -> tuple[Kind, float, str] | None:
    """Return the worst that two matched boxes differ in, with its weight and words; None where they are close."""
    angle, distance = turn(a, b), apart(a, b)
    sizes = np.array([a.size, b.size])
    size = float((np.ptp(sizes, axis=0) / sizes.max(axis=0)).max())
    if angle > _FLIPPED:
        return "flipped", 1.0, "they point opposite ways"
    over: list[tuple[float, Kind, str]] = [
        (distance / limits.place_m, "place", f"their centres are {distance:.2f} m apart"),
        (angle / limits.heading, "heading", f"they point {math.degrees(angle):.0f} degrees apart"),
        (size / limits.size, "size", f"a side differs by {size:.0%}"),
    ]
    most, kind, message = max(over)
    return (kind, min(0.2 * most, 0.9), message) if most > 1 else None
