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
# Log-odds that a box lies under 0.7 and from which on it is unsure, by logistic regression on boxes of three made-up
# drives (seeds 101 to 103) begun at 3 points or more: at 10, 2 and 1 frames a second, in full and thinned, with and
# without times of points, and with the errors of real points and real first boxes. Two others (204, 205) were held out;
# the real drives had no part in the weights, and were looked at when the limits were set.
_MOVES, _MOVES_LIMIT = 2.65, -0.5
_M_FIT, _M_MANY, _M_USUAL, _M_BESIDE, _M_JUMP, _M_ACROSS, _M_TURN, _M_RIVAL = (
    -6.7, 0.12, -0.41, 2.52, 0.96, 8.79, 36.4, -0.98,
)  # fmt: skip
_STANDS, _STANDS_LIMIT = 1.3, -1.75
_S_FIT, _S_USUAL, _S_KNOWN, _S_OVER, _S_UNDER, _S_BLIND = -7.36, -0.23, -0.49, 0.93, 1.05, -0.98
_BLIND_S = 2.0  # longer tells no more: what moves is gone by then, and is not taken for standing


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
    more = max(min(math.log((sight.inside + 3) / (sight.expected + 3)), 2.0), -2.0)
    odds += _S_OVER * more if more > 0 else -_S_UNDER * more
    return odds + _S_BLIND * min(sight.blind, _BLIND_S)


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
