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


def test_vtk_puts_points_where_the_numbers_say() -> None:
    from lidar_label.gui.vtk.points import PointRenderer

    renderer = PointRenderer()
    try:
        camera = Orbit(pivot=(3.0, -2.0, 0.5), distance=17.0, azimuth=0.7, elevation=0.5)
        random = np.random.default_rng(3)
        xyz = np.asarray(camera.pivot, np.float32) + random.uniform(-4, 4, (12, 3)).astype(np.float32)
        for n in range(len(xyz)):
            renderer.set_points(xyz[n : n + 1], np.array([[255, 0, 0, 255]], np.uint8))
            renderer.set_point_size(3)
            pixels = renderer.draw(camera, int(WIDTH), int(HEIGHT))
            rows, columns = np.nonzero(pixels[:, :, 3])
            ((u, v),) = camera.project(xyz[n : n + 1], WIDTH, HEIGHT)[0]
            assert len(rows) > 0
            assert abs(columns.mean() + 0.5 - u) < 1.0
            assert abs(rows.mean() + 0.5 - v) < 1.0
    finally:
        renderer.close()


def test_a_closed_renderer_draws_nothing_and_does_not_crash() -> None:
    from lidar_label.gui.vtk.points import PointRenderer

    renderer = PointRenderer()
    cloud = np.zeros((5, 3), np.float32), np.full((5, 4), 255, np.uint8)
    renderer.set_points(*cloud)
    camera = Orbit(distance=5.0)
    assert renderer.draw(camera, 40, 30).any()
    renderer.set_points(np.empty((0, 3), np.float32), np.empty((0, 4), np.uint8))
    assert not renderer.draw(camera, 40, 30).any()
    renderer.set_points(*cloud)
    renderer.set_colors(np.full((5, 4), (9, 8, 7, 255), np.uint8))
    assert renderer.draw(camera, 40, 30)[:, :, :3].max() == 9
    renderer.close()
    renderer.close()
    assert renderer.draw(camera, 40, 30).shape == (30, 40, 4)
    assert not renderer.draw(camera, 40, 30).any()


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


def test_what_vtk_complains_of_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    from vtkmodules.vtkCommonCore import vtkOutputWindow

    from lidar_label.gui.vtk.points import PointRenderer

    renderer = PointRenderer()
    renderer.set_points(np.zeros((1, 3), np.float32), np.full((1, 4), 255, np.uint8))
    renderer.draw(Orbit(distance=5.0), 8, 8)
    renderer.close()
    vtkOutputWindow.GetInstance().InvokeEvent("ErrorEvent", "no such context")
    assert [(r.levelname, r.message) for r in caplog.records] == [("ERROR", "no such context")]
