"""Smoothing: what a Rauch-Tung-Striebel smoother finds, through key frames and past bad boxes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.assist import smooth_track
from lidar_label.assist.chain import Chain
from lidar_label.errors import InvalidValue
from lidar_label.model import Box, Source
from tests.assist.tracks import STEP_NS, box, farthest, in_a_bend, machine

TIMES = [frame * STEP_NS for frame in range(200)]


def noisy(truth: list[Box], by: float = 0.15, turn: float = 0.05) -> list[Box]:
    rng = np.random.default_rng(5)
    return [
        machine(b.frame, b.center[0] + rng.normal(0, by), b.center[1] + rng.normal(0, by), b.yaw + rng.normal(0, turn))
        for b in truth
    ]


def rts(values: np.ndarray, steps: np.ndarray, wander: float, off: float) -> np.ndarray:
    """A plain Kalman filter of constant velocity and the Rauch-Tung-Striebel pass back."""
    mean, cover = np.zeros(2), np.eye(2) * 1e9
    means, covers, ahead = [], [], []
    for n, value in enumerate(values):
        if n:
            h = steps[n - 1]
            go = np.array([[1, h], [0, 1]])
            mean, cover = go @ mean, go @ cover @ go.T + wander * np.array([[h**3 / 3, h**2 / 2], [h**2 / 2, h]])
            ahead.append((go, mean, cover))
        gain = cover[:, 0] / (cover[0, 0] + off**2)
        mean, cover = mean + gain * (value - mean[0]), cover - np.outer(gain, cover[0])
        means.append(mean)
        covers.append(cover)
    for n in range(len(values) - 2, -1, -1):
        go, mean, cover = ahead[n]
        back = covers[n] @ go.T @ np.linalg.inv(cover)
        means[n] = means[n] + back @ (means[n + 1] - mean)
    return np.array(means)


def test_a_chain_finds_what_filter_and_smoother_find() -> None:
    rng = np.random.default_rng(2)
    steps, values = rng.uniform(0.05, 0.6, 39), np.cumsum(rng.normal(0, 1, 40))
    chain = Chain(40, 1)
    chain.wander(steps, np.full(39, 1 / 2.5))
    chain.measure_places(values[:, None], np.full(40, 1 / 0.3**2))
    places, velocities = chain.solve()
    expected = rts(values, steps, 2.5, 0.3)
    assert np.allclose(places[:, 0], expected[:, 0], atol=1e-5)
    assert np.allclose(velocities[:, 0], expected[:, 1], atol=1e-5)


def test_a_noisy_track_comes_nearer_to_the_truth_with_its_speed_and_turn_rate() -> None:
    truth = in_a_bend(60)
    rough = noisy(truth)
    found = smooth_track(rough, TIMES, category="car")
    misses = [np.mean([np.linalg.norm(a.center - b.center) for a, b in zip(m, truth, strict=True)])
              for m in (rough, found.boxes)]  # fmt: skip
    assert misses[1] < 0.6 * misses[0]
    assert np.median(np.linalg.norm(found.velocity, axis=1)) == pytest.approx(6.0, abs=0.4)
    assert np.median(found.yaw_rate) == pytest.approx(0.5, abs=0.05)
    assert found.velocity.shape == (60, 3)


def test_bad_boxes_count_little() -> None:
    truth = in_a_bend(60)
    rough = noisy(truth, by=0.05, turn=0.02)
    for frame in (0, 17, 18, 44):
        rough[frame] = replace(machine(frame, 60.0, -9.0, 2.0), track="t")
    assert farthest(smooth_track(rough, TIMES, category="car").boxes[1:], truth[1:]) < 0.6


def test_key_frames_stay_as_they_are_and_the_way_goes_through_them() -> None:
    rough = noisy(in_a_bend(60))
    fixed = replace(rough[30], is_keyframe=True, source=Source.HUMAN, size=(4.8, 1.9, 1.6))
    rough[30] = fixed
    found = smooth_track(rough, TIMES, category="car").boxes
    assert found[30] is fixed
    assert {b.size for b in found} == {(4.8, 1.9, 1.6)}
    step = np.linalg.norm(found[31].center - fixed.center)
    assert step == pytest.approx(0.6, abs=0.25)


def test_sizes_are_kept_where_that_is_asked() -> None:
    rough = [replace(b, size=(4.0 + 0.1 * (b.frame % 3), 1.8, 1.5)) for b in noisy(in_a_bend(12))]
    assert [b.size for b in smooth_track(rough, TIMES, category="car", size="keep").boxes] == [b.size for b in rough]
    assert {b.size for b in smooth_track(rough, TIMES, category="car").boxes} == {(4.1, 1.8, 1.5)}


def test_what_stands_stands() -> None:
    rough = noisy([machine(frame, 5.0, 2.0, 3.13) for frame in range(80)], by=0.1)
    found = smooth_track(rough, TIMES, category="car")
    assert np.linalg.norm(found.velocity, axis=1).max() < 0.1
    assert farthest(found.boxes, [machine(frame, 5.0, 2.0) for frame in range(80)]) < 0.12


def test_one_box_none_and_two_at_one_time() -> None:
    alone = machine(3, 4.0, 5.0, 1.0)
    found = smooth_track([alone], TIMES, category="car")
    assert found.boxes[0].world_SE3_box.error_to(alone.world_SE3_box) == pytest.approx((0, 0), abs=1e-6)
    assert not found.velocity.any()
    assert smooth_track([], TIMES, category="car").boxes == []
    twice = smooth_track([box(0), machine(1, 1.0), box(2, 2.0)], [0, 5, 5], category="car")
    assert np.isfinite(twice.velocity).all()
    with pytest.raises(InvalidValue, match="frame 2 is not later than frame 1"):
        smooth_track([box(0), machine(1), box(2)], [0, 5, 4], category="car")


@settings(max_examples=50, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.floats(-40, 40), st.floats(-40, 40), st.floats(-math.pi, math.pi), st.booleans(),
                  st.integers(1, 2_000_000_000)),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_any_track_at_any_times(rows: list[tuple[float, float, float, bool, int]]) -> None:
    times = [int(n) for n in np.cumsum([row[4] for row in rows])]
    boxes = [(box if row[3] else machine)(n, *row[:3]) for n, row in enumerate(rows)]
    found = smooth_track(boxes, times, category="car")
    assert np.isfinite(found.velocity).all()
    assert np.isfinite(found.yaw_rate).all()
    assert all(a is b for a, b in zip(found.boxes, boxes, strict=True) if b.is_keyframe)
