"""Follow one object from frame to frame: predict, find its shape among the points, and learn what is new of it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from lidar_label.assist.motion import WHEELED, Motion
from lidar_label.assist.propagate_company import Company, Motions
from lidar_label.assist.propagate_course import Course
from lidar_label.assist.propagate_judge import AFTER_GAP, LITTLE, UNDOUBTED, Judged
from lidar_label.assist.propagate_match import (
    APART_M,
    SEEN_FROM_M,
    curvature,
    inside_of,
    local_of,
    pose_of,
    reach_of,
    search,
    turned_with,
    weighed,
    weight_of,
)
from lidar_label.assist.propagate_scan import Nearby, Points, gather
from lidar_label.assist.propagate_setting_off import SettingOff
from lidar_label.assist.propagate_shape import Shape
from lidar_label.assist.propagate_sight import Sight
from lidar_label.assist.propagate_start import FEWEST
from lidar_label.assist.propagate_stood import Stood
from lidar_label.assist.propagate_told import Told
from lidar_label.model import Box, Floats, wrap_angle

_SIGMAS, _LEAST_M = 2.5, 0.3
# How much must speak for it that a standing thing moves, summed over frames, less a little for each.
_STARTS = {"wheeled": 3.0, "walker": 2.5, "other": 8.0}
_DOUBT, _DOUBT_SHARE = 0.7, 0.02
_BAND_M = (0.08, 0.35)  # outside the box: points there should have been inside
_STANDS_M_S, _STANDS = 0.15, 6  # slower than this for so many frames, and it stands
# Boxes by hand so near to each other are of a thing that stands: metres, and metres a second.
_STOOD_M = {"wheeled": (0.03, 0.04), "walker": (0.03, 0.15), "other": (0.08, 0.15)}
_BY_HAND_M = 0.02  # how far a box by hand may be off
_CHANGES = (0.4, 0.25)  # m/s2, along and across: how much speeds change as a rule
_BY_HAND = 3  # sure frames, that each further box by hand of a thing that stands is worth
_AFAR_S = 0.25  # so long after the one box much may look like it
_ALIKE_M_S, _ALIKE_ASIDE_M_S = 2.0, 0.3  # how far the speeds of cars in line differ
_WELL = 0.25  # a fit that says for how long it stood
_DENSE = 0.5  # of the most that was seen: fewer points show nothing new


class Follower:
    """One object on its way.

    Parameters
    ----------
    seeds : sequence of (Box, float, Points)
        Boxes that are certain, each with its time in seconds and the cloud of its frame; the walk starts at the first.
    motion : Motion
    has_poses : bool
    company : Company, optional
        The things about it.
    """

    def __init__(
        self,
        seeds: Sequence[tuple[Box, float, Points]],
        motion: Motion,
        *,
        has_poses: bool,
        company: Company | None = None,
    ) -> None:
        box = seeds[0][0]
        self.half: Floats = np.array(box.size) / 2
        self.motion = motion
        self.anchor = pose_of(box)
        self.course = Course(self.anchor, motion, grounded=has_poses)
        self.time = self.sure_at = seeds[0][1]
        self.has_poses = has_poses
        self._seeds = [(pose_of(b), t, b.size, p) for b, t, p in seeds]
        self._starting = True
        self._slow, self._doubt, self._odds = 0, 0.0, UNDOUBTED
        self._elsewhere, self._known, self._known_s, self._step = 0.0, 0, 0.0, 0.0
        self._company, self._frame = (company if has_poses and motion == WHEELED else None), 0
        self._stood_at = seeds[0][1]
        self.stands = has_poses
        self._stood: Stood | None = None
        self._led = False
        self._way: Told | None = None
        velocity = self._told()
        self.shape = self._shape_of(np.zeros(2) if velocity is None else velocity)
        self.seen, self.seen_from = self._count(self.anchor, seeds[0][2], self.course.velocity)
        if self.stands and not self._starting:  # boxes by hand say so
            self._known = _BY_HAND * (len(seeds) - 1)
        self._setting_off = SettingOff(
            self.anchor, box.size, seeds[0][2], motion, self.shape, (self.seen, self.seen_from), has_poses=has_poses
        )
        self._last: Nearby | None = None
        self._most = self.seen

    def follow(self, points: Points, time: float, frame: int = 0) -> Sight:
        """Return where the object is in the cloud of a time, in seconds; the state stays until `believe`."""
        dt, self.time = time - self.time, time
        self._step = abs(dt)
        self._frame = frame
        if self._starting and self._start(points, time - self._seeds[0][1]):
            dt = time - self._seeds[0][1]
        self.course.predict(dt)
        return self._find(points)

    def believe(self, sight: Sight, judged: Judged) -> None:
        """Take a sight for what it is worth: its motion, and what it shows of the object where it is sure."""
        self._odds, sure = judged.odds, judged.reason is None
        if sure:
            self.sure_at = self.time
        if sight.bridged or self._last is None:
            return
        if sure and judged.score > 0.5:
            self._known += 1
            self._known_s += self._step if sight.fit >= _WELL else 0.0
            if sight.inside >= _DENSE * self._most:
                self.shape.add(local_of(self._last.at_rest(self.course.velocity), sight.pose))
                self._most = max(self._most, sight.inside)
            if sight.inside > 0.6 * sight.expected:
                self.seen, self.seen_from = sight.inside, sight.range_m

    # The start

    def _motions(self) -> Motions | None:
        """Return what the things about it tell by now."""
        return None if self._company is None else self._company.at(self._frame, self.time - self._seeds[0][1])

    def _is_backed(self) -> bool:
        """Say whether what stands about it says that it stands."""
        told = self._motions()
        return told is not None and told.stands

    def _told(self) -> Floats | None:
        """Take the speed from the seeds where there are two; None where there is one."""
        pose, time, *_ = self._seeds[0]
        others = [(p, t) for p, t, *_ in self._seeds[1:] if abs(t - time) < 3.0]
        if not others:
            return None
        other, then = min(others, key=lambda seed: abs(seed[1] - time))
        gap = abs(then - time)
        moved = (other - pose)[:2]
        self._starting = False
        least, more = _STOOD_M[self.motion.kind]
        if self.has_poses and np.hypot(*moved) < least + more * gap:
            self.course.stay()
            return self.course.velocity
        self.stands = False
        by_hand = math.sqrt(2) * _BY_HAND_M / gap
        self.course.told(moved / (then - time), by_hand + _CHANGES[0] * gap, by_hand + _CHANGES[1] * gap)
        if gap < 1.5:
            self.course.turns(wrap_angle(float(other[3] - pose[3])) / (then - time), gap)
        if gap < 1.5 and self.has_poses:
            self._way = Told(pose, self.course.velocity)
        return self.course.velocity

    def _shape_of(self, velocity: Floats) -> Shape:
        """Return the shape that the seeds show of a thing of this velocity."""
        shape = Shape(self._seeds[0][2])
        for pose, _, _, points in self._seeds:
            near = gather(points, pose, shape.half, 2.0)
            moved = turned_with(velocity, self._seeds[0][0], pose)
            shape.add(local_of(near.at_rest(moved), pose))
        return shape

    def _start(self, points: Points, dt: float) -> bool:
        """Let it set off where it is found to move, or else where those about it drive and it shows little."""
        pose, _, _, cloud = self._seeds[0]
        first = not self._setting_off.is_begun
        velocity = self._setting_off.velocity(points, dt)
        self._starting = not self._setting_off.is_over
        along, aside = 0.1 / abs(dt) + 0.3, 0.1 / abs(dt) + 0.3 if self.motion.kind == "other" else 0.3
        if first and (self.seen < FEWEST or (velocity is None and self.seen < LITTLE)):
            told = self._motions()
            if told is not None and not told.stands:
                ahead = np.array([math.cos(pose[3]), math.sin(pose[3])])
                velocity, along, aside = told.speed * ahead, _ALIKE_M_S, _ALIKE_ASIDE_M_S
                self._led = True
        if velocity is None:
            if first and abs(dt) > _AFAR_S:
                self._odds = max(self._odds, min(self._setting_off.left_open, 0.0))
            self.course.stay()
            return False
        if abs(dt) > _AFAR_S:
            self._odds = max(self._odds, AFTER_GAP)
        if self.has_poses:
            self._stood = Stood(self.shape, self.seen, self.seen_from)
        self.stands = self._starting = False
        self.course = Course(pose, self.motion, grounded=self.has_poses)
        self.course.told(velocity, along, aside)
        self.shape = self._shape_of(velocity)
        self.seen, self.seen_from = self._count(pose, cloud, velocity)
        return True

    # A step

    def _find(self, points: Points) -> Sight:
        course = self.course
        spread = _SIGMAS * math.sqrt(max(np.linalg.eigvalsh(course.place).max(), 0.0))
        reach = reach_of(course, 0.0)
        near = gather(points, course.pose, self.half, min(max(spread, _LEAST_M), 12.0))
        self._last = near
        weight = weight_of(near)
        predicted, precision = course.pose.copy(), course.precision()
        at_rest = near.at_rest(course.velocity)
        range_m = float(np.hypot(*(predicted[:2] - near.sensor[:2])))
        expected = self.seen * (self.seen_from / max(range_m, 1.0)) ** 2
        if inside_of(local_of(at_rest, predicted), self.half + np.array([spread, spread, 0.2])).sum() < FEWEST:
            again = self._stood_after_all(points, 0.0)
            return self._find(points) if again else self._bridge(predicted, expected, range_m)
        found = search(self.shape, course, at_rest, weight, reach)
        value, pose = found[0]
        if self._stood_after_all(points, value):
            return self._find(points)
        rival = min((value - other for other, p in found[1:] if np.hypot(*(p - pose)[:2]) > APART_M), default=20.0)
        stands = self.stands and not self._has_started(pose, value, near, weight)
        if stands:
            pose, at_rest = self.anchor.copy(), near.xyz
        local = local_of(at_rest, pose)
        if inside_of(local, self.half + SEEN_FROM_M).sum() < FEWEST:
            return self._bridge(predicted, expected, range_m)
        offset = pose - predicted
        offset[3] = wrap_angle(float(offset[3]))
        jump = math.sqrt(max(float(offset @ precision @ offset), 0.0)) if not stands else 0.0
        raw, told = curvature(self.shape, self.motion.kind, pose, at_rest, weight)
        if stands:
            course.stay()
            course.pose = self.anchor.copy()
        else:
            if self.motion.kind != "walker":  # who walks turns at once
                pose = self._weighed(predicted, precision, pose, raw, told, local)
                local = local_of(at_rest, pose)
            course.correct(pose, told)
            self._led = False
            self._rest()
        return self._sight(pose, near, local, told, expected, range_m, jump, rival, stands)

    def _weighed(
        self, predicted: Floats, precision: Floats, pose: Floats, raw: Floats, told: Floats, local: Floats
    ) -> Floats:
        """Return the pose, (4,), that prediction and points give together, by how sure each is."""
        alone = self.course.alone(predicted, precision, pose, raw)
        before, since = self.course.surely(precision), self.time - self._seeds[0][1]
        found = weighed(predicted, before, alone, told)
        if self._way is not None and self._way.holds(since):
            many, height = float(inside_of(local, self.half + SEEN_FROM_M).sum()), found[2]
            found = self._way.fused(since, predicted, before, alone, told, many)
            found[2] = height  # of which such a way tells nothing
        return found

    def _sight(
        self, pose: Floats, near: Nearby, local: Floats, told: Floats, expected: float, range_m: float, jump: float,
        rival: float, stands: bool,
    ) -> Sight:  # fmt: skip
        dense = local_of(near.all_at_rest(self.course.velocity if not stands else np.zeros(2)), pose)
        inside = inside_of(local, self.half + SEEN_FROM_M)
        band = inside_of(local, self.half + np.array([_BAND_M[1], _BAND_M[1], 0.0]))
        band &= ~inside_of(local, self.half + np.array([_BAND_M[0], _BAND_M[0], 0.0]))
        left = self.course.place
        if stands:
            left = np.asarray(np.linalg.inv(told[:2, :2] + np.eye(2) / 0.3**2), dtype=np.float64)
        inside_box = int(inside_of(dense, self.half).sum())
        return Sight(
            pose=pose.copy(),
            inside=inside_box,
            expected=expected,
            fit=float(np.mean(self.shape.worth(local[inside]))) if inside.any() else 0.0,
            beside=float(band.sum() / max(inside.sum(), 1)),
            jump=jump,
            spread=self._spread(left, pose),
            rival=min(rival, 20.0),
            bridged=False,
            stands=stands,
            blind=abs(self.time - self.sure_at),
            step=self._step,
            range_m=range_m,
            elsewhere=self._elsewhere if stands else 0.0,
            known=self._known,
            known_s=self._known_s,
            backed=stands and self._is_backed(),
            led=False,
            doubt=self._odds,
        )

    def _spread(self, place: Floats, pose: Floats) -> Floats:
        """Return how unsure a covariance, (2, 2), is along and across, as shares of the sides, and the yaw."""
        c, s = math.cos(pose[3]), math.sin(pose[3])
        axes = np.array([[c, s], [-s, c]])
        along, across = np.sqrt(np.maximum(np.diag(axes @ place @ axes.T), 0.0)) / (2 * self.half[:2])
        return np.array([along, across, math.sqrt(self.course.heading[0, 0])])

    def _bridge(self, pose: Floats, expected: float, range_m: float) -> Sight:
        spread = self._spread(self.course.place, pose)
        if self.stands:
            self.course.stay()
            pose = self.course.pose = self.anchor.copy()
        elif self._way is not None and self._way.holds(self.time - self._seeds[0][1]):
            pose = self._way.unseen(self.time - self._seeds[0][1], pose)
        return Sight(
            pose=pose, inside=0, expected=expected, fit=0.0, beside=0.0, jump=0.0,
            spread=spread, rival=0.0, bridged=True,
            stands=self.stands, blind=abs(self.time - self.sure_at), step=self._step, range_m=range_m,
            elsewhere=0.0, known=self._known, known_s=self._known_s,
            backed=self.stands and self._is_backed(), led=self._led and not self.stands, doubt=self._odds,
        )  # fmt: skip

    def _has_started(self, pose: Floats, value: float, near: Nearby, weight: float) -> bool:
        """Say whether a thing that stood moves by now: whether enough has come to speak for it, frame by frame."""
        here = self._here(self.shape, near.xyz, weight)
        moved = (pose - self.anchor)[:2]
        self._elsewhere = max(value - here, 0.0)
        more = value - here - _DOUBT - _DOUBT_SHARE * abs(value)
        if more <= 0 or np.hypot(*moved) < 0.03:
            self._doubt, self._stood_at = max(self._doubt + min(more, 0.0), 0.0), self.time
            return False
        self._doubt += more
        if self._doubt < _STARTS[self.motion.kind]:
            return False
        self._stood = Stood(self.shape.copy(), self.seen, self.seen_from)
        self._doubt, self.stands = 0.0, False
        self._known, self._known_s = 0, 0.0
        span = self.time - self._stood_at
        if span:
            self.course.told(moved / span, 0.3 + 0.1 / abs(span), 0.3 + 0.05 / abs(span))
            self.course.place = np.eye(2) * 0.1**2
            self.course.pose[:2] = pose[:2]
        return True

    def _stood_after_all(self, points: Points, value: float) -> bool:
        """Say whether what seemed to set off never did, by what now speaks for its way; it stands again then."""
        stood = self._stood
        if stood is None or not stood.outdoes(points, self.anchor, value):
            return False
        self.shape, self.seen, self.seen_from = stood.shape, stood.seen, stood.seen_from
        self.course = Course(self.anchor, self.motion, grounded=True)
        self.course.stay()
        self.stands, self._stood = True, None
        self._known, self._known_s = 0, 0.0
        self._doubt, self._stood_at = 0.0, self.time
        return True

    def _rest(self) -> None:
        """Let it stand again once it has hardly moved for a while."""
        self._slow = self._slow + 1 if self.course.speed < _STANDS_M_S else 0
        if self._slow >= _STANDS and self.has_poses:
            self._slow, self._doubt, self._stood_at, self._stood = 0, 0.0, self.time, None
            self.stands, self.anchor = True, self.course.pose.copy()

    def _here(self, shape: Shape, points: Floats, weight: float) -> float:
        """Return what speaks for it that a thing stands where it was."""
        return weight * float(shape.values(points, self.anchor[None])[0])

    def _count(self, pose: Floats, points: Points, velocity: Floats) -> tuple[int, float]:
        """Return how many points lie in the box, and from how far they were seen."""
        near = gather(points, pose, self.half, 1.0)
        inside = int(inside_of(local_of(near.all_at_rest(velocity), pose), self.half).sum())
        return inside, max(float(np.hypot(*(pose[:2] - near.sensor[:2]))), 1.0)
