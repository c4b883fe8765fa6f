"""What moves how, by the words of a category's name."""

from __future__ import annotations

import pytest

from lidar_label.assist.motion import CYCLE, OTHER, WALKER, WHEELED, Motion


@pytest.mark.parametrize(
    ("name", "motion"),
    [
        ("vehicle.car", WHEELED), ("REGULAR_VEHICLE", WHEELED), ("Bus/RV/Caravan", WHEELED), ("小汽车", WHEELED),
        ("BOX_TRUCK", WHEELED), ("vehicle.construction", WHEELED), ("Tram", WHEELED), ("vehicle.trailer", WHEELED),
        ("vehicle.bicycle", CYCLE), ("Cyclist", CYCLE), ("ScooterRider", CYCLE), ("MOTORCYCLIST", CYCLE),
        ("human.pedestrian.construction_worker", WALKER), ("Person_sitting", WALKER), ("RoadWorker", WALKER),
        ("行人", WALKER), ("DOG", WALKER),
        ("traffic cone", OTHER), ("movable_object.trafficcone", OTHER), ("static_object.bicycle_rack", OTHER),
        ("TrafficBarrier", OTHER), ("", OTHER), (None, OTHER), ("thing 7", OTHER),
    ],
)  # fmt: skip
def test_the_name_says_how_it_moves(name: str | None, motion: Motion) -> None:
    assert Motion.of(name) is motion


def test_the_size_decides_where_the_name_says_nothing() -> None:
    assert Motion.of("Misc", (4.2, 1.8, 1.5)) is WHEELED
    assert Motion.of(None, (1.8, 0.6, 1.7)) is CYCLE
    assert Motion.of("thing", (0.6, 0.6, 1.7)) is WALKER
    assert Motion.of(None, (0.4, 0.4, 0.6)) is OTHER
    assert Motion.of("Pedestrian", (4.2, 1.8, 1.5)) is WALKER
