"""What stands alone, the rectangle about it, and rays through boxes: cases by hand, plain numpy, and the edges."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.kernels.heaps import rectangles_about, standing_points
from lidar_label.kernels.rays_through import rays_through

GRID = ((-10.0, -10.0), 2.0, (-8.0, -8.0), 0.5, 32, 0.3)


def test_points_that_stand() -> None:
    rng = np.random.default_rng(2)
    xyz = rng.uniform(-12, 12, (2000, 3)).astype(np.float32)
    xyz[:, 2] /= 6
    owner = rng.integers(-1, 2, 2000).astype(np.int32)
    ground = rng.uniform(-1, 0, (10, 10)).astype(np.float32)
    ground[3:5] = np.nan
    index, up, place = standing_points(xyz, owner, ground, *GRID)
    inside = (owner < 0) & (np.abs(xyz[:, :2]) < 8).all(axis=1)
    column, row = np.clip(np.floor((xyz[:, :2] + 10) / 2).astype(int), 0, 9).T
    high = xyz[:, 2] - ground[column, row]
    assert index.tolist() == np.flatnonzero(inside & (high > 0.3)).tolist()
    assert up == pytest.approx(high[index], abs=1e-5)
    cells = np.floor((xyz[index, :2] + 8) / 0.5).astype(int)
    assert place.tolist() == (32 * cells[:, 0] + cells[:, 1]).tolist()
    assert len(standing_points(xyz[:0], owner[:0], ground, *GRID)[0]) == 0


def test_rectangles() -> None:
    along, across = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-0.8, 0.8, 5))
    turn = np.radians(30.0)
    x = 7 + np.cos(turn) * along - np.sin(turn) * across
    y = -3 + np.sin(turn) * along + np.cos(turn) * across
    xyz = np.column_stack([x.ravel(), y.ravel(), np.zeros(45)]).astype(np.float32)
    found = rectangles_about(xyz, np.arange(45)[::-1].copy(), np.array([0, 44, 44, 45]))
    assert found[0] == pytest.approx([7, -3, 4, 1.6], abs=1e-4)
    assert found[1].tolist() == [0, 0, 0, 0]
    assert found[2, 2:].tolist() == [0, 0]  # one point


def test_rays_that_pass_a_box() -> None:
    eye = np.array([0.0, 0.0, 1.0])
    box = [10.0, 0.0, 1.0, 0.5, 0.5, 2.0]
    ends = [[20, 0.2, 1], [20, 0.4, 1.4], [9.5, 0, 1], [5, 0, 1], [20, 0, 9], [20, 6, 1], [-20, 0, 1]]
    xyz = np.array(ends, dtype=np.float32)
    around = [0.5, 0.0, 1.0, 0.5, 0.5, 2.0]
    behind = [-10.0, 0.01, 1.0, 0.5, 0.5, 2.0]
    found = rays_through(xyz, eye, np.array([box, around, behind]))
    assert found.tolist() == [[3, 2], [0, 0], [1, 1]]  # the one in the box does not pass; what is about the eye tells
    assert rays_through(xyz[:0], eye, np.array([box])).tolist() == [[0, 0]]
    with pytest.raises(ValueError, match="boxes needs"):
        rays_through(xyz, eye, np.zeros((1, 7)))
