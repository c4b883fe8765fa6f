"""Lenses: OpenCV as the independent judge, there and back again, and what a lens cannot see."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.errors import InvalidValue
from lidar_label.model import NEAR_M, Camera, Fisheye, Pinhole

SIZE: dict[str, Any] = {"width": 1600, "height": 900, "fx": 1260.0, "fy": 1250.0, "cx": 810.0, "cy": 490.0}
WIDE: dict[str, Any] = {"width": 1280, "height": 1280, "fx": 350.0, "fy": 352.0, "cx": 641.0, "cy": 639.0}
PLAIN = Pinhole(**SIZE)
LENSES: dict[str, Camera] = {
    "plain": PLAIN,
    "four": Pinhole(**SIZE, distortion=(-0.28, 0.07, 0.001, -0.0008)),
    "five": Pinhole(**SIZE, distortion=(-0.35, 0.15, 0.0007, 0.0002, -0.03)),
    "pincushion": Pinhole(**SIZE, distortion=(0.2, 0.05, -0.001, 0.002, 0.01)),
    "rational": Pinhole(**SIZE, distortion=(0.9, 0.3, 0.0003, -0.0001, 0.02, 1.3, 0.5, 0.08)),
    "fisheye": Fisheye(**WIDE, distortion=(0.02, -0.007, 0.003, -0.0006)),
    "equidistant": Fisheye(**WIDE),
}
each_lens = pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)


def cloud(count: int = 500, seed: int = 0, spread: float = 0.6) -> Any:
    """Points in front of a camera, within a cone, at 0.5 to 80 m."""
    random = np.random.default_rng(seed)
    depth = random.uniform(0.5, 80.0, count)
    return np.column_stack([random.uniform(-spread, spread, (count, 2)) * depth[:, None], depth])


@each_lens
def test_opencv_sees_the_same(lens: Camera) -> None:
    cv2 = pytest.importorskip("cv2", reason="OpenCV comes with the nuscenes extra")
    points = cloud(spread=0.5 if isinstance(lens, Pinhole) else 2.0)
    uv, seen = lens.project(points)
    assert seen.all()
    zero = np.zeros(3)
    if isinstance(lens, Fisheye):
        expected, _ = cv2.fisheye.projectPoints(
            points[:, None], zero, zero, lens.matrix, np.array(lens.distortion or (0.0,) * 4)
        )
    else:
        expected, _ = cv2.projectPoints(points[:, None], zero, zero, lens.matrix, np.array(lens.distortion))
    np.testing.assert_allclose(uv, expected[:, 0], atol=1e-7)


@pytest.mark.parametrize("name", ["four", "five", "pincushion", "rational"])
def test_opencv_looks_along_the_same_rays(name: str) -> None:
    cv2 = pytest.importorskip("cv2", reason="OpenCV comes with the nuscenes extra")
    lens = LENSES[name]
    uv, _ = lens.project(cloud(spread=0.4))
    criteria = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 200, 1e-14)
    undistort = getattr(cv2, "undistortPointsIter", cv2.undistortPoints)  # OpenCV 5 has the two in one
    xy = undistort(uv[:, None], lens.matrix, np.array(lens.distortion), R=None, P=None, criteria=criteria)[:, 0]
    rays = lens.rays(uv)
    np.testing.assert_allclose(rays[:, :2] / rays[:, 2:], xy, atol=1e-7)


def test_a_pinhole_by_hand() -> None:
    uv, seen = PLAIN.project([[1.0, -2.0, 10.0]])
    assert seen.all()
    np.testing.assert_allclose(uv, [[810 + 126, 490 - 250]])


def test_brown_conrady_by_hand() -> None:
    lens = Pinhole(width=10, height=10, fx=1, fy=1, cx=0, cy=0, distortion=(0.1, 0.01, 0.002, 0.003))
    x, y = 0.3, -0.4
    r2 = 0.25
    scale = 1 + 0.1 * r2 + 0.01 * r2**2
    expected = (x * scale + 2 * 0.002 * x * y + 0.003 * (r2 + 2 * x * x),
                y * scale + 0.002 * (r2 + 2 * y * y) + 2 * 0.003 * x * y)  # fmt: skip
    np.testing.assert_allclose(lens.project([[3.0, -4.0, 10.0]])[0][0], expected, rtol=1e-14)


def test_a_fisheye_by_hand() -> None:
    lens = Fisheye(width=10, height=10, fx=100, fy=100, cx=0, cy=0, distortion=(0.1, 0, 0, 0))
    theta = math.pi / 4
    uv, _ = lens.project([[3.0, 0.0, 3.0]])
    np.testing.assert_allclose(uv, [[100 * theta * (1 + 0.1 * theta**2), 0]], atol=1e-12)
    sideways, seen = LENSES["equidistant"].project([[2.0, 0.0, 0.0], [2.0, 0.0, -0.5]])  # beside, and behind
    assert seen.all()
    assert sideways[1, 0] > sideways[0, 0] == pytest.approx(641 + 350 * math.pi / 2)


@each_lens
def test_a_pixel_looks_along_the_ray_whose_picture_it_is(lens: Camera) -> None:
    u, v = np.meshgrid(np.arange(0, lens.width, 40.0), np.arange(0, lens.height, 40.0))
    pixels = np.column_stack([u.ravel(), v.ravel()])
    rays = lens.rays(pixels)
    found = np.isfinite(rays).all(axis=1)
    assert found.mean() > 0.7
    np.testing.assert_allclose(np.linalg.norm(rays[found], axis=1), 1.0, atol=1e-12)
    uv, seen = lens.project(rays[found] * 7.0)
    assert seen.mean() > 0.99  # the outermost lie on the edge of what it sees
    np.testing.assert_allclose(uv[seen], pixels[found][seen], atol=2e-3)


@each_lens
def test_a_point_lies_on_the_ray_of_its_pixel(lens: Camera) -> None:
    points = cloud(spread=0.4)
    uv, _ = lens.project(points)
    rays = points / np.linalg.norm(points, axis=1, keepdims=True)
    np.testing.assert_allclose(lens.rays(uv), rays, atol=1e-8)


meters = st.floats(-50.0, 50.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(meters, meters, meters), min_size=1, max_size=20))
@each_lens
def test_nothing_without_a_picture_has_pixels(lens: Camera, points: list[Any]) -> None:
    uv, seen = lens.project(points)
    assert (np.isfinite(uv).all(axis=1) == seen).all()
    if isinstance(lens, Pinhole):
        assert (np.array(points)[seen, 2] >= NEAR_M).all()


@each_lens
def test_points_behind_too_near_or_not_finite_are_not_seen(lens: Camera) -> None:
    points = [
        (0, 0, -5), (0, 0, 0), (0, 0, 0.05), (np.nan, 0, 5), (0, np.inf, 5), (1, 1, np.inf), (np.inf, 0, np.inf),
    ]  # fmt: skip
    uv, seen = lens.project(points)
    assert not seen.any()
    assert np.isnan(uv).all()
    assert not lens.inside(uv).any()
    uv, seen = lens.project(np.zeros((0, 3)))
    assert uv.shape == (0, 2)


def test_the_near_plane_itself_is_seen() -> None:
    assert PLAIN.project([[0, 0, NEAR_M], [0, 0, NEAR_M - 1e-9]])[1].tolist() == [True, False]


def test_a_lens_that_folds_back_is_cut_where_it_does() -> None:
    """With k1 = -0.4 alone, r (1 - 0.4 r2) is largest at r = sqrt(1 / 1.2); wider angles come back in."""
    lens = Pinhole(**SIZE, distortion=(-0.4, 0.0, 0.0, 0.0))
    fold = math.sqrt(1 / 1.2)
    radii = np.array([0.5, 0.98, 1.02, 1.5, 3.0]) * fold
    points = np.column_stack([radii, np.zeros(5), np.ones(5)])
    uv, seen = lens.project(points)
    assert seen.tolist() == [True, True, False, False, False]
    again, _ = PLAIN.project(points)
    assert (uv[:2, 0] < again[:2, 0]).all()  # barrel: nearer to the middle than without
    edge = lens.project([[fold * 0.999, 0, 1]])[0][0, 0]
    rays = lens.rays([[edge - 5.0, 490.0], [edge + 5.0, 490.0], [5000.0, 490.0]])
    assert np.isfinite(rays[0]).all()
    assert np.isnan(rays[1:]).all()  # no direction has a picture there


def test_a_rational_lens_is_cut_at_its_pole() -> None:
    lens = Pinhole(**SIZE, distortion=(0.0, 0.0, 0.0, 0.0, 0.0, -0.5, 0.0, 0.0))  # 1 / (1 - r2 / 2)
    _, seen = lens.project([[1.2, 0, 1], [1.6, 0, 1]])
    assert seen.tolist() == [True, False]


def test_a_fisheye_is_cut_where_it_folds_and_knows_its_edge() -> None:
    lens = Fisheye(**WIDE, distortion=(-0.1, 0.0, 0.0, 0.0))  # largest at theta = sqrt(1 / 0.3) = 104.6 degrees
    fold = math.sqrt(1 / 0.3)
    angles = np.array([0.98, 1.02]) * fold
    points = np.column_stack([np.sin(angles), np.zeros(2), np.cos(angles)]) * 5
    assert lens.project(points)[1].tolist() == [True, False]
    edge = 350 * fold * (1 - 0.1 * fold**2)
    rays = lens.rays([[641 + edge - 2, 639.0], [641 + edge + 2, 639.0]])
    assert np.isfinite(rays[0]).all()
    assert np.isnan(rays[1]).all()


def test_straight_behind_has_no_place_in_a_fisheye() -> None:
    _, seen = LENSES["equidistant"].project([[0, 0, -5], [1e-3, 0, -5], [0, 0, 5]])
    assert seen.tolist() == [False, True, True]


def test_the_image_s_edge() -> None:
    uv = np.array([[-0.5, 0], [-0.51, 0], [1599.49, 899.49], [1599.5, 0], [0, 899.5], [np.nan, 0], [5, np.nan]])
    assert PLAIN.inside(uv).tolist() == [True, False, True, False, False, False, False]


# ---------------------------------------------------------------------- lines


def test_a_line_through_the_near_plane_is_cut_and_not_mirrored() -> None:
    (line,) = PLAIN.polyline([1.0, 0.5, -5.0], [1.0, 0.5, 10.0])
    assert (line > (PLAIN.cx, PLAIN.cy)).all()
    np.testing.assert_allclose(line[0], PLAIN.project([[1.0, 0.5, NEAR_M * (1 + 1e-9)]])[0][0], rtol=1e-6)
    np.testing.assert_allclose(line[-1], PLAIN.project([[1.0, 0.5, 10.0]])[0][0])
    (back,) = PLAIN.polyline([1.0, 0.5, 10.0], [1.0, 0.5, -5.0])
    np.testing.assert_allclose(back[::-1], line)
    assert PLAIN.polyline([1, 1, -5], [1, 1, 0.09]) == []
    assert PLAIN.polyline([np.nan, 1, 5], [1, 1, 5]) == []


def test_a_straight_line_stays_straight_without_distortion() -> None:
    (line,) = PLAIN.polyline([-3.0, 1.0, 5.0], [3.0, -1.0, 20.0])
    way = line[-1] - line[0]
    across = (line - line[0]) @ np.array([-way[1], way[0]]) / np.linalg.norm(way)
    assert np.abs(across).max() < 1e-9


@pytest.mark.parametrize("steps", [8, 24])
def test_a_line_ends_where_the_lens_stops_seeing(steps: int) -> None:
    """Between two steps as well: an edge that leaves the lens's angle must not stop half a metre early."""
    lens = Pinhole(**SIZE, distortion=(-0.4, 0.0, 0.0, 0.0))
    fold = math.sqrt(1 / 1.2)
    (line,) = lens.polyline([0.0, 0.0, 10.0], [20.0, 0.0, 10.0], steps=steps)
    last = lens.rays(line[-1:] - 0.5)[0]
    assert last[0] / last[2] > 0.95 * fold


def test_a_line_through_a_blind_angle_comes_in_two() -> None:
    lens = Fisheye(**WIDE, distortion=(-0.1, 0.0, 0.0, 0.0))
    lines = lens.polyline([-5.0, 0.0, 4.0], [-5.0, 0.0, -40.0])
    assert len(lines) == 1
    over = lens.polyline([-3.0, 0.1, -1.0], [3.0, 0.1, -1.0])  # passes behind the camera
    assert len(over) == 0 or len(over) == 2
    assert all(np.isfinite(line).all() for line in [*lines, *over])


# ---------------------------------------------------------------------- what is no lens


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        (Pinhole, {"width": 0}, "1 x 1"),
        (Pinhole, {"fx": 0.0}, "focal"),
        (Pinhole, {"fy": -5.0}, "focal"),
        (Pinhole, {"cx": math.nan}, "finite"),
        (Pinhole, {"fx": "wide"}, "numbers"),
        (Pinhole, {"distortion": (0.1,)}, "coefficients"),
        (Pinhole, {"distortion": (0.1, 0.2, 0.3)}, "coefficients"),
        (Pinhole, {"distortion": (0.1, 0.2, 0.3, math.inf)}, "finite"),
        (Pinhole, {"distortion": ("a",) * 4}, "numbers"),
        (Pinhole, {"distortion": None}, "numbers"),
        (Fisheye, {"distortion": (0.1,) * 5}, "coefficients"),
    ],
)
def test_a_lens_refuses(kind: type[Camera], wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidValue, match=words):
        kind(**{**SIZE, **wrong})


def test_a_list_of_coefficients_is_as_good_as_a_tuple() -> None:
    coefficients: Any = [-0.1, 0.0, 0.0, 0.0]
    assert hash(Pinhole(**SIZE, distortion=coefficients)) == hash(Pinhole(**SIZE, distortion=tuple(coefficients)))


@pytest.mark.parametrize("shape", [(3,), (2, 2)])
@each_lens
def test_points_of_another_shape_are_refused(lens: Camera, shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidValue, match="shape"):
        lens.project(np.zeros(shape))
