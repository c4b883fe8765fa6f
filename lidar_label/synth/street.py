"""The street: a gentle bend with two lanes, cycle lanes, parking bays and pavements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.kernels.solids import Terraces
from lidar_label.model import Floats

LANE_M = 1.8  # from the middle of the street to the middle of a lane
CYCLE_M = 4.25
BAY_M = 6.25
LANE_EDGE_M, CYCLE_EDGE_M = 3.5, 5.05
KERB_M = 7.5
PAVEMENT_EDGE_M = 11.6
KERB_HEIGHT_M = 0.12
_TURN = 0.7  # the street leads across world's axes, as most streets do
_SHIFT = np.array([412.0, 1180.0])


@dataclass(frozen=True, slots=True)
class Street:
    """A circular arc: `s` metres along its middle line, `d` metres to the left of it.

    Parameters
    ----------
    start, end : float, metres
        The part that is built upon.
    radius : float, metres
        Of the bend, to the left.
    """

    start: float
    end: float
    radius: float

    @property
    def center(self) -> Floats:
        """The middle of the bend in world, (2,) metres."""
        return _SHIFT + self.radius * np.array([-np.sin(_TURN), np.cos(_TURN)])

    def place(self, s: ArrayLike, d: ArrayLike) -> Floats:
        """Return where (s, d) lies in world: (..., 2) metres."""
        angle = self.heading(s)
        out = self.radius - np.asarray(d, dtype=np.float64)
        return np.stack([self.center[0] + out * np.sin(angle), self.center[1] - out * np.cos(angle)], axis=-1)

    def heading(self, s: ArrayLike) -> Floats:
        """Return the street's direction at s, radians about world's +z."""
        return np.asarray(np.asarray(s, dtype=np.float64) / self.radius + _TURN)

    def locate(self, xy: Floats) -> tuple[Floats, Floats]:
        """Return s and d of places in world, the inverse of `place`."""
        x, y = xy[:, 0] - self.center[0], xy[:, 1] - self.center[1]
        c, s = np.cos(_TURN), np.sin(_TURN)
        along, inward = c * x + s * y, c * y - s * x
        return self.radius * np.arctan2(along, -inward), self.radius - np.hypot(along, inward)

    @property
    def ground(self) -> Terraces:
        """The road between its kerbs, and what lies higher on either side."""
        return Terraces(
            center=self.center,
            radii=np.array([self.radius - KERB_M, self.radius + KERB_M]),
            heights=np.array([KERB_HEIGHT_M, 0.0, KERB_HEIGHT_M]),
        )
