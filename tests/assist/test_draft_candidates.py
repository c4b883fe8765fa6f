"""What may be a road user: the side of a bus that rays graze is found whole, a wall beside it is none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.assist.draft_candidates import find_candidates
from lidar_label.model import Floats

pytestmark = pytest.mark.one_numpy
EYE = np.array([[0.0, 0.0, 1.8]])


def road() -> Floats:
    x, y = np.meshgrid(np.arange(-10.0, 60.0, 0.5), np.arange(-15.0, 15.0, 0.5))
    return np.column_stack([x.ravel(), y.ravel(), np.zeros(x.size)])


def upright(places: Floats, top: float) -> Floats:
    """Points over places, (N, 2), as far apart as beams are at 30 m."""
    heights = np.arange(0.35, top, 0.2)
    return np.column_stack([np.repeat(places, len(heights), axis=0), np.tile(heights, len(places))])


def grazed(aside: float, start: float, end: float) -> Floats:
    """Where rays, 0.2 degrees apart, meet a side along x."""
    angles = np.arange(math.atan2(aside, end), math.atan2(aside, start), math.radians(0.2))
    return np.column_stack([aside / np.tan(angles), np.full(len(angles), aside)])


def longest(cloud: Floats) -> float:
    found = find_candidates(cloud.astype(np.float32), EYE, 60.0).candidates
    return max((one.length for one in found if one.top > 2.0), default=0.0)


def test_a_bus_whose_side_is_grazed_is_found_whole() -> None:
    rear = np.column_stack([np.full(26, 30.0), np.linspace(3.0, 5.5, 26)])
    bus = upright(np.concatenate([rear, grazed(3.0, 30.0, 41.5)]), 3.1)
    assert 10.0 < longest(np.concatenate([road(), bus])) < 12.5
    wall = upright(grazed(3.0, 20.0, 60.0), 3.1)
    assert longest(np.concatenate([road(), wall])) < 14.0
