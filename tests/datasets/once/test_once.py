"""ONCE sequences made by its definition: poses, boxes and lenses as the devkit computes with them, and damage."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Drive, ReadOptions, open_dataset, write_dataset
from lidar_label.errors import LidarLabelError
from lidar_label.model import Floats

IDS = ("1616442892300", "1616442892800", "1616442893300")
K = [[930.0, 0.0, 480.5], [0.0, 931.0, 255.5], [0.0, 0.0, 1.0]]
DISTORTION = [-0.3, 0.11, 0.0004, -0.0002, -0.02]
# The front camera: its z is the vehicle's ahead, which is the LiDAR's -y; its x is to the right, the LiDAR's -x.
CAM_TO_VELO = [[-1.0, 0.0, 0.0, 0.1], [0.0, 0.0, -1.0, -0.4], [0.0, -1.0, 0.0, -0.3], [0.0, 0.0, 0.0, 1.0]]


def pose(row: int, far: float = 0.0) -> list[float]:
    """A quaternion x, y, z, w and a place."""
    turn = Rotation.from_euler("xyz", [0.01, -0.02, 0.4 + 0.1 * row])
    return [*turn.as_quat().tolist(), far + 5.0 * row, 2.0 - far, 0.3]


def boxes_3d(row: int) -> list[list[float]]:
    return [[3.0, -12.0 - row, -0.8, 4.4, 1.9, 1.6, -1.2], [-5.0, 7.0, -0.6, 0.7, 0.6, 1.75, 0.3]]


def cloud(row: int) -> np.ndarray:
    rng = np.random.default_rng(row)
    near = rng.uniform(-2, 2, (80, 3)) + np.array(boxes_3d(row)[0][:3])
    xyz = np.vstack([rng.uniform(-30, 30, (40, 3)), near])
    return np.column_stack([xyz, rng.integers(0, 256, 120)]).astype(np.float32)


def table(far: float = 0.0) -> dict[str, Any]:
    lens = {"cam_to_velo": CAM_TO_VELO, "cam_intrinsic": K, "distortion": DISTORTION}
    frames: list[dict[str, Any]] = []
    for row, ident in enumerate(IDS):
        frame: dict[str, Any] = {"sequence_id": "000076", "frame_id": ident, "pose": pose(row, far)}
        if row != 1:
            flat = {"cam01": [[1.0, 2.0, 30.0, 40.0], [-1.0, -1.0, -1.0, -1.0]]}
            frame["annos"] = {"names": ["Car", "Pedestrian"], "boxes_3d": boxes_3d(row), "boxes_2d": flat}
        frames.append(frame)
    about = {"weather": "sunny", "period": "morning", "image_size": [960, 512], "point_feature_num": 4}
    return {"meta_info": about, "calib": {"cam01": lens, "cam03": lens}, "frames": frames}


def make_set(root: Path, content: dict[str, Any] | None = None, far: float = 0.0) -> Path:
    """A set of one sequence, by the devkit's code; cam03 has no pictures."""
    folder = root / "data" / "000076"
    (folder / "lidar_roof").mkdir(parents=True)
    (folder / "cam01").mkdir()
    (root / "ImageSets").mkdir()
    (root / "ImageSets" / "train.txt").write_text("000076\n")
    (folder / "000076.json").write_text(json.dumps(table(far) if content is None else content))
    picture = io.BytesIO()
    Picture.new("RGB", (960, 512), (9, 80, 120)).save(picture, format="JPEG")
    for row, ident in enumerate(IDS):
        (folder / "lidar_roof" / f"{ident}.bin").write_bytes(cloud(row).tobytes())
        (folder / "cam01" / f"{ident}.jpg").write_bytes(picture.getvalue())
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_set(tmp_path_factory.mktemp("once"))


@pytest.fixture(scope="module")
def drive(root: Path) -> Drive:
    dataset = open_dataset(root)
    return Drive(scene=dataset.scene("000076"), labels=dataset.labels("000076"))


@pytest.mark.parametrize("below", ["", "data", "data/000076"])
def test_a_sequence_a_folder_of_them_and_the_whole_set(root: Path, below: str) -> None:
    dataset = open_dataset(root / below)
    assert (dataset.format, dataset.scene_names) == ("once", ("000076",))


def test_scene(root: Path, drive: Drive) -> None:
    scene = drive.scene
    assert [frame.timestamp_ns for frame in scene.frames] == [int(ident) * 1_000_000 for ident in IDS]
    assert [frame.name for frame in scene.frames] == list(IDS)
    assert [sensor.channel for sensor in scene.sensors.values()] == ["lidar_roof", "cam01", "cam03"]
    assert scene.description == "ONCE sequence, weather sunny, period morning"
    assert [len(drive.labels.in_frame(row)) for row in range(3)] == [2, 0, 2]
    lens = scene.sensors["cam03"].camera
    assert lens is not None
    assert (lens.width, lens.height) == (960, 512)
    dataset = open_dataset(root)
    dataset.labels("000076")
    assert {finding.code for finding in dataset.findings} == {"assumed", "not-read", "no-tracks"}


def test_points_and_poses(drive: Drive) -> None:
    for row, frame in enumerate(drive.scene.frames):
        points = frame.sweep().points()
        np.testing.assert_array_equal(points.xyz, cloud(row)[:, :3])
        np.testing.assert_array_equal(points.fields["intensity"], cloud(row)[:, 3])
        quaternion, place = pose(row)[:4], pose(row)[4:]
        world = cloud(row)[:, :3].astype(np.float64) @ Rotation.from_quat(quaternion).as_matrix().T + place
        np.testing.assert_allclose(frame.sweep().world_SE3_sensor.apply(points.xyz), world, atol=1e-9)


def test_the_vehicle_looks_along_x(drive: Drive) -> None:
    """The LiDAR's x is to the left and its y to the back."""
    mounting = drive.scene.sensors["lidar_roof"].ego_SE3_sensor
    np.testing.assert_allclose(mounting.apply([[0, -1, 0], [1, 0, 0], [0, 0, 1]]), np.eye(3), atol=1e-12)
    np.testing.assert_allclose(drive.scene.sensors["cam01"].ego_SE3_sensor.rotation_matrix[:, 2], (1, 0, 0), atol=1e-12)


def corners_by_hand(box: list[float]) -> Floats:
    x, y, z, length, width, height, yaw = box
    signs = np.array([[a, b, c] for a in (1, -1) for b in (1, -1) for c in (1, -1)]) / 2
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    return signs * (length, width, height) @ turn.T + (x, y, z)


def test_boxes_are_where_the_devkit_draws_them(drive: Drive) -> None:
    box = drive.labels.in_frame(2)[0]
    image = drive.scene.frames[2].images["cam01"]
    lidar = drive.scene.frames[2].sweep().world_SE3_sensor.inverse.apply(box.corners())
    by_hand = corners_by_hand(boxes_3d(2)[0])
    np.testing.assert_allclose(sorted(lidar.round(9).tolist()), sorted(by_hand.round(9).tolist()), atol=1e-8)
    there = (np.linalg.inv(CAM_TO_VELO) @ np.vstack([lidar.T, np.ones(8)]))[:3].T
    assert (there[:, 2] > 0).all()
    x, y = there[:, 0] / there[:, 2], there[:, 1] / there[:, 2]
    k1, k2, p1, p2, k3 = DISTORTION
    r2 = x * x + y * y
    scale = 1 + k1 * r2 + k2 * r2**2 + k3 * r2**3
    u = K[0][0] * (x * scale + 2 * p1 * x * y + p2 * (r2 + 2 * x * x)) + K[0][2]
    v = K[1][1] * (y * scale + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y) + K[1][2]
    uv, seen = image.sensor.camera.project(image.world_SE3_sensor.inverse.apply(box.corners()))
    assert seen.all()
    np.testing.assert_allclose(uv, np.column_stack([u, v]), atol=1e-6)


def test_pictures_that_were_freed_of_distortion(root: Path) -> None:
    dataset = open_dataset(root, options=ReadOptions(assume={"images": "undistorted"}))
    lens = dataset.scene("000076").sensors["cam01"].camera
    assert lens is not None
    assert lens.distortion == ()


def counts(drive: Drive) -> list[int]:
    found = []
    for frame in drive.scene.frames:
        world = frame.sweep().world_SE3_sensor.apply(frame.sweep().points().xyz)
        for box in drive.labels.in_frame(frame.index):
            local = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
            found.append(int((local <= np.array(box.size) / 2).all(axis=1).sum()))
    return found


@pytest.mark.parametrize("far", [0.0, 400_000.0])
def test_to_nuscenes_with_the_points_in_their_boxes(tmp_path: Path, far: float) -> None:
    dataset = open_dataset(make_set(tmp_path / "in", far=far))
    drive = Drive(scene=dataset.scene("000076"), labels=dataset.labels("000076"))
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    again = Drive(scene=back.scene("000076"), labels=back.labels("000076"))
    x, y, z, length, width, height, yaw = boxes_3d(0)[0]
    local = cloud(0)[:, :3] - (x, y, z)
    ahead = local[:, 0] * np.cos(yaw) + local[:, 1] * np.sin(yaw)
    aside = -local[:, 0] * np.sin(yaw) + local[:, 1] * np.cos(yaw)
    inside = (np.abs(ahead) <= length / 2) & (np.abs(aside) <= width / 2) & (np.abs(local[:, 2]) <= height / 2)
    assert inside.sum() > 5
    assert counts(drive)[0] == inside.sum()
    assert counts(again) == counts(drive)
    assert ("shifted-world" in {finding.code for finding in dataset.findings}) == bool(far)


def test_frames_without_a_pose(tmp_path: Path) -> None:
    """A pose of zeros is none: the vehicle is put between its neighbours."""
    content = table()
    content["frames"][1]["pose"] = [0, 0, 0, 0, 0, 0, 0]
    dataset = open_dataset(make_set(tmp_path / "a", content))
    np.testing.assert_allclose(dataset.scene("000076").frames[1].world_SE3_ego.translation, (5.0, 2.0, 0.3), atol=1e-9)
    assert "interpolated-poses" in {finding.code for finding in dataset.findings}
    for frame in content["frames"]:
        frame["pose"] = [0] * 7
    dataset = open_dataset(make_set(tmp_path / "b", content))
    assert not dataset.scene("000076").has_poses


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t["frames"][0].update(frame_id="soon"), "no time in milliseconds"),
        (lambda t: t["frames"].append(t["frames"][0]), "there twice"),
        (lambda t: t["frames"][0]["annos"]["names"].pop(), "2 boxes have 1 names"),
        (lambda t: t["frames"][0]["annos"]["boxes_3d"][0].pop(), "a box needs 7 numbers"),
        (lambda t: t["frames"][0]["annos"]["boxes_3d"][0].__setitem__(3, 0), "above 0"),
        (lambda t: t["frames"][0].update(pose=[1, 1, 1, 1, 0, 0, 0]), "no unit quaternion"),
        (lambda t: t["frames"][0].update(pose=[0, 0, 0, 1]), "a pose needs 7 numbers"),
        (lambda t: t["calib"]["cam01"].update(cam_to_velo=[[1, 0, 0, 0]] * 4), "bottom row|orthonormal"),
        (lambda t: t["calib"]["cam01"].update(distortion=[1, 2, 3]), "4, 5 or 8 coefficients"),
        (lambda t: t.pop("frames"), "frames needs a list"),
    ],
)
def test_files_that_cannot_be(tmp_path: Path, change: Callable[[dict[str, Any]], object], words: str) -> None:
    content = table()
    change(content)
    root = make_set(tmp_path / "set", content)
    with pytest.raises(LidarLabelError, match=words):
        open_dataset(root).labels("000076")


def test_a_calibration_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    content = table()
    content["calib"]["cam01/../../../cam01"] = content["calib"]["cam01"]
    content["calib"]["lidar_roof"] = content["calib"]["cam01"]
    scene = open_dataset(make_set(tmp_path / "set", content)).scene("000076")
    assert list(scene.sensors) == ["lidar_roof", "cam01", "cam03"]


def test_a_cloud_that_is_cut_off(tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    path = root / "data" / "000076" / "lidar_roof" / f"{IDS[0]}.bin"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(LidarLabelError, match="whole number of points"):
        open_dataset(root).scene("000076").frames[0].sweep().points()


def test_damaged_sets(tmp_path: Path, survives: object, wound_and_open: Callable[..., None]) -> None:
    wound_and_open(make_set(tmp_path / "set"), "once", survives, seed=4)
