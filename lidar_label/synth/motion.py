"""Motion: where something is on the street at any time, in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.model import Floats
from lidar_label.synth.street import Street

_STEP_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A way along the street: a speed that may change once, and one move sideways.

    Parameters
    ----------
    s, d : float, metres
        Street coordinates at time 0.
    speed : float, metres a second
        Along the street; below 0 for those who come the other way.
    speed_to, at, acceleration : float
        The speed that is taken up from time `at` on, at `acceleration` metres a second squared.
    sway, period : float
        The speed swings by `sway` metres a second, once in `period` seconds.
    shift, shift_at, shift_for : float
        How far it moves to the left, from when, and for how many seconds.
    facing : float, radians
        Where it looks while it stands, against the direction of the street.
    """

    s: float
    d: float
    speed: float = 0.0
    speed_to: float | None = None
    at: float = 0.0
    acceleration: float = 2.0
    sway: float = 0.0
    period: float = 5.0
    shift: float = 0.0
    shift_at: float = 0.0
    shift_for: float = 3.0
    facing: float = 0.0

    def along(self, time: ArrayLike) -> Floats:
        """Return s at times in seconds."""
        t = np.asarray(time, dtype=np.float64)
        swing = math.tau / self.period
        s = self.s + self.speed * t + self.sway / swing * np.sin(swing * t)
        if self.speed_to is not None:
            gain = self.speed_to - self.speed
            ramp = max(abs(gain) / self.acceleration, 1e-9)
            done = np.clip(t - self.at, 0.0, ramp)
            s = s + gain * done * done / (2 * ramp) + gain * np.maximum(t - self.at - ramp, 0.0)
        return np.asarray(s)

    def across(self, time: ArrayLike) -> Floats:
        """Return d at times in seconds; smooth up to its second derivative."""
        u = np.clip((np.asarray(time, dtype=np.float64) - self.shift_at) / self.shift_for, 0.0, 1.0)
        return np.asarray(self.d + self.shift * u**3 * (10 + u * (6 * u - 15)))

    def poses(self, street: Street, time: ArrayLike) -> Floats:
        """Return x, y and yaw in world at times in seconds, (T, 3); the yaw is along the motion."""
        t = np.atleast_1d(np.asarray(time, dtype=np.float64))
        s, d = self.along(t), self.across(t)
        ds = (self.along(t + _STEP_S) - self.along(t - _STEP_S)) / (2 * _STEP_S)
        dd = (self.across(t + _STEP_S) - self.across(t - _STEP_S)) / (2 * _STEP_S)
        moves = np.hypot(ds, dd) > 0.02
        turn = np.where(moves, np.arctan2(dd, ds * (1 - d / street.radius)), self.facing)
        return np.column_stack([street.place(s, d), street.heading(s) + turn])

    def speed_at(self, time: ArrayLike) -> Floats:
        """Return the speed over ground at times in seconds, metres a second."""
        t = np.asarray(time, dtype=np.float64)
        ds = (self.along(t + _STEP_S) - self.along(t - _STEP_S)) / (2 * _STEP_S)
        dd = (self.across(t + _STEP_S) - self.across(t - _STEP_S)) / (2 * _STEP_S)
        return np.asarray(np.hypot(ds, dd))
