"""A box in another size keeps the sides that the sensor sees, and its floor."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from lidar_label.assist.resize import resized
from lidar_label.model import SE3, Box


@pytest.mark.parametrize(("bearing", "kept"), [(20, (1, 1)), (110, (-1, 1)), (200, (-1, -1)), (340, (1, -1))])
def test_the_seen_corner_of_the_floor_stays(bearing: float, kept: tuple[int, int]) -> None:
    turn = Rotation.from_euler("ZYX", (0.7, 0.05, -0.04))
    box = Box(track="t", frame=0, world_SE3_box=SE3("world", "box", turn.as_quat(scalar_first=True), (40.0, 9.0, 1.0)),
              size=(4.0, 2.0, 1.5), num_lidar_pts=7)  # fmt: skip
    away = np.radians(bearing)
    sensor = box.world_SE3_box.apply([[30 * np.cos(away), 30 * np.sin(away), 1.0]])[0]
    made = resized(box, (4.6, 1.8, 1.7), sensor)
    signs = np.array([*kept, -1]) / 2
    np.testing.assert_allclose(
        made.world_SE3_box.apply([signs * made.size]), box.world_SE3_box.apply([signs * box.size]), atol=1e-9
    )
    assert made.size == (4.6, 1.8, 1.7)
    assert made.num_lidar_pts is None
    assert made.world_SE3_box.error_to(box.world_SE3_box)[1] < 1e-9
    assert resized(box, box.size, sensor) is box
