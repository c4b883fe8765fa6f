"""Tiles from above within limits: the same picture as of the points that lie in them."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.kernels.top_grid import Sheet, new_sheet_keys, splat_sheet
from tests.kernels.made_tiles import tiles_of

SHEET = Sheet(left=-14.0, bottom=-12.0, metres_per_pixel=0.15, ceiling=10.0)
LIMITS = np.array([[-5.0, -np.inf, -1.0], [9.0, 4.0, np.inf]])


def test_limits_leave_out_what_lies_beyond_them() -> None:
    random = np.random.default_rng(1)
    grid = random.integers(0, 60_000, (5000, 3)).astype(np.uint16)
    paint = np.full((5000, 4), 255, np.uint8)
    corner, step = np.array([-10.0, -12.0, -2.0]), np.array([4e-4, 4e-4, 1e-4])
    xyz = corner + grid * step
    inside = ((xyz >= LIMITS[0]) & (xyz <= LIMITS[1])).all(axis=1)
    cut, alone = new_sheet_keys(200, 200), new_sheet_keys(200, 200)
    splat_sheet(cut, tiles_of((grid, paint, corner, step)), SHEET, LIMITS)
    splat_sheet(alone, tiles_of((grid[inside], paint[inside], corner, step)), SHEET)
    assert 0 < inside.sum() < 5000
    assert np.array_equal(cut, alone)
    with pytest.raises(ValueError, match="limits"):
        splat_sheet(cut, tiles_of((grid, paint, corner, step)), SHEET, LIMITS[:1])
