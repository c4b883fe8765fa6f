"""Tracks out of detections: made-up traffic with all that goes wrong with a detector's boxes."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.assist.tracking import track_detections
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Source, Track

pytestmark = pytest.mark.one_numpy

CAR = (4.2, 1.8, 1.5)
Way = Callable[[float], tuple[float, float, float]]
TENTHS = [int(f * 1e8) for f in range(60)]


def box(frame: int, x: float, y: float, yaw: float, score: float = 0.9, size: tuple[float, float, float] = CAR) -> Box:
    pose = SE3.from_yaw("world", "box", yaw, (x, y, 0.8))
    return Box(track="d", frame=frame, world_SE3_box=pose, size=size, score=score, source=Source.MACHINE)


def seen(ways: list[Way], times: list[int], *, lost: float = 0.0, seed: int = 0, flips: float = 0.0) -> list[list[Box]]:
    """What a detector finds of things on their ways: off by 10 cm, now and then not at all or the wrong way round."""
    rng = np.random.default_rng(seed)
    found: list[list[Box]] = []
    for frame, time in enumerate(times):
        here = []
        for way in ways:
            x, y, yaw = way(time * 1e-9)
            if rng.random() >= lost:
                turned = yaw + math.pi * (rng.random() < flips) + rng.normal() * 0.03
                here.append(box(frame, x + rng.normal() * 0.1, y + rng.normal() * 0.1, turned))
        found.append(here)
    return found


def cars(found: list[list[Box]], times: list[int]) -> list[tuple[Track, list[Box]]]:
    return track_detections(found, times, categories="Car")


def off(boxes: list[Box], way: Way, times: list[int]) -> np.ndarray:
    return np.array([np.hypot(*(b.center[:2] - way(times[b.frame] * 1e-9)[:2])) for b in boxes])


def ahead(t: float) -> tuple[float, float, float]:
    return 12 * t, 0.0, 0.0


def oncoming(t: float) -> tuple[float, float, float]:
    return 60 - 12 * t, 3.2, math.pi


def parked(_: float) -> tuple[float, float, float]:
    return 20.0, -6.0, 0.3


def test_one_track_a_car_without_gaps_nearer_the_truth_than_what_was_seen() -> None:
    ways = [ahead, oncoming, parked]
    found = seen(ways, TENTHS, lost=0.25)
    made = cars(found, TENTHS)
    assert len(made) == 3
    for track, boxes in made:
        assert track.category == "Car"
        assert [b.frame for b in boxes] == list(range(boxes[0].frame, boxes[-1].frame + 1))
        assert boxes[0].frame <= 3
        assert boxes[-1].frame >= 56
        assert len({b.size for b in boxes}) == 1
        errors = min((off(boxes, way, TENTHS) for way in ways), key=np.mean)
        assert errors.mean() < 0.08  # a detection is off by 0.125 m
        assert not any(b.is_keyframe for b in boxes)
    sources = {b.source for _, boxes in made for b in boxes}
    assert sources == {Source.MACHINE, Source.PROPAGATED}


def test_a_parked_car_does_not_drift() -> None:
    (_, boxes) = cars(seen([parked], TENTHS, lost=0.3), TENTHS)[0]
    places = np.array([b.center for b in boxes])
    assert np.ptp(places, axis=0).max() < 0.05
    assert off(boxes, parked, TENTHS).max() < 0.06


def test_flipped_detections_do_not_turn_a_track_round() -> None:
    """AB3DMOT#9, autoware_universe#7161: not even where more than half of them are flipped, once it drives."""
    for flips in (0.1, 0.7):
        ((_, boxes),) = cars(seen([ahead], TENTHS, flips=flips), TENTHS)
        assert max(abs(b.yaw) for b in boxes) < 0.1
    ((_, boxes),) = cars(seen([parked], TENTHS, flips=0.3), TENTHS)
    assert max(abs(b.yaw - 0.3) for b in boxes) < 0.1


@given(st.floats(-math.pi, math.pi), st.integers(0, 50))
@settings(max_examples=15, deadline=None)
def test_a_bend_through_every_heading(start: float, seed: int) -> None:
    def bend(t: float) -> tuple[float, float, float]:
        yaw = start + 0.5 * t
        return 16 * math.sin(yaw), -16 * math.cos(yaw), yaw

    # One place in three thousand lies beyond the gate by chance; near the end it leaves a second track of a box or two.
    (_, boxes), *rest = cars(seen([bend], TENTHS, lost=0.1, seed=seed), TENTHS)
    assert len(boxes) > 50
    assert all(len(short) < 5 for _, short in rest)
    turns = [math.remainder(b.yaw - bend(TENTHS[b.frame] * 1e-9)[2], math.tau) for b in boxes]
    assert max(map(abs, turns)) < 0.15
    assert off(boxes, bend, TENTHS).mean() < 0.12


def test_times_that_are_not_even() -> None:
    rng = np.random.default_rng(3)
    times = [int(t * 1e9) for t in np.cumsum(rng.uniform(0.05, 0.3, 40))]
    ((_, boxes),) = cars(seen([ahead], times, lost=0.1), times)
    assert off(boxes, ahead, times).mean() < 0.1


def test_a_long_gap_is_one_track_whose_middle_says_it_is_not_sure() -> None:
    found = seen([ahead], TENTHS)
    for frame in range(20, 42):
        found[frame] = []
    ((_, boxes),) = cars(found, TENTHS)
    assert [b.frame for b in boxes] == list(range(60))
    middle, end = boxes[31], boxes[10]
    assert middle.source == Source.PROPAGATED
    assert middle.doubt == "occluded"
    assert end.doubt == ""
    assert middle.score is not None
    assert end.score is not None
    assert middle.score < end.score
    assert off(boxes, ahead, TENTHS).max() < 0.6


def test_the_same_thing_found_twice_is_one_track() -> None:
    found = seen([parked], TENTHS)
    for frame in range(60):
        found[frame].append(box(frame, 20.9, -5.4, 0.3, score=0.6))
    assert len(cars(found, TENTHS)) == 1


def test_flashes_are_no_tracks() -> None:
    found = seen([ahead], TENTHS)
    rng = np.random.default_rng(5)
    for frame in range(0, 60, 3):
        found[frame].append(box(frame, rng.uniform(-80, -20), rng.uniform(-40, 40), 0.0, score=0.4))
    made = track_detections(found, TENTHS, categories="Car", least_score=0.5)
    assert len(made) == 1


def test_categories_keep_apart() -> None:
    person = Box(track="p", frame=0, world_SE3_box=SE3.from_yaw("world", "box", 0, (20, -6, 0.9)), size=(0.8, 0.6, 1.8))
    found = [[*boxes, person] for boxes in seen([parked], TENTHS[:10])]
    made = track_detections(found, TENTHS[:10], categories={"d": "Car", "p": "Pedestrian"})
    assert sorted((track.category, len(boxes)) for track, boxes in made) == [("Car", 10), ("Pedestrian", 10)]


def test_the_seen_side_stays_where_it_was_seen() -> None:
    """A detector that guesses a far car's length from its rear alone gets the rear right and the middle wrong."""
    rng = np.random.default_rng(8)
    found = []
    for frame in range(40):
        length = float(np.exp(rng.normal() * 0.15) * 4.2)
        found.append([box(frame, 30 + length / 2, 0.0, 0.0, size=(length, 1.8, 1.5))])
    with_place = track_detections(found, TENTHS[:40], categories="Car", sensors=[np.zeros(3)] * 40)[0][1]
    without = track_detections(found, TENTHS[:40], categories="Car")[0][1]
    rear = [np.abs([b.center[0] - b.size[0] / 2 - 30 for b in boxes]).max() for boxes in (with_place, without)]
    assert rear[0] < 0.01
    assert rear[0] < rear[1]


def test_nothing_and_one() -> None:
    assert cars([], []) == []
    assert cars([[], []], TENTHS[:2]) == []
    assert cars([[box(0, 0, 0, 0, score=0.2)]], [0]) == []
    ((_, boxes),) = cars([[box(0, 0, 0, 0, score=0.99)]], [0])
    assert len(boxes) == 1


def test_what_cannot_be_tracked() -> None:
    with pytest.raises(InvalidValue, match="for 2 frames and times for 1"):
        cars([[], []], [0])
    with pytest.raises(InvalidValue, match="do not rise"):
        cars([[], []], [5, 5])
    with pytest.raises(InvalidValue, match="no category"):
        track_detections([[box(0, 0, 0, 0)]], [0], categories={})
    with pytest.raises(InvalidValue, match="places for 0"):
        track_detections([[box(0, 0, 0, 0)]], [0], categories="Car", sensors=[])
