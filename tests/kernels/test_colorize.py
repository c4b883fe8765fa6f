"""Colours by value: by hand, against plain numpy, at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.colorize import colors_by_value, percentiles

RAMP = np.stack([np.arange(256), 255 - np.arange(256), np.full(256, 7)], axis=1).astype(np.uint8)
GREY = [128, 128, 128, 255]


def test_by_hand() -> None:
    colors = colors_by_value(np.array([-5.0, 0.0, 5.0, 10.0, 99.0]), 0.0, 10.0, RAMP)
    assert colors.dtype == np.uint8
    assert colors[:, 0].tolist() == [0, 0, 128, 255, 255]
    assert (colors[:, 3] == 255).all()


def test_nan_is_grey_and_infinity_is_an_end() -> None:
    colors = colors_by_value(np.array([np.nan, -np.inf, np.inf]), 0.0, 1.0, RAMP)
    assert colors.tolist() == [GREY, [0, 255, 7, 255], [255, 0, 7, 255]]


def test_a_table_with_alpha_keeps_it() -> None:
    table = np.column_stack([RAMP, np.full(256, 40)]).astype(np.uint8)
    assert colors_by_value(np.array([0.0]), 0.0, 1.0, table).tolist() == [[0, 255, 7, 40]]


def test_equal_limits_split_the_values() -> None:
    assert colors_by_value(np.array([1, 2, 3], dtype=np.uint8), 2, 2, RAMP)[:, 0].tolist() == [0, 0, 255]


@settings(max_examples=50, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6, allow_nan=False), max_size=50),
    low=st.floats(-1e3, 1e3),
    span=st.floats(1e-3, 1e3),
    dtype=st.sampled_from([np.float64, np.float32, np.int32]),
)
def test_equals_plain_numpy(values: list[float], low: float, span: float, dtype: type) -> None:
    array = np.array(values, dtype=np.float64).astype(dtype)
    place = np.floor(np.clip((array.astype(np.float64) - low) * (255.0 / (low + span - low)), 0, 255) + 0.5)
    expected = RAMP[np.clip(place, 0, 255).astype(int)]
    assert np.abs(colors_by_value(array, low, low + span, RAMP)[:, :3].astype(int) - expected).max(initial=0) <= 1


NARROW = [np.uint8, np.int8, np.uint16, np.int16, ">u2"]


@pytest.mark.parametrize("dtype", NARROW)
def test_many_narrow_integers_have_the_colors_of_floats(dtype: type) -> None:
    limits = np.iinfo(np.dtype(dtype))
    values = np.random.default_rng(4).integers(limits.min, limits.max, 70_000, endpoint=True).astype(dtype)
    low, high = limits.max * 0.1, limits.max * 0.7
    expected = colors_by_value(values.astype(np.float64), low, high, RAMP)
    assert np.array_equal(colors_by_value(values, low, high, RAMP), expected)
    assert np.array_equal(colors_by_value(values[::2], low, high, RAMP), expected[::2])


def test_percentiles_by_hand() -> None:
    assert percentiles(np.array([3, 1, 2], np.uint8), (0, 25, 50, 100)) == (1, 1.5, 2, 3)
    assert percentiles(np.array([-3, -1], np.int16), (0, 50, 100)) == (-3, -2, -1)
    assert percentiles(np.array([np.nan, 4.0, np.inf]), (2, 98)) == (4, 4)


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 2**31), count=st.integers(1, 300), percent=st.floats(0, 100),
    dtype=st.sampled_from([*NARROW, np.int32, np.float32]), most=st.sampled_from([1, 100, 30_000]),
)  # fmt: skip
def test_percentiles_are_those_of_numpy(seed: int, count: int, percent: float, dtype: type, most: int) -> None:
    values = np.random.default_rng(seed).integers(-most, most, count).astype(dtype)
    assert percentiles(values, (percent,))[0] == pytest.approx(float(np.percentile(values, percent)), abs=1e-3)


@pytest.mark.parametrize(
    ("values", "percents"),
    [
        (np.zeros(0), (2,)),
        (np.array([np.nan]), (2,)),
        (np.zeros((2, 2)), (2,)),
        (np.zeros(2), (101,)),
        (np.array(["a"]), (2,)),
    ],
)
def test_percentiles_of_nothing(values: np.ndarray, percents: tuple) -> None:
    with pytest.raises(ValueError, match=r"values|percents"):
        percentiles(values, percents)


def test_no_values_no_colors() -> None:
    assert colors_by_value(np.zeros(0, np.float32), 0, 1, RAMP).shape == (0, 4)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("values", (np.zeros((2, 2)), 0, 1, RAMP)),
        ("values", (np.array(["a"]), 0, 1, RAMP)),
        ("low and high", (np.zeros(1), 1, 0, RAMP)),
        ("low and high", (np.zeros(1), np.nan, 0, RAMP)),
        ("table", (np.zeros(1), 0, 1, RAMP[:5])),
        ("table", (np.zeros(1), 0, 1, RAMP.astype(float))),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple) -> None:
    with pytest.raises(ValueError, match=name):
        colors_by_value(*args)
