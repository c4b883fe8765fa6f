"""One box becomes a track: by points of a thing that moves, stands, hides, or is gone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lidar_label.assist.propagate import Points, Reason, Step, propagate
from lidar_label.errors import InvalidValue
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box, Source

pytestmark = pytest.mark.one_numpy

SIZE = (4.4, 1.8, 1.5)
TIMES = {frame: 1_000_000_000 + frame * 100_000_000 for frame in range(40)}


def box_at(frame: int, x: float, y: float, yaw: float = 0.0) -> Box:
    return Box(track="t", frame=frame, world_SE3_box=SE3.from_yaw("world", "box", yaw, (x, y, 0.85)), size=SIZE)


def surface(rng: np.random.Generator, count: int) -> np.ndarray:
    """Points on the two sides of a car that a sensor behind and to the right of it sees, in its own frame."""
    half = np.array(SIZE) / 2
    rear = np.column_stack(
        [np.full(count, -half[0]), rng.uniform(-half[1], half[1], count), rng.uniform(-0.6, 0.7, count)]
    )
    side = np.column_stack([rng.uniform(-half[0], half[0], 2 * count), np.full(2 * count, -half[1]),
                            rng.uniform(-0.6, 0.7, 2 * count)])  # fmt: skip
    return np.concatenate([rear, side]) * 0.99 + rng.normal(0, 0.01, (3 * count, 3))


def world_of(
    way: Callable[[int], Box | None], *, seconds: bool = False, speed: tuple[float, float] = (0.0, 0.0)
) -> Callable[[int], Points]:
    """Return clouds of a road with a car on its way; with `seconds` each point is seen at its own time."""

    def points(frame: int) -> Points:
        rng = np.random.default_rng(frame)
        ground = np.column_stack([rng.uniform(-20, 60, 3000), rng.uniform(-15, 15, 3000), rng.normal(0.02, 0.01, 3000)])
        parts, box = [ground], way(frame)
        late = [rng.uniform(-0.05, 0.05, len(ground))]
        if box is not None:
            car = box.world_SE3_box.apply(surface(rng, 60))
            seen = np.full(len(car), 0.03) + rng.uniform(-0.004, 0.004, len(car))
            if seconds:
                car[:, :2] += seen[:, None] * speed
            parts.append(car)
            late.append(seen)
        return Points(np.concatenate(parts), np.array([-10.0, -8.0, 1.8]), np.concatenate(late) if seconds else None)

    return points


def overlap(one: Box, other: Box) -> float:
    rows = [np.array([[*box.center, *box.size, box.yaw]]) for box in (one, other)]
    return float(iou_of_pairs(*rows)[0])


def run(seed: Box, frames: range, points: Callable[[int], Points], category: str = "vehicle.car") -> list[Step]:
    return list(propagate([seed], list(frames), TIMES, points, category=category))


@pytest.mark.parametrize("seconds", [False, True])
def test_a_car_that_drives_is_followed_both_ways(seconds: bool) -> None:
    def way(frame: int) -> Box:
        return box_at(frame, 0.9 * frame, 2.0)

    points = world_of(way, seconds=seconds, speed=(9.0, 0.0))
    for steps in (run(way(0), range(1, 16), points), run(way(15), range(14, -1, -1), points)):
        assert len(steps) == 15
        assert all(overlap(step.box, way(step.box.frame)) > 0.8 for step in steps)
        assert {step.box.source for step in steps} == {Source.PROPAGATED}
        assert not any(step.box.is_keyframe for step in steps)


def test_a_car_whose_points_are_smeared_is_found_to_drive() -> None:
    def way(frame: int) -> Box:
        return box_at(frame, 1.5 * frame, 2.0)

    def points(frame: int) -> Points:
        rng = np.random.default_rng(frame)
        local = surface(rng, 40) + rng.normal(0, 0.15, (120, 3)) * (1, 1, 0)
        return Points(way(frame).world_SE3_box.apply(local), np.array([-10.0, -8.0, 1.8]))

    for step in run(way(0), range(1, 4), points):
        assert overlap(step.box, way(step.box.frame)) > 0.7


def test_a_car_that_turns_keeps_its_heading_along_its_way() -> None:
    def way(frame: int) -> Box:
        angle = 0.03 * frame
        return box_at(frame, 20 * np.sin(angle), 20 * (1 - np.cos(angle)), angle)

    steps = run(way(0), range(1, 26), world_of(way))
    assert all(overlap(step.box, way(step.box.frame)) > 0.75 for step in steps)


def test_two_boxes_a_moment_apart_tell_that_a_person_walks() -> None:
    def person(frame: int) -> Box:
        pose = SE3.from_yaw("world", "box", 0.0, (20 + 0.13 * frame, 3.0, 0.9))
        return Box(track="t", frame=frame, world_SE3_box=pose, size=(0.6, 0.6, 1.7))

    empty = Points(np.empty((0, 3)), np.zeros(3))
    seeds = [person(0), person(1)]
    steps = list(propagate(seeds, range(2, 12), TIMES, lambda _: empty, category="pedestrian.adult"))
    assert all(overlap(step.box, person(step.box.frame)) > 0.7 for step in steps)
    assert all(step.bridged and step.reason is not None for step in steps)


def test_points_that_say_nothing_of_its_height_leave_it() -> None:
    def way(frame: int) -> Box:
        return box_at(frame, 10 + 0.8 * frame, 2.0)

    def few(frame: int) -> Points:  # some near the top, so that a match draws the box up or down
        rng = np.random.default_rng([3, frame])
        local = rng.uniform((-0.95, -0.95, 0.0), 0.95, (4, 3)) * np.array(SIZE) / 2
        return Points(way(frame).world_SE3_box.apply(local), np.array([-10.0, -8.0, 1.8]))

    steps = propagate([way(0), way(1)], list(range(2, 8)), TIMES, few, category="vehicle.car")
    assert all(abs(step.box.center[2] - 0.85) < 0.3 for step in steps)


def test_a_parked_car_does_not_drift() -> None:
    steps = run(box_at(0, 10.0, 3.0), range(1, 20), world_of(lambda f: box_at(f, 10.0, 3.0)))
    assert all(np.array_equal(step.box.center, (10.0, 3.0, 0.85)) for step in steps)
    assert all(step.reason is None and step.score > 0.5 for step in steps)


def test_a_hidden_stretch_is_bridged_flagged_and_left_again() -> None:
    def way(frame: int) -> Box:
        return box_at(frame, 0.8 * frame, 2.0)

    points = world_of(lambda frame: None if 8 <= frame < 12 else way(frame))
    steps = run(way(0), range(1, 20), points)
    assert [step.box.frame for step in steps if step.bridged] == [8, 9, 10, 11]
    assert all(step.reason is Reason.OCCLUDED and step.box.doubt == "occluded" for step in steps if step.bridged)
    assert all(overlap(step.box, way(step.box.frame)) > 0.7 for step in steps)


def test_a_thing_that_is_gone_is_lost_and_never_sure_again() -> None:
    steps = run(box_at(0, 10.0, 3.0), range(1, 35), world_of(lambda f: box_at(f, 10.0, 3.0) if f < 5 else None))
    assert all(step.reason is not None for step in steps if step.box.frame >= 5)
    assert steps[-1].reason is Reason.LOST


def test_nothing_is_read_before_it_is_asked_for() -> None:
    read: list[int] = []

    def points(frame: int) -> Points:
        read.append(frame)
        return world_of(lambda f: box_at(f, 10.0, 3.0))(frame)

    walk = propagate([box_at(0, 10.0, 3.0)], [1, 2, 3], TIMES, points, category="vehicle.car")
    assert not read
    next(walk)
    assert max(read) == 1


def test_what_cannot_be_walked_is_said() -> None:
    points = world_of(lambda f: None)
    seed = box_at(5, 0.0, 0.0)
    with pytest.raises(InvalidValue, match="no box"):
        list(propagate([], [1], TIMES, points))
    with pytest.raises(InvalidValue, match="to start from"):
        list(propagate([seed], [3, 4], TIMES, points))
    with pytest.raises(InvalidValue, match="neither rise nor fall"):
        list(propagate([seed], [6, 8, 7], TIMES, points))
    with pytest.raises(InvalidValue, match="no time"):
        list(propagate([seed], [6, 99], TIMES, points))
    assert list(propagate([seed], [], TIMES, points)) == []


def test_a_cloud_without_points_is_bridged() -> None:
    empty = Points(np.empty((0, 3)), np.zeros(3))
    (step,) = propagate([box_at(0, 5.0, 0.0)], [1], TIMES, lambda _: empty, category="vehicle.car")
    assert step.bridged
    assert step.reason is not None


def test_a_wall_of_points_does_not_say_for_half_a_second_that_a_lorry_stood() -> None:
    start = Box(track="t", frame=0, world_SE3_box=SE3.from_yaw("world", "box", 0.0, (20, 6, 1.5)), size=(8.0, 2.5, 3.0))

    def wall(frame: int) -> Points:
        rng = np.random.default_rng(frame)
        side = np.column_stack([rng.uniform(-5, 45, 120), rng.normal(4.8, 0.02, 120), rng.uniform(0.5, 2.8, 120)])
        return Points(side, np.array([0.0, -10.0, 1.8]), rng.uniform(-0.05, 0.05, 120))

    for step_ns, is_sure in ((100_000_000, True), (500_000_000, False)):
        times = {frame: frame * step_ns for frame in range(2)}
        (step,) = propagate([start], [1], times, wall, category="vehicle.truck")
        assert (step.reason is None) == is_sure
