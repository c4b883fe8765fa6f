"""Tiles from above: the highest point of each pixel, held to plain numpy; several tiles as one after another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.top_grid import Sheet, new_sheet_keys, sheet_picture, splat_sheet
from tests.kernels.made_tiles import tiles_of

SHEET = Sheet(left=-4.0, bottom=-3.0, metres_per_pixel=0.1, ceiling=10.0)
WIDE, HIGH = 80, 60
GROUND = (3, 5, 7)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_the_highest_point_of_each_pixel_is_seen(seed: int, tiles: int) -> None:
    random = np.random.default_rng(seed)
    starts = np.concatenate([[0], np.cumsum(random.integers(0, 400, tiles))])
    grid = random.integers(0, 1000, (starts[-1], 3), dtype=np.uint16)
    colors = random.integers(0, 256, (starts[-1], 4), dtype=np.uint8)
    colors[:, 3] = random.choice([0, 255], len(colors))
    corners, steps = random.uniform(-4, 2, (tiles, 3)), random.uniform(0.002, 0.006, (tiles, 3))
    keys = new_sheet_keys(WIDE, HIGH)
    rows = [slice(*ends) for ends in zip(starts.tolist(), starts[1:].tolist(), strict=False)]
    splat_sheet(keys, tiles_of(*((grid[r], colors[r], corners[n], steps[n]) for n, r in enumerate(rows))), SHEET)
    picture = sheet_picture(keys, GROUND)

    tile = np.repeat(np.arange(tiles), np.diff(starts))
    xyz = corners[tile] + grid * steps[tile]
    column = np.floor((-xyz[:, 1] - SHEET.left) / SHEET.metres_per_pixel).astype(int)
    row = HIGH - 1 - np.floor((xyz[:, 0] - SHEET.bottom) / SHEET.metres_per_pixel).astype(int)
    wanted, top = np.full((HIGH, WIDE, 4), (*GROUND, 255), np.uint8), np.full((HIGH, WIDE), -np.inf)
    for n in np.flatnonzero((colors[:, 3] > 0) & (column >= 0) & (column < WIDE) & (row >= 0) & (row < HIGH)):
        if xyz[n, 2] > top[row[n], column[n]]:
            top[row[n], column[n]] = xyz[n, 2]
            wanted[row[n], column[n], :3] = colors[n, :3]
    assert (picture == wanted).all(axis=2).mean() > 0.995  # two within a millimetre, or between two pixels


def test_an_empty_sheet_and_one_that_is_wrong() -> None:
    keys = new_sheet_keys(4, 3)
    splat_sheet(keys, tiles_of(), SHEET)
    assert (sheet_picture(keys, GROUND) == (*GROUND, 255)).all()
    point = np.zeros((1, 3), np.uint16), np.full((1, 4), 255, np.uint8)
    with pytest.raises(ValueError, match="finite"):
        splat_sheet(keys, tiles_of((*point, np.full(3, np.nan), np.ones(3))), SHEET)
    with pytest.raises(ValueError, match="keys"):
        splat_sheet(keys.astype(np.int32), tiles_of((*point, np.zeros(3), np.ones(3))), SHEET)
