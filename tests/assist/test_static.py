"""What does not move: found although its boxes shake and the poses drift, and given one box."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lidar_label.assist import is_static, static_track
from lidar_label.errors import InvalidValue
from lidar_label.model import Box, Source
from tests.assist.tracks import STEP_NS, box, in_a_bend, machine

TIMES = [frame * STEP_NS for frame in range(200)]


def drifting(count: int = 60) -> list[Box]:
    """A parked car as poses that drift by half a metre and shake show it, one box of them flipped and one far off."""
    shake = np.random.default_rng(1).normal(0.0, 0.06, (count, 2))
    made = [machine(frame, 0.5 * frame / count + shake[frame, 0], 4.0 + shake[frame, 1], 0.7) for frame in range(count)]
    made[10] = machine(10, *made[10].center[:2], 0.7 + math.pi)
    made[20] = machine(20, 3.0, 9.0, 0.2)
    return made


def test_a_parked_car_that_drifts_has_one_box() -> None:
    boxes = drifting()
    assert is_static(boxes, TIMES)
    made = static_track(boxes, range(60))
    assert len({(b.world_SE3_box, b.size) for b in made}) == 1
    assert [b.frame for b in made] == list(range(60))
    assert [b.token for b in made] == [b.token for b in boxes]
    assert made[0].center[:2] == pytest.approx((0.25, 4.0), abs=0.06)
    assert made[0].yaw == pytest.approx(0.7)
    assert {(b.source, b.is_keyframe, b.score) for b in made} == {(Source.PROPAGATED, False, None)}


def test_a_person_corrects_single_frames() -> None:
    boxes = drifting()
    boxes[30] = box(30, 0.3, 4.1, 0.72, attributes={"vehicle.parked": True})
    made = static_track(boxes, range(60))
    assert 30 not in {b.frame for b in made}
    assert made[0].center[:2] == pytest.approx((0.3, 4.1))
    assert made[0].attributes == {"vehicle.parked": True}


@pytest.mark.parametrize("speed", [0.6, 1.2, 12.0])
def test_what_moves_is_no_static_object(speed: float) -> None:
    assert not is_static([machine(frame, speed * frame / 10) for frame in range(40)], TIMES)


def test_a_car_that_waits_and_drives_on_is_none() -> None:
    assert not is_static([machine(frame, max(0, frame - 30) * 0.5) for frame in range(50)], TIMES)
    assert not is_static(in_a_bend(70), TIMES)


def test_nothing_is_known_of_few_boxes() -> None:
    assert not is_static([], TIMES)
    assert not is_static([box(0)], TIMES)
    assert is_static([box(0), box(10, 0.1)], TIMES)
    with pytest.raises(InvalidValue, match="without a box"):
        static_track([], [1])
    (made,) = static_track([box(4, 1.0)], [4, 9])
    assert (made.frame, made.center[0]) == (9, 1.0)
