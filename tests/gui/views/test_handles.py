"""A drag of a handle moves what it should and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.gui.views.handles import (
    CORNERS,
    FACES,
    LIFT,
    MOVE,
    SHORTEST_SIDE_M,
    SIGNS,
    TURN,
    change_of,
    changed,
    position,
)
from lidar_label.model import SE3, Box, wrap_angle

sides = st.floats(0.2, 20.0)
sizes = st.tuples(sides, sides, sides)
drags = st.tuples(*[st.floats(-15.0, 15.0)] * 3)
angles = st.floats(-math.pi, math.pi)


def made(size: tuple[float, float, float], yaw: float, tilt: float = 0.0) -> Box:
    turn = Rotation.from_euler("ZYX", (yaw, tilt, -tilt)).as_quat(scalar_first=True)
    return Box(track="t", frame=0, world_SE3_box=SE3("world", "box", turn, (30.0, -20.0, 1.0)), size=size)


def face_planes(box: Box) -> dict[str, float]:
    """How far out each face lies along the first box's own axes, from world's origin."""
    corners = box.corners() @ box.world_SE3_box.rotation_matrix
    low, high = corners.min(axis=0), corners.max(axis=0)
    return {
        "front": high[0], "rear": low[0], "left": high[1], "right": low[1], "top": high[2], "bottom": low[2],
    }  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(SIGNS)), sizes, drags, angles, st.floats(-0.3, 0.3))
def test_only_the_faces_of_the_handle_move(
    handle: str, size: tuple[float, float, float], drag: tuple[float, float, float], yaw: float, tilt: float
) -> None:
    box = made(size, yaw, tilt)
    start = position(handle, size)
    after = changed(box, change_of(handle, size, start, start + drag))
    before, now = face_planes(box), face_planes(after)
    pulled = {name for name, signs in FACES.items() if (np.array(signs) * SIGNS[handle]).max() > 0}
    for name, signs in FACES.items():
        axis = int(np.flatnonzero(signs)[0])
        if name not in pulled:
            assert now[name] == pytest.approx(before[name], abs=1e-9), name
        else:
            outwards = signs[axis] * drag[axis]
            grown = max(outwards, SHORTEST_SIDE_M - size[axis])
            assert signs[axis] * (now[name] - before[name]) == pytest.approx(grown, abs=1e-9), name
    assert after.world_SE3_box.error_to(box.world_SE3_box)[1] < 1e-9
    assert min(after.size) >= SHORTEST_SIDE_M - 1e-12


@settings(max_examples=40, deadline=None)
@given(sizes, drags, angles)
def test_moving_stays_on_the_floor_and_lifting_above_its_place(
    size: tuple[float, float, float], drag: tuple[float, float, float], yaw: float
) -> None:
    box = made(size, yaw)
    start = position(MOVE, size)
    moved = changed(box, change_of(MOVE, size, start, start + drag))
    way = moved.center - box.center
    np.testing.assert_allclose(way, Rotation.from_euler("z", yaw).apply((drag[0], drag[1], 0)), atol=1e-9)
    lifted = changed(box, change_of(LIFT, size, start, start + drag))
    np.testing.assert_allclose(lifted.center - box.center, (0, 0, drag[2]), atol=1e-9)
    assert moved.size == lifted.size == box.size


@settings(max_examples=40, deadline=None)
@given(sizes, angles, angles)
def test_turning_follows_the_cursor_about_the_centre(size: tuple[float, float, float], yaw: float, turn: float) -> None:
    box = made(size, yaw)
    start = position(TURN, size)
    now = Rotation.from_euler("z", turn).apply(start) * (3, 3, 1)
    after = changed(box, change_of(TURN, size, start, now))
    assert wrap_angle(after.yaw - yaw - turn) == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(after.center, box.center, atol=1e-12)
    assert after.size == box.size


def test_handles_sit_on_their_faces_and_corners() -> None:
    size = (4.0, 2.0, 1.5)
    assert position("front", size).tolist() == [2.0, 0.0, 0.0]
    assert position("rear-right", size).tolist() == [-2.0, -1.0, 0.0]
    assert position(MOVE, size).tolist() == [0.0, 0.0, -0.75]
    assert position(TURN, size, ahead=1.0).tolist() == [3.0, 0.0, -0.75]
    assert position(LIFT, size).tolist() == [0.0, 0.0, 0.75]
    assert len(FACES) == 6
    assert len(CORNERS) == 4
    with pytest.raises(KeyError):
        position("roof", size)


def test_a_drag_past_the_opposite_face_leaves_a_thin_box_on_it() -> None:
    box = made((4.0, 2.0, 1.5), 0.0)
    after = changed(box, change_of("front", box.size, (2, 0, 0), (-9, 0, 0)))
    assert after.size == (SHORTEST_SIDE_M, 2.0, 1.5)
    assert face_planes(after)["rear"] == pytest.approx(face_planes(box)["rear"])
