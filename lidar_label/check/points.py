"""Rules on what the points say of boxes: none inside, some left outside, sides that stay away, and the ground."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.motion import remark_at, stretches, worst
from lidar_label.check.rule import Rule, table
from lidar_label.check.seen import Seen
from lidar_label.check.sight import FLAT_M, MANY_OUTSIDE
from lidar_label.check.subject import Remark, more_frames

_FEW = 3
_ENOUGH, _ALL = 20, 60  # points in a box that say something of its sides, and of where the track is cut
_GOES_ON = 0.3  # of the points just outside: with so many beyond, they are of something that goes on
_SIDES = ("front", "rear", "left", "right", "upper")
_HOLE, _HOLE_SHARE = 8, 0.15  # points where a box is missing, and the share of what the nearest box has
_CLEAR = 0.8  # of the rays: what so many pass through is empty
_CUT_M, _CUT_SIDES = 0.06, 2  # how far points lie beyond a side that cuts its object, and of how many sides
_TOP_OVER_M, _TOP_UNDER_M = 0.2, 0.08  # how far the highest points stay under the top of a box that is too high, ...
_FAR_SHARE = 0.92  # of the reach of labels: beyond, they end because things are far


def empty_boxes(seen: Seen) -> Iterator[Remark]:
    """Find boxes without any point."""
    bare = (seen.of.inside == 0) & (seen.of.untimed == 0)
    for mark in stretches(bare):
        frames = tuple(seen.course.frames[mark].tolist())
        message = "no point lies in the box" + more_frames(frames)
        yield Remark(message, seen.course.track, frames[0], 0.0, 1.0, frames)


def few_points(seen: Seen) -> Iterator[Remark]:
    """Find boxes with so few points that their place is a guess."""
    few = (seen.of.inside > 0) & (seen.of.inside < _FEW)
    if few.any():
        at, frames = worst(seen.course, few, 1.0 / np.maximum(seen.of.inside, 1.0))
        number = int(seen.of.inside[at])
        message = f"{number} points lie in the box" if number > 1 else "one point lies in the box"
        yield remark_at(seen.course, message, at, float(number), float(_FEW), frames)


def off_ground(seen: Seen) -> Iterator[Remark]:
    """Find boxes that float over the ground or sink into it."""
    of, floor, most = seen.of, seen.of.floor, seen.course.limits.ground
    known = np.isfinite(floor)
    if not known.any():
        return
    over = known & (np.abs(np.where(known, floor, 0.0)) > most)
    for mark in stretches(over | ~known):
        mark &= known
        if not mark.any():
            continue
        middle = float(np.median(floor[mark]))
        # a jump of a box or two has a rule of its own, where a track is long enough for it
        few = mark.sum() < 3 and mark.sum() < 0.6 * known.sum() and len(known) > 2
        top = of.gaps[mark, 4]
        top = top[np.isfinite(top)]
        borne_out = len(top) > 0 and (np.median(top) > _TOP_OVER_M if middle > 0 else np.median(top) < -_TOP_UNDER_M)
        if few or abs(middle) <= most or not borne_out:
            continue
        at, frames = worst(seen.course, mark, np.abs(floor))
        message = f"the lower side is {middle:.2f} m over the ground"
        if middle < 0:
            message = f"the lower side is {-middle:.2f} m under the ground"
        yield remark_at(seen.course, message, at, abs(middle), most, frames)


def _before_a_wall(seen: Seen) -> NDArray[np.bool_]:
    """Say which boxes of somebody on foot stand by something larger, which goes on beyond what could be theirs."""
    if seen.course.limits.kind != "walker":
        return np.zeros(len(seen.course.boxes), dtype=np.bool_)
    return np.asarray((seen.of.outside >= MANY_OUTSIDE) & (seen.of.beyond >= _GOES_ON * seen.of.outside))


def cut_boxes(seen: Seen) -> Iterator[Remark]:
    """Find tracks whose boxes leave points of their object outside."""
    limits, of = seen.course.limits, seen.of
    told = (of.solid >= _ENOUGH) & (of.outside >= 0)
    if limits.kind == "other" or of.solid[told].sum() < _ALL:  # what is not traffic stands close to other things
        return
    share = np.where(told, of.outside / np.maximum(of.solid, 1.0), 0.0)
    over = told & (share > limits.outside) & (of.outside >= MANY_OUTSIDE) & ~_before_a_wall(seen)
    cut = (np.where(np.isfinite(of.gaps), of.gaps, 0.0) < -_CUT_M).sum(axis=1)
    over &= cut >= _CUT_SIDES
    whole = float(of.outside[told].sum() / of.solid[told].sum())
    middle = float(np.median(share[told]))
    if min(whole, middle) > limits.outside and over.sum() >= 0.6 * told.sum():
        at, frames = worst(seen.course, over, share)
        message = f"{100 * middle:.0f} % as many points as inside lie just outside"
        yield remark_at(seen.course, message, at, middle, limits.outside, frames)


def loose_boxes(seen: Seen) -> Iterator[Remark]:
    """Find tracks with a side that faces the sensor and that no point ever comes near."""
    course, of = seen.course, seen.of
    told = of.solid >= _ENOUGH
    if told.sum() < 2 or of.solid[told].max() < _ALL:
        return
    for side, name in enumerate(_SIDES):
        gaps = np.where(told, of.gaps[:, side], np.nan)
        known = np.isfinite(gaps)
        if known.sum() < 2:
            continue
        length = float(np.median(course.sizes[:, (0, 0, 1, 1, 2)[side]]))
        most = max(course.limits.gap, 0.1 * length)
        least = float(np.nanmin(gaps))
        if side < 4:  # what stands before a side hides what is there; of the upper one the sensor sees all
            looked = told & np.isfinite(of.clear[:, side])
            if looked.sum() < 2 or np.median(of.clear[looked, side]) < _CLEAR:
                continue
        if least > most:
            at, frames = worst(course, known, np.where(known, of.solid, 0.0))
            message = f"the {name} side is {least:.2f} m from the nearest point, in every frame"
            yield Remark(message, course.track, int(course.frames[at]), least, most, frames)
            return


def holes(seen: Seen) -> Iterator[Remark]:
    """Find frames without a box in which the object is plainly there."""
    course, ghosts = seen.course, seen.ghosts
    if not len(seen.lacks):
        return
    frames = course.frames
    nearest = np.abs(frames[:, None] - seen.lacks[None]).argmin(axis=0)
    usual = seen.of.solid[nearest]
    wanted = np.maximum(_HOLE, _HOLE_SHARE * np.where(np.isfinite(usual), usual, 0.0))
    there = (ghosts.solid >= wanted) & (ghosts.range_m < _FAR_SHARE * seen.reach_m)
    inner = (seen.lacks > frames[0]) & (seen.lacks < frames[-1])
    if course.boxes and float(np.median(course.sizes[:, 1])) > 2 * FLAT_M:
        there &= ~inner  # where a lorry is hidden, what stands along its side has points in its place too
    for kind in (True, False):
        for mark in _runs(there & (inner == kind), seen.lacks):
            first = int(mark[np.argmax((ghosts.solid / wanted)[mark])])
            frame, number = int(seen.lacks[first]), int(ghosts.solid[first])
            message = f"there is no box here, and {number} points lie where it would be"
            if not kind:
                message = f"the track has not begun here, and {number} points lie where its box would be"
            if frame > frames[-1]:
                message = f"the track has ended here, and {number} points lie where its box would be"
            yield Remark(message, course.track, frame, float(number), float(wanted[first]),
                         tuple(seen.lacks[mark].tolist()))  # fmt: skip


def _runs(over: NDArray[np.bool_], frames: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    found = np.flatnonzero(over)
    if not len(found):
        return []
    return np.split(found, np.flatnonzero(np.diff(frames[found]) > 1) + 1)


def standing_boxes(seen: Seen) -> Iterator[Remark]:
    """Find one box for all frames of something that does not stay in it."""
    course, of = seen.course, seen.of
    if not course.moves_in_world or len(course.boxes) < 4 or np.ptp(course.centers[:, :2], axis=0).max() > 0.1:
        return
    known = np.isfinite(of.through)
    full = float(of.solid[known].max()) if known.any() else 0.0
    if full < _ENOUGH:
        return
    fullest = float(of.range_m[int(np.argmax(np.where(known, of.solid, -1.0)))])
    wanted = full * np.minimum((fullest / np.maximum(of.range_m, 1.0)) ** 2, 1.0)  # farther away there are fewer
    bare = known & (of.solid < 0.1 * wanted) & (wanted > _ENOUGH / 2) & (of.through > _CLEAR)
    if (np.diff(bare[known].astype(np.int8)) != 0).sum() > 2:  # what comes or goes does so once
        return
    share = float(bare.sum() / known.sum())
    if bare.sum() >= 2 and share > 0.3:
        at, _ = worst(course, bare, 1.0 / (of.solid + 1.0))
        message = f"the box never moves, and in {int(bare.sum())} frames the object is not in it"
        yield Remark(message, course.track, int(course.frames[at]), share, 0.3, tuple(course.frames.tolist()))


def point_times(seen: Seen) -> Iterator[Remark]:
    """Find boxes of fast objects that lie where the points were taken, not where the object was at the labels' time."""
    of = seen.of
    told = (of.untimed >= _ENOUGH) & (of.late > 0.25)
    if told.sum() < 2:
        return
    gain = float(of.untimed[told].sum() / max(of.inside[told].sum(), 1.0))
    if gain > 1.15:
        at, frames = worst(seen.course, told, of.late)
        message = f"its points were taken {of.late[at]:.2f} m before or behind, and the box lies on them"
        yield Remark(message, seen.course.track, int(seen.course.frames[at]), gain, 1.15, frames)


RULES = table(
    Rule(
        "empty-box",
        "Box without a point",
        "warning",
        "A box that no sensor confirms is a guess; models learn from it that there are things where nothing is.",
        empty_boxes,
        "sight",
        trust=0.7,
    ),
    Rule(
        "few-points",
        "Box with very few points",
        "info",
        "With one or two points neither place nor size can be told.",
        few_points,
        "sight",
        trust=0.5,
    ),
    Rule(
        "off-ground",
        "Box over or under the ground",
        "warning",
        "Things stand on the ground; a box that does not is too high, too low or too short.",
        off_ground,
        "sight",
        "side",
        0.9,
    ),
    Rule(
        "points-outside",
        "Points of the object left outside",
        "warning",
        "A box that cuts its object teaches models a size that is too small.",
        cut_boxes,
        "sight",
        "side",
        0.85,
    ),
    Rule(
        "loose-side",
        "Side that no point comes near",
        "warning",
        "A side that faces the sensor and has no points is too far out: the box is too large, or beside its object.",
        loose_boxes,
        "sight",
        "side",
        0.8,
    ),
    Rule(
        "hole",
        "Frame without a box of an object that is there",
        "warning",
        "An object that is seen and has no box counts as background for a frame.",
        holes,
        "sight",
        "timeline",
        0.9,
    ),
    Rule(
        "stands-and-moves",
        "One box for something that moves",
        "warning",
        "A box that is the same in all frames, for something that drives away, is wrong in all but one.",
        standing_boxes,
        "sight",
        "top",
        0.85,
    ),
    Rule(
        "point-time",
        "Fast object boxed where its points were taken",
        "info",
        "A turn of the LiDAR takes a tenth of a second: the points of a fast object are metres from where it was.",
        point_times,
        "sight",
        "top",
        0.7,
    ),
)
