"""Calibrations of plain folders: every way people write them, told by real points in real pictures."""

from __future__ import annotations

import json
import pickle
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Dataset, ReadOptions, open_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.errors import InvalidValue
from lidar_label.model import Fisheye, Pinhole, PointCloud, Scene

# A camera that looks ahead, a little to the left, from above the LiDAR; camera_from_lidar.
AHEAD = np.eye(4)
AHEAD[:3, :3] = (
    Rotation.from_euler("y", 0.2) * Rotation.from_quat((0.5, -0.5, 0.5, -0.5), scalar_first=True).inv()
).as_matrix()
AHEAD[:3, 3] = (0.1, -0.4, -0.2)
K = np.array([[40.0, 0, 32], [0, 41, 24], [0, 0, 1]])


class NumbersOnly(pickle.Unpickler):
    """The sample data has a pickle; nothing of it but numpy's own values is made."""

    def find_class(self, module: str, name: str) -> Any:
        if module.split(".")[0] == "numpy" or (module, name) == ("_codecs", "encode"):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def ring(path: Path) -> None:
    """Write a cloud all about the vehicle, as a turning LiDAR sees it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    turn = np.repeat(np.linspace(0, 2 * np.pi, 360, endpoint=False), 12)
    down = np.tile(np.linspace(-0.35, 0.1, 12), 360)
    reach = 10 + 5 * np.sin(3 * turn)
    xyz = np.column_stack([reach * np.cos(turn), reach * np.sin(turn), reach * np.tan(down)])
    write_cloud("pcd", path, CloudArrays(PointCloud(xyz.astype(np.float32))))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ring(tmp_path / "points" / "0.pcd")
    (tmp_path / "images" / "front").mkdir(parents=True)
    Picture.new("RGB", (64, 48)).save(tmp_path / "images" / "front" / "0.png")
    return tmp_path


def opened(folder: Path, content: object, name: str = "calib.json", **assume: str) -> tuple[Scene, Dataset]:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    dataset = open_dataset(folder, options=ReadOptions(assume=assume))
    return dataset.scene(dataset.scene_names[0]), dataset


def camera_from_lidar(scene: Scene, channel: str = "front") -> np.ndarray:
    lidar = scene.main_lidar
    assert lidar is not None
    return np.linalg.inv(scene.sensors[channel].ego_SE3_sensor.matrix) @ lidar.ego_SE3_sensor.matrix


def assumed(dataset: Dataset) -> list[str]:
    return [f.message for f in dataset.findings if f.code == "assumed" and "camera" in f.message]


FLAT, ROWS = AHEAD.ravel().tolist(), AHEAD.tolist()
BACK = np.linalg.inv(AHEAD)
TURN = Rotation.from_matrix(AHEAD[:3, :3])
W, X, Y, Z = TURN.as_quat(scalar_first=True).tolist()
SHIFT = AHEAD[:3, 3].tolist()
NAMED = {"x": X, "y": Y, "z": Z, "w": W}
PLACE = dict(zip("xyz", SHIFT, strict=True))
INNER = {"fx": 40.0, "fy": 41.0, "cx": 32.0, "cy": 24.0}


@pytest.mark.parametrize(
    "content",
    [
        {"cameras": {"front": {"intrinsic": K.tolist(), "lidar_to_camera": ROWS}}},
        {"cameras": {"front": {"intrinsic": K.tolist(), "camera_to_lidar": BACK.tolist()}}},
        {"front": {"K": K.ravel().tolist(), "extrinsic": FLAT}},
        {"front": {"K": K.T.ravel().tolist(), "extrinsic": AHEAD.T.ravel().tolist()}},
        {"front": {"camera_matrix": INNER, "extrinsic": BACK.ravel().tolist()}},
        {"front": {"camera_matrix": INNER, "extrinsic": BACK.T.tolist()}},
        {"front": {"intrinsic": [40.0, 41.0, 32.0, 24.0], "T_lidar_camera": BACK[:3].tolist()}},
        {"front": {"intrinsic": INNER, "lidar2cam": AHEAD[:3].ravel().tolist()}},
        {"front": {"intrinsic": INNER, "extrinsic": {"rotation": [W, X, Y, Z], "translation": SHIFT}}},
        {"front": {"intrinsic": INNER, "extrinsic": {"rotation": [X, Y, Z, W], "translation": SHIFT}}},
        {"front": {"intrinsic": INNER, "extrinsic": {"rotation": NAMED, "translation": SHIFT}}},
        {"front": {"intrinsic": INNER, "rotation": AHEAD[:3, :3].tolist(), "translation": PLACE}},
        {"front": {"intrinsic": INNER, "R": AHEAD[:3, :3].ravel().tolist(), "T": [[v] for v in SHIFT]}},
        [{"name": "front", "intrinsic": INNER, "extrinsic": FLAT}],
        [{"camera_internal": INNER, "camera_external": FLAT, "rowMajor": True, "width": 64, "height": 48}],
        [{"camera_internal": INNER, "camera_external": AHEAD.T.ravel().tolist(), "rowMajor": False}],
        {"intrinsic": INNER, "extrinsic": FLAT},
        {"cameras": {"front": {"intrinsic": np.column_stack([K, [0, 0, 0]]).tolist(), "extrinsic": FLAT}}},
        {
            "lidars": {"points": {"lidar_to_ego": BACK.tolist()}},
            "cameras": {"front": {"intrinsic": INNER, "camera_to_ego": np.linalg.matrix_power(BACK, 2).tolist()}},
        },
    ],
)  # fmt: skip
def test_every_way_of_writing_it_means_the_same(folder: Path, content: object) -> None:
    scene, dataset = opened(folder, content)
    assert not [f for f in dataset.findings if f.severity == "warning" and f.code != "no-timestamps"]
    np.testing.assert_allclose(camera_from_lidar(scene), AHEAD, atol=1e-9)
    assert scene.sensors["front"].camera == Pinhole(width=64, height=48, fx=40, fy=41, cx=32, cy=24)


def test_what_is_taken_is_told_with_why(folder: Path) -> None:
    _, dataset = opened(folder, {"front": {"intrinsic": INNER, "extrinsic": BACK.ravel().tolist()}})
    (text,) = assumed(dataset)
    assert "direction camera_to_lidar is taken" in text
    assert "% of the points fall in the picture, which is upright; the usual way, " in text


def test_a_person_may_say_it(folder: Path) -> None:
    content = {"front": {"intrinsic": INNER, "extrinsic": FLAT}}
    scene, dataset = opened(folder, content, calibration="camera_to_lidar")
    np.testing.assert_allclose(camera_from_lidar(scene), BACK, atol=1e-9)
    assert "as told" in assumed(dataset)[0]
    with pytest.raises(InvalidValue, match="calibration cannot be"):
        opened(folder, content, calibration="sideways")


def test_a_matrix_of_three_by_four_shifts(folder: Path) -> None:
    baseline = np.column_stack([K, K @ (-0.5, 0, 0)])
    scene, _ = opened(folder, {"front": {"intrinsic": baseline.tolist(), "lidar_to_camera": ROWS}})
    expected = AHEAD.copy()
    expected[0, 3] -= 0.5
    np.testing.assert_allclose(camera_from_lidar(scene), expected, atol=1e-9)


def test_lenses(folder: Path) -> None:
    row = {"intrinsic": INNER, "lidar_to_camera": ROWS, "distortion": [-0.1, 0.01, 0.001, 0.002, 0.0, 0.0, 0.0, 0.0]}
    scene, _ = opened(folder, {"front": row})
    assert scene.sensors["front"].camera == Pinhole(
        width=64, height=48, fx=40, fy=41, cx=32, cy=24, distortion=(-0.1, 0.01, 0.001, 0.002)
    )
    fish = {**row, "model": "fisheye", "distortion": {"k1": 0.1, "k2": 0.01, "k3": 0, "k4": 0}}
    fish["distortion"] = [0.1, 0.01, -0.001, 0.0001]
    scene, _ = opened(folder, {"front": fish})
    assert isinstance(scene.sensors["front"].camera, Fisheye)
    scene, dataset = opened(folder, {"front": {**row, "width": 640, "height": 480}})
    assert "image-size" in {f.code for f in dataset.findings}
    assert scene.sensors["front"].camera.width == 64


def changed(**more: object) -> dict[str, object]:
    return {"front": {"intrinsic": INNER, "lidar_to_camera": ROWS, **more}}


def matrix(at: tuple[int, int], value: float) -> list[list[float]]:
    made = AHEAD.copy()
    made[at] = value
    return made.tolist()


MIRRORED = np.diag([1.0, -1, 1, 1]) @ AHEAD


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (changed(lidar_to_camera=matrix((0, 0), 2.0)), "not orthonormal"),
        (changed(lidar_to_camera=MIRRORED.tolist()), "mirrors the world"),
        (changed(lidar_to_camera=matrix((3, 3), 0.0)), "bottom row"),
        (changed(lidar_to_camera=matrix((0, 3), float("inf"))), "something else than numbers"),
        (changed(lidar_to_camera=FLAT[:15]), "16 or 12 numbers, got 15"),
        (changed(lidar_to_camera="unit"), "something else than numbers"),
        (changed(lidar_to_camera={"rotation": [0, 0, 0, 0], "translation": SHIFT}), "no rigid transform"),
        (changed(intrinsic=[[40, 3, 32], [0, 41, 24], [0, 0, 1]]), "skewed"),
        (changed(intrinsic=[[0, 0, 32], [0, 41, 24], [0, 0, 1]]), "no camera matrix"),
        (changed(intrinsic=[1, 2]), "9, 12 or 4 numbers"),
        (changed(intrinsic={"fx": "wide"}), "fx needs a number"),
        (changed(distortion=list(range(1, 13))), "12 coefficients"),
        (changed(distortion=[1, "x"]), "number"),
        ("{", "not valid JSON"),
        ("[1]", "needs an object"),
        ({"back": {"intrinsic": INNER}, "side": {"intrinsic": INNER}}, "front is not in the calibration"),
    ],
)
def test_what_is_wrong_is_told_and_the_drive_opens(folder: Path, content: object, words: str) -> None:
    scene, dataset = opened(folder, content)
    assert any(words in f.message for f in dataset.findings if f.severity == "warning"), dataset.findings
    assert scene.sensors["front"].camera is None
    assert len(scene.frames[0].images) == 1


def test_a_folder_with_a_file_a_camera(folder: Path) -> None:
    scene, _ = opened(folder, {"intrinsic": K.ravel().tolist(), "extrinsic": FLAT}, name="calib/front.json")
    np.testing.assert_allclose(camera_from_lidar(scene), AHEAD, atol=1e-9)


def test_kitti_text(folder: Path) -> None:
    shutil.move(folder / "images" / "front", folder / "image_2")
    row = lambda key, m: f"{key}: " + " ".join(f"{v:.12e}" for v in np.ravel(m))  # noqa: E731
    p0, p2 = np.column_stack([K, [0, 0, 0]]), np.column_stack([K, K @ (0.06, 0, 0)])
    text = "\n".join([row("P0", p0), row("P2", p2), row("Tr", AHEAD[:3]), "calib_time: 09-Jan-2012"])
    scene, _ = opened(folder, text, name="calib.txt")
    expected = AHEAD.copy()
    expected[0, 3] += 0.06
    np.testing.assert_allclose(camera_from_lidar(scene, "image_2"), expected, atol=1e-9)
    _, dataset = opened(folder, row("P0", p0), name="calib.txt")
    assert any("no calibration of KITTI" in f.message for f in dataset.findings)


def real_frame(shared_data: Path, folder: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Copy a nuScenes key frame and return each camera's matrix and camera_from_lidar."""
    source = shared_data / "nuscenes_demo_frame"
    (path,) = source.glob("*.pkl")
    with path.open("rb") as file:
        info = NumbersOnly(file).load()["data_list"][0]
    for file in source.iterdir():
        if file.suffix != ".pkl":
            shutil.copy(file, folder / file.name)
    return {c: (np.array(row["cam2img"]), np.array(row["lidar2cam"])) for c, row in info["images"].items()}


@pytest.mark.parametrize("way", ["lidar_to_camera", "camera_to_lidar"])
@pytest.mark.parametrize("order", ["row", "column", "wxyz", "xyzw"])
def test_real_cameras_all_about_are_told(shared_data: Path, tmp_path: Path, way: str, order: str) -> None:
    cameras = real_frame(shared_data, tmp_path)
    content = {}
    for channel, (inner, outer) in cameras.items():
        given = outer if way == "lidar_to_camera" else np.linalg.inv(outer)
        extrinsic: object = (given if order == "row" else given.T).ravel().tolist()
        if order in ("wxyz", "xyzw"):
            turn = Rotation.from_matrix(given[:3, :3]).as_quat(scalar_first=order == "wxyz")
            extrinsic = {"rotation": turn.tolist(), "translation": given[:3, 3].tolist()}
        content[channel] = {"intrinsic": inner.tolist(), "extrinsic": extrinsic}
    scene, dataset = opened(tmp_path, content)
    for channel, (_, outer) in cameras.items():
        np.testing.assert_allclose(camera_from_lidar(scene, channel), outer, atol=1e-6)
    assert len(assumed(dataset)) == 1
    assert not [f for f in dataset.findings if f.code == "assumed" and f.severity == "warning"]


@pytest.mark.parametrize("way", ["lidar_to_camera", "camera_to_lidar"])
def test_real_calibrations_of_another_maker(shared_data: Path, tmp_path: Path, way: str) -> None:
    source = shared_data / "sustechpoints_example"
    shutil.copytree(source / "lidar", tmp_path / "points")
    shutil.copytree(source / "camera", tmp_path / "images")
    content, truth = {}, {}
    for path in (source / "calib/camera").iterdir():
        row = json.loads(path.read_text())
        truth[path.stem] = np.reshape(row["extrinsic"], (4, 4))
        given = truth[path.stem] if way == "lidar_to_camera" else np.linalg.inv(truth[path.stem])
        content[path.stem] = {"intrinsic": row["intrinsic"], "extrinsic": given.ravel().tolist()}
    scene, _ = opened(tmp_path, content)
    for channel, outer in truth.items():
        np.testing.assert_allclose(camera_from_lidar(scene, channel), outer, atol=1e-6)
    assert [sorted(frame.images) for frame in scene.frames] == [["front", "left", "right"]] * 2


def test_real_kitti_object_as_a_plain_folder(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "kitti_object/training"
    (tmp_path / "clouds").mkdir()
    (tmp_path / "image_2").mkdir()
    shutil.copy(source / "velodyne/000001.bin", tmp_path / "clouds")
    shutil.copy(source / "image_2/000001.png", tmp_path / "image_2")
    shutil.copy(source / "calib/000001.txt", tmp_path / "calib.txt")
    dataset = open_dataset(tmp_path)
    assert dataset.format == "cloud-folder"
    scene = dataset.scene(dataset.scene_names[0])
    image, sweep = scene.frames[0].images["image_2"], scene.frames[0].sweep()
    lens = image.sensor.camera
    assert lens is not None
    uv, seen = lens.project(image.world_SE3_sensor.inverse.apply(sweep.world_SE3_sensor.apply(sweep.points().xyz)))
    rows = dict(line.split(": ", 1) for line in (source / "calib/000001.txt").read_text().splitlines() if ":" in line)
    p2, r0, tr = (np.array(rows[k].split(), float) for k in ("P2", "R0_rect", "Tr_velo_to_cam"))
    points = np.column_stack([sweep.points().xyz, np.ones(len(uv))]).astype(np.float64)
    cam = r0.reshape(3, 3) @ (tr.reshape(3, 4) @ points.T)
    pixel = p2.reshape(3, 4) @ np.vstack([cam, np.ones(len(uv))])
    np.testing.assert_allclose(uv[seen], (pixel[:2] / pixel[2]).T[seen], atol=0.02)
    assert np.count_nonzero(seen & lens.inside(uv)) == pytest.approx(18630, abs=40)


def test_the_example_of_the_page_is_read(folder: Path) -> None:
    page = (Path(__file__).parents[3] / "docs/formats/cloud-folder.md").read_text("utf-8")
    calib, poses = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    shutil.move(folder / "images/front", folder / "images/CAM_FRONT")
    shutil.move(folder / "points/0.pcd", folder / "points/1532402927647951.pcd")
    shutil.move(folder / "images/CAM_FRONT/0.png", folder / "images/CAM_FRONT/1532402927640000.png")
    (folder / "poses.json").write_text(poses)
    scene, dataset = opened(folder, calib)
    assert {f.code for f in dataset.findings if f.severity == "warning"} == {"image-size"}
    assert scene.has_poses
    assert scene.frames[0].images["CAM_FRONT"].sensor.camera is not None
    assert scene.main_lidar.ego_SE3_sensor.translation.tolist() == [0.9, 0, 1.8]
