"""Straight lines through a lens: against plain numpy, and at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.kernels.straight_lines import straight_lines
from lidar_label.model.lens_lines import clip_near, clip_rect

STILL = np.eye(3), np.zeros(3)
LENS = (100.0, 120.0), (40.0, 30.0), 0.5, (-8.0, -6.0), (88.0, 66.0)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 60))
def test_it_is_what_plain_numpy_says(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    starts, ends = random.uniform(-6, 6, (2, count, 3))
    ends[: count // 4, :2] = starts[: count // 4, :2]  # some are seen end on, or stand upright
    turn, shift = Rotation.random(random_state=seed % 2**32).as_matrix(), random.normal(size=3)
    segments, ahead, kept = straight_lines(starts, ends, turn, shift, *LENS)

    focal, center, near, low, high = LENS
    a, b, there = clip_near(starts @ turn.T + shift, ends @ turn.T + shift, near)
    flat = np.stack([a[:, :2] / a[:, 2:], b[:, :2] / b[:, 2:]], axis=1) * focal + center
    cut, inside = clip_rect(flat, low, high)
    np.testing.assert_array_equal(kept, there[inside])
    np.testing.assert_allclose(segments, cut, atol=1e-6)
    rays = (segments - center) / focal  # a place of a line lies where the ray through its pixel is as far ahead
    places = np.concatenate([rays, np.ones((len(kept), 2, 1))], axis=2) * ahead[:, :, None]
    way = b[inside] - a[inside]
    off = (
        np.cross(places - a[inside][:, None], way[:, None])
        / np.maximum(np.linalg.norm(way, axis=1), 1e-9)[:, None, None]
    )
    assert np.abs(off).max(initial=0.0) < 1e-5


def test_a_line_through_the_picture_and_one_from_behind() -> None:
    lines = np.array([[-10.0, 0, 2]] * 2 + [[0, 0, -3.0]]), np.array([[10.0, 0, 2], [-9.0, 0, 2], [0, 0, 4.0]])
    segments, ahead, kept = straight_lines(*lines, *STILL, *LENS)
    assert kept.tolist() == [0, 2]
    np.testing.assert_allclose(segments, [[[-8, 30], [88, 30]], [[40, 30], [40, 30]]])
    np.testing.assert_allclose(ahead, [[2, 2], [0.5, 4]])


def test_what_is_not_a_number_is_left_out() -> None:
    for wrong in (np.nan, np.inf):
        lines = np.array([[0, 0, 2.0], [0, wrong, 2.0]]), np.array([[1.0, 0, 2], [1.0, 0, 2]])
        assert straight_lines(*lines, *STILL, *LENS)[2].tolist() == [0]
    assert len(straight_lines(np.empty((0, 3)), np.empty((0, 3)), *STILL, *LENS)[2]) == 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"starts": np.zeros((2, 2))}, "starts"),
        ({"ends": np.zeros((3, 3))}, "starts"),
        ({"rotation": np.eye(2)}, "rotation"),
        ({"near": 0.0}, "near"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, Any], word: str) -> None:
    names = ("starts", "ends", "rotation", "translation", "focal", "center", "near", "low", "high")
    good = dict(zip(names, (np.zeros((2, 3)), np.ones((2, 3)), *STILL, *LENS), strict=True))
    with pytest.raises(ValueError, match=word):
        straight_lines(**{**good, **change})
