"""SE3: the laws of rigid transforms, frame names that must meet, and numbers that are refused."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.errors import FrameMismatch, InvalidValue
from lidar_label.model import SE3, wrap_angle

angles = st.floats(-math.pi, math.pi)
meters = st.floats(-1e4, 1e4)


@st.composite
def poses(draw: Any, dst: str = "a", src: str = "b") -> SE3:
    turn = Rotation.from_rotvec(draw(st.tuples(angles, angles, angles)))
    return SE3(dst, src, turn.as_quat(scalar_first=True), draw(st.tuples(meters, meters, meters)))


def near(one: SE3, other: SE3, meters: float = 1e-7, radians: float = 1e-7) -> bool:
    assert (one.dst, one.src) == (other.dst, other.src)
    distance, angle = one.error_to(other)
    return distance < meters and angle < radians


@given(poses("a", "b"), poses("b", "c"))
def test_a_chain_is_the_product_of_the_matrices(one: SE3, other: SE3) -> None:
    both = one @ other
    assert (both.dst, both.src) == ("a", "c")
    np.testing.assert_allclose(both.matrix, one.matrix @ other.matrix, atol=1e-8)


@given(poses())
def test_the_inverse_takes_it_back(pose: SE3) -> None:
    assert (pose.inverse.dst, pose.inverse.src) == ("b", "a")
    assert near(pose @ pose.inverse, SE3.identity("a", "a"))
    assert near(pose.inverse @ pose, SE3.identity("b", "b"))
    assert near(pose.inverse.inverse, pose)
    np.testing.assert_allclose(pose.inverse.matrix, np.linalg.inv(pose.matrix), atol=1e-7)


@given(poses("a", "b"), poses("b", "c"), poses("c", "d"))
def test_chains_may_be_grouped(one: SE3, two: SE3, three: SE3) -> None:
    assert near((one @ two) @ three, one @ (two @ three))


@given(poses(), st.lists(st.tuples(meters, meters, meters), max_size=5))
def test_points_move_as_the_matrix_says(pose: SE3, points: list[Any]) -> None:
    array = np.array(points, dtype=float).reshape(-1, 3)
    ones = np.ones((len(array), 1))
    expected = (pose.matrix @ np.hstack([array, ones]).T).T[:, :3]
    np.testing.assert_allclose(pose.apply(array), expected, atol=1e-7)
    np.testing.assert_allclose(pose.inverse.apply(pose.apply(array)), array, atol=1e-7)


@given(poses())
def test_a_matrix_and_back(pose: SE3) -> None:
    assert near(SE3.from_matrix("a", "b", pose.matrix), pose)
    assert near(SE3.from_matrix("a", "b", pose.matrix[:3]), pose)


@given(poses())
def test_taken_apart_and_made_again_it_is_the_same_to_the_bit(pose: SE3) -> None:
    again = SE3("a", "b", pose.rotation, pose.translation)
    assert again.rotation.tobytes() == pose.rotation.tobytes()
    assert again == pose
    assert hash(again) == hash(pose)


def test_making_it_again_never_moves_a_bit() -> None:
    """A unit quaternion's computed norm is often one rounding off 1; dividing by it again would drift."""
    random = np.random.default_rng(0)
    for rotation in random.normal(size=(5000, 4)):
        pose = SE3("a", "b", rotation / np.linalg.norm(rotation) * random.uniform(0.995, 1.005), (0, 0, 0))
        again = SE3("a", "b", pose.rotation, pose.translation)
        assert again.rotation.tobytes() == pose.rotation.tobytes()


def test_equal_values_have_equal_hashes() -> None:
    one, other = SE3("a", "b", (1, 0, 0, 0), (0, 0, 0)), SE3("a", "b", (1, -0.0, 0, -0.0), (-0.0, 0, 0))
    assert one == other
    assert hash(one) == hash(other)
    assert one != SE3("a", "c", (1, 0, 0, 0), (0, 0, 0))
    assert one != "a_SE3_b"


@given(angles)
def test_yaw(yaw: float) -> None:
    pose = SE3.from_yaw("world", "box", yaw, (1, 2, 3))
    assert abs(wrap_angle(pose.yaw - yaw)) < 1e-12
    assert -math.pi <= pose.yaw <= math.pi
    x, y, _ = pose.rotation_matrix[:, 0]
    assert abs(wrap_angle(math.atan2(y, x) - yaw)) < 1e-12


@given(angles, st.floats(-1.2, 1.2), angles)
def test_yaw_is_where_the_nose_points_also_when_tilted(yaw: float, pitch: float, roll: float) -> None:
    turn = Rotation.from_euler("ZYX", [yaw, pitch, roll])
    pose = SE3("world", "box", turn.as_quat(scalar_first=True), (0, 0, 0))
    assert abs(wrap_angle(pose.yaw - yaw)) < 1e-9


def test_yaw_does_not_depend_on_the_sign_of_the_quaternion() -> None:
    """A quaternion's axis may point down; its angle alone then has the wrong sign."""
    q = np.array([math.cos(0.4), 0, 0, math.sin(0.4)])
    assert SE3("a", "b", q, (0, 0, 0)).yaw == pytest.approx(0.8)
    assert SE3("a", "b", -q, (0, 0, 0)).yaw == pytest.approx(0.8)


@given(st.floats(-1e3, 1e3))
def test_wrapped_angles_are_above_minus_pi_and_up_to_pi(angle: float) -> None:
    wrapped = wrap_angle(angle)
    assert -math.pi < wrapped <= math.pi
    assert math.isclose(math.cos(wrapped), math.cos(angle), abs_tol=1e-9)
    assert math.isclose(math.sin(wrapped), math.sin(angle), abs_tol=1e-9)
    assert wrap_angle(-math.pi) == math.pi


@given(poses(), poses())
def test_between_has_its_ends_and_a_constant_turn(one: SE3, other: SE3) -> None:
    assert near(one.between(other, 0.0), one)
    assert near(one.between(other, 1.0), other)
    whole = one.error_to(other)[1]
    if whole > 3.1:
        return
    for fraction in (0.25, 0.5, 0.9):
        middle = one.between(other, fraction)
        assert one.error_to(middle)[1] == pytest.approx(whole * fraction, abs=1e-6)
        assert middle.error_to(other)[1] == pytest.approx(whole * (1 - fraction), abs=1e-6)
        line = one.translation + fraction * (other.translation - one.translation)
        np.testing.assert_allclose(middle.translation, line, atol=1e-9)


def test_between_goes_on_outside() -> None:
    one, other = SE3.from_yaw("a", "b", 0.0, (0, 0, 0)), SE3.from_yaw("a", "b", 0.1, (1, 0, 0))
    beyond = one.between(other, 3.0)
    assert beyond.yaw == pytest.approx(0.3)
    assert beyond.translation[0] == pytest.approx(3.0)


def test_frames_that_do_not_meet_are_refused() -> None:
    one = SE3.identity("world", "ego")
    with pytest.raises(FrameMismatch, match="world_SE3_ego and cam_SE3_ego do not meet"):
        one @ SE3.identity("cam", "ego")
    with pytest.raises(FrameMismatch, match="other frames"):
        one.between(SE3.identity("world", "box"), 0.5)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.eye(3), "shape"),
        ([[1, 2], [3]], "numbers"),
        ("text", "numbers"),
        (np.diag([1.0, 1, -1, 1]), "mirrors"),
        (np.diag([2.0, 2, 2, 1]), "orthonormal"),
        (np.diag([1.0, 1, 1, 0]), "bottom row"),
        (np.zeros((4, 4)), "bottom row"),
        (np.zeros((3, 4)), "orthonormal"),
        (np.full((4, 4), np.nan), "not finite"),
        (np.eye(4) + 0.01 * np.eye(4, k=1), "orthonormal"),
        ([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, np.inf], [0, 0, 0, 1]], "not finite"),
    ],
)
def test_a_matrix_that_is_no_rigid_transform_is_refused(matrix: Any, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        SE3.from_matrix("a", "b", matrix)


def test_a_matrix_of_rounded_numbers_is_taken() -> None:
    turn = Rotation.from_euler("zyx", [0.3, 0.2, 0.1]).as_matrix()
    pose = SE3.from_matrix("a", "b", np.column_stack([turn.round(4), [1, 2, 3]]))
    np.testing.assert_allclose(pose.rotation_matrix, turn, atol=1e-3)
    assert np.linalg.norm(pose.rotation) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize(
    ("rotation", "translation", "words"),
    [
        ((1, 0, 0), (0, 0, 0), "4 numbers"),
        ((1, 0, 0, 0), (0, 0), "3 numbers"),
        ((0, 0, 0, 0), (0, 0, 0), "unit quaternion"),
        ((2, 0, 0, 0), (0, 0, 0), "unit quaternion"),
        ((math.nan, 0, 0, 1), (0, 0, 0), "not finite"),
        ((1, 0, 0, 0), (0, math.inf, 0), "not finite"),
        ((1e200, 1e200, 0, 0), (0, 0, 0), "unit quaternion"),
        (("east", 0, 0, 0), (0, 0, 0), "number"),
        ((1, 0, 0, 0), ((1,), (2, 3), 0), "number"),
        ((1j, 0, 0, 0), (0, 0, 0), "number"),
    ],
)
def test_numbers_that_are_no_transform_are_refused(rotation: Any, translation: Any, words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        SE3("a", "b", rotation, translation)


def test_its_arrays_cannot_be_changed() -> None:
    place = np.array([1.0, 2.0, 3.0])
    pose = SE3("a", "b", (1, 0, 0, 0), place)
    place[0] = 9
    assert pose.translation[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        pose.translation[0] = 5
    with pytest.raises(ValueError, match="read-only"):
        pose.rotation[0] = 5


@pytest.mark.parametrize("shape", [(3,), (2, 4), (1, 2, 3)])
def test_points_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="shape"):
        SE3.identity("a", "b").apply(np.zeros(shape))


def test_no_points() -> None:
    assert SE3.identity("a", "b").apply(np.zeros((0, 3))).shape == (0, 3)
