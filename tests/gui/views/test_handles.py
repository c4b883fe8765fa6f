"""A drag of a handle moves what it should and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.gui.views.handles import (
    CARRIED,
    CORNERS,
    FACES,
    LIFT,
    MOVE,
    SHORTEST_SIDE_M,
    SLIDE,
    TURN,
    TURNS,
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
@given(st.sampled_from(sorted(CARRIED)), sizes, drags, angles, st.floats(-0.3, 0.3))
def test_only_the_faces_of_the_handle_move(
    handle: str, size: tuple[float, float, float], drag: tuple[float, float, float], yaw: float, tilt: float
) -> None:
    box = made(size, yaw, tilt)
    start = position(handle, size)
    after = changed(box, change_of(handle, size, start, start + drag))
    before, now = face_planes(box), face_planes(after)
    pulled = {name for name, signs in FACES.items() if (np.array(signs) * CARRIED[handle]).max() > 0}
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


def test_keeping_the_size_takes_the_box_along_the_axes_of_the_handle() -> None:
    box = made((4.0, 2.0, 1.5), 0.4)
    after = changed(box, change_of("front-top", box.size, (2, 0, 0.75), (2.5, 0.3, 0.55), "keep"))
    assert after.size == box.size
    way = box.world_SE3_box.rotation_matrix.T @ (after.center - box.center)
    np.testing.assert_allclose(way, (0.5, 0.0, -0.2), atol=1e-12)


def test_a_stop_says_how_far_faces_get_and_only_in_its_mode() -> None:
    box, asked = made((4.0, 2.0, 1.5), 0.4), []

    def stop(signs: tuple[int, int, int], out: np.ndarray) -> np.ndarray:
        asked.append((signs, out.tolist()))
        return out * (0.5, 1, 1)

    after = changed(box, change_of("rear-left", box.size, (-2, 1, 0), (-3, 1.25, 0), "fit", stop))
    assert asked == [((-1, 1, 0), [3.0, 1.25, 0.75])]
    assert after.size == (3.5, 2.25, 1.5)
    assert face_planes(after)["front"] == pytest.approx(face_planes(box)["front"])
    assert changed(box, change_of("rear-left", box.size, (-2, 1, 0), (-3, 1.25, 0), "", stop)).size == (5, 2.25, 1.5)


@pytest.mark.parametrize(("handle", "axis"), sorted(TURNS.items()))
def test_each_disc_turns_about_its_own_axis_of_a_tilted_box(handle: str, axis: int) -> None:
    box = made((4.0, 2.0, 1.5), 0.4, 0.2)
    start = position(handle, box.size)
    start[axis] = 0.0
    goal = Rotation.from_euler("xyz"[axis], 0.3).apply(start)
    after = changed(box, change_of(handle, box.size, start, goal))
    turn = box.world_SE3_box.inverse @ after.world_SE3_box
    turned = Rotation.from_quat(turn.rotation, scalar_first=True).as_rotvec()
    np.testing.assert_allclose(turned, 0.3 * np.eye(3)[axis], atol=1e-12)
    np.testing.assert_allclose(after.center, box.center, atol=1e-12)


def test_sliding_goes_any_way() -> None:
    box = made((4.0, 2.0, 1.5), 0.0)
    after = changed(box, change_of(SLIDE, box.size, (0, 0, 0), (0.5, -0.2, 0.3)))
    np.testing.assert_allclose(after.center - box.center, (0.5, -0.2, 0.3), atol=1e-12)
    assert after.size == box.size
