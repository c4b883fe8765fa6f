"""Agreement: two label sets of one drive compared, box by box and track by track."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from lidar_label.check.agreement_differences import Difference, Limits, Matched, apart, differences_of, turn
from lidar_label.check.agreement_scores import Overlaps, Scores, best_pairs, scores
from lidar_label.errors import InvalidValue
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import Box, Floats, Labels
from lidar_label.progress import Progress

LIMITS = Limits()
RANGES_M = (0.0, 20.0, 40.0, 60.0, math.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """How far matched boxes are apart: medians and 95 of 100; NaN where nothing was matched.

    `place_m` between centres, `length_m`, `width_m`, `height_m` between sides, `heading` in radians (a box that points
    backwards counts with its half circle), `iou` the overlap (its low side: 5 of 100).
    """

    pairs: int
    place_m: tuple[float, float]
    length_m: tuple[float, float]
    width_m: tuple[float, float]
    height_m: tuple[float, float]
    heading: tuple[float, float]
    iou: tuple[float, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the errors for JSON."""
        return {
            name: [None if math.isnan(v) else v for v in value] if isinstance(value, tuple) else value
            for name, value in ((name, getattr(self, name)) for name in self.__slots__)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The figures of all boxes, or of a class, a range or an annotator."""

    name: str
    scores: Scores
    errors: Errors

    def as_dict(self) -> dict[str, Any]:
        """Return the part for JSON."""
        return {"name": self.name, "scores": self.scores.as_dict(), "errors": self.errors.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What came of comparing two sets: figures, and the differences, the gravest first."""

    all: Part
    by_class: Sequence[Part] = field(default=())
    by_range: Sequence[Part] = field(default=())
    by_annotator: Sequence[Part] = field(default=())
    differences: Sequence[Difference] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return the agreement as the command line's JSON prints it."""
        parts = {
            name: [part.as_dict() for part in getattr(self, name)] for name in ("by_class", "by_range", "by_annotator")
        }
        return {"all": self.all.as_dict(), **parts, "differences": [one.as_dict() for one in self.differences]}


def agree(
    first: Labels,
    second: Labels,
    *,
    least_iou: float = 0.3,
    kind: Literal["3d", "bev"] = "3d",
    places: Mapping[int, Floats] | None = None,
    annotators: Mapping[str, str] | None = None,
    limits: Limits = LIMITS,
) -> Agreement:
    """Compare a second set of labels with a first.

    Boxes are matched frame by frame, as many as can be at the highest sum of overlaps, whatever their category, so that
    a wrong category is one difference and not two. The figures of a class are those of its boxes alone in both sets.

    Parameters
    ----------
    first, second : Labels
        Of one drive, in one world. The first is taken for the reference by the scores that need one.
    least_iou : float
        Overlap that makes a match, above 0 and at most 1.
    kind : "3d" or "bev"
        Overlap of the volumes, or of what they cover seen from above.
    places : mapping of int to (3,) float, metres
        Where the vehicle was in each frame, for figures by range; without it there are none, and nothing counts more
        for being near.
    annotators : mapping of str to str
        Who made a box of the second set, by the box's token.
    limits : Limits

    Raises
    ------
    InvalidValue
        If the least overlap is out of its range.
    """
    frames = _matched(first, second, least_iou, kind)

    def part(name: str, mine: Callable[[Box], bool], theirs: Callable[[Box], bool]) -> Part:
        return _part(name, frames, mine, theirs, least_iou)

    away, kinds = _away(places or {}), _kinds(first, second)
    classes = sorted({kinds[side][box.track] for side, labels in enumerate((first, second)) for box in labels.boxes()})
    who = annotators or {}
    spans = list(pairwise(RANGES_M)) if places else []
    return Agreement(
        all=part("all", _any, _any),
        by_class=[
            part(name, _is(kinds[0], name), _is(kinds[1], name)) for name in classes
        ],
        by_range=[
            part(_span(near, far), _within(away, near, far), _within(away, near, far)) for near, far in spans
        ],
        by_annotator=[_of(name, frames, who, least_iou) for name in sorted(set(who.values()))],
        differences=differences_of(frames, kinds, away, limits),
    )  # fmt: skip


def differences(
    first: Labels,
    second: Labels,
    *,
    least_iou: float = 0.3,
    places: Mapping[int, Floats] | None = None,
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> list[Difference]:
    """Return what two sets do not agree on, the gravest first, without the figures; see `agree`."""
    frames = _matched(first, second, least_iou, "3d", progress)
    return differences_of(frames, _kinds(first, second), _away(places or {}), limits)


def _matched(
    first: Labels, second: Labels, least_iou: float, kind: Literal["3d", "bev"], progress: Progress | None = None
) -> dict[int, Matched]:
    if not 0 < least_iou <= 1:
        raise InvalidValue(f"the least overlap is above 0 and at most 1, got {least_iou}")
    numbers = sorted({box.frame for labels in (first, second) for box in labels.boxes()})
    say = progress if progress is not None else Progress()
    return {
        n: _frame(first.in_frame(n), second.in_frame(n), least_iou, kind)
        for n in say.over(numbers, len(numbers), "comparing labels")
    }


def _away(places: Mapping[int, Floats]) -> Callable[[Box], float]:
    def away(box: Box) -> float:
        here = places.get(box.frame)
        return math.nan if here is None else float(np.linalg.norm(box.center[:2] - here[:2]))

    return away


def _kinds(first: Labels, second: Labels) -> list[dict[str, str]]:
    return [{track.token: track.category for track in labels.tracks} for labels in (first, second)]


def _any(_: Box) -> bool:
    return True


def _is(kinds: Mapping[str, str], name: str) -> Callable[[Box], bool]:
    return lambda box: kinds[box.track] == name


def _within(away: Callable[[Box], float], near: float, far: float) -> Callable[[Box], bool]:
    return lambda box: near <= away(box) < far


def _span(near: float, far: float) -> str:
    return f"{near:.0f} m and more" if math.isinf(far) else f"{near:.0f} to {far:.0f} m"


def _frame(first: Sequence[Box], second: Sequence[Box], least_iou: float, kind: Literal["3d", "bev"]) -> Matched:
    iou = iou_matrix(_rows(first), _rows(second), kind) if first and second else np.zeros((len(first), len(second)))
    return Matched(first, second, iou, _pairs(iou, least_iou))


def _pairs(iou: Floats, least_iou: float) -> list[tuple[int, int]]:
    rows, columns = best_pairs(iou, least_iou)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _rows(boxes: Sequence[Box]) -> Floats:
    return np.array([(*box.center, *box.size, box.world_SE3_box.yaw) for box in boxes]).reshape(-1, 7)


def _part(
    name: str,
    frames: Mapping[int, Matched],
    mine: Callable[[Box], bool],
    theirs: Callable[[Box], bool],
    least_iou: float,
) -> Part:
    """Return the figures of some boxes of both sets."""
    numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
    seen: list[Overlaps] = []
    pairs: list[tuple[Box, Box, float]] = []
    for frame in frames.values():
        rows = [i for i, box in enumerate(frame.first) if mine(box)]
        columns = [j for j, box in enumerate(frame.second) if theirs(box)]
        iou = frame.iou[np.ix_(rows, columns)]
        first, second = ([frame.first[i] for i in rows], [frame.second[j] for j in columns])
        made = [
            np.array([number.setdefault(box.track, len(number)) for box in boxes], dtype=np.int64)
            for boxes, number in zip((first, second), numbers, strict=True)
        ]
        seen.append(Overlaps(first=made[0], second=made[1], iou=iou))
        pairs += [(first[i], second[j], float(iou[i, j])) for i, j in _pairs(iou, least_iou)]
    return Part(name=name, scores=scores(seen, least_iou=least_iou), errors=_errors(pairs))


def _of(name: str, frames: Mapping[int, Matched], who: Mapping[str, str], least_iou: float) -> Part:
    """Return the figures of one annotator: the boxes he made, beside those of the reference they belong to.

    Of what the second set lacks nobody knows who should have made it, so that his frames are those with boxes of his.
    """
    his = {n: frame for n, frame in frames.items() if any(who.get(box.token) == name for box in frame.second)}
    others = {
        frame.first[i].token
        for frame in his.values() for i, j in frame.pairs if who.get(frame.second[j].token) != name
    }  # fmt: skip
    return _part(name, his, lambda box: box.token not in others, lambda box: who.get(box.token) == name, least_iou)


def _errors(pairs: Sequence[tuple[Box, Box, float]]) -> Errors:
    def both(values: Sequence[float], high: float = 95) -> tuple[float, float]:
        if not values:
            return math.nan, math.nan
        return float(np.median(values)), float(np.percentile(values, high))

    sides = [np.abs(np.subtract(a.size, b.size)) for a, b, _ in pairs]
    return Errors(
        pairs=len(pairs),
        place_m=both([apart(a, b) for a, b, _ in pairs]),
        length_m=both([float(side[0]) for side in sides]),
        width_m=both([float(side[1]) for side in sides]),
        height_m=both([float(side[2]) for side in sides]),
        heading=both([turn(a, b) for a, b, _ in pairs]),
        iou=both([iou for _, _, iou in pairs], 5),
    )
