"""Rays and segments, against points sampled along them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.geometry import ray_boxes, ray_line, ray_plane
from lidar_label.model import SE3, Box
from lidar_label.model.lens_lines import clip_near, clip_rect

seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_a_ray_enters_a_box_where_samples_along_it_do(seed: int) -> None:
    random = np.random.default_rng(seed)
    centers, sizes = random.uniform(-5, 5, (4, 3)), random.uniform(0.5, 6, (4, 3))
    rotations = Rotation.random(4, random_state=random).as_matrix()
    origin = random.uniform(-8, 8, 3)
    way = random.normal(size=3)
    way /= np.linalg.norm(way)
    far = ray_boxes(origin, way, centers, rotations, sizes)
    steps = np.arange(0, 40, 0.002)
    points = origin + steps[:, None] * way
    for center, rotation, size, found in zip(centers, rotations, sizes, far, strict=True):
        inside = (np.abs((points - center) @ rotation) <= size / 2).all(axis=1)
        if inside.sum() > 5:
            assert abs(steps[inside.argmax()] - found) < 0.01
        elif not inside.any() and np.isfinite(found):
            at = origin + found * way  # it may graze an edge between two samples, never miss by more
            assert (np.abs((at - center) @ rotation) <= size / 2 + 1e-6).all()


def test_a_ray_along_an_axis_and_one_from_inside() -> None:
    one = (np.zeros((1, 3)), np.eye(3)[None], np.full((1, 3), 2.0))
    assert ray_boxes((-5, 0, 0), (1, 0, 0), *one).tolist() == [4.0]
    assert ray_boxes((-5, 2, 0), (1, 0, 0), *one).tolist() == [np.inf]
    assert ray_boxes((5, 0, 0), (1, 0, 0), *one).tolist() == [np.inf]
    assert ray_boxes((0, 0, 0), (0, 0, 1), *one).tolist() == [0.0]
    assert len(ray_boxes((0, 0, 0), (0, 0, 1), np.empty((0, 3)), np.empty((0, 3, 3)), np.empty((0, 3)))) == 0


def test_a_ray_meets_a_plane_ahead_of_it_only() -> None:
    down = np.array([0.6, 0.0, -0.8])
    place = ray_plane(np.array([0.0, 0, 8]), down, (0, 0, 0), (0, 0, 1))
    assert place is not None
    np.testing.assert_allclose(place, (6, 0, 0), atol=1e-12)
    assert ray_plane(np.array([0.0, 0, 8]), -down, (0, 0, 0), (0, 0, 1)) is None
    assert ray_plane(np.array([0.0, 0, 8]), np.array([1.0, 0, 0]), (0, 0, 0), (0, 0, 1)) is None


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_no_sample_of_a_line_comes_nearer_to_the_ray(seed: int) -> None:
    random = np.random.default_rng(seed)
    origin, point = random.uniform(-5, 5, (2, 3))
    way, axis = random.normal(size=(2, 3))
    way, axis = way / np.linalg.norm(way), axis / np.linalg.norm(axis)
    found = ray_line(origin, way, point, axis)
    if found is None or abs(way @ axis) > 0.99:
        return

    def gap(places: np.ndarray) -> np.ndarray:
        off = places - origin
        return np.linalg.norm(off - (off @ way)[:, None] * way, axis=1)

    along = (found - point) @ axis
    assert np.linalg.norm(point + along * axis - found) < 1e-9
    samples = point + np.linspace(along - 3, along + 3, 301)[:, None] * axis
    assert gap(found[None])[0] <= gap(samples).min() + 1e-9


def test_segments_are_cut_at_the_near_plane() -> None:
    starts = np.array([[0.0, 0, -1], [0, 0, 3], [0, 0, -1], [1, 2, 3]])
    ends = np.array([[0.0, 4, 3], [0, 4, -1], [0, 0, -2], [4, 5, 6]])
    a, b, kept = clip_near(starts, ends, 1.0)
    assert kept.tolist() == [0, 1, 3]
    np.testing.assert_allclose(a, [[0, 2, 1], [0, 0, 3], [1, 2, 3]])
    np.testing.assert_allclose(b, [[0, 4, 3], [0, 2, 1], [4, 5, 6]])


@settings(max_examples=60, deadline=None)
@given(seeds)
def test_what_is_cut_to_a_rectangle_is_what_lies_inside(seed: int) -> None:
    segments = np.random.default_rng(seed).uniform(-30, 40, (20, 2, 2))
    cut, kept = clip_rect(segments, (0, 0), (10, 8))
    assert ((cut >= -1e-9) & (cut <= np.array([10, 8]) + 1e-9)).all()
    along = np.linspace(0, 1, 2001)[:, None]
    for n, segment in enumerate(segments):
        samples = segment[0] + along * (segment[1] - segment[0])
        inside = samples[((samples >= 0) & (samples <= (10, 8))).all(axis=1)]
        if len(inside) > 1:
            assert n in kept
            own = cut[kept.tolist().index(n)]
            step = np.linalg.norm(segment[1] - segment[0]) / 2000
            assert np.linalg.norm(own[0] - inside[0]) <= step * 1.01
            assert np.linalg.norm(own[1] - inside[-1]) <= step * 1.01


def test_the_tick_ahead_of_a_small_box_is_no_longer_than_half_the_box() -> None:
    """A scan of a table has boxes of centimetres; a car keeps the tick it has."""
    sizes = ((0.05, 0.03, 0.02), (4.5, 1.9, 1.6))
    boxes = [
        Box(track=f"{i}", frame=0, world_SE3_box=SE3.from_yaw("world", "box", 0.7, (1.0, 2.0, 3.0)), size=size)
        for i, size in enumerate(sizes)
    ]
    starts, ends = BoxArrays.of(boxes, SE3.identity("ego", "world")).headings()
    np.testing.assert_allclose(np.linalg.norm(ends - starts, axis=1), (0.05, 4.5 / 2 + 0.7))
