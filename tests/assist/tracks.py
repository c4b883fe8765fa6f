"""Tracks made up for the tests of filling in, smoothing and headings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from lidar_label.model import SE3, Box, Source

STEP_NS = 100_000_000


def box(frame: int, x: float = 0.0, y: float = 0.0, yaw: float = 0.0, **more: Any) -> Box:
    pose = SE3.from_yaw("world", "box", yaw, (x, y, 0.8))
    return Box(**{"track": "t", "frame": frame, "world_SE3_box": pose, "size": (4.4, 1.8, 1.5), **more})


def machine(frame: int, x: float = 0.0, y: float = 0.0, yaw: float = 0.0, **more: Any) -> Box:
    """A box that no person fixed."""
    return box(frame, x, y, yaw, **{"is_keyframe": False, "source": Source.MACHINE, **more})


def in_a_bend(frames: int, radius: float = 12.0, speed: float = 6.0) -> list[Box]:
    """A car that drives round a bend, its rear axle along the circle, as `Motion` has it."""
    made: list[Box] = []
    for frame in range(frames):
        angle = speed * frame * STEP_NS * 1e-9 / radius
        yaw = angle + math.pi / 2
        ahead = 0.25 * 4.4
        x = radius * math.cos(angle) + ahead * math.cos(yaw)
        y = radius * math.sin(angle) + ahead * math.sin(yaw)
        made.append(box(frame, x, y, math.remainder(yaw, math.tau)))
    return made


def farthest(made: Sequence[Box], truth: Sequence[Box]) -> float:
    there = {found.frame: found.center for found in truth}
    return max(float(np.linalg.norm(found.center - there[found.frame])) for found in made)
