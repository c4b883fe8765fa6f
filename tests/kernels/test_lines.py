"""Lines among points: by hand, against plain numpy, at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.lines import split_by_depth

ACROSS = np.array([[[10.0, 50.0], [190.0, 50.0]]])


def wall(left: int, right: int, away: float = 5.0) -> np.ndarray:
    depth = np.full((100, 200), np.inf, np.float32)
    depth[:, left:right] = away
    return depth


def test_a_line_is_hidden_where_a_wall_stands_before_it() -> None:
    parts, owners, hidden = split_by_depth(ACROSS, np.array([[8.0, 8.0]]), wall(60, 120), 0.1, 0.0)
    assert hidden.tolist() == [False, True, False]
    assert owners.tolist() == [0, 0, 0]
    np.testing.assert_allclose(parts[1, :, 0], (60, 120), atol=4)
    np.testing.assert_array_equal(parts[:, :, 1], 50)
    np.testing.assert_array_equal(parts[1:, 0], parts[:-1, 1])
    np.testing.assert_array_equal((parts[0, 0], parts[-1, 1]), ACROSS[0])


def test_a_line_before_the_wall_or_within_the_slack_is_seen() -> None:
    for away, slack, part in ((4.9, 0.1, 0.0), (5.3, 0.5, 0.0), (5.3, 0.0, 0.1)):
        assert split_by_depth(ACROSS, np.full((1, 2), away), wall(0, 200), slack, part)[2].tolist() == [False]


def test_a_line_that_goes_through_the_wall_is_cut_where_it_does() -> None:
    # In the picture 1 / depth changes evenly: 1 / 5 lies in the middle between 1 / 2.5 and 0.
    parts, _, hidden = split_by_depth(ACROSS, np.array([[2.5, 1e9]]), wall(0, 200), 0.0, 0.0)
    assert hidden.tolist() == [False, True]
    assert parts[1, 0, 0] == pytest.approx(100, abs=4)


def test_single_points_hide_nothing_and_gaps_in_a_wall_do_not_show_through() -> None:
    few = np.full((100, 200), np.inf, np.float32)
    few[48:50, 60:62] = few[46:48, 130:132] = 5.0
    assert split_by_depth(ACROSS, np.array([[8.0, 8.0]]), few, 0.1, 0.0)[2].tolist() == [False]
    thin = wall(0, 200)
    thin[:, ::3] = thin[::4] = np.inf
    assert split_by_depth(ACROSS, np.array([[8.0, 8.0]]), thin, 0.1, 0.0)[2].tolist() == [True]


def test_the_ground_below_a_line_does_not_hide_it() -> None:
    depth = np.full((100, 200), np.inf, np.float32)
    depth[51:] = 5.0
    assert split_by_depth(ACROSS, np.array([[8.0, 8.0]]), depth, 0.1, 0.0)[2].tolist() == [False]


def test_a_finer_picture_hides_the_same() -> None:
    fine = wall(60, 120).repeat(2, axis=0).repeat(2, axis=1)
    parts, _, hidden = split_by_depth(ACROSS, np.array([[8.0, 8.0]]), fine, 0.1, 0.0, scale=2.0)
    assert hidden.tolist() == [False, True, False]
    np.testing.assert_allclose(parts[1, :, 0], (60, 120), atol=3)


def test_points_in_stripes_may_hide_every_other_look() -> None:
    """As many parts as looks: a row of poles seen from afar, or the rows of a grid."""
    stripes = np.full((100, 200), np.inf, np.float32)
    stripes[:, 9:180:6] = stripes[:, 11:180:6] = 5.0
    lines, ahead = np.array([[[10.0, 50.0], [160.0, 50.0]]] * 3), np.full((3, 2), 8.0)
    parts, owners, hidden = split_by_depth(lines, ahead, stripes, 0.2, 0.01)
    assert owners.tolist() == [0] * 51 + [1] * 51 + [2] * 51
    for n in range(3):
        assert hidden[owners == n].tolist() == plain(lines[n], ahead[n], stripes, 1.0)
        np.testing.assert_array_equal(parts[owners == n][1:, 0], parts[owners == n][:-1, 1])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.floats(0.5, 3.0))
def test_the_parts_are_the_whole_and_agree_with_plain_numpy(seed: int, count: int, scale: float) -> None:
    random = np.random.default_rng(seed)
    depth = random.uniform(1, 9, (40, 60)).astype(np.float32)
    depth[random.random((40, 60)) < 0.5] = np.inf
    lines, ahead = random.uniform(-30, 80, (count, 2, 2)), random.uniform(0.5, 20, (count, 2))
    parts, owners, hidden = split_by_depth(lines, ahead, depth, 0.2, 0.01, scale)
    assert (np.diff(owners) >= 0).all()
    for n in range(count):
        own = parts[owners == n]
        np.testing.assert_allclose((own[0, 0], own[-1, 1]), lines[n], atol=1e-9)
        np.testing.assert_array_equal(own[1:, 0], own[:-1, 1])
        seen = hidden[owners == n]
        assert (seen[1:] != seen[:-1]).all()
        assert seen.tolist() == plain(lines[n], ahead[n], depth, scale)


def plain(line: np.ndarray, ahead: np.ndarray, depth: np.ndarray, scale: float) -> list[bool]:
    """Return the states along a line, as they change."""
    looks = int(np.ceil(np.hypot(*(line[1] - line[0])) * scale / 3.0)) + 1
    part = np.arange(looks) / max(looks - 1, 1)
    away = 1 / (1 / ahead[0] + (1 / ahead[1] - 1 / ahead[0]) * part)
    places = np.floor((line[0] + (line[1] - line[0]) * part[:, None]) * scale).astype(int)
    padded = np.pad(depth, 400, constant_values=np.inf)
    behind = []
    for (x, y), z in zip(places, away, strict=True):
        around = [padded[400 + y + up, 400 + x + side] for up in (0, -2, -4) for side in (-3, -1, 1, 3)]
        behind.append(sum(d < z - 0.2 - 0.01 * z for d in around) >= 3)
    said = [2 * sum(window) > len(window) for window in (behind[max(k - 2, 0) : k + 3] for k in range(looks))]
    return [state for k, state in enumerate(said) if k == 0 or state != said[k - 1]]


def test_no_lines_a_point_and_an_empty_picture() -> None:
    empty = np.empty((0, 0), np.float32)
    parts, owners, hidden = split_by_depth(np.empty((0, 2, 2)), np.empty((0, 2)), empty, 0.1, 0.0)
    assert parts.shape == (0, 2, 2)
    assert len(owners) == len(hidden) == 0
    point = np.full((1, 2, 2), 50.0)
    parts, _, hidden = split_by_depth(point, np.ones((1, 2)), empty, 0.1, 0.0)
    np.testing.assert_array_equal(parts, point)
    assert split_by_depth(point, np.full((1, 2), 9.0), wall(0, 200), 0.1, 0.0)[2].tolist() == [True]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"segments": np.zeros((1, 4))}, "segments"),
        ({"ahead": np.ones(2)}, "ahead"),
        ({"ahead": np.zeros((1, 2))}, "above 0"),
        ({"segments": np.full((1, 2, 2), np.nan)}, "finite"),
        ({"depth": np.zeros((3, 3))}, "depth"),
        ({"scale": 0.0}, "scale"),
    ],
)
def test_what_makes_no_sense_is_refused(change: dict[str, object], word: str) -> None:
    good = {"segments": ACROSS, "ahead": np.ones((1, 2)), "depth": wall(0, 9), "slack_m": 0.0, "slack_part": 0.0}
    with pytest.raises(ValueError, match=word):
        split_by_depth(**{**good, **change})  # type: ignore[arg-type]
