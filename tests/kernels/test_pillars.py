"""Points by the cells of a grid: by hand, against a plain dictionary, and the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.pillars import pillars_of


def test_a_case_by_hand() -> None:
    points = np.array(
        [[0.5, 0.5, 0, 9], [3.5, 1.5, 0, 8], [0.1, 0.9, 3.9, 7], [4, 0, 0, 6], [np.nan, 0, 0, 5], [0.2, 0.2, 0, 4],
         [-0.01, 0, 0, 3], [2.5, 0.5, 0, 2]],
        np.float32,
    )  # fmt: skip
    made = pillars_of(points, (0, 0, 0), (1, 1, 4), (4, 2, 1), 2, 2)
    assert made.cells.tolist() == [[0, 0, 0], [3, 1, 0]]
    assert made.counts.tolist() == [2, 1]
    assert made.points[:, :, 3].tolist() == [[9, 7], [8, 0]]
    assert (made.crowded, made.left_out) == (1, 1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 400), st.integers(1, 5), st.integers(1, 60))
def test_it_is_what_a_plain_dictionary_finds(seed: int, count: int, most: int, cells: int) -> None:
    random = np.random.default_rng(seed)
    points = random.normal(0, 20, (count, 4)).astype(np.float32)
    low, cell, shape = np.array([-30.0, -20.0, -40.0]), np.array([1.5, 4.0, 8.0]), np.array([40, 10, 10])
    made = pillars_of(points, low, cell, shape, most, cells)
    wanted: dict[tuple[int, ...], list[int]] = {}
    for n, point in enumerate(points.astype(np.float64)):
        place = np.floor((point[:3] - low) / cell)
        if ((place >= 0) & (place < shape)).all() and (tuple(place) in wanted or len(wanted) < cells):
            wanted.setdefault(tuple(place), []).append(n)
    assert [tuple(place) for place in made.cells] == list(wanted)
    assert made.counts.tolist() == [min(most, len(rows)) for rows in wanted.values()]
    for block, rows in zip(made.points, wanted.values(), strict=True):
        assert np.array_equal(block[: len(rows)], points[rows[:most]])
        assert not block[len(rows) :].any()
    assert made.crowded == sum(max(0, len(rows) - most) for rows in wanted.values())


def test_nothing_and_what_is_refused() -> None:
    none = np.empty((0, 4), np.float32)
    made = pillars_of(none, (0, 0, 0), (1, 1, 1), (1 << 20, 1 << 20, 1 << 20), 3, 5)
    assert (made.points.shape, made.cells.shape) == ((0, 3, 4), (0, 3))
    for word, change in (
        ("float32", {"points": none.astype(np.float64)}),
        ("above 0", {"cell": (1, 0, 1)}),
        ("3 values", {"low": (0, 0)}),
        ("too many cells", {"shape": (1 << 30, 1 << 30, 1 << 30)}),
        ("1 or more", {"most_points": 0}),
    ):
        given_: dict[str, object] = {
            "points": none, "low": (0, 0, 0), "cell": (1, 1, 1), "shape": (4, 4, 4), "most_points": 2,
            "most_pillars": 2, **change,
        }  # fmt: skip
        with pytest.raises(ValueError, match=word):
            pillars_of(**given_)  # type: ignore[arg-type]
