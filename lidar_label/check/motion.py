"""Rules on how a track moves from box to box."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from lidar_label.check.subject import Remark, Subject
from lidar_label.model import Box, wrap_angle

MAX_SPEED_M_S = 70.0
FLIP_RAD = math.radians(150.0)
FLIP_WITHIN_S = 0.6


def flips(subject: Subject) -> Iterator[Remark]:
    """Find headings that turn round between neighbouring boxes, or key frames shortly apart."""
    if not subject.scene.is_sequence:
        return
    seen: set[tuple[str, int]] = set()
    pairs: list[tuple[Box, Box]] = [*subject.steps(), *subject.steps(keys=True)]
    for one, other in pairs:
        near = other.frame - one.frame == 1 or subject.seconds(one, other) <= FLIP_WITHIN_S
        turn = abs(wrap_angle(other.yaw - one.yaw))
        if near and turn > FLIP_RAD and (other.track, other.frame) not in seen:
            seen.add((other.track, other.frame))
            message = f"the heading turns by {math.degrees(turn):.0f} degrees since frame {one.frame}"
            yield Remark(message, subject.labels.track(other.track), other.frame)


def too_fast(subject: Subject) -> Iterator[Remark]:
    """Find speeds no road user has; times that were made up prove nothing."""
    if not subject.scene.is_sequence or not subject.scene.has_timestamps:
        return
    for one, other in subject.steps():
        speed = float(np.linalg.norm(other.center - one.center)) / subject.seconds(one, other)
        if speed > MAX_SPEED_M_S:
            message = f"the track moves at {speed:.0f} m/s since frame {one.frame}"
            yield Remark(message, subject.labels.track(other.track), other.frame)
