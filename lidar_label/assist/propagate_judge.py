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
# Of what stands: the fit that is none, and for thin points, which never lie where others did, of their usual fit.
_STANDS_FIT, _THIN_FIT, _STANDS_SHARE = 0.3, 0.17, 0.55
_JUMPS = 1.5
# Of what moves: log-odds that the box lies under 0.7, by logistic regression on made-up drives (seeds 101 to 206,
# whose boxes are not those of scripts/propagation or scripts/effort).
_BASE, _LIMIT = -1.4, -2.0
_FIT, _MANY, _MISSING, _BESIDE, _JUMP, _ALONG, _ACROSS, _TURN = -5.91, 0.26, -1.31, 2.26, 0.92, 62.5, -22.7, 2.43


def judge(sight: Sight) -> tuple[float, Reason | None]:
    """Return how likely a step's box overlaps the true one by 0.7, and why it is unsure, None where it is not."""
    if sight.bridged:
        if sight.blind > _LOST_S:
            return 0.0, Reason.LOST
        return 0.2, Reason.OCCLUDED if sight.expected >= _EXPECTED else Reason.FEW
    if sight.stands:
        bound = min(_STANDS_FIT, max(_THIN_FIT, _STANDS_SHARE * sight.usual))
        score = 1.0 / (1.0 + math.exp(-8.0 * (sight.fit - bound)))
        return score, None if sight.fit >= bound else _why(sight)
    score = 1.0 / (1.0 + math.exp(_odds(sight) - _LIMIT))
    return score, None if score >= 0.5 else _why(sight)


def _odds(sight: Sight) -> float:
    along, across, turn = (float(value) for value in sight.spread)
    missing = min(math.log((sight.inside + 1) / (sight.expected + 1)), 0.0)
    odds = _BASE + _FIT * sight.fit + _MANY * math.log(sight.inside + 1) + _MISSING * missing
    odds += _BESIDE * min(sight.beside, 2.0) + _JUMP * min(sight.jump, 4.0)
    return odds + _ALONG * min(along, 0.2) + _ACROSS * min(across, 0.3) + _TURN * min(turn, 0.15)


def _why(sight: Sight) -> Reason:
    if sight.blind > _LOST_S and sight.fit < _STANDS_FIT:
        return Reason.LOST
    if sight.jump > _JUMPS:
        return Reason.JUMP
    if sight.inside < 0.3 * sight.expected:
        return Reason.OCCLUDED
    return Reason.POOR if sight.inside >= _EXPECTED else Reason.FEW
