"""Rules on sizes: beside the rest of the track, and beside what its category has."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lidar_label.check.course import Course
from lidar_label.check.limits import limits_of
from lidar_label.check.motion import worst
from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject, more_frames
from lidar_label.model import Category, Floats

_SIDES = ("length", "width", "height")
_FACTOR = 3.0  # off the usual side, where nobody knows how sizes of the category are spread
_MOST = 5.0
_LEAST_M = 0.1
_ODD = 4.5  # times the spread
_SURER = 4.5  # natural logarithm of how much better another category must fit
_UNUSUAL = 2.0  # the same of how far from its own usual size: what is usual in its own category is of no other


def odd_sizes(course: Course) -> Iterator[Remark]:
    """Find tracks with a side far from the usual one of their category."""
    prior = course.category.size
    if prior is None or not course.boxes:
        return
    reach = np.array([min(math.exp(_ODD * s), _MOST) if s else _FACTOR for s in course.limits.spread])
    usual = np.array(prior)
    ratio = np.maximum(course.sizes / usual, usual / course.sizes)
    over = np.asarray((ratio > reach).any(axis=1))
    if not over.any():
        return
    at, frames = worst(course, over, (ratio / reach).max(axis=1))
    side = int(np.argmax(ratio[at] / reach))
    length = float(course.sizes[at, side])
    bound = prior[side] * reach[side] if length > prior[side] else prior[side] / reach[side]
    message = f"a {_SIDES[side]} of {length:.2f} m is odd for {course.track.category!r}, usually {prior[side]:.2f} m"
    yield Remark(f"{message}{more_frames(frames)}", course.track, int(course.frames[at]), length, float(bound), frames)


def size_changes(course: Course) -> Iterator[Remark]:
    """Find boxes whose size is off that of the track."""
    if len(course.boxes) < 2:
        return
    pair = len(course.boxes) == 2  # in which neither outvotes the other
    usual = _likelier(course) if pair else np.median(course.sizes, axis=0)
    most = np.maximum(_LEAST_M, course.limits.size_change * usual) * (2.0 if pair else 1.0)
    off = np.abs(course.sizes - usual)
    over = np.asarray((off > most).any(axis=1))
    if not over.any():
        return
    at, frames = worst(course, over, (off / most).max(axis=1))
    side, other = int(np.argmax(off[at] / most)), int(course.frames[at - 1])
    message = f"the {_SIDES[side]} is {course.sizes[at, side]:.2f} m here, and {usual[side]:.2f} m in most of the track"
    if pair:
        message = f"the {_SIDES[side]} is {course.sizes[at, side]:.2f} m here, and {usual[side]:.2f} m in frame {other}"
    yield Remark(f"{message}{more_frames(frames)}", course.track, int(course.frames[at]),
                 float(off[at, side]), float(most[side]), frames)  # fmt: skip


def _likelier(course: Course) -> Floats:
    """Return that of two sizes which is nearer to what its category has; the first where nobody knows."""
    if course.category.size is None:
        return np.asarray(course.sizes[0])
    apart = np.abs(np.log(course.sizes / np.array(course.category.size))).sum(axis=1)
    return np.asarray(course.sizes[int(np.argmin(apart))])


def other_categories(course: Course) -> Iterator[Remark]:
    """Find tracks whose size plainly is that of another category."""
    if not course.boxes:
        return
    size = np.median(course.sizes, axis=0)
    own = _misfit(course.category, size)
    if own is None or own - float(np.log(course.limits.spread).sum()) < _UNUSUAL:
        return
    names, usual, spread = course.subject.kept(_spreads)
    misfits = _unlikely(size, usual, spread)
    at = int(np.argmin(misfits)) if names else 0
    best, name = (float(misfits[at]), names[at]) if names and misfits[at] < own else (own, "")
    if name and own - best > _SURER:
        length, width, height = size.tolist()
        message = (
            f"{length:.1f} x {width:.1f} x {height:.1f} m is no size for {course.track.category!r}; it fits {name!r}"
        )
        yield Remark(message, course.track, int(course.frames[0]), own - best, _SURER, tuple(course.frames.tolist()))


def _misfit(category: Category, size: Floats) -> float | None:
    """Return how unlikely a size is in a category (minus a logarithm); None where nobody knows."""
    spread = np.array(limits_of(category).spread)
    if category.size is None or not spread.all():
        return None
    return float(_unlikely(size, np.array(category.size), spread))


def _unlikely(size: Floats, usual: Floats, spread: Floats) -> Floats:
    return np.asarray((0.5 * (np.log(size / usual) / spread) ** 2 + np.log(spread)).sum(axis=-1))


def _spreads(subject: Subject) -> tuple[list[str], Floats, Floats]:
    """Return the categories of which the usual size and its spread are known: names, (N, 3) metres, (N, 3)."""
    known = [subject.category(category.name) for category in subject.taxonomy.categories]
    known = [category for category in known if category.size is not None and all(limits_of(category).spread)]
    sizes = np.array([category.size for category in known]).reshape(-1, 3)
    return [c.name for c in known], sizes, np.array([limits_of(c).spread for c in known]).reshape(-1, 3)


RULES = table(
    Rule(
        "odd-size",
        "Size far from what its category has",
        "warning",
        "A side far too long or too short is often a wrong category or swapped sides.",
        odd_sizes,
        "track",
        "side",
        leaves=True,
    ),
    Rule(
        "size-change",
        "Size that differs from the rest of its track",
        "warning",
        "An object keeps its size; a box that does not is loose or cut.",
        size_changes,
        "track",
        "side",
    ),
    Rule(
        "category-by-size",
        "Size of another category",
        "warning",
        "The box fits another category far better than its own: the category was picked wrongly.",
        other_categories,
        "track",
        "camera",
        0.85,
    ),
)
