"""Rules on attributes: missing beside others, against each other, and against what the object does."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from lidar_label.check.course import Course
from lidar_label.check.motion import remark_at, stretches
from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject, by_track
from lidar_label.model import Attribute, AttributeValue, Box

_USUAL, _FEWEST = 0.9, 20  # of so many boxes of a category: what so large a share has, the rest lacks
_RESTING = frozenset(["parked", "stopped", "standing", "sitting", "lying", "static", "still", "停", "静止"])
_MOVING = frozenset(["moving", "driving", "walking", "running", "移动", "行驶", "行走"])
_STANDS_M_S, _MOVES_M_S, _WINDOW_S = 0.05, 1.0, 0.5


def contradictions(subject: Subject) -> Iterator[Remark]:
    """Find boxes with two attributes of which only one can be true: flags with the same first word."""
    groups = _groups(subject)

    def found() -> Iterator[tuple[Box, str]]:
        for box in subject.labels.boxes():
            said: dict[str, str] = {}
            for name, value in box.attributes.items():
                group = groups.get(name)
                if value is not True or group is None:
                    continue
                if group in said:
                    yield box, f"attributes {said[group]!r} and {name!r} cannot both be true"
                said[group] = name

    yield from by_track(subject, found())


def missing(subject: Subject) -> Iterator[Remark]:
    """Find boxes without an attribute that nearly all boxes of their category have."""
    groups = _groups(subject)
    of_track = {track.token: track.category for track in subject.labels.tracks}
    totals: Counter[str] = Counter()
    having: dict[str, Counter[str]] = defaultdict(Counter)
    kinds = {a.name: a for a in subject.taxonomy.attributes if a.per == "box"}
    for box in subject.labels.boxes():
        category = of_track[box.track]
        totals[category] += 1
        having[category].update(_said(box.attributes, groups, kinds))
    asked = {
        category: {word for word, count in having[category].items() if total >= _FEWEST and count >= _USUAL * total}
        for category, total in totals.items()
    }

    def found() -> Iterator[tuple[Box, str]]:
        for box in subject.labels.boxes():
            wanted = asked[of_track[box.track]]
            if wanted:
                for word in sorted(wanted - _said(box.attributes, groups, kinds)):
                    yield box, f"attribute {word!r} is not said, as it is of other boxes of the category"

    yield from by_track(subject, found())


def at_odds_with_motion(course: Course) -> Iterator[Remark]:
    """Find what is said to stand and moves, or the other way round."""
    scene = course.subject.scene
    if not course.moves_in_world or not scene.has_timestamps or len(course.boxes) < 3:
        return
    says = np.array([_says(box.attributes) for box in course.boxes])
    if not says.any():
        return
    t, p = course.seconds, course.centers[:, :2]
    first = np.searchsorted(t, t - _WINDOW_S - 1e-6)
    last = np.searchsorted(t, t + _WINDOW_S + 1e-6, side="right") - 1
    span = t[last] - t[first]
    steps = np.linalg.norm(np.diff(p, axis=0), axis=1) / np.diff(t)
    speed = np.array([np.median(steps[a:b]) if b > a else 0.0 for a, b in zip(first, last, strict=True)])
    known = span > 0.2
    for state, over, bound in (
        (-1, known & (speed > _MOVES_M_S), _MOVES_M_S),
        (1, known & (span > 0.9 * _WINDOW_S) & (speed < _STANDS_M_S), _STANDS_M_S),
    ):
        for mark in stretches((says == state) & over):
            found = np.flatnonzero(mark)
            at = int(found[len(found) // 2])
            frames = tuple(course.frames[found].tolist())
            message = "an attribute says that the object moves, and it stands still"
            if state < 0:
                message = f"an attribute says that the object stands, and it moves at {speed[at]:.1f} m/s"
            yield remark_at(course, message, at, speed[at], bound, frames)


def _groups(subject: Subject) -> Mapping[str, str]:
    """Return the group of each flag that has brothers: what stands before the dot, where several share it."""
    flags = [a.name for a in subject.taxonomy.attributes if a.kind == "flag" and "." in a.name]
    counts = Counter(name.split(".")[0] for name in flags)
    return {name: name.split(".")[0] for name in flags if counts[name.split(".")[0]] > 1}


def _said(
    attributes: Mapping[str, AttributeValue], groups: Mapping[str, str], kinds: Mapping[str, Attribute]
) -> set[str]:
    """Return what is said of a box: groups of which a flag is true, and choices that are made."""
    said = {groups[name] for name, value in attributes.items() if value is True and name in groups}
    return said | {name for name in attributes if name in kinds and kinds[name].kind == "choice"}


def _says(attributes: Mapping[str, AttributeValue]) -> int:
    """Return 1 where attributes say that the object moves, -1 where it stands, 0 where they do not tell."""
    words: set[str] = set()
    for name, value in attributes.items():
        text = name if value is True else str(value) if isinstance(value, str) else ""
        words.update(text.lower().replace("_", ".").replace(" ", ".").split("."))
    moving, resting = bool(words & _MOVING), bool(words & _RESTING)
    return 0 if moving == resting else (1 if moving else -1)


RULES = table(
    Rule(
        "attributes-contradict",
        "Attributes that cannot both be true",
        "warning",
        "A box that is moving and parked at once is one of the two; formats keep only one.",
        contradictions,
        view="table",
    ),
    Rule(
        "attribute-missing",
        "Attribute that others of the category have",
        "warning",
        "An attribute that is asked of every box of a category was forgotten here.",
        missing,
        "scene",
        "table",
    ),
    Rule(
        "attribute-against-motion",
        "Attribute against the motion",
        "warning",
        "Parked cars do not drive, and moving ones do not stand for seconds.",
        at_odds_with_motion,
        "track",
        "timeline",
        0.9,
    ),
)
