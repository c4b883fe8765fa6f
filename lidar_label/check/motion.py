"""Rules on how a track moves from box to box."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.course import NEAR_S, Course, off_neighbours, wrapped
from lidar_label.check.rule import Rule, table
from lidar_label.check.shake import shake_of
from lidar_label.check.subject import Remark, Subject, more_frames
from lidar_label.model import Box, Floats, wrap_angle

FLIP_RAD = math.radians(150.0)
FLIP_WITHIN_S = 0.6
_ROUND = 1.25  # length to width: below, a thing that is no vehicle has no heading to speak of
_WINDOW_S = 0.5
_STEADY_RAD = 0.1  # that headings of what goes straight may be apart


def worst(course: Course, over: NDArray[np.bool_], ratio: Floats) -> tuple[int, tuple[int, ...]]:
    """Return the index of the worst of the boxes that are marked, and the frames of all of them."""
    found = np.flatnonzero(over)
    return int(found[np.argmax(ratio[found])]), tuple(course.frames[found].tolist())


def remark_at(course: Course, message: str, at: int, value: float, bound: float, frames: tuple[int, ...]) -> Remark:
    """Return a remark on the box at this place of a course, which holds for all these frames."""
    said = message + more_frames(frames)
    return Remark(said, course.track, int(course.frames[at]), float(value), float(bound), frames)


def stretches(over: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """Return each run of marked boxes as a mark of its own."""
    if not over.any():
        return []
    edges = np.flatnonzero(np.diff(np.r_[False, over, False]))
    made = []
    for start, stop in edges.reshape(-1, 2):
        mark = np.zeros(len(over), dtype=np.bool_)
        mark[start:stop] = True
        made.append(mark)
    return made


def flips(subject: Subject) -> Iterator[Remark]:
    """Find headings that turn round between neighbouring boxes, or key frames shortly apart."""
    if not subject.scene.is_sequence:
        return
    seen: set[tuple[str, int]] = set()
    pairs: list[tuple[Box, Box]] = [*subject.steps(), *subject.steps(keys=True)]
    for one, other in pairs:
        near = other.frame - one.frame == 1 or subject.seconds(one, other) <= FLIP_WITHIN_S
        if not near or (other.track, other.frame) in seen:
            continue
        turn = abs(wrap_angle(other.yaw - one.yaw))
        if turn > FLIP_RAD:
            seen.add((other.track, other.frame))
            message = f"the heading turns by {math.degrees(turn):.0f} degrees since frame {one.frame}"
            track = subject.labels.track(other.track)
            yield Remark(message, track, other.frame, math.degrees(turn), math.degrees(FLIP_RAD) / 2)


def too_fast(course: Course) -> Iterator[Remark]:
    """Find speeds that the category does not reach; times that were made up prove nothing."""
    scene = course.subject.scene
    if not scene.is_sequence or not scene.has_timestamps or len(course.boxes) < 2:
        return
    speeds = np.linalg.norm(np.diff(course.centers, axis=0), axis=1) / np.diff(course.seconds)
    slack = 0.2 / np.diff(course.seconds)  # two boxes, each a little off, seem to move
    most = course.limits.speed
    over = speeds > most + np.minimum(slack, most)
    for mark in stretches(over):
        at = int(np.argmax(np.where(mark, speeds, 0.0)))
        frames = course.frames
        message = f"the track moves at {speeds[at]:.0f} m/s since frame {frames[at]}"
        yield Remark(message, course.track, int(frames[at + 1]), speeds[at], most,
                     tuple(frames[1:][mark].tolist()))  # fmt: skip


def jumps(course: Course) -> Iterator[Remark]:
    """Find boxes that lie off the course that the boxes before and after them keep."""
    if not course.moves_in_world or len(course.boxes) < 3:
        return
    off, allowed = course.off_course
    allowed = allowed + course.subject.kept(shake_of).slack(course.frames)
    for mark in stretches(off > allowed):
        at, frames = worst(course, mark, off / allowed)
        message = f"the box lies {off[at]:.2f} m off the course of the boxes before and after it"
        yield remark_at(course, message, at, off[at], float(allowed[at]), frames)


def leaps(course: Course) -> Iterator[Remark]:
    """Find the step at which a track goes on as something else, smooth before and smooth behind."""
    if not course.moves_in_world or len(course.boxes) < 4:
        return
    t, p, limits = course.seconds, course.centers, course.limits
    gaps, rates = np.diff(t), np.diff(p, axis=0) / np.diff(t)[:, None]
    step, middle = np.diff(p, axis=0)[1:-1], gaps[1:-1, None]  # from box i to i + 1, with one before and one behind
    ahead = np.linalg.norm(step - rates[:-2] * middle, axis=1)
    back = np.linalg.norm(step - rates[2:] * middle, axis=1)
    off = np.minimum(ahead, back)
    longest = np.maximum(np.maximum(gaps[:-2], gaps[1:-1]), gaps[2:])
    allowed = 3 * limits.jump + limits.acceleration * gaps[1:-1] * longest
    near = (gaps[1:-1] <= 2 * NEAR_S) & (gaps[:-2] <= NEAR_S) & (gaps[2:] <= NEAR_S)
    for i in np.flatnonzero(near & (off > allowed)).tolist():
        frames = (int(course.frames[i + 1]), int(course.frames[i + 2]))
        message = f"the track leaps by {off[i]:.2f} m after frame {frames[0]} and goes on from there"
        yield Remark(message, course.track, frames[1], float(off[i]), float(allowed[i]), frames)


def _leaves(course: Course) -> NDArray[np.bool_]:
    """Mark the boxes that are off the course of the others, and those before and behind a leap."""
    off, allowed = course.off_course
    found = off > allowed
    for remark in leaps(course):
        found |= np.isin(course.frames, remark.frames)
    return np.asarray(found)


def accelerations(course: Course) -> Iterator[Remark]:
    """Find changes of speed that the category cannot do, over half a second before and behind."""
    scene, limits = course.subject.scene, course.limits
    if not course.moves_in_world or not scene.has_timestamps or len(course.boxes) < 5:
        return
    t, p = course.seconds, course.centers[:, :2]
    first = np.searchsorted(t, t - _WINDOW_S - 1e-6)
    last = np.searchsorted(t, t + _WINDOW_S + 1e-6, side="right") - 1
    here = np.arange(len(t))
    known = (first < here) & (last > here)
    before, behind = t - t[first], t[last] - t
    known &= (before > 0.15) & (behind > 0.15)
    before, behind = np.where(known, before, 1.0), np.where(known, behind, 1.0)
    change = (p[last] - p) / behind[:, None] - (p - p[first]) / before[:, None]
    rate = np.where(known, np.linalg.norm(change, axis=1) / ((before + behind) / 2), 0.0)
    noise = 0.15 * (1 / before + 1 / behind) / ((before + behind) / 2)
    allowed = 1.2 * limits.acceleration + noise
    for i in np.flatnonzero(_leaves(course)):  # a box that is off, or a leap, has a rule of its own
        rate[(first <= i + 1) & (last >= i - 1)] = 0.0
    for mark in stretches(rate > allowed):
        at, frames = worst(course, mark, rate / allowed)
        message = f"the speed changes by {rate[at]:.0f} m/s in a second"
        yield Remark(message, course.track, int(course.frames[at]), rate[at], float(allowed[at]), frames)


def yaw_jumps(course: Course) -> Iterator[Remark]:
    """Find headings that are off what the boxes before and after them have."""
    limits = course.limits
    if not course.subject.scene.is_sequence or len(course.boxes) < 3 or _has_no_heading(course):
        return
    yaws = np.unwrap(course.yaws)
    off, allowed = off_neighbours(yaws[:, None], course.seconds, limits.yaw_jump, 2 * limits.turn)
    off = np.abs(wrapped(off))
    steady = _off_steady(course)
    told = steady > limits.yaw_jump  # a true turn shows in the boxes about it, so that none is let pass here
    off, allowed = np.where(told, steady, off), np.where(told, limits.yaw_jump, allowed)
    for mark in stretches((off > allowed) & (off <= FLIP_RAD)):
        at, frames = worst(course, mark, off / allowed)
        degrees, most = math.degrees(off[at]), math.degrees(allowed[at])
        message = f"the heading is {degrees:.0f} degrees off that of the boxes before and after it"
        yield remark_at(course, message, at, degrees, most, frames)


def _off_steady(course: Course) -> Floats:
    """Return how far each heading is off the one that the boxes about it keep, (N,) radians; 0 where they keep none.

    Three of the two before and the two behind are needed, on both sides.
    """
    count, here = len(course.boxes), np.arange(len(course.boxes))
    beside = here[:, None] + np.array([-2, -1, 1, 2])
    known = (beside >= 0) & (beside < count)
    beside = np.clip(beside, 0, count - 1)
    known &= np.abs(course.seconds[beside] - course.seconds[:, None]) <= NEAR_S
    away = wrapped(course.yaws[:, None] - course.yaws[beside])
    middle = np.where(known, away, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    keep = ~known | (np.abs(away - middle[:, None]) < _STEADY_RAD)
    told = keep.all(axis=1) & (known.sum(axis=1) >= 3)
    return np.where(told, np.abs(middle), 0.0)


def turns(course: Course) -> Iterator[Remark]:
    """Find headings that turn faster than the category can."""
    limits = course.limits
    if not course.moves_in_world or len(course.boxes) < 2 or _has_no_heading(course):
        return
    gaps = np.diff(course.seconds)
    change = np.abs(wrapped(np.diff(course.yaws)))
    allowed = limits.turn * gaps + limits.yaw_jump
    over = (change > allowed) & (change <= FLIP_RAD) & (gaps <= NEAR_S)
    for mark in stretches(over):
        at = int(np.argmax(np.where(mark, change / allowed, 0.0)))
        rate = math.degrees(change[at] / gaps[at])
        frames = tuple(course.frames[1:][mark].tolist())
        message = f"the heading turns at {rate:.0f} degrees a second since frame {course.frames[at]}"
        yield Remark(message, course.track, int(course.frames[at + 1]), rate,
                     math.degrees(allowed[at] / gaps[at]), frames)  # fmt: skip


def drifts(course: Course) -> Iterator[Remark]:
    """Find headings that do not go with the motion; of the ways about a box the one that fits best counts."""
    limits, scene = course.limits, course.subject.scene
    if not course.moves_in_world or not scene.has_timestamps or len(course.boxes) < 2 or _has_no_heading(course):
        return
    t, p = course.seconds, course.centers[:, :2]
    count, here, best = len(t), np.arange(len(t)), np.full(len(t), np.inf)
    for back, on in ((-1, 1), (-2, -1), (1, 2), (-1, 0), (0, 1), (-3, 3)):
        first, last = here + back, here + on
        inside = (first >= 0) & (last < count)
        first, last = np.clip(first, 0, count - 1), np.clip(last, 0, count - 1)
        inside &= (np.abs(t[first] - t) <= NEAR_S) & (np.abs(t[last] - t) <= NEAR_S) & (t[last] > t[first])
        way = p[last] - p[first]
        speed = np.hypot(*way.T) / np.where(inside, t[last] - t[first], 1.0)
        angle = np.abs(wrapped(course.yaws - np.arctan2(way[:, 1], way[:, 0])))
        best = np.where(inside, np.minimum(best, np.where(speed >= limits.drift_speed, angle, 0.0)), best)
    best[~np.isfinite(best)] = 0.0
    for mark in stretches(best > limits.drift):
        at, frames = worst(course, mark, best)
        degrees = math.degrees(best[at])
        message = f"the heading is {degrees:.0f} degrees off the way the object moves"
        yield remark_at(course, message, at, degrees, math.degrees(limits.drift), frames)


def _has_no_heading(course: Course) -> bool:
    length, width, _ = np.median(course.sizes, axis=0) if len(course.boxes) else (1.0, 1.0, 1.0)
    return course.limits.kind == "other" and length < _ROUND * width


RULES = table(
    Rule(
        "heading-flip",
        "Heading that turns round at once",
        "warning",
        "Objects do not turn by half a circle between neighbouring frames; one of the boxes is the wrong way round.",
        flips,
        leaves=True,
    ),
    Rule(
        "too-fast",
        "Faster than its category",
        "warning",
        "Nothing of its kind is this fast: the track jumps from one object to another, or times are wrong.",
        too_fast,
        "track",
        leaves=True,
    ),
    Rule(
        "jump",
        "Box off its track's course",
        "warning",
        "A box that leaves the course of its neighbours for a frame was moved by accident or belongs to another frame.",
        jumps,
        "track",
    ),
    Rule(
        "leap",
        "Track that leaps to another place",
        "warning",
        "One id on two objects teaches a tracker to switch: the track goes on somewhere else.",
        leaps,
        "track",
        "timeline",
    ),
    Rule(
        "acceleration",
        "Speeds up or brakes beyond its category",
        "warning",
        "Velocities that models learn come from the boxes; nothing of its kind changes its speed so much.",
        accelerations,
        "track",
        "timeline",
        0.8,
    ),
    Rule(
        "yaw-jump",
        "Heading off that of its neighbours",
        "warning",
        "A heading that leaves those before and after it for a frame is a slip of the hand.",
        yaw_jumps,
        "track",
    ),
    Rule(
        "turn-rate",
        "Turns faster than its category",
        "warning",
        "Nothing of its kind turns so fast; one of the headings is wrong.",
        turns,
        "track",
        trust=0.85,
    ),
    Rule(
        "heading-against-motion",
        "Heading against the motion",
        "warning",
        "Vehicles go where they point; a box that moves backwards or sideways has its front at the wrong end.",
        drifts,
        "track",
        trust=0.9,
    ),
)
