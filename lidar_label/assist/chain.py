"""A chain of states in time: the smoothest motion that agrees with what was measured.

A state is a place and a velocity. From one to the next the velocity wanders, and what was measured pulls at both: a
system of equations that reach no farther than the neighbour and are solved at once. What comes out is what a Kalman
filter with a Rauch-Tung-Striebel smoother after it finds, in time that grows with the length.
"""

from __future__ import annotations

import numpy as np

from lidar_label.model import Floats

_LEAST = 1e-9  # information where nothing was measured: the equations stay solvable
_ROUNDING = 1e-13  # of what is known: keeps rounding from making less than nothing of it


class Chain:
    """The equations of `count` states in `axes` axes; information is one over a variance, 0 says nothing."""

    def __init__(self, count: int, axes: int) -> None:
        side = 2 * axes
        self._axes = axes
        self._own = np.zeros((count, side, side))
        self._own[:, range(side), range(side)] = _LEAST
        self._next = np.zeros((max(count - 1, 0), side, side))  # row of the later state, column of the earlier
        self._pull = np.zeros((count, side))

    def wander(self, seconds: Floats, information: Floats) -> None:
        """Bind neighbours: the velocity wanders, and the place goes where it leads.

        `seconds` (count - 1,) are above 0; `information` (count - 1,) is one over how much the square of a velocity
        grows by in a second, s3/m2.
        """
        h, q = seconds, information
        for axis in range(self._axes):
            p, v = axis, self._axes + axis
            far, mid, near = 12 * q / h**3, 6 * q / h**2, q / h
            for block, at in ((self._own[:-1], 1.0), (self._own[1:], -1.0)):
                block[:, p, p] += far
                block[:, p, v] += at * mid
                block[:, v, p] += at * mid
                block[:, v, v] += 4 * near
            self._next[:, p, p] -= far
            self._next[:, p, v] -= mid
            self._next[:, v, p] += mid
            self._next[:, v, v] += 2 * near

    def measure_places(self, places: Floats, information: Floats) -> None:
        """Pull at places, (count, axes) metres, each by itself; `information` is (count,), 1/m2."""
        for axis in range(self._axes):
            self._own[:, axis, axis] += information
            self._pull[:, axis] += information * places[:, axis]

    def measure_places_with_drift(self, places: Floats, seconds: Floats, spread: float, lasting: float) -> None:
        """Pull at places that are wrong by `spread` metres, in a way that is forgotten in `lasting` seconds.

        Two close in time are wrong alike, so that what lies between them is not torn.
        """
        kept = np.exp(-seconds / lasting)
        information = 1 / (spread**2 * np.maximum(1 - kept**2, 1e-9))
        first = 1 / spread**2
        for axis in range(self._axes):
            at = places[:, axis]
            self._own[0, axis, axis] += first
            self._pull[0, axis] += first * at[0]
            change = at[1:] - kept * at[:-1]
            self._own[1:, axis, axis] += information
            self._own[:-1, axis, axis] += information * kept**2
            self._next[:, axis, axis] -= information * kept
            self._pull[1:, axis] += information * change
            self._pull[:-1, axis] -= information * kept * change

    def measure_velocities(self, directions: Floats, speeds: Floats, information: Floats) -> None:
        """Pull at the speed along one direction: (count, axes) of length 1, (count,) m/s, (count,) s2/m2."""
        for one in range(self._axes):
            row = self._axes + one
            self._pull[:, row] += information * speeds * directions[:, one]
            for other in range(self._axes):
                column = self._axes + other
                self._own[:, row, column] += information * directions[:, one] * directions[:, other]

    def solve(self) -> tuple[Floats, Floats]:
        """Return the places (count, axes) and the velocities (count, axes) that agree best with all."""
        count, side, _ = self._own.shape
        bands = np.zeros((2 * side, count, side))
        for row in range(side):
            for column in range(side):
                if row >= column:
                    bands[row - column, :, column] = self._own[:, row, column]
                bands[side + row - column, :-1, column] = self._next[:, row, column]
        bands[0] *= 1 + _ROUNDING
        from scipy.linalg import solveh_banded  # here, since it takes a second to load

        found = solveh_banded(bands.reshape(2 * side, -1), self._pull.reshape(-1), lower=True)
        found = found.reshape(count, 2, self._axes)
        return found[:, 0], found[:, 1]


def curve(times: Floats, places: Floats, velocities: Floats, at: Floats) -> Floats:
    """Return where a chain is between its states: the cubic that has their places and velocities.

    Parameters
    ----------
    times : (N,) float64, seconds
        Rising; N is 2 or more.
    places, velocities : (N, A) float64
    at : (M,) float64, seconds

    Returns
    -------
    (M, A) float64
    """
    before = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    long = (times[before + 1] - times[before])[:, None]
    u = (at - times[before])[:, None] / long
    start, end = places[before], places[before + 1]
    leaves, arrives = velocities[before] * long, velocities[before + 1] * long
    found: Floats = (start * (1 + 2 * u) + leaves * u) * (1 - u) ** 2 + (end * (3 - 2 * u) + arrives * (u - 1)) * u**2
    return found
