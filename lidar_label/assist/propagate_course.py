"""The course of one object: where it is, how it moves, and how sure that is; a filter over its frames."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.assist.motion import Motion
from lidar_label.model import Floats, wrap_angle

_STARTS_M_S = 14.0  # how fast a thing may be of which one box is known: what rolls, along its heading
_WALKS_M_S = 1.2
_ASIDE_M_S = 0.6
_EGO_M_S = 15.0  # in a world that is the vehicle, where all that stands moves
_JERKS, _SWERVES = 0.25, 0.2  # of the most that a kind does along and across its way: what it does as a rule
_TURNS, _STRAIGHTENS_S = 0.12, 2.0  # rad/s, that a heading's change may change within a second; and how soon it ends
_BY_HAND_RAD, _TURNS_USUALLY = math.radians(0.5), 0.2  # how far headings by hand are off; rad/s
_SWINGS = np.diag([math.radians(0.3) ** 2, _TURNS**2])
_TIED_M_S, _SLIP = 1.5, math.radians(1.5)  # what rolls faster than this goes where it points, but for the slip
_RISES_M_S, _SLOPE = 0.03, 0.01
_AGAIN_M = 0.03  # so much may all matches be off, however well they agree
_ALIKE_M = 0.05  # matches of one shape err alike from frame to frame, which a filter takes for being sure
_ALIKE, _AGAIN, _LEAST = np.eye(2) * _ALIKE_M**2, np.eye(2) * _AGAIN_M**2, np.eye(4) * 1e-6


class Course:
    """Position, velocity, heading and its change, with their covariances.

    Parameters
    ----------
    pose : (4,) float64
        x, y, z (metres), yaw (radians) of the box, in world.
    motion : Motion
        Of its category.
    grounded : bool
        False where world moves with the vehicle, so that nothing goes where it points.
    """

    def __init__(self, pose: Floats, motion: Motion, *, grounded: bool) -> None:
        self.pose = pose.copy()
        self.motion = motion
        self.grounded = grounded
        self.velocity: Floats = np.zeros(2)
        self.turning = 0.0
        start = {"wheeled": _STARTS_M_S, "walker": _WALKS_M_S}.get(motion.kind, _WALKS_M_S)
        aside = {"wheeled": _ASIDE_M_S, "walker": 0.3 * _WALKS_M_S}.get(motion.kind, start)
        along, across = (start, aside) if grounded else (_EGO_M_S, _EGO_M_S)
        self.place: Floats = np.diag([0.02**2, 0.02**2])
        self.mixed: Floats = np.zeros((2, 2))  # covariance of velocity (rows) and place
        self.speeds: Floats = self._turned(along**2, across**2)
        self.heading: Floats = np.diag([math.radians(1.0) ** 2, 0.15**2])  # covariance of yaw and its change
        self.rise = 0.03**2

    @property
    def speed(self) -> float:
        """Metres a second over ground."""
        return float(np.hypot(*self.velocity))

    def told(self, velocity: Floats, along: float, across: float) -> None:
        """Take a velocity, (2,) metres a second, that is known to so much along and across the heading."""
        self.velocity = velocity.copy()
        self.speeds = self._turned(along**2, (across if self.grounded else along) ** 2)
        self.mixed = np.zeros((2, 2))

    def turns(self, rate: float, gap: float) -> None:
        """Take a change of heading, rad/s, by two boxes `gap` seconds apart, as far as it is more than their errors."""
        off = math.sqrt(2) * _BY_HAND_RAD / gap
        rate *= _TURNS_USUALLY**2 / (_TURNS_USUALLY**2 + off**2)
        most = min(self.motion.turn, self.speed * self.motion.curvature) if self.motion.kind == "wheeled" else math.inf
        self.turning = float(np.clip(rate, -most, most)) if self.grounded else rate

    def predict(self, dt: float) -> None:
        """Move on by `dt` seconds, which may be below 0: then it moves back along its way."""
        span = abs(dt)
        if self.motion.kind == "wheeled" and self.grounded:
            turn = self.turning * dt
            self.pose[:2] += _rotated(self.velocity, turn / 2) * dt
            self.velocity = _rotated(self.velocity, turn)
        else:
            turn = self.turning * dt if self.motion.kind == "wheeled" else 0.0
            self.pose[:2] += self.velocity * dt
        self.pose[3] = wrap_angle(float(self.pose[3]) + turn)
        limits = (self.motion.acceleration * _JERKS, self.motion.sideways * _SWERVES)
        push = self._turned(limits[0] ** 2, limits[1] ** 2)
        self.place = self.place + dt * (self.mixed + self.mixed.T) + dt**2 * self.speeds + push * span**4 / 4
        self.mixed = self.mixed + dt * self.speeds + push * span**3 / 2 * np.sign(dt)
        self.speeds = self.speeds + push * span**2
        kept = math.exp(-span / _STRAIGHTENS_S)
        self.turning *= kept
        moving = np.array([[1.0, dt], [0.0, kept]])
        self.heading = moving @ self.heading @ moving.T + _SWINGS * span
        self.rise += ((_RISES_M_S + _SLOPE * self.speed) * span) ** 2
        self._tie()

    def _tie(self) -> None:
        """Let the heading of what rolls follow its way, and that of what walks roughly."""
        if not self.grounded or self.speed < (_TIED_M_S if self.motion.kind == "wheeled" else 0.6):
            return
        if self.motion.kind == "other":
            return
        way = math.atan2(self.velocity[1], self.velocity[0])
        off = wrap_angle(way - float(self.pose[3]))
        if abs(off) > math.pi / 2:
            off = wrap_angle(off + math.pi)
        aside = np.array([-math.sin(way), math.cos(way)])
        slip = _SLIP if self.motion.kind == "wheeled" else 0.35
        spread = float(aside @ self.speeds @ aside) / self.speed**2 + slip**2
        if abs(off) < 0.6:
            self._turn(off, spread)

    def _turn(self, off: float, spread: float) -> None:
        gain = self.heading[:, 0] / (self.heading[0, 0] + spread)
        self.pose[3] = wrap_angle(float(self.pose[3]) + float(gain[0]) * off)
        self.turning += float(gain[1]) * off
        self.heading = self.heading - np.outer(gain, self.heading[0])
        if self.motion.kind == "wheeled" and self.grounded:
            most = min(self.motion.turn, self.speed * self.motion.curvature)
            self.turning = float(np.clip(self.turning, -most, most))

    def precision(self) -> Floats:
        """Return the inverse covariance, (4, 4), of x, y, z and yaw, for a match to be held against."""
        found = np.zeros((4, 4))
        found[:2, :2] = np.linalg.inv(self.place + _ALIKE)
        found[2, 2], found[3, 3] = 1.0 / self.rise, 1.0 / self.heading[0, 0]
        return found

    def alone(self, predicted: Floats, precision: Floats, pose: Floats, raw: Floats) -> Floats:
        """Return where the points alone would lay it, (4,).

        Parameters
        ----------
        predicted : (4,) float64
        precision : (4, 4) float64
            By which a match was held against the prediction.
        pose : (4,) float64
            That match.
        raw : (4, 4) float64
            What the points tell of it, as the match took it.
        """
        off = pose - predicted
        off[3] = wrap_angle(float(off[3]))
        found: Floats = pose + np.linalg.solve(raw + _LEAST, precision @ off)
        found[3] = wrap_angle(float(found[3]))
        return found

    def surely(self, precision: Floats) -> Floats:
        """Return the inverse covariance, (4, 4), of the prediction as it is, beside that for a match."""
        found = precision.copy()
        found[:2, :2] = np.linalg.inv(self.place + _AGAIN)
        return found

    def correct(self, pose: Floats, precision: Floats) -> None:
        """Take the pose, (4,), that prediction and points together give, and what the points alone tell, (4, 4)."""
        told: Floats = np.asarray(np.linalg.inv(self.place), dtype=np.float64)
        after: Floats = np.asarray(np.linalg.inv(told + precision[:2, :2]), dtype=np.float64)
        gain = self.mixed @ told
        self.velocity = self.velocity + gain @ (pose[:2] - self.pose[:2])
        self.speeds = self.speeds - gain @ (self.place - after) @ gain.T
        self.mixed, self.place = gain @ after, after
        self.pose[:3] = pose[:3]
        off = wrap_angle(float(pose[3] - self.pose[3]))
        left = 1.0 / (1.0 / self.heading[0, 0] + precision[3, 3])
        gain_turn = self.heading[1, 0] / self.heading[0, 0]
        self.turning += gain_turn * off
        self.heading[1, 1] -= gain_turn**2 * (self.heading[0, 0] - left)
        self.heading[0, 1] = self.heading[1, 0] = gain_turn * left
        self.heading[0, 0] = left
        self.pose[3] = wrap_angle(float(pose[3]))
        self.rise = 1.0 / (1.0 / self.rise + precision[2, 2])

    def stay(self) -> None:
        """Take it that it stands."""
        self.velocity, self.turning = np.zeros(2), 0.0
        self.place, self.mixed = np.eye(2) * 0.03**2, np.zeros((2, 2))
        self.speeds = self._turned(1.0, (0.7 if self.motion.kind == "walker" else 0.15) ** 2)
        self.heading = np.diag([math.radians(0.5) ** 2, 0.05**2])
        self.rise = 0.02**2

    def _turned(self, along: float, across: float) -> Floats:
        """Return the covariance, (2, 2) in world, of what varies so much along and across the heading."""
        c, s = math.cos(self.pose[3]), math.sin(self.pose[3])
        mixed = (along - across) * c * s
        return np.array([[along * c * c + across * s * s, mixed], [mixed, along * s * s + across * c * c]])


def _rotated(vector: Floats, angle: float) -> Floats:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]])
