"""Points in boxes: by hand, against plain numpy, at the edges, and as the nuScenes devkit counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from lidar_label.kernels.points_in_boxes import (
    box_of_points,
    count_points_in_boxes,
    indices_in_boxes,
    points_in_boxes,
)

Floats = NDArray[Any]
EYE = np.eye(3)[None]


def plain(points: Floats, centers: Floats, rotations: Floats, sizes: Floats) -> NDArray[np.bool_]:
    local = np.einsum("mji,mnj->mni", rotations, points.astype(np.float64)[None] - centers[:, None])
    with np.errstate(invalid="ignore"):
        return (np.abs(local) * 2 <= sizes[:, None]).all(axis=2)


def made_up(
    seed: int, count: int, boxes: int, *, spread: float = 20.0, offset: float = 0.0
) -> tuple[Floats, Floats, Floats, Floats]:
    rng = np.random.default_rng(seed)
    points = rng.uniform(-spread, spread, (count, 3)) + offset
    centers = rng.uniform(-spread, spread, (boxes, 3)) + offset
    rotations = Rotation.random(boxes, random_state=seed).as_matrix() if boxes else np.zeros((0, 3, 3))
    return points, centers, rotations, rng.uniform(0, spread, (boxes, 3))


def test_a_turned_box_by_hand() -> None:
    # Length 4 along world +y, width 2 along world -x, height 1; centre (10, 0, 1).
    turn = np.array([[[0.0, -1, 0], [1, 0, 0], [0, 0, 1]]])
    args = (np.array([[10.0, 0, 1]]), turn, np.array([[4.0, 2, 1]]))
    points = np.array(
        [[10, 0, 1], [10, 1.9, 1], [11.1, 0, 1], [10.9, -1.9, 1.4], [10, 0, 1.6], [10, 2.1, 1]], dtype=np.float32
    )
    assert points_in_boxes(points, *args).tolist() == [[True, True, False, True, False, False]]
    assert count_points_in_boxes(points, *args).tolist() == [3]
    assert box_of_points(points, *args).tolist() == [0, 0, -1, 0, -1, -1]
    assert [found.tolist() for found in indices_in_boxes(points, *args)] == [[0, 3], [0, 1, 3]]


def test_a_face_an_edge_and_a_corner_are_inside() -> None:
    points = np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1], [-1, -1, -1], [1.0000001, 0, 0]], dtype=np.float64)
    found = points_in_boxes(points, np.zeros((1, 3)), EYE, np.full((1, 3), 2.0))
    assert found.tolist() == [[True, True, True, True, False]]


def test_the_first_box_owns_a_shared_point() -> None:
    centers = np.array([[5.0, 0, 0], [0, 0, 0], [0.5, 0, 0]])
    args = (centers, np.repeat(EYE, 3, axis=0), np.full((3, 3), 2.0))
    assert box_of_points(np.zeros((1, 3), np.float32), *args).tolist() == [1]
    assert count_points_in_boxes(np.zeros((1, 3), np.float32), *args).tolist() == [0, 1, 1]


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    count=st.integers(0, 300),
    boxes=st.integers(0, 12),
    spread=st.sampled_from([0.5, 20.0, 3000.0]),
    offset=st.sampled_from([0.0, 5e5]),
    single=st.booleans(),
)
def test_equals_plain_numpy(seed: int, count: int, boxes: int, spread: float, offset: float, single: bool) -> None:
    points, *args = made_up(seed, count, boxes, spread=spread, offset=offset)
    points = points.astype(np.float32) if single else points
    expected = plain(points, *args)
    assert np.array_equal(points_in_boxes(points, *args), expected)
    assert np.array_equal(count_points_in_boxes(points, *args), expected.sum(axis=1))
    offsets, indices = indices_in_boxes(points, *args)
    assert [part.tolist() for part in np.split(indices, offsets[1:-1])][:boxes] == [
        np.flatnonzero(row).tolist() for row in expected
    ]
    owner = np.where(expected.any(axis=0), expected.argmax(axis=0), -1) if boxes else np.full(count, -1)
    assert np.array_equal(box_of_points(points, *args), owner)


def test_equals_the_devkit() -> None:
    geometry = pytest.importorskip("nuscenes.utils.geometry_utils", reason="nuscenes-devkit is not installed")
    data_classes = pytest.importorskip("nuscenes.utils.data_classes")
    quaternion = pytest.importorskip("pyquaternion")
    points, centers, rotations, sizes = made_up(3, 5000, 20)
    points = points.astype(np.float32)
    expected = [
        geometry.points_in_box(
            data_classes.Box(c, s[[1, 0, 2]], quaternion.Quaternion(matrix=r, rtol=1e-6, atol=1e-6)), points.T
        ).sum()
        for c, r, s in zip(centers, rotations, sizes, strict=True)
    ]
    assert sum(expected) > 500
    assert count_points_in_boxes(points, centers, rotations, sizes).tolist() == expected


def test_a_cloud_longer_than_a_chunk_keeps_its_order() -> None:
    points = np.zeros((300_000, 3), dtype=np.float32)
    points[[0, 262_143, 262_144, 299_999], 0] = 9
    args = (np.array([[9.0, 0, 0]]), EYE, np.ones((1, 3)))
    assert np.flatnonzero(points_in_boxes(points, *args)[0]).tolist() == [0, 262_143, 262_144, 299_999]
    assert np.flatnonzero(box_of_points(points, *args) == 0).tolist() == [0, 262_143, 262_144, 299_999]
    assert indices_in_boxes(points, *args)[1].tolist() == [0, 262_143, 262_144, 299_999]


def test_threads_change_nothing() -> None:
    points, *args = made_up(8, 600_000, 40)
    expected = plain(points[:600_000:97], *args)
    offsets, indices = indices_in_boxes(points, *args, threads=1)
    assert np.array_equal(points_in_boxes(points, *args)[:, ::97], expected)
    assert offsets[-1] == len(indices) > 100_000
    for threads in (2, 3):
        again = indices_in_boxes(points, *args, threads=threads)
        assert np.array_equal(again[0], offsets)
        assert np.array_equal(again[1], indices)
        assert np.array_equal(count_points_in_boxes(points, *args, threads=threads), np.diff(offsets))


def test_many_huge_boxes_do_not_fill_the_memory() -> None:
    centers = np.random.default_rng(0).uniform(-10, 10, (2000, 3))
    args = (centers, np.repeat(EYE, 2000, axis=0), np.full((2000, 3), 1000.0))
    assert (count_points_in_boxes(np.zeros((3, 3), np.float32), *args) == 3).all()


def test_nan_and_infinity_are_never_inside() -> None:
    points = np.array([[np.nan, 0, 0], [0, np.nan, 0], [0, 0, np.nan], [np.inf, 0, 0], [0, 0, 0]], dtype=np.float32)
    args = (np.zeros((1, 3)), EYE, np.full((1, 3), 1000.0))
    assert points_in_boxes(points, *args).tolist() == [[False] * 4 + [True]]


def test_empty_in_empty_out() -> None:
    none = (np.zeros((0, 3)), np.zeros((0, 3, 3)), np.zeros((0, 3)))
    one = (np.zeros((1, 3)), EYE, np.ones((1, 3)))
    nothing, point = np.zeros((0, 3), np.float32), np.zeros((1, 3), np.float32)
    assert points_in_boxes(nothing, *one).shape == (1, 0)
    assert points_in_boxes(point, *none).shape == (0, 1)
    assert box_of_points(point, *none).tolist() == [-1]
    assert count_points_in_boxes(nothing, *none).shape == (0,)
    for points, boxes in ((nothing, one), (point, none), (nothing, none)):
        offsets, indices = indices_in_boxes(points, *boxes)
        assert offsets.tolist() == [0] * (len(boxes[0]) + 1)
        assert indices.shape == (0,)


def test_any_memory_order_and_read_only_arrays_are_taken() -> None:
    points, *args = made_up(5, 200, 4)
    odd = np.asfortranarray(np.repeat(points, 2, axis=0))[::2]
    odd.flags.writeable = False
    assert np.array_equal(points_in_boxes(odd, *args), plain(points, *args))


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("points", {0: np.zeros((3, 2), np.float32)}),
        ("points", {0: np.zeros((3, 3), np.int32)}),
        ("centers", {1: np.zeros((1, 2))}),
        ("centers", {1: np.full((1, 3), np.nan)}),
        ("rotations", {2: np.zeros((1, 3))}),
        ("sizes", {3: -np.ones((1, 3))}),
        ("sizes", {3: np.array([["a", "b", "c"]])}),
        ("one row a box", {3: np.ones((2, 3))}),
    ],
)
def test_a_wrong_argument_is_named(name: str, change: dict[int, object]) -> None:
    args: list[object] = [np.zeros((1, 3), np.float32), np.zeros((1, 3)), EYE, np.ones((1, 3))]
    for place, value in change.items():
        args[place] = value
    for function in (points_in_boxes, count_points_in_boxes, indices_in_boxes, box_of_points):
        with pytest.raises(ValueError, match=name):
            function(*args)  # type: ignore[arg-type]
