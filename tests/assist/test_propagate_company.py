"""What shows nothing goes by the things about it: what stands in line with it or close beside it, and what drives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lidar_label.assist.propagate import Points, Step, propagate
from lidar_label.assist.propagate_company import Company, Motions
from lidar_label.model import SE3, Box, Source

pytestmark = pytest.mark.one_numpy

TIMES = {frame: frame * 100_000_000 for frame in range(60)}
EMPTY = Points(np.empty((0, 3)), np.zeros(3))
STANDS = Motions(stands=True, speed=0.0)


def car(
    track: str, frame: int, x: float, y: float, yaw: float = 0.0, doubt: str = "",
    size: tuple[float, float, float] = (4.4, 1.8, 1.5),
) -> Box:  # fmt: skip
    pose = SE3.from_yaw("world", "box", yaw, (x, y, 0.8))
    return Box(track=track, frame=frame, world_SE3_box=pose, size=size, source=Source.PROPAGATED, doubt=doubt)


def world(*ways: Callable[[int], Box | None]) -> Callable[[int], list[Box]]:
    return lambda frame: [box for way in ways if (box := way(frame)) is not None]


def unseen(others: Callable[[int], list[Box]], frames: int = 5, category: str = "vehicle.car") -> list[Step]:
    return list(
        propagate([car("t", 0, 0, 0)], range(1, frames + 1), TIMES, lambda _: EMPTY, category=category, others=others)
    )


def ahead(frame: int) -> Box:
    return car("ahead", frame, 8.0, 0.3)


def drives(frame: int) -> Box:
    return car("drives", frame, 15.0 + 0.8 * frame, 0.2)


PARKED = [  # across its way, on a car park beside the road
    lambda f: car("parked 1", f, 0.0, 8.0, 1.6),
    lambda f: car("parked 2", f, 2.8, 8.0, -1.6),
]


@pytest.mark.parametrize(
    ("ways", "told"),
    [
        ([ahead], STANDS),
        ([lambda f: car("behind", f, -25.0, -0.8, np.pi)], STANDS),  # parked the other way round
        ([lambda f: car("beside", f, 0.5, 2.6)], STANDS),
        ([drives], Motions(stands=False, speed=8.0)),
        ([drives, ahead], STANDS),  # the nearest in line
        (PARKED, STANDS),
        (PARKED[:1], None),  # too few
        ([*PARKED[:1], lambda f: car("walker", f, 3.0, 3.0, size=(0.6, 0.6, 1.7))], None),  # nor do persons count
        ([*PARKED, lambda f: car("next lane", f, -20.0 + 0.8 * f, -3.5)], None),
        ([*PARKED, lambda f: car("next lane", f, -20.0 + 0.8 * f, -3.5, doubt="jump" if f else "")], None),
        ([*PARKED, lambda f: car("other road", f, -20.0 + 0.8 * f, -9.0)], STANDS),
        ([*PARKED, lambda f: car("oncoming", f, 20.0 - 0.8 * f, 3.5, np.pi)], STANDS),
        ([lambda f: car("lane", f, 0.5, 3.4)], None),  # the width of a lane: both may drive
        ([lambda f: car("beside", f, 0.5 + 0.8 * f, 2.6)], None),
        ([lambda f: car("across", f, 8.0, 0.3, 0.5)], None),
        ([lambda f: car("far", f, 40.0, 0.0)], None),
        ([lambda f: car("doubted", f, 8.0, 0.0, doubt="jump" if f else "")], None),
        ([lambda f: car("t", f, 8.0, 0.0)], None),  # itself
        ([lambda f: car("oncoming", f, 20.0 - 0.8 * f, 0.0, np.pi)], None),
    ],
)
def test_what_is_about_tells(ways: list[Callable[[int], Box | None]], told: Motions | None) -> None:
    found = Company(car("t", 0, 0.0, 0.0), world(*ways)).at(5, 0.5)
    assert (found is None) == (told is None)
    if found is not None and told is not None:
        assert found.stands == told.stands
        assert found.speed == pytest.approx(told.speed)


def test_a_neighbour_tells_for_a_while_after_its_last_box() -> None:
    company = Company(car("t", 0, 0.0, 0.0), world(lambda f: ahead(f) if f <= 5 else None))
    assert company.at(5, 0.5) == STANDS
    assert company.at(20, 2.0) == STANDS
    assert company.at(30, 3.0) is None


def test_among_parked_cars_one_that_shows_nothing_stands() -> None:
    for steps in (unseen(world(ahead)), unseen(world(lambda f: car("beside", f, 0.5, 2.6)))):
        assert all(step.reason is None and step.bridged for step in steps)
        assert all(np.array_equal(step.box.center, (0.0, 0.0, 0.8)) for step in steps)
    assert all(step.reason is not None for step in unseen(world()))


def test_behind_one_that_drives_it_drives_and_a_person_is_asked_once_it_may_be_off() -> None:
    steps = unseen(world(drives))
    assert steps[-1].box.center[0] == pytest.approx(4.0, abs=0.1)
    assert [step.reason is None for step in steps] == [True, True, False, False, False]


@pytest.mark.parametrize("category", ["pedestrian", "vehicle.bicycle"])
def test_who_walks_or_cycles_does_not_go_by_the_cars(category: str) -> None:
    assert all(step.reason is not None for step in unseen(world(ahead), category=category))


def test_the_neighbours_may_become_known_as_the_walk_goes_on() -> None:
    known = {0: [ahead(0)]}
    steps = propagate(
        [car("t", 0, 0, 0)], range(1, 4), TIMES, lambda _: EMPTY, category="car", others=lambda f: known.get(f, [])
    )
    assert next(steps).reason is not None
    known[2] = [replace(ahead(2), track="ahead")]
    assert next(steps).reason is None
