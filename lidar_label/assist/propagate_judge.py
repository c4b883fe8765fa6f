"""Judge a step of propagation: how likely its box is right, and in a word why it may not be."""

from __future__ import annotations

import math
from enum import StrEnum
from typing import NamedTuple

from lidar_label.assist.propagate_sight import Sight


class Reason(StrEnum):
    """Why a person should look at a step."""

    FEW = "few-points"
    OCCLUDED = "occluded"
    POOR = "poor-fit"
    JUMP = "jump"
    LOST = "lost"


_LOST_S, _GAP_S = 2.0, 0.4  # without a sure frame
LITTLE = 10  # points: were there so many to be seen, something hides the object
_KNOWN, _KNOWN_S = 3, 0.95  # sure frames, or seconds of them, in which a thing stood: later it may show little
_BETTER = 1.5  # what speaks for another place, from which on even such a thing may have left
_STILL = 0.85  # how likely it has not
_LED = 0.1  # of its length: so sure is where a thing is that goes by those about it, 0.2 s after it was seen
_POOR_FIT, _JUMPS = 0.3, 1.5
# Log-odds: before anything was seen, after what was not, and the most that one step hands to the next.
UNDOUBTED, AFTER_GAP, _DOUBTED = -3.0, -2.0, -1.0
# Log-odds that a box lies under 0.7 and from which on it is unsure, by logistic regression on boxes of five made-up
# drives begun at 3 points or more: of seeds 101 to 103 at 10, 2 and 1 frames a second, in full and thinned, with and
# without times of points, and with the errors of real points and real first boxes; of seeds 301 and 302 as they are.
# Others (204, 205; 303 on) were held out of the weights; 305 to 307 and the real drives were looked at when the limits
# were set. A box that slipped stays off however well it fits what was learnt since, so each step hands its
# doubt to the next.
_MOVES, _MOVES_LIMIT = 4.54, -0.9
_M_FIT, _M_BESIDE, _M_JUMP, _M_ACROSS, _M_RIVAL, _M_KNOWN, _M_STEP, _M_BEFORE = (
    -2.52, 2.88, 0.68, 15.7, -1.39, 0.24, 1.01, 1.16,
)  # fmt: skip
_STANDS, _STANDS_LIMIT = 2.99, -1.5
_S_FIT, _S_KNOWN, _S_UNDER, _S_BLIND, _S_ELSEWHERE, _S_BEFORE = -6.64, -0.39, 1.0, -1.15, 0.25, 0.93
# By KITTI's labels, as what is said of company: where the things about it say that it stands, the odds that it has left
# are e^2.1 times less than of all cars, after a tenth of a second as after a second.
_S_BACKED = -2.1
_BLIND_S = 2.0  # longer tells no more: what moves is gone by then, and is not taken for standing


class Judged(NamedTuple):
    """How likely a step's box overlaps the true one by 0.7, why it is unsure (None where not), and what is doubted.

    `odds` are log-odds that it does not, for the next step; those before where this one shows nothing.
    """

    score: float
    reason: Reason | None
    odds: float


def judge(sight: Sight) -> Judged:
    """Judge a step by what it shows, and by how much the one before it was doubted."""
    if sight.stands and _is_known(sight):
        return Judged(_STILL, None, sight.doubt)
    if sight.led and sight.spread[0] <= _LED:
        return Judged(_STILL, None, sight.doubt)
    if sight.bridged:
        is_long = not sight.stands and sight.blind >= _GAP_S  # what comes out again may be another
        doubt = max(sight.doubt, AFTER_GAP) if is_long else sight.doubt
        if sight.blind > _LOST_S:
            return Judged(0.0, Reason.LOST, doubt)
        return Judged(0.2, Reason.OCCLUDED if sight.expected >= LITTLE else Reason.FEW, doubt)
    odds, limit = (_odds_standing(sight), _STANDS_LIMIT) if sight.stands else (_odds_moving(sight), _MOVES_LIMIT)
    score = 1.0 / (1.0 + math.exp(odds - limit))
    return Judged(score, None if score >= 0.5 else _why(sight), max(min(odds, _DOUBTED), UNDOUBTED))


def _is_known(sight: Sight) -> bool:
    """Say whether a thing was seen standing well, so that the few points it shows by now need not tell it again.

    Where it was not, those about it that stand say the same.
    """
    little = max(sight.inside, sight.expected) < LITTLE and sight.elsewhere < _BETTER
    return little and (sight.known >= _KNOWN or sight.known_s >= _KNOWN_S or sight.backed)


def _odds_moving(sight: Sight) -> float:
    odds = _MOVES + _M_FIT * sight.fit + _M_KNOWN * math.log1p(min(sight.known, 20)) + _M_BEFORE * sight.doubt
    odds += _M_BESIDE * min(sight.beside, 2.0) + _M_JUMP * min(sight.jump, 4.0) + _M_RIVAL * min(sight.rival, 3.0)
    return odds + _M_ACROSS * min(float(sight.spread[1]), 0.3) + _M_STEP * min(sight.step, 1.0)


def _odds_standing(sight: Sight) -> float:
    odds = _STANDS + _S_FIT * sight.fit + _S_KNOWN * math.log1p(min(sight.known, 20)) + _S_BEFORE * sight.doubt
    fewer = max(min(math.log((sight.expected + 3) / (sight.inside + 3)), 2.0), 0.0)
    odds += _S_UNDER * fewer + _S_ELSEWHERE * min(sight.elsewhere, 4.0) + _S_BACKED * sight.backed
    return odds + _S_BLIND * min(sight.blind, _BLIND_S)


def _why(sight: Sight) -> Reason:
    if sight.blind > _LOST_S and sight.fit < _POOR_FIT:
        return Reason.LOST
    if sight.jump > _JUMPS:
        return Reason.JUMP
    if sight.inside < 0.3 * sight.expected:
        return Reason.OCCLUDED
    return Reason.POOR if sight.inside >= LITTLE else Reason.FEW
