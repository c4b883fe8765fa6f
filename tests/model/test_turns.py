"""Turns of the model beside scipy's, which takes a second to load."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.model.turns import matrices_of, product, quaternion_of_matrix, turn_about

quaternions = st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda q: np.linalg.norm(q) > 1e-3)


def unit(values: list[float]) -> np.ndarray:
    return np.array(values) / np.linalg.norm(values)


@given(quaternions, quaternions)
def test_turns_are_those_of_scipy(one: list[float], other: list[float]) -> None:
    first, second = unit(one), unit(other)
    theirs = Rotation.from_quat(np.stack([first, second]), scalar_first=True)
    np.testing.assert_allclose(matrices_of(np.stack([first, second])), theirs.as_matrix(), atol=1e-14)
    np.testing.assert_allclose(product(first, second), (theirs[0] * theirs[1]).as_quat(scalar_first=True), atol=1e-14)
    back = quaternion_of_matrix(theirs[0].as_matrix())
    np.testing.assert_allclose(back, theirs[0].as_quat(scalar_first=True) * np.sign(back @ first), atol=1e-14)


def test_half_turns_and_turns_about_axes_are_those_of_scipy() -> None:
    for axis in ("x", "y", "z"):
        for angle in (0.0, 1e-9, 0.3, -2.0, np.pi, -np.pi, 5.0):
            theirs = Rotation.from_euler(axis, angle)
            np.testing.assert_allclose(turn_about(axis, angle), theirs.as_quat(scalar_first=True), atol=1e-15)
            back = quaternion_of_matrix(theirs.as_matrix())
            np.testing.assert_allclose(matrices_of(back[None])[0], theirs.as_matrix(), atol=1e-15)


def test_a_matrix_of_few_digits_gives_the_nearest_rotation() -> None:
    rough = np.round(Rotation.from_euler("ZYX", (0.7, -0.2, 1.4)).as_matrix(), 4)
    nearest = Rotation.from_matrix(rough).as_quat(scalar_first=True)
    np.testing.assert_allclose(quaternion_of_matrix(rough), nearest, atol=1e-12)
