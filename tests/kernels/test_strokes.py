"""Strokes: where lines lie, how they fade, what they leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.kernels.strokes import stroke

GROUND, WHITE, RED = 0xFF000000, 0xFFFFFFFF, 0xFFFF0000
FLAT = np.array([[[2.0, 5.5], [16.0, 5.5]]])


def drawn(
    lines: np.ndarray,
    width: float,
    color: int = WHITE,
    strength: float = 1.0,
    area: tuple[int, int, int, int] | None = None,
) -> np.ndarray:
    """Return the least bright byte of each pixel of a dark picture with lines on it, 0 to 1."""
    pixels = np.full((20, 20), GROUND, np.uint32)
    stroke(pixels, lines, np.full(len(lines), color, np.uint32), width, area, strength)
    assert (pixels >> 24 == 0xFF).all(), "the picture stays opaque"
    return (pixels & 0xFF).astype(float) / 255


def test_a_line_covers_as_much_as_it_is_wide_and_ends_with_a_square() -> None:
    found = drawn(FLAT, 2.0)
    np.testing.assert_allclose(found[3:8, 9], (0, 0.5, 1, 0.5, 0), atol=0.01)
    np.testing.assert_allclose(found[5, :4], (0, 1, 1, 1), atol=0.01, err_msg="one pixel beyond its end")
    np.testing.assert_allclose(drawn(FLAT[..., ::-1], 2.0), found.T, atol=0.01)
    np.testing.assert_allclose(drawn(FLAT[:, ::-1], 2.0), found, atol=0.01)


def test_lines_of_every_direction_cover_the_same() -> None:
    for turn in np.linspace(0, np.pi, 13):
        way = np.array([np.cos(turn), np.sin(turn)])
        lines = np.stack([10 - 5 * way, 10 + 5 * way])[None]
        for width in (0.7, 1.2, 3.0):
            assert drawn(lines, width).sum() == pytest.approx((10 + width) * width, rel=0.06)


def test_faint_lines_are_one_layer() -> None:
    cross = np.array([[[2.0, 10.5], [18.0, 10.5]], [[10.5, 2.0], [10.5, 18.0]]])
    found = drawn(cross, 1.0, strength=0.25)
    assert found[10, 10] == pytest.approx(0.25, abs=0.01)
    assert found[10, 10] == found[10, 5] == found[5, 10]


def test_the_last_one_is_seen_and_nothing_is_drawn_outside() -> None:
    pixels = np.full((20, 20), GROUND, np.uint32)
    across = np.array([[[-1e6, 10.5], [1e6, 10.5]], [[10.5, -50.0], [10.5, 70.0]], [[-9.0, -9.0], [-2.0, -3.0]]])
    stroke(pixels, across, np.array([WHITE, RED, WHITE], np.uint32), 1.0, (3, 4, 15, 16))
    assert pixels[10, 10] == RED
    assert pixels[10, 4] == WHITE
    outside = np.ones((20, 20), bool)
    outside[4:16, 3:15] = False
    assert (pixels[outside] == GROUND).all()


def test_what_is_no_picture_and_no_line_is_refused() -> None:
    pixels = np.zeros((4, 4), np.uint32)
    for bad in (np.zeros((4, 4, 4), np.uint32), pixels.astype(np.int64), np.zeros((4, 8), np.uint32)[:, ::2]):
        with pytest.raises(ValueError, match="pixels"):
            stroke(bad, FLAT, np.zeros(1, np.uint32), 1.0)
    with pytest.raises(ValueError, match="segments"):
        stroke(pixels, FLAT[0], np.zeros(1, np.uint32), 1.0)
    for width, strength in ((0.0, 1.0), (np.nan, 1.0), (1.0, 1.5)):
        with pytest.raises(ValueError, match="width"):
            stroke(pixels, FLAT, np.zeros(1, np.uint32), width, strength=strength)
    for lines in (FLAT * np.nan, FLAT * np.array([np.inf, 1.0]), FLAT[:0]):
        stroke(pixels, lines, np.full(len(lines), WHITE, np.uint32), 1.0)
    assert not pixels.any()
