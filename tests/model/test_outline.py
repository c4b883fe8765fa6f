"""What pictures hold of boxes: compared with many points of their sides, each sent through the lens by itself."""

from __future__ import annotations

import numpy as np
import pytest

from lidar_label.model import SE3, Camera, Fisheye, Pinhole
from lidar_label.model.outline import outline

pytestmark = pytest.mark.one_numpy
SIZE = (4.4, 1.8, 1.5)
PLAIN = Pinhole(width=1242, height=375, fx=721.5, fy=721.5, cx=609.6, cy=172.9)
BENT = Pinhole(width=1600, height=900, fx=900.0, fy=905.0, cx=800.0, cy=450.0, distortion=(-0.3, 0.09, 0.001, -0.0005))
WIDE = Fisheye(width=1280, height=960, fx=320.0, fy=320.0, cx=640.0, cy=480.0, distortion=(0.01, -0.005, 0.001, 0.0))
LOOKS_AHEAD = SE3("camera", "ego", (0.5, 0.5, -0.5, 0.5), (0, 0, 0))


def pose(x: float, y: float, yaw: float) -> SE3:
    return LOOKS_AHEAD @ SE3.from_yaw("ego", "box", yaw, (x, y, -0.8))


def pixels(camera: Camera, camera_SE3_box: SE3) -> np.ndarray:
    """The pictures of some 15000 places on the sides of a box."""
    u, v = (grid.ravel() for grid in np.meshgrid(np.linspace(-0.5, 0.5, 50), np.linspace(-0.5, 0.5, 50)))
    faces = []
    for axis in range(3):
        for side in (-0.5, 0.5):
            face = np.empty((len(u), 3))
            face[:, axis], face[:, (axis + 1) % 3], face[:, (axis + 2) % 3] = side, u, v
            faces.append(face)
    uv, seen = camera.project(camera_SE3_box.apply(np.concatenate(faces) * SIZE))
    return uv[seen]


@pytest.mark.parametrize("camera", [PLAIN, BENT, WIDE])
@pytest.mark.parametrize("place", [(12.0, 2.0, 0.4), (25.0, -6.0, 1.4), (7.0, 3.4, -0.3), (5.0, -4.0, 2.0)])
def test_it_is_tight_about_what_the_lens_shows(camera: Camera, place: tuple[float, float, float]) -> None:
    found = outline(camera, pose(*place), SIZE)
    assert found is not None
    uv = pixels(camera, pose(*place))
    inside = uv[camera.inside(uv)]
    np.testing.assert_allclose(found.rect, [*inside.min(0), *inside.max(0)], atol=2.5)
    low, high = uv.min(0), uv.max(0)
    np.testing.assert_allclose(found.whole, [*low, *high], rtol=0.01, atol=1.5)
    kept = np.prod(np.subtract(found.rect[2:], found.rect[:2])) / np.prod(high - low)
    assert found.truncated == pytest.approx(1 - kept, abs=0.02)
    assert camera.inside(np.clip(found.polygon, -0.5, None) - 1e-6 * np.sign(found.polygon)).all()


@pytest.mark.parametrize("camera", [PLAIN, BENT])
def test_a_box_beside_the_lens_is_cut_at_the_near_plane(camera: Camera) -> None:
    found = outline(camera, pose(1.5, 2.2, 0.0), SIZE)  # from behind the camera to before it
    assert found is not None
    assert found.truncated > 0.5
    assert found.rect[0] == pytest.approx(-0.5)
    assert np.isfinite(found.polygon).all()


def test_what_is_behind_or_beside_the_picture_is_not_there() -> None:
    assert outline(PLAIN, pose(-12.0, 0.0, 0.0), SIZE) is None
    assert outline(PLAIN, pose(5.0, 30.0, 0.0), SIZE) is None
