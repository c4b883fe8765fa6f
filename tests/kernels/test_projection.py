"""Projection: by hand, against the lenses of the model, at the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.kernels.camera_dots import FISHEYE, PINHOLE, Lens
from lidar_label.kernels.projection import project_points
from lidar_label.model import NEAR_M, SE3, Camera, Fisheye, Pinhole

SIZE: dict[str, Any] = {"width": 1600, "height": 900, "fx": 1260.0, "fy": 1250.0, "cx": 810.0, "cy": 490.0}
WIDE: dict[str, Any] = {"width": 1280, "height": 1280, "fx": 350.0, "fy": 352.0, "cx": 641.0, "cy": 639.0}
LENSES: dict[str, Camera] = {
    "plain": Pinhole(**SIZE),
    "zeros": Pinhole(**SIZE, distortion=(0.0, 0.0, 0.0, 0.0)),
    "four": Pinhole(**SIZE, distortion=(-0.28, 0.07, 0.001, -0.0008)),
    "five": Pinhole(**SIZE, distortion=(-0.35, 0.15, 0.0007, 0.0002, -0.03)),
    "rational": Pinhole(**SIZE, distortion=(0.9, 0.3, 0.0003, -0.0001, 0.02, 1.3, 0.5, 0.08)),
    "fisheye": Fisheye(**WIDE, distortion=(0.02, -0.007, 0.003, -0.0006)),
    "equidistant": Fisheye(**WIDE),
}
STILL = (np.eye(3), np.zeros(3))
IDEAL = Lens(PINHOLE, 100.0, 200.0, 50.0, 40.0, np.zeros(8), np.inf, 0.1)


def lens_of(camera: Camera) -> Lens:
    bend = np.zeros(8)
    bend[: len(camera.distortion)] = camera.distortion
    kind = FISHEYE if isinstance(camera, Fisheye) else PINHOLE
    widest = camera.widest if camera.distortion or kind == FISHEYE else np.inf  # type: ignore[attr-defined]
    return Lens(kind, camera.fx, camera.fy, camera.cx, camera.cy, bend, widest, NEAR_M)


def test_by_hand() -> None:
    points = np.array([[1.0, -1, 4], [0, 0, -4], [0, 0, 0.1], [0, 0, 0.05], [-2, 0, 4], [9, 0, 4]])
    found = project_points(points, *STILL, IDEAL, 100, 80)
    assert found.uv[[0, 2, 4, 5]].tolist() == [[75, -10], [50, 40], [0, 40], [275, 40]]
    assert np.isnan(found.uv[[1, 3]]).all()
    assert found.depth.tolist() == [4, -4, 0.1, 0.05, 4, 4]
    assert found.inside.tolist() == [False, False, True, False, True, False]
    quarter = IDEAL._replace(kind=FISHEYE, widest=3.0)
    aside = project_points(np.array([[2.0, 0, 0]]), *STILL, quarter, 400, 80)
    assert aside.uv[0].tolist() == pytest.approx([50 + 100 * np.pi / 2, 40], abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(LENSES)),
    seed=st.integers(0, 2**31),
    count=st.integers(0, 400),
    spread=st.sampled_from([0.1, 3.0, 80.0]),
    dtype=st.sampled_from([np.float32, np.float64]),
    holes=st.booleans(),
)
def test_equals_the_models_lenses(name: str, seed: int, count: int, spread: float, dtype: type, holes: bool) -> None:
    rng, camera = np.random.default_rng(seed), LENSES[name]
    points = rng.uniform(-spread, spread, (count, 3)).astype(dtype)
    if holes and count:
        points[rng.integers(0, count, 20), rng.integers(0, 3, 20)] = rng.choice([np.nan, np.inf, -np.inf], 20)
    way = SE3.from_yaw("camera", "points", rng.uniform(-3, 3), rng.uniform(-1, 1, 3))
    with np.errstate(invalid="ignore"):
        there = points.astype(np.float64) @ way.rotation_matrix.T + way.translation
    uv, seen = camera.project(there)
    found = project_points(points, way.rotation_matrix, way.translation, lens_of(camera), camera.width, camera.height)
    np.testing.assert_array_equal(np.isfinite(found.uv).all(axis=1), seen)
    np.testing.assert_allclose(found.uv[seen], uv[seen], rtol=1e-9, atol=1e-9)
    rim = np.abs(np.concatenate([uv + 0.5, uv + 0.5 - (camera.width, camera.height)], axis=1)).min(axis=1) < 1e-6
    np.testing.assert_array_equal(found.inside[~rim], (seen & camera.inside(uv))[~rim])
    finite = np.isfinite(points).all(axis=1)
    np.testing.assert_allclose(found.depth[finite], there[finite, 2], rtol=1e-12, atol=1e-12)


def test_threads_change_nothing() -> None:
    points = np.random.default_rng(3).normal(0, 20, (300_000, 3)).astype(np.float32)
    for camera in (LENSES["five"], LENSES["fisheye"]):
        one, *others = (
            project_points(points, *STILL, lens_of(camera), camera.width, camera.height, threads=n) for n in (1, 2, 3)
        )
        assert one.inside.sum() > 10_000
        for other in others:
            for name in ("uv", "depth", "inside"):
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_none_and_the_edges_of_sight_and_odd_memory() -> None:
    assert project_points(np.zeros((0, 3)), *STILL, IDEAL, 10, 10).uv.shape == (0, 2)
    eye = project_points(np.zeros((1, 3)), *STILL, IDEAL._replace(kind=FISHEYE, widest=np.pi), 100, 80)
    assert not eye.inside[0]
    behind = np.array([[0, 0, -2.0], [1e-3, 0, -2.0]])  # straight behind there is no way to turn
    found = project_points(behind, *STILL, IDEAL._replace(kind=FISHEYE, widest=np.pi), 1000, 80)
    assert found.inside.tolist() == [False, True]
    corners = np.array([[-50.5, -20.25, 100], [49.5, 0, 100], [49.4, 19.7, 100]])  # the picture's own corners
    assert project_points(corners, *STILL, IDEAL, 100, 80).inside.tolist() == [True, False, True]
    odd = np.asfortranarray(np.repeat(corners, 2, axis=0))[::2]
    odd.flags.writeable = False
    assert project_points(odd, *STILL, IDEAL, 100, 80).inside.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("points", (np.zeros((3, 2)), *STILL, IDEAL, 10, 10)),
        ("points", (np.zeros((3, 3), np.int32), *STILL, IDEAL, 10, 10)),
        ("rotation", (np.zeros((3, 3)), np.eye(4), np.zeros(3), IDEAL, 10, 10)),
        ("lens", (np.zeros((3, 3)), *STILL, IDEAL._replace(bend=np.zeros(5)), 10, 10)),
        ("lens", (np.zeros((3, 3)), *STILL, IDEAL._replace(kind=7), 10, 10)),
        ("picture", (np.zeros((3, 3)), *STILL, IDEAL, 0, 10)),
    ],
)
def test_a_wrong_argument_is_named(name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=name):
        project_points(*args)
