"""Stamps: squares at and over the edges, in the order of the points."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.kernels.stamps import stamp


def test_squares_are_written_in_order_and_cut_at_the_edges() -> None:
    random = np.random.default_rng(2)
    spots = random.integers(-6, 30, (200, 2))
    spots[:4] = [-(2**40), 3], [3, 2**40], [24, 3], [3, -3]
    colors = random.integers(0, 256, (200, 4), dtype=np.uint8)
    for side in (1, 2, 3):
        pixels = np.zeros((18, 24, 4), np.uint8)
        stamp(pixels, spots, colors, side)
        wanted = np.zeros((18, 24, 4), np.uint8)
        for (x, y), color in zip(spots.tolist(), colors, strict=True):
            for row in range(y, y + side) if abs(y) < 99 else ():
                for column in range(x, x + side) if abs(x) < 99 else ():
                    if 0 <= row < 18 and 0 <= column < 24:
                        wanted[row, column] = color
        np.testing.assert_array_equal(pixels, wanted)


def test_no_points_and_wrong_arrays() -> None:
    pixels = np.zeros((3, 3, 4), np.uint8)
    stamp(pixels, np.empty((0, 2), np.int64), np.empty((0, 4), np.uint8), 2)
    assert not pixels.any()
    with pytest.raises(ValueError, match="pixels"):
        stamp(pixels[:, ::2], np.empty((0, 2), np.int64), np.empty((0, 4), np.uint8), 2)
    with pytest.raises(ValueError, match="spots"):
        stamp(pixels, np.zeros((2, 2), np.int64), np.zeros((1, 4), np.uint8), 2)
