"""What two boxes by hand say of a thing's way: that it goes on as it did, until points say something else."""

from __future__ import annotations

import math

import numpy as np

from lidar_label.model import Floats, wrap_angle

_AXES = [0, 1, 3]  # x, y, yaw
_ON_M, _ON_M_S2 = 0.01, 0.05  # how far off, where it does go on: at once, and how that grows with the square of time
_ON_RAD, _ON_RAD_S = math.radians(0.1), math.radians(0.3)
_OLD_M, _OLD_M_S = 0.02, 0.04  # how far a match may be off since the shape was seen from elsewhere; grows for a second
_OLD_RAD = math.radians(0.5)
_FEW = 8.0  # of so few points half lie on another part of the shape than where they are laid
# Log-odds that it goes on as it did, before anything was seen of it, and at most (frames err alike, so they are not
# summed for ever), which gets less by the second; and from which on that is given up.
_FIRST, _AT_MOST, _LESS, _GIVEN_UP = 2.0, 3.0, 1.0, -3.0
_LASTS_S = 2.0


class Told:
    """A way of which two boxes by hand tell.

    Most things go on as they did, and boxes that people set a moment apart tell that better than a match of few points
    does; some brake or turn, and the points then lie elsewhere. Both are held against what is seen, frame by frame, and
    the place is the mean of what each says, weighed by how likely it is.

    Parameters
    ----------
    pose : (4,) float64
        x, y, z (metres), yaw (radians) of the later box.
    velocity : (2,) float64, metres a second
    """

    def __init__(self, pose: Floats, velocity: Floats) -> None:
        self._pose, self._velocity = pose.copy(), velocity.copy()
        self._odds = _FIRST

    def holds(self, seconds: float) -> bool:
        """Say whether it still may go on as it did, so long after the box."""
        return abs(seconds) <= _LASTS_S and self._odds > _GIVEN_UP

    def fused(
        self, seconds: float, expected: Floats, precision: Floats, match: Floats, told: Floats, many: float
    ) -> Floats:
        """Return the pose, (4,), that this way, the filter and the points give together.

        Parameters
        ----------
        seconds : float
            After the box, or before it.
        expected : (4,) float64
        precision : (4, 4) float64
            What a filter expects that lets it brake and turn, and how surely.
        match : (4,) float64
        told : (4, 4) float64
            Where the points alone lay it, and how surely.
        many : float
            How many points those are.
        """
        t = abs(seconds)
        off = np.array([_ON_M + _ON_M_S2 * t**2] * 2 + [_ON_RAD + _ON_RAD_S * t])
        among = np.ix_(_AXES, _AXES)
        seen: Floats = np.asarray(np.linalg.inv(told[among] + np.eye(3) * 1e-6), dtype=np.float64)
        seen = seen * (1 + _FEW / many) ** 2 + np.diag([(_OLD_M + _OLD_M_S * min(t, 1.0)) ** 2] * 2 + [_OLD_RAD**2])
        on, speaks_on = _updated(self._ahead(seconds), np.diag(off**2), match, seen)
        otherwise, speaks_else = _updated(expected, np.asarray(np.linalg.inv(precision))[among], match, seen)
        self._odds = min(self._odds + speaks_on - speaks_else, _AT_MOST - _LESS * t)
        return self._between(on, otherwise)

    def unseen(self, seconds: float, expected: Floats) -> Floats:
        """Return the pose, (4,), so long after the box, where no points tell: of this way and of the filter's."""
        return self._between(self._ahead(seconds), expected)

    def _ahead(self, seconds: float) -> Floats:
        found: Floats = self._pose + np.array([*(self._velocity * seconds), 0.0, 0.0])
        return found

    def _between(self, on: Floats, otherwise: Floats) -> Floats:
        """Return the mean of the two, weighed by how likely each is, at the height of the second."""
        apart = on - otherwise
        apart[2], apart[3] = 0.0, wrap_angle(float(apart[3]))
        found: Floats = otherwise + apart / (1 + math.exp(-self._odds))
        found[3] = wrap_angle(float(found[3]))
        return found


def _updated(expected: Floats, covariance: Floats, match: Floats, seen: Floats) -> tuple[Floats, float]:
    """Return an expected pose, (4,), moved to what was seen as far as that is surer, and its log-likelihood."""
    off = match - expected
    off[3] = wrap_angle(float(off[3]))
    both = covariance + seen
    weighed = np.linalg.solve(both, off[_AXES])
    found = expected.copy()
    found[_AXES] += covariance @ weighed
    return found, -0.5 * float(off[_AXES] @ weighed) - 0.5 * float(np.linalg.slogdet(both)[1])
