"""Judge a step of propagation: how likely its box is right, and in a word why it may not be."""

from __future__ import annotations

import math
from enum import StrEnum

from lidar_label.assist.propagate_sight import Sight


class Reason(StrEnum):
    """Why a person should look at a step."""

    FEW = "few-points"
    OCCLUDED = "occluded"
    POOR = "poor-fit"
    JUMP = "jump"
    LOST = "lost"


_LOST_S = 2.0  # without a sure frame
_EXPECTED = 10  # points: were there so many to be seen, something hides the object
_KNOWN = 3  # sure frames in which a thing stood: later it may show little
_BETTER = 1.5  # what speaks for another place, from which on even such a thing may have left
_STILL = 0.85  # how likely it has not
_POOR_FIT, _JUMPS = 0.3, 1.5
# Log-odds that a box lies under 0.7 and from which on it is unsure, by logistic regression on the boxes of 5 points or
# more of one made-up drive (seed 101): at 10 frames a second and at 1.25, in full and thinned to a quarter. Another one
# (seed 204) and the real drives had no part in the weights, but were looked at when features and limits were chosen.
_MOVES, _MOVES_LIMIT = 3.12, -0.5
_M_FIT, _M_MANY, _M_USUAL, _M_BESIDE, _M_JUMP, _M_ACROSS, _M_TURN, _M_RIVAL = (
    -7.58, 0.45, -0.81, 2.22, 1.3, 27.94, 10.75, -1.24,
)  # fmt: skip
_STANDS, _STANDS_LIMIT = 1.9, -2.2
_S_FIT, _S_USUAL, _S_ELSEWHERE, _S_KNOWN = -3.41, -2.61, 0.9, -0.33
_MANY = 200  # points, of which more tell the same of another place


def judge(sight: Sight) -> tuple[float, Reason | None]:
    """Return how likely a step's box overlaps the true one by 0.7, and why it is unsure, None where it is not."""
    if sight.stands and _is_known(sight):
        return _STILL, None
    if sight.bridged:
        if sight.blind > _LOST_S:
            return 0.0, Reason.LOST
        return 0.2, Reason.OCCLUDED if sight.expected >= _EXPECTED else Reason.FEW
    odds, limit = (_odds_standing(sight), _STANDS_LIMIT) if sight.stands else (_odds_moving(sight), _MOVES_LIMIT)
    score = 1.0 / (1.0 + math.exp(odds - limit))
    return score, None if score >= 0.5 else _why(sight)


def _is_known(sight: Sight) -> bool:
    """Say whether a thing was seen standing well, so that the few points it shows by now need not tell it again."""
    little = max(sight.inside, sight.expected) < _EXPECTED
    return little and sight.known >= _KNOWN and sight.elsewhere < _BETTER


def _odds_moving(sight: Sight) -> float:
    many = min(math.log(sight.inside + 1), 5.0)
    odds = _MOVES + _M_FIT * sight.fit + _M_MANY * many + _M_USUAL * _as_usual(sight)
    odds += _M_BESIDE * min(sight.beside, 2.0) + _M_JUMP * min(sight.jump, 3.0) + _M_RIVAL * min(sight.rival, 3.0)
    return odds + _M_ACROSS * min(float(sight.spread[1]), 0.3) + _M_TURN * min(float(sight.spread[2]), 0.15)


def _odds_standing(sight: Sight) -> float:
    odds = _STANDS + _S_FIT * sight.fit + _S_USUAL * _as_usual(sight) + _S_KNOWN * math.log1p(min(sight.known, 20))
    here = max(0.5 * min(sight.inside, _MANY) * sight.fit, 1.0)  # about what speaks for the place where it stood
    return odds + _S_ELSEWHERE * min(sight.elsewhere / here, 2.0)


def _as_usual(sight: Sight) -> float:
    return min(sight.fit / max(sight.fits, 0.1), 2.0)


def _why(sight: Sight) -> Reason:
    if sight.blind > _LOST_S and sight.fit < _POOR_FIT:
        return Reason.LOST
    if sight.jump > _JUMPS:
        return Reason.JUMP
    if sight.inside < 0.3 * sight.expected:
        return Reason.OCCLUDED
    return Reason.POOR if sight.inside >= _EXPECTED else Reason.FEW
