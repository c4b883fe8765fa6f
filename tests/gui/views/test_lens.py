"""Boxes and clouds through lenses, against the camera's own slow way."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.gui.views.lens import camera_SE3_ego, dots_in
from lidar_label.kernels.camera_dots import Window
from lidar_label.model import SE3, Camera, Fisheye, Image, Pinhole, Sensor
from lidar_label.model.lens_lines import lens_segments

PLAIN = Pinhole(width=640, height=400, fx=420, fy=410, cx=322, cy=198)
BENT = Pinhole(width=640, height=400, fx=420, fy=410, cx=322, cy=198, distortion=(-0.3, 0.08, 0.001, -0.002, 0.0))
WIDE = Fisheye(width=640, height=640, fx=200, fy=200, cx=320, cy=320, distortion=(0.01, -0.002, 0.0, 0.0))


def away(segments: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Distance of each point to the nearest of the segments."""
    a, way = segments[:, 0], segments[:, 1] - segments[:, 0]
    long = np.maximum((way**2).sum(axis=1), 1e-12)
    t = np.clip(((points[:, None] - a) * way).sum(axis=2) / long, 0, 1)
    return np.linalg.norm(points[:, None] - (a + t[:, :, None] * way), axis=2).min(axis=1)


@pytest.mark.parametrize("camera", [PLAIN, BENT, WIDE], ids=["plain", "bent", "fisheye"])
def test_segments_are_the_polyline_the_camera_draws(camera: Camera) -> None:
    random = np.random.default_rng(1)
    starts = random.uniform((-6, -3, -4), (6, 3, 20), (60, 3))
    ends = starts + random.uniform(-4, 4, (60, 3))
    segments, kept = lens_segments(camera, starts, ends)
    drawn = 0
    for n in range(len(starts)):
        wanted = [line for line in camera.polyline(starts[n], ends[n], steps=200) if len(line)]
        points = np.concatenate(wanted) if wanted else np.empty((0, 2))
        points = points[camera.inside(points)]
        own = segments[kept == n]
        if len(points) < 12:  # a sliver: 16 pieces may see none of it
            continue
        drawn += 1
        inner = points[5:-5]  # the ends of a blind angle differ by a piece
        assert np.percentile(away(own, inner), 90) < 1.5, n
    assert drawn > 10


def test_an_edge_that_begins_behind_the_camera_is_cut_and_not_mirrored() -> None:
    segments, kept = lens_segments(PLAIN, np.array([[1.0, 0.5, -5.0]]), np.array([[1.0, 0.5, 10.0]]))
    assert kept.tolist() == [0]
    assert (segments[0] >= (PLAIN.cx, PLAIN.cy)).all()  # right of and below the middle, all along
    assert len(lens_segments(PLAIN, np.array([[0.0, 0, -5]]), np.array([[0.0, 0, -1]]))[0]) == 0


@pytest.mark.parametrize("camera", [PLAIN, BENT, WIDE], ids=["plain", "bent", "fisheye"])
@pytest.mark.parametrize("some", [False, True], ids=["every point", "some points"])
def test_dots_are_the_nearest_points_that_the_camera_sees_in_each_cell(camera: Camera, some: bool) -> None:
    random = np.random.default_rng(2)
    xyz = random.uniform(-20, 20, (4000, 3)).astype(np.float32)
    xyz[:3] = np.nan, np.inf, 0.0
    chosen = random.random(len(xyz)) < 0.4
    way = SE3("CAM", "ego", (0.5, 0.5, -0.5, 0.5), (0.1, -0.2, 0.3))
    window = Window(-0.5, -0.5, float(camera.width), float(camera.height), 40, 25)
    found = dots_in(camera, way, xyz, window, chosen if some else None)
    with np.errstate(invalid="ignore"):
        moved = way.apply(xyz)
    uv, seen = camera.project(moved)
    wanted: dict[tuple[int, int], int] = {}
    for n in np.flatnonzero(seen & camera.inside(uv) & (chosen if some else True)):
        cell = int((uv[n, 0] + 0.5) / camera.width * 40), int((uv[n, 1] + 0.5) / camera.height * 25)
        before = wanted.get(cell)
        if before is None or np.linalg.norm(moved[n]) < np.linalg.norm(moved[before]):
            wanted[cell] = int(n)
    assert len(wanted) > 80
    assert sorted(found.index.tolist()) == sorted(wanted.values())
    np.testing.assert_allclose(found.uv, uv[found.index], atol=0.02)
    assert found.chosen == some


def test_dots_of_a_part_of_the_picture_are_in_it() -> None:
    xyz = np.random.default_rng(3).uniform((-4, -3, 2), (4, 3, 20), (3000, 3)).astype(np.float32)
    still = SE3.identity("CAM", "ego")
    part = dots_in(PLAIN, still, xyz, Window(300.0, 180.0, 40.0, 30.0, 400, 300))
    assert len(part.index) > 20
    assert ((part.uv >= (300, 180)) & (part.uv <= (340, 210))).all()
    assert len(dots_in(PLAIN, still, xyz[:0], Window(300.0, 180.0, 40.0, 30.0, 4, 3)).index) == 0


def test_a_picture_is_placed_at_its_own_time() -> None:
    mount = SE3("ego", "CAM", (0.5, -0.5, 0.5, -0.5), (1.5, 0.0, 1.6))
    image = Image(
        sensor=Sensor(channel="CAM", kind="camera", ego_SE3_sensor=mount, camera=PLAIN),
        timestamp_ns=1, world_SE3_ego=SE3("world", "ego", (1, 0, 0, 0), (102.0, 0, 0)), frame=0, load=lambda: b"",
    )  # fmt: skip
    way = camera_SE3_ego(image, SE3("world", "ego", (1, 0, 0, 0), (100.0, 0, 0)))
    # 10 m ahead of the vehicle at the sweep's time is 10 - 2 - 1.5 m before the lens at the picture's.
    np.testing.assert_allclose(way.apply([[10.0, 0.0, 1.6]])[0], (0, 0, 6.5), atol=1e-9)
