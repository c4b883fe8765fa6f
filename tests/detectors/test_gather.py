"""The points that a detector gets: every frame it may ask for leads back to the same place in world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lidar_label.detectors import Gatherer, read_description
from lidar_label.detectors.inputs import Wanted
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Frame, PointCloud, Scene, Sensor, Sweep
from tests.detectors.nets import MEAN, described

POST = np.array([20.0, 5.0, 1.0])  # what stands still in world
TURNED = SE3.from_yaw("ego", "LIDAR_TOP", 0.5, (1, 0, 2))
TOP = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=TURNED)
SIDE = Sensor(channel="LIDAR_SIDE", kind="lidar", ego_SE3_sensor=SE3("ego", "LIDAR_SIDE", (1, 0, 0, 0), (0, 1, 1)))


def sweep_of(sensor: Sensor, time_s: float, frame: int, *, key: bool = True) -> Sweep:
    """A sweep of the post, of a point on the vehicle's own roof, of one far off, and of two that are none."""
    world_SE3_ego = SE3.from_yaw("world", "ego", 0.1 * time_s, (2 * time_s, 0, 0))
    world_SE3_sensor = world_SE3_ego @ sensor.ego_SE3_sensor
    seen = world_SE3_sensor.inverse.apply([POST])
    xyz = np.vstack([seen, [[0.3, 0, -0.5], [300, 0, 0], [np.nan, 0, 0], [0, 0, 0]]]).astype(np.float32)
    cloud = PointCloud(xyz, {"intensity": np.array([51, 1, 2, 3, 4], np.uint8)})
    return Sweep(
        sensor=sensor, timestamp_ns=int(time_s * 1e9), world_SE3_ego=world_SE3_ego, frame=frame, is_keyframe=key,
        load=lambda: cloud,
    )  # fmt: skip


@pytest.fixture(scope="module")
def scene() -> Scene:
    """Three frames a second apart, and a sweep between each two; the LiDAR at the side has key sweeps alone."""
    frames = [
        Frame(index=n, timestamp_ns=n * 10**9, sweeps={s.channel: sweep_of(s, n, n) for s in (TOP, SIDE)})
        for n in range(3)
    ]
    between = [sweep_of(TOP, n - 0.5, n, key=False) for n in (1, 2)]
    return Scene(name="post", frames=frames, sensors={"LIDAR_TOP": TOP, "LIDAR_SIDE": SIDE}, between=between)


def wanted(folder: Path, *lines: str, fields: Sequence[str] = ("x", "y", "z", "intensity", "age_s")) -> Wanted:
    (folder / "net.onnx").touch()
    text = MEAN.replace('fields = ["x", "y", "z"]', "\n".join([f"fields = {list(fields)}", *lines]))
    return read_description(described(folder, text)).wanted


@pytest.mark.parametrize(
    "lines",
    [(), ("turn_deg = 90.0",), ('frame = "ego"', "shift = [0.0, 0.0, 1.8]"), ("turn_deg = -33.0", "shift = [1, 2, 3]")],
)
def test_points_lead_back_to_world_and_earlier_sweeps_fall_on_them(
    tmp_path: Path, scene: Scene, lines: tuple[str, ...]
) -> None:
    view = Gatherer(scene, wanted(tmp_path, "sweeps = 4", "nearest = 1.0", *lines)).view(2)
    assert view is not None
    assert view.points.dtype == np.float32
    np.testing.assert_allclose(view.world_SE3_model.apply(view.points[:, :3]), [POST] * 4, atol=1e-5)
    assert view.points[:, 3].tolist() == [51] * 4
    np.testing.assert_allclose(view.points[:, 4], [0, 0.5, 1, 1.5], atol=1e-6)


def test_axes_are_those_asked_for(tmp_path: Path, scene: Scene) -> None:
    in_lidar = Gatherer(scene, wanted(tmp_path, "nearest = 1.0")).view(0)
    turned = Gatherer(scene, wanted(tmp_path, "nearest = 1.0", "turn_deg = 90.0")).view(0)
    in_ego = Gatherer(scene, wanted(tmp_path, "nearest = 1.0", 'frame = "ego"', "shift = [0.0, 0.0, 1.8]")).view(0)
    assert in_lidar is not None
    assert turned is not None
    assert in_ego is not None
    x, y, z = in_lidar.points[0, :3]
    np.testing.assert_allclose([[x, y, z]], TURNED.inverse.apply([POST]), rtol=1e-6)
    np.testing.assert_allclose(turned.points[0, :3], [-y, x, z], rtol=1e-5)
    np.testing.assert_allclose(in_ego.points[0, :3], POST + np.array([0, 0, 1.8]), rtol=1e-6)


def test_which_points_and_fields(tmp_path: Path, scene: Scene) -> None:
    view = Gatherer(scene, wanted(tmp_path, "scale = { intensity = 0.01 }")).view(0)
    assert view is not None
    np.testing.assert_allclose(view.points[:, 3], [0.51, 0.01])  # the post and the roof
    both = Gatherer(scene, wanted(tmp_path, 'sensors = "all"', "nearest = 1.0", "limit = 1")).view(0)
    assert both is not None
    assert len(both.points) == 1
    both = Gatherer(scene, wanted(tmp_path, 'sensors = "all"', "nearest = 1.0")).view(0)
    assert both is not None
    np.testing.assert_allclose(both.world_SE3_model.apply(both.points[:, :3]), [POST] * 2, atol=1e-5)
    ring = Gatherer(scene, wanted(tmp_path, "absent = { ring = 7 }", fields=("z", "ring", "y", "x"))).view(0)
    assert ring is not None
    assert ring.points[:, 1].tolist() == [7, 7]
    with pytest.raises(InvalidValue, match="wants the field 'ring', and the points of LIDAR_TOP have intensity"):
        Gatherer(scene, wanted(tmp_path, fields=("x", "y", "z", "ring"))).view(0)


def test_a_frame_without_the_lidar_and_a_drive_without_poses(tmp_path: Path, scene: Scene) -> None:
    gap = [replace(frame, sweeps={}) if frame.index == 1 else frame for frame in scene.frames]
    assert Gatherer(replace(scene, frames=gap), wanted(tmp_path)).view(1) is None
    with pytest.raises(InvalidValue, match="2 sweeps laid together, and the scene has no poses"):
        Gatherer(replace(scene, has_poses=False), wanted(tmp_path, "sweeps = 2"))
