"""The camera of the 3D view, against VTK's own and against itself."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.gui.views.orbit import HIGHEST, LOWEST, Orbit

cameras = st.builds(
    Orbit,
    pivot=st.tuples(*[st.floats(-40, 40)] * 3),
    distance=st.floats(2, 120),
    azimuth=st.floats(-math.pi, math.pi),
    elevation=st.floats(LOWEST, HIGHEST),
)
WIDTH, HEIGHT = 640.0, 400.0


@settings(max_examples=60, deadline=None)
@given(cameras, st.floats(0, WIDTH), st.floats(0, HEIGHT), st.floats(1, 100))
def test_a_ray_leads_through_the_pixel_it_was_asked_for(camera: Orbit, x: float, y: float, far: float) -> None:
    origin, way = camera.ray(x, y, WIDTH, HEIGHT)
    assert np.linalg.norm(way) == pytest.approx(1)
    uv, depth = camera.project((origin + far * way)[None], WIDTH, HEIGHT)
    np.testing.assert_allclose(uv[0], (x, y), atol=1e-6)
    assert depth[0] > 0


@settings(max_examples=30, deadline=None)
@given(cameras)
def test_axes_are_right_handed_and_the_pivot_is_in_the_middle(camera: Orbit) -> None:
    np.testing.assert_allclose(np.cross(camera.right, camera.up), -camera.forward, atol=1e-12)
    uv, depth = camera.project([camera.pivot], WIDTH, HEIGHT)
    np.testing.assert_allclose(uv[0], (WIDTH / 2, HEIGHT / 2), atol=1e-6)
    assert depth[0] == pytest.approx(camera.distance)
    assert camera.right[2] == 0  # the horizon is level


@settings(max_examples=40, deadline=None)
@given(cameras, st.floats(50, 590), st.floats(50, 350), st.floats(2, 60), st.floats(0.6, 1.6))
def test_zooming_keeps_the_place_under_the_cursor(camera: Orbit, x: float, y: float, far: float, factor: float) -> None:
    origin, way = camera.ray(x, y, WIDTH, HEIGHT)
    target = origin + far * way
    uv, depth = camera.zoomed(factor, target).project(target[None], WIDTH, HEIGHT)
    if depth[0] > 0.2:
        np.testing.assert_allclose(uv[0], (x, y), atol=1e-5)


def test_panning_pulls_the_ground_along_and_keeps_the_height() -> None:
    camera = Orbit(pivot=(0.0, 0.0, -1.8), distance=30.0, azimuth=1.0, elevation=math.pi / 2)
    moved = camera.panned(40, -25, HEIGHT)
    uv, _ = moved.project([camera.pivot], WIDTH, HEIGHT)
    np.testing.assert_allclose(uv[0], (WIDTH / 2 + 40, HEIGHT / 2 - 25), atol=1e-6)
    assert moved.pivot[2] == camera.pivot[2]


def test_turning_stops_before_it_goes_over_the_top() -> None:
    camera = Orbit(elevation=1.0)
    assert camera.turned(0, 9.0).elevation == HIGHEST
    assert camera.turned(0, -9.0).elevation == LOWEST
    down = camera.turned(0, 9.0)
    np.testing.assert_allclose(down.forward, (0, 0, -1), atol=1e-12)
    np.testing.assert_allclose(down.up, (1, 0, 0), atol=1e-12)


def test_lines_behind_the_camera_are_cut() -> None:
    camera = Orbit(distance=10.0, elevation=0.0)  # at x = -10, looking along +x
    cut, kept = camera.segments([[-30, 0, 0], [-30, 1, 0]], [[5, 0, 0], [-20, 1, 0]], WIDTH, HEIGHT)
    assert kept.tolist() == [0]
    np.testing.assert_allclose(cut[0], [[WIDTH / 2, HEIGHT / 2]] * 2, atol=1e-6)
