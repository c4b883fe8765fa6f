"""Edges of boxes through bent lenses: against thousands of points of each edge, by the lens's published formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.spatial import cKDTree

from lidar_label.gui.views.boxes import EDGE_ENDS, BoxArrays
from lidar_label.gui.views.camera_boxes import seen_edges
from lidar_label.model import SE3, Box, Camera, Fisheye, Pinhole
from lidar_label.model.lens_lines import lens_segments

BROWN = (-0.32, 0.11, 0.0008, -0.0011, -0.017)
KANNALA = (0.05, -0.012, 0.004, -0.0009)
PLAIN = Pinhole(width=1920, height=1280, fx=1100, fy=1100, cx=960, cy=640)
BENT = Pinhole(width=1920, height=1280, fx=900, fy=905, cx=970, cy=630, distortion=BROWN)
ROUND = Fisheye(width=1600, height=1600, fx=420, fy=420, cx=800, cy=800, distortion=KANNALA)
BARE = Fisheye(width=1280, height=960, fx=330, fy=335, cx=640, cy=470)
SEGMENTS = 50
ALL = {"plain": PLAIN, "Brown-Conrady": BENT, "Kannala-Brandt": ROUND, "equidistant": BARE}


def pinhole(camera: Camera, p: np.ndarray) -> np.ndarray:
    """OpenCV's formula; NaN behind the near plane and beyond where the radius folds back."""
    k1, k2, p1, p2, k3 = camera.distortion or (0.0,) * 5
    ahead = np.where(p[:, 2] >= 0.1, p[:, 2], np.nan)
    x, y = p[:, 0] / ahead, p[:, 1] / ahead
    r2 = x * x + y * y
    folded = np.zeros(len(p), bool)
    if camera.distortion:
        radii = np.linspace(0, 9, 200_000)
        falls = 1 + 3 * k1 * radii**2 + 5 * k2 * radii**4 + 7 * k3 * radii**6 <= 0
        folded = np.sqrt(r2) > (radii[falls.argmax()] if falls.any() else np.inf)
    scale = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    u = x * scale + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)
    v = y * scale + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y
    uv = np.column_stack([u * camera.fx + camera.cx, v * camera.fy + camera.cy])
    uv[folded] = np.nan
    return uv


def fisheye(camera: Camera, p: np.ndarray) -> np.ndarray:
    """Kannala and Brandt's polynomial in the angle; NaN beyond where it falls."""
    k = camera.distortion or (0.0,) * 4
    theta = np.arccos(p[:, 2] / np.linalg.norm(p, axis=1))
    angles = np.linspace(0, np.pi, 200_000)
    bend = lambda t: t + k[0] * t**3 + k[1] * t**5 + k[2] * t**7 + k[3] * t**9  # noqa: E731
    falls = np.diff(bend(angles)) <= 0
    widest = angles[falls.argmax()] if falls.any() else np.pi
    way = p[:, :2] / np.linalg.norm(p[:, :2], axis=1)[:, None]
    uv = way * bend(theta)[:, None] * (camera.fx, camera.fy) + (camera.cx, camera.cy)
    uv[(theta > widest) | (np.linalg.norm(p, axis=1) < 0.1)] = np.nan
    return uv


def formula(camera: Camera) -> Callable[[Camera, np.ndarray], np.ndarray]:
    return fisheye if isinstance(camera, Fisheye) else pinhole


def away(points: np.ndarray, segments: np.ndarray) -> np.ndarray:
    """Distance of each point to the nearest of the segments."""
    a, way = segments[:, 0], segments[:, 1] - segments[:, 0]
    long = np.maximum((way**2).sum(axis=1), 1e-12)
    t = np.clip(((points[:, None] - a) * way).sum(axis=2) / long, 0, 1)
    return np.linalg.norm(points[:, None] - (a + t[:, :, None] * way), axis=2).min(axis=1)


def inside(camera: Camera, uv: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return ((uv > 0) & (uv < (camera.width - 1, camera.height - 1))).all(axis=1)


def dense(camera: Camera, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """The picture of a segment as a crowd of points: evenly in space and, near the camera, finer still."""
    share = np.unique(
        np.concatenate([np.linspace(0, 1, 4000), np.geomspace(1e-7, 1, 4000), 1 - np.geomspace(1e-7, 1, 4000)])
    )
    uv = formula(camera)(camera, start + share[:, None] * (end - start))
    return uv[inside(camera, uv)]


@pytest.mark.parametrize("camera", ALL.values(), ids=ALL.keys())
def test_every_part_that_the_lens_sees_is_drawn_and_nothing_else(camera: Camera) -> None:
    random = np.random.default_rng(4)
    starts = random.uniform((-9, -3, -8), (9, 3, 20), (SEGMENTS, 3))
    ends = starts + random.uniform(-9, 9, (SEGMENTS, 3)) * random.choice([0.1, 0.5, 1.0], (SEGMENTS, 1))
    segments, kept = lens_segments(camera, starts, ends)
    looked_at = 0
    for n in range(len(starts)):
        crowd, own = dense(camera, starts[n], ends[n]), segments[kept == n]
        if len(crowd):
            looked_at += 1
            assert len(own), n
            assert away(crowd[:: max(len(crowd) // 300, 1)], own).max() < 1.0, n  # the curve, also where it bends most
        if not len(own):
            continue
        share = np.linspace(0, 1, 9)[:, None]
        drawn = np.concatenate([a + (b - a) * share for a, b in own])
        drawn = drawn[inside(camera, drawn)]
        if len(drawn):
            assert len(crowd), f"{n}: something is drawn that no part of it looks like"
            gaps, _ = cKDTree(crowd).query(drawn)
            assert gaps.max() < 3.0, n
    assert looked_at > SEGMENTS / 3


def test_a_wall_beside_the_camera_reaches_the_edge_of_the_picture() -> None:
    # From behind the camera to far ahead of it, 1 m aside: what is seen of it begins at the picture's edge.
    start, end = np.array([1.0, 0.3, -20.0]), np.array([1.0, 0.3, 60.0])
    for camera, edge in ((PLAIN, PLAIN.width - 1.0), (BENT, dense(BENT, start, end)[:, 0].max() - 1.0)):
        segments, _ = lens_segments(camera, start[None], end[None])
        flat = segments.reshape(-1, 2)
        assert flat[:, 0].max() > edge
        assert flat[:, 0].min() < camera.cx + 40
        assert (flat[:, 0] > camera.cx).all()  # never mirrored to the other side
    seen_behind, _ = lens_segments(BARE, np.array([[1.0, 0.3, -2.0]]), np.array([[1.0, 0.3, 60.0]]))
    assert np.linalg.norm(seen_behind.reshape(-1, 2) - (640, 470), axis=1).max() > 330 * np.pi / 2  # past its own plane


@pytest.mark.parametrize("camera", ALL.values(), ids=ALL.keys())
def test_of_a_box_around_the_camera_only_what_lies_ahead_is_drawn(camera: Camera) -> None:
    # A lorry's box that the camera's own vehicle stands in: half of its corners have z < 0.
    still = SE3("CAM", "world", (1, 0, 0, 0), (0.0, 0.0, 0.0))
    box = Box(
        track="t",
        frame=0,
        world_SE3_box=SE3("world", "box", (0.5, 0.5, -0.5, 0.5), (0.3, 0.2, 2.0)),
        size=(12.0, 2.6, 3.0),
    )
    arrays = BoxArrays.of([box], still)
    assert (arrays.corners[0, :, 2] < 0).sum() == 4
    segments, owner, _ = seen_edges(camera, still, arrays)
    assert set(owner.tolist()) == {0}
    crowd = np.concatenate([dense(camera, a, b) for a, b in zip(*arrays.edges(), strict=True)])
    _, _, edge = seen_edges(camera, still, arrays)
    own = segments[edge < len(EDGE_ENDS)]
    assert len(crowd) > 100
    assert away(crowd[::40], own).max() < 1.0
    drawn = own.reshape(-1, 2)
    drawn = drawn[inside(camera, drawn)]
    assert cKDTree(crowd).query(drawn)[0].max() < 3.0


@pytest.mark.parametrize("camera", [PLAIN, BENT], ids=["plain", "Brown-Conrady"])
def test_the_edges_of_a_crowd_are_those_of_each_box_alone_as_plain_numpy_has_them(camera: Camera) -> None:
    random = np.random.default_rng(4)
    turns = random.normal(size=(60, 4))
    turns /= np.linalg.norm(turns, axis=1, keepdims=True)
    boxes = [
        Box(track="t", frame=0, world_SE3_box=SE3("world", "box", tuple(turn), tuple(at)), size=tuple(size))
        for turn, at, size in zip(turns, random.uniform(-25, 25, (60, 3)), random.uniform(0.5, 9, (60, 3)), strict=True)
    ]
    way = SE3("CAM", "world", (0.5, -0.5, 0.5, -0.5), (0.3, 1.2, -0.4))
    arrays = BoxArrays.of(boxes, SE3.identity("world", "world"))
    segments, owner, edge = seen_edges(camera, way, arrays)
    starts, ends = (way.apply(lines) for lines in arrays.edges())
    wanted, kept = lens_segments(camera, starts, ends)
    own = edge < len(EDGE_ENDS)
    np.testing.assert_allclose(segments[own], wanted, atol=1e-4)
    np.testing.assert_array_equal(owner[own], kept // len(EDGE_ENDS))
    np.testing.assert_array_equal(edge[own], kept % len(EDGE_ENDS))
    assert 5 < len(set(owner.tolist())) < 60
