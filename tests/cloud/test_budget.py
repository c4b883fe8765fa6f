"""Which tiles a view sees and how many points of each it gets."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lidar_label.cloud.budget import FEWEST, Bounds, FromAbove, Perspective, choose, share

DTYPE = np.dtype([("count", "u4"), ("low", "f8", 3), ("high", "f8", 3), ("kind", "u1")])


def table(count: int, seed: int = 0, spread: float = 500.0) -> NDArray[Any]:
    random = np.random.default_rng(seed)
    made = np.zeros(count, DTYPE)
    made["low"] = random.uniform(-spread, spread, (count, 3))
    made["high"] = made["low"] + random.uniform(0.1, 40, (count, 3))
    made["count"] = random.integers(1, 128_000, count)
    return made


def camera(eye: tuple[float, float, float], azimuth: float, elevation: float, **more: float) -> Perspective:
    flat = math.cos(elevation)
    forward = (flat * math.cos(azimuth), flat * math.sin(azimuth), -math.sin(elevation))
    tilt = math.sin(elevation)
    up = (tilt * math.cos(azimuth), tilt * math.sin(azimuth), flat)
    return Perspective(
        eye=eye, forward=forward, up=up, fov=math.radians(45), **{"width": 1280.0, "height": 800.0, **more}
    )


cameras = st.builds(
    camera,
    st.tuples(*[st.floats(-600, 600)] * 3),
    st.floats(-math.pi, math.pi),
    st.floats(-math.pi / 2, math.pi / 2),
)
rectangles = st.builds(
    lambda x, y, w, h, scale: FromAbove(low=(x, y), high=(x + w, y + h), metres_per_pixel=scale),
    st.floats(-600, 600), st.floats(-600, 600), st.floats(0.1, 900), st.floats(0.1, 900), st.floats(1e-3, 20),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(seed=st.integers(0, 99), view=st.one_of(cameras, rectangles), budget=st.integers(0, 3_000_000))
def test_the_budget_is_used_up_and_no_tile_gives_more_than_it_has(
    seed: int, view: Perspective | FromAbove, budget: int
) -> None:
    tiles = table(60, seed)
    bounds = Bounds.of(tiles)
    everything = choose(bounds, view, 10**12)
    chosen = choose(bounds, view, budget)
    assert chosen.counts.sum() == min(budget, everything.counts.sum())
    assert (chosen.counts >= 1).all()
    assert (chosen.counts <= tiles["count"][chosen.tiles]).all()
    assert len(set(chosen.tiles.tolist())) == len(chosen.tiles)
    assert set(chosen.tiles.tolist()) <= set(everything.tiles.tolist())
    assert (everything.counts == tiles["count"][everything.tiles]).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 99), view=cameras)
def test_every_point_in_the_picture_belongs_to_a_chosen_tile(seed: int, view: Perspective) -> None:
    tiles = table(80, seed)
    chosen = set(choose(Bounds.of(tiles), view, 10**12).tiles.tolist())
    random = np.random.default_rng(seed)
    within = random.random((len(tiles), 200, 3))
    points = tiles["low"][:, None] + within * (tiles["high"] - tiles["low"])[:, None]
    forward, up = np.array(view.forward), np.array(view.up)
    away = points - np.array(view.eye)
    depth, right, high = away @ forward, away @ np.cross(forward, up), away @ up
    tall = math.tan(view.fov / 2)
    seen = (depth > 0.1) & (np.abs(high) < depth * tall) & (np.abs(right) < depth * tall * view.width / view.height)
    assert set(np.flatnonzero(seen.any(axis=1)).tolist()) <= chosen


@settings(max_examples=40, deadline=None)
@given(
    pairs=st.lists(st.tuples(st.integers(1, 10**6), st.floats(1e-6, 1e9)), min_size=1, max_size=50),
    budget=st.integers(0, 10**7),
)
def test_a_larger_budget_takes_nothing_away_worth_speaking_of(pairs: list[tuple[int, float]], budget: int) -> None:
    has, pixels = np.array([n for n, _ in pairs], np.int64), np.array([p for _, p in pairs])
    small, large = share(has, pixels, budget), share(has, pixels, budget + 1000)
    assert small.sum() == min(budget, has.sum())
    assert ((small >= 0) & (small <= has)).all()
    assert (large - small >= -(FEWEST + 1)).all()


def test_the_near_tile_gets_more_than_the_far_one_and_a_sparse_one_all_it_has() -> None:
    tiles = np.zeros(3, DTYPE)
    for row, (x, count) in enumerate(((10.0, 100_000), (300.0, 100_000), (200.0, 150))):
        tiles[row] = (count, (x, -5, -5), (x + 10, 5, 5), 0)
    chosen = choose(Bounds.of(tiles), camera((0, 0, 0), 0.0, 0.0), 50_000)
    counts = dict(zip(chosen.tiles.tolist(), chosen.counts.tolist(), strict=True))
    assert counts[0] > 20 * counts[1] > 0
    assert counts[2] == 150
    assert chosen.tiles[0] == 0


def test_what_lies_behind_or_is_no_point_is_not_chosen() -> None:
    tiles = np.zeros(4, DTYPE)
    tiles[0] = (10, (5, -1, -1), (7, 1, 1), 0)
    tiles[1] = (10, (-7, -1, -1), (-5, 1, 1), 0)
    tiles[2] = (10, (5, -1, -1), (7, 1, 1), 1)
    tiles[3] = (0, (5, -1, -1), (7, 1, 1), 0)
    assert choose(Bounds.of(tiles), camera((0, 0, 0), 0.0, 0.0), 100).tiles.tolist() == [0]


def test_the_eye_inside_a_tile_sees_it_and_a_place_as_far_as_utm_changes_nothing() -> None:
    tiles = table(50, 3)
    far = tiles.copy()
    shift = np.array([689_000.0, 5_330_000.0, 400.0])
    far["low"] += shift
    far["high"] += shift
    middle = (tiles["low"][7] + tiles["high"][7]) / 2
    near_view = camera(tuple(middle.tolist()), 1.0, 0.2)
    far_view = camera(tuple((middle + shift).tolist()), 1.0, 0.2)
    near, there = (choose(Bounds.of(t), v, 300_000) for t, v in ((tiles, near_view), (far, far_view)))
    assert 7 in near.tiles
    assert set(near.tiles.tolist()) == set(there.tiles.tolist())
    assert near.counts.sum() == there.counts.sum()


def test_numbers_that_are_none_are_refused() -> None:
    bounds = Bounds.of(table(3))
    with pytest.raises(ValueError, match="finite"):
        choose(bounds, camera((math.nan, 0, 0), 0.0, 0.0), 10)
    with pytest.raises(ValueError, match="size"):
        choose(bounds, FromAbove(low=(0, 0), high=(1, 1), metres_per_pixel=0.0), 10)
    with pytest.raises(ValueError, match="budget"):
        choose(bounds, camera((0, 0, 0), 0.0, 0.0), -1)


def test_no_tiles_give_no_choice() -> None:
    assert len(choose(Bounds.of(table(0)), camera((0, 0, 0), 0.0, 0.0), 100).tiles) == 0
