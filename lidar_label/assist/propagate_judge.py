"""Judge a step of propagation: how likely its box is right, and in a word why it may not be."""

from __future__ import annotations

from enum import StrEnum

from lidar_label.assist.propagate_sight import Sight


class Reason(StrEnum):
    """Why a person should look at a step."""

    FEW = "few-points"
    OCCLUDED = "occluded"
    POOR = "poor-fit"
    JUMP = "jump"
    LOST = "lost"


_SURE = 0.5


def judge(sight: Sight) -> tuple[float, Reason | None]:
    """Return how likely a step's box overlaps the true one by 0.7, and why it is unsure, None where it is not."""
    if sight.bridged:
        return 0.0, Reason.LOST if sight.blind > 2.0 else (Reason.OCCLUDED if sight.expected >= 10 else Reason.FEW)
    return 1.0, None
