"""Follow one object from frame to frame: predict, find its shape among the points, and learn what is new of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.motion import Motion
from lidar_label.assist.propagate_course import Course
from lidar_label.assist.propagate_scan import Nearby, Points, gather
from lidar_label.assist.propagate_shape import Shape
from lidar_label.model import Box, Floats, wrap_angle

_WEIGHT, _MOST_POINTS = 0.5, 200  # what a point counts beside the motion, and how many count in full
_SIGMAS = 2.5
_COARSE_M, _LEAST_M = 0.2, 0.3  # between tried places, and how far is looked at least
_FASTEST_M_S = 42.0
_MOST_TRIED = 40_000
_STEPS = (0.1, 0.1, 0.04, math.radians(2.0))
_APART_M, _RIVALS = 0.5, 4
# How much must speak for it that a standing thing moves, summed over frames, less a little for each.
_STARTS = {"wheeled": 3.0, "walker": 2.5, "other": 8.0}
_BETTER, _TRIES = {"wheeled": 0.5, "walker": 3.0, "other": 8.0}, 3
_USUAL = 0.25  # of the fastest of its kind: as fast as it goes as a rule
_DOUBT, _DOUBT_SHARE = 0.7, 0.02
_SPEEDS_M_S = (-3.0, 0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 17.0, 20.0, 23.0, 26.0, 30.0, 34.0)
_FEWEST = 3
_BAND_M = (0.08, 0.35)
_STANDS_M_S, _STANDS = 0.15, 6
_SEEN_FROM = 0.05
_PLACE_M, _YAW = 0.2, math.radians(16.0)  # how sure one point makes a place and a heading
_DENSE = 0.5  # of the most that was seen: fewer points show nothing new


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What one frame shows of an object, and where it was found.

    Parameters
    ----------
    pose : (4,) float64
        x, y, z, yaw of its box in world.
    inside : int
        Points in the box.
    expected : float
        As many as the last sure frame leads to expect at this range.
    fit : float
        What a point in the box is worth on average: 1 where all lie on the shape seen before.
    beside : float
        Points close outside the box for each point inside.
    jump : float
        How far from the prediction, in its standard deviations.
    spread : (3,) float64
        Standard deviations left: along and across as shares of the box's sides, yaw in radians.
    rival : float
        How much better the place is than the next best elsewhere; 0 to 20.
    bridged : bool
        Whether too few points were found, so that the motion alone says where it is.
    stands : bool
        Whether it has not moved since the box it started from.
    blind : float, seconds
        Since the last frame that was sure.
    range_m : float
        From the sensor.
    """

    pose: Floats
    inside: int
    expected: float
    fit: float
    beside: float
    jump: float
    spread: Floats
    rival: float
    bridged: bool
    stands: bool
    blind: float
    range_m: float


class Follower:
    """One object on its way.

    Parameters
    ----------
    seeds : sequence of (Box, float, Points)
        Boxes that are certain, each with its time in seconds and the cloud of its frame; the walk starts at the first.
    motion : Motion
    has_poses : bool
    """

    def __init__(self, seeds: Sequence[tuple[Box, float, Points]], motion: Motion, *, has_poses: bool) -> None:
        box = seeds[0][0]
        self.half: Floats = np.array(box.size) / 2
        self.motion = motion
        self.anchor = _pose_of(box)
        self.course = Course(self.anchor, motion, grounded=has_poses)
        self.time = self.sure_at = seeds[0][1]
        self.has_poses = has_poses
        self._seeds = [(_pose_of(b), t, b.size, p) for b, t, p in seeds]
        self._starting, self._tried, self._gain = True, 0, 0.0
        self._suits: dict[float, float] = {}
        self._slow, self._doubt = 0, 0.0
        self._stood_at = seeds[0][1]
        self.stands = has_poses
        velocity = self._told()
        self.shape = self._shape_of(np.zeros(2) if velocity is None else velocity)
        self.seen, self.seen_from = self._count(self.anchor, seeds[0][2], self.course.velocity)
        self._last: Nearby | None = None
        self._most = self.seen

    def follow(self, points: Points, time: float) -> Sight:
        """Return where the object is in the cloud of a time, in seconds; the state stays until `believe`."""
        dt, self.time = time - self.time, time
        if self._starting and self._start(points, time - self._seeds[0][1]):
            dt = time - self._seeds[0][1]
        self.course.predict(dt)
        return self._find(points)

    def believe(self, sight: Sight, score: float, sure: bool) -> None:
        """Take a sight for what it is worth: its motion, and what it shows of the object where it is sure."""
        if sure:
            self.sure_at = self.time
        if sight.bridged or self._last is None:
            return
        if sure and score > 0.5:
            if sight.inside >= _DENSE * self._most:
                self.shape.add(_local(self._last.at_rest(self.course.velocity), sight.pose))
                self._most = max(self._most, sight.inside)
            if sight.inside > 0.6 * sight.expected:
                self.seen, self.seen_from = sight.inside, sight.range_m

    # The start

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
        if self.has_poses and np.hypot(*moved) < 0.15 + 0.1 * gap:
            self.course.stay()
            return self.course.velocity
        self.stands = False
        self.course.told(moved / (then - time), 0.2 + 0.75 * gap, 0.2 + 0.5 * gap)
        self.course.turning = wrap_angle(float(other[3] - pose[3])) / (then - time) if gap < 1.5 else 0.0
        return self.course.velocity

    def _shape_of(self, velocity: Floats) -> Shape:
        """Return the shape that the seeds show of a thing of this velocity."""
        shape = Shape(self._seeds[0][2])
        for pose, _, _, points in self._seeds:
            near = gather(points, pose, shape.half, 2.0)
            moved = _rotated_to(velocity, self._seeds[0][0], pose)
            shape.add(_local(near.at_rest(moved), pose))
        return shape

    def _start(self, points: Points, dt: float) -> bool:
        """Find out whether a thing of which one box is known moves, and how fast; its shape is made anew by that.

        What speaks for it is summed over a few frames, while it is taken to stand.
        """
        pose, _, _, cloud = self._seeds[0]
        self._tried += 1
        self._starting = self._tried < _TRIES
        if cloud.seconds is not None and self.motion.kind == "wheeled" and self.has_poses:
            velocity, gain = self._fastest_fit(points, dt)
        else:
            velocity, gain = self._moved_at_once(points, dt)
        if self.has_poses and (gain < _BETTER[self.motion.kind] or np.hypot(*velocity) < 0.25):
            return False
        self.stands = self._starting = False
        self.course = Course(pose, self.motion, grounded=self.has_poses)
        self.course.told(velocity, 0.1 / abs(dt) + 0.3, 0.1 / abs(dt) + 0.3 if self.motion.kind == "other" else 0.3)
        self.shape = self._shape_of(velocity)
        self.seen, self.seen_from = self._count(pose, cloud, velocity)
        return True

    def _moved_at_once(self, points: Points, dt: float) -> tuple[Floats, float]:
        """Return the velocity by which the seed's points are found again, and what speaks for it against standing."""
        pose = self._seeds[0][0]
        guess = Course(pose, self.motion, grounded=self.has_poses)
        guess.predict(dt)
        reach = self._reach(guess, dt)
        near = gather(points, guess.pose, self.half, float(np.abs(reach).max()))
        if len(near.xyz) < _FEWEST:
            return np.zeros(2), 0.0
        weight = self._weight(near)
        found, value, _ = self._search(self.shape, guess, near.xyz, weight, reach)
        self._gain += value - self._here(self.shape, near.xyz, weight)
        return (found - pose)[:2] / dt, self._gain

    def _fastest_fit(self, points: Points, dt: float) -> tuple[Floats, float]:
        """Return the velocity along the heading that suits both sweeps best, each point at its own time; as above.

        At a wrong one the seed's own points lie outside its box, and the next sweep's beside the shape.
        """
        pose, _, size, cloud = self._seeds[0]
        ahead = np.array([math.cos(pose[3]), math.sin(pose[3])])
        own = gather(cloud, pose, self.half, 2.0)
        near = gather(points, pose, self.half, _SPEEDS_M_S[-1] * abs(dt) + 2.0)
        weight, own_weight = self._weight(near), self._weight(own)
        empty = Shape(size)
        tight = np.diag([1 / (0.25 + 0.5 * abs(dt)) ** 2, 1 / (0.1 + abs(dt)) ** 2, 1 / 0.05**2, 1 / 0.05**2])
        c, s = ahead
        axes = np.array([[c, s], [-s, c]])
        tight[:2, :2] = axes.T @ tight[:2, :2] @ axes

        def suits(speed: float) -> float:
            velocity = ahead * speed
            shape = Shape(size)
            before = own.at_rest(velocity)
            shape.add(_local(before, pose))
            expected = pose + np.array([*(velocity * dt), 0.0, 0.0])
            value = shape.climb(near.at_rest(velocity), expected, expected, tight, weight, np.array(_STEPS))[1]
            return value + own_weight * float(empty.values(before, pose[None])[0])

        known = {speed: suits(speed) for speed in _SPEEDS_M_S}
        usual = self.motion.speed * _USUAL
        for speed, value in known.items():
            self._suits[speed] = self._suits.get(speed, -0.5 * (speed / usual) ** 2) + value
        best = max(self._suits, key=self._suits.__getitem__)
        gain = self._suits[best] - self._suits[0.0]
        if best:
            for step in (1.0, 0.5, 0.25):
                known |= {speed: suits(speed) for speed in (best - step, best + step) if speed not in known}
                best = max((speed for speed in known if abs(speed - best) <= step), key=known.__getitem__)
        return ahead * best, gain

    # A step

    def _find(self, points: Points) -> Sight:
        course = self.course
        spread = _SIGMAS * math.sqrt(max(np.linalg.eigvalsh(course.place).max(), 0.0))
        reach = self._reach(course, 0.0)
        near = gather(points, course.pose, self.half, min(max(spread, _LEAST_M), 12.0))
        self._last = near
        weight = self._weight(near)
        predicted, precision = course.pose.copy(), course.precision()
        at_rest = near.at_rest(course.velocity)
        range_m = float(np.hypot(*(predicted - np.append(near.sensor, 0.0))[:2]))
        expected = self.seen * (self.seen_from / max(range_m, 1.0)) ** 2
        if _inside(_local(at_rest, predicted), self.half + np.array([spread, spread, 0.2])).sum() < _FEWEST:
            return self._bridge(predicted, expected, range_m)
        pose, value, rival = self._search(self.shape, course, at_rest, weight, reach)
        stands = self.stands and not self._has_started(pose, value, near, weight)
        if stands:
            pose, at_rest = self.anchor.copy(), near.xyz
        local = _local(at_rest, pose)
        if _inside(local, self.half + _SEEN_FROM).sum() < _FEWEST:
            return self._bridge(predicted, expected, range_m)
        offset = pose - predicted
        offset[3] = wrap_angle(float(offset[3]))
        jump = math.sqrt(max(float(offset @ precision @ offset), 0.0)) if not stands else 0.0
        told = self._curvature(pose, at_rest, weight)
        if stands:
            course.stay()
            course.pose = self.anchor.copy()
        else:
            course.correct(pose, told)
            self._rest()
        return self._sight(pose, near, local, told, expected, range_m, jump, rival, stands)

    def _sight(
        self, pose: Floats, near: Nearby, local: Floats, told: Floats, expected: float, range_m: float, jump: float,
        rival: float, stands: bool,
    ) -> Sight:  # fmt: skip
        dense = _local(near.all_at_rest(self.course.velocity if not stands else np.zeros(2)), pose)
        inside = _inside(local, self.half + _SEEN_FROM)
        band = _inside(local, self.half + np.array([_BAND_M[1], _BAND_M[1], 0.0]))
        band &= ~_inside(local, self.half + np.array([_BAND_M[0], _BAND_M[0], 0.0]))
        c, s = math.cos(pose[3]), math.sin(pose[3])
        axes = np.array([[c, s], [-s, c]])
        left = self.course.place if not stands else np.linalg.inv(told[:2, :2] + np.eye(2) / 0.3**2)
        along, across = np.sqrt(np.maximum(np.diag(axes @ left @ axes.T), 0.0))
        spread = np.array(
            [along / (2 * self.half[0]), across / (2 * self.half[1]), math.sqrt(self.course.heading[0, 0])]
        )
        return Sight(
            pose=pose.copy(),
            inside=int(_inside(dense, self.half).sum()),
            expected=expected,
            fit=float(np.mean(self.shape.worth(local[inside]))),
            beside=float(band.sum() / max(inside.sum(), 1)),
            jump=jump,
            spread=spread,
            rival=min(rival, 20.0),
            bridged=False,
            stands=stands,
            blind=abs(self.time - self.sure_at),
            range_m=range_m,
        )

    def _bridge(self, pose: Floats, expected: float, range_m: float) -> Sight:
        place = self.course.place
        spread = np.sqrt(np.diag(place)) / (2 * self.half[:2])
        if self.stands:
            self.course.stay()
            pose = self.course.pose = self.anchor.copy()
        return Sight(
            pose=pose, inside=0, expected=expected, fit=0.0, beside=0.0, jump=0.0,
            spread=np.append(spread, math.sqrt(self.course.heading[0, 0])), rival=0.0, bridged=True,
            stands=self.stands, blind=abs(self.time - self.sure_at), range_m=range_m,
        )  # fmt: skip

    def _has_started(self, pose: Floats, value: float, near: Nearby, weight: float) -> bool:
        """Say whether a thing that stood moves by now: whether enough has come to speak for it, frame by frame."""
        here = self._here(self.shape, near.xyz, weight)
        moved = (pose - self.anchor)[:2]
        more = value - here - _DOUBT - _DOUBT_SHARE * abs(value)
        if more <= 0 or np.hypot(*moved) < 0.03:
            self._doubt, self._stood_at = max(self._doubt + min(more, 0.0), 0.0), self.time
            return False
        self._doubt += more
        if self._doubt < _STARTS[self.motion.kind]:
            return False
        self._doubt, self.stands = 0.0, False
        span = self.time - self._stood_at
        if span:
            self.course.told(moved / span, 0.3 + 0.1 / abs(span), 0.3 + 0.05 / abs(span))
            self.course.place = np.eye(2) * 0.1**2
            self.course.pose[:2] = pose[:2]
        return True

    def _rest(self) -> None:
        """Let it stand again once it has hardly moved for a while."""
        self._slow = self._slow + 1 if self.course.speed < _STANDS_M_S else 0
        if self._slow >= _STANDS and self.has_poses:
            self._slow, self._doubt, self._stood_at = 0, 0.0, self.time
            self.stands, self.anchor = True, self.course.pose.copy()

    # The search

    def _reach(self, course: Course, dt: float) -> Floats:
        """Return how far is looked along and across the heading: (2, 2), from and to, metres from the prediction."""
        c, s = math.cos(course.pose[3]), math.sin(course.pose[3])
        axes = np.array([[c, s], [-s, c]])
        spread = _SIGMAS * np.sqrt(np.maximum(np.diag(axes @ course.place @ axes.T), 0.0))
        spread = np.maximum(spread, _LEAST_M)
        reach = np.stack([-spread, spread], axis=1)
        if dt and self.has_poses and self.motion.kind == "wheeled":
            back = 0 if dt > 0 else 1
            reach[0, back] *= 0.25
        if dt:
            most = _FASTEST_M_S * abs(dt)
            reach = np.clip(reach, -most, most)
        return reach

    def _search(
        self, shape: Shape, course: Course, points: Floats, weight: float, reach: Floats
    ) -> tuple[Floats, float, float]:
        """Return the best pose about a prediction, what speaks for it, and how much less for any other place."""
        expected, precision = course.pose, course.precision()
        step = _COARSE_M
        spans = reach[:, 1] - reach[:, 0]
        if np.prod(spans / step) > _MOST_TRIED:
            step = math.sqrt(float(np.prod(spans)) / _MOST_TRIED)
        along, across = (np.arange(low, high + step / 2, step) for low, high in reach)
        grid = np.stack(np.meshgrid(along, across, indexing="ij"), axis=-1).reshape(-1, 2)
        c, s = math.cos(expected[3]), math.sin(expected[3])
        poses = np.tile(expected, (len(grid) + 1, 1))
        poses[:-1, 0] += c * grid[:, 0] - s * grid[:, 1]
        poses[:-1, 1] += s * grid[:, 0] + c * grid[:, 1]
        off = poses - expected
        prior = 0.5 * np.einsum("ka,ab,kb->k", off, precision, off)
        worth = weight * shape.values(points, poses, wide=True) - prior
        steps = np.array(_STEPS)
        if self.motion.kind == "walker":
            steps[3] = 0.0
        found: list[tuple[float, Floats]] = []
        left = worth.copy()
        for _ in range(_RIVALS):
            best = int(np.argmax(left))
            if not np.isfinite(left[best]):
                break
            pose, value = shape.climb(points, poses[best], expected, precision, weight, steps)
            found.append((value, pose))
            left[np.hypot(*(poses[:, :2] - poses[best, :2]).T) < _APART_M] = -np.inf
        found.sort(key=lambda pair: -pair[0])
        value, pose = found[0]
        others = [v for v, p in found[1:] if np.hypot(*(p - pose)[:2]) > _APART_M]
        return pose, value, value - others[0] if others else 20.0

    def _here(self, shape: Shape, points: Floats, weight: float) -> float:
        """Return what speaks for it that a thing stands where it was."""
        return weight * float(shape.values(points, self.anchor[None])[0])

    def _curvature(self, pose: Floats, points: Floats, weight: float) -> Floats:
        """Return what the points alone tell of a pose: the inverse covariance, (4, 4), of x, y, z and yaw."""
        h = np.array([0.06, 0.06, 0.05, math.radians(2.0)])
        free = 3 if self.motion.kind == "walker" else 4
        moves = [np.zeros(4)]
        for a in range(free):
            moves += [h * np.eye(4)[a], -h * np.eye(4)[a]]
        corners = list(itertools.combinations((0, 1), 2))
        for a, b in corners:
            for p, q in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moves.append(h * (p * np.eye(4)[a] + q * np.eye(4)[b]))
        values = -weight * self.shape.values(points, pose + np.array(moves))
        told = np.zeros((4, 4))
        for a in range(free):
            told[a, a] = max((values[1 + 2 * a] + values[2 + 2 * a] - 2 * values[0]) / h[a] ** 2, 0.0)
        at = 1 + 2 * free
        cross = (values[at] - values[at + 1] - values[at + 2] + values[at + 3]) / (4 * h[0] * h[1])
        most = 0.95 * math.sqrt(told[0, 0] * told[1, 1])
        told[0, 1] = told[1, 0] = float(np.clip(cross, -most, most))
        # Curves of a field are steeper than so few points are sure.
        many = float(_inside(_local(points, pose), self.half + _SEEN_FROM).sum())
        told[:2, :2] = _at_most(told[:2, :2], 1 / (0.01**2 + _PLACE_M**2 / many))
        told[2, 2] = min(told[2, 2], 1 / (0.02**2 + _PLACE_M**2 / many))
        told[3, 3] = min(told[3, 3], 1 / (math.radians(0.3) ** 2 + _YAW**2 / many))
        return told

    def _weight(self, near: Nearby) -> float:
        return _WEIGHT * min(1.0, _MOST_POINTS / max(len(near.xyz), 1))

    def _count(self, pose: Floats, points: Points, velocity: Floats) -> tuple[int, float]:
        """Return how many points lie in the box, and from how far they were seen."""
        near = gather(points, pose, self.half, 1.0)
        inside = int(_inside(_local(near.all_at_rest(velocity), pose), self.half).sum())
        return inside, max(float(np.hypot(*(pose[:2] - near.sensor[:2]))), 1.0)


def _at_most(matrix: Floats, most: float) -> Floats:
    """Return a symmetric matrix with its eigenvalues held between 0 and a most."""
    values, axes = np.linalg.eigh(matrix)
    held: Floats = axes @ np.diag(np.clip(values, 1e-6, most)) @ axes.T
    return held


def _pose_of(box: Box) -> Floats:
    return np.array([*box.center, box.yaw])


def _rotated_to(velocity: Floats, at: Floats, pose: Floats) -> Floats:
    """Return a velocity turned as the box is from one pose to another."""
    turn = float(pose[3] - at[3])
    c, s = math.cos(turn), math.sin(turn)
    return np.array([c * velocity[0] - s * velocity[1], s * velocity[0] + c * velocity[1]])


def _local(points: Floats, pose: Floats) -> Floats:
    """Return points, (N, 3), in the frame of a box at a pose."""
    c, s = math.cos(pose[3]), math.sin(pose[3])
    d = points - pose[:3]
    return np.stack([c * d[:, 0] + s * d[:, 1], c * d[:, 1] - s * d[:, 0], d[:, 2]], axis=1)


def _inside(local: Floats, half: Floats) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (np.abs(local) <= half).all(axis=1)
    return found
