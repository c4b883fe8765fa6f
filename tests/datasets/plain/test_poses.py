"""Plain folders of clouds: poses in every form, and worlds far away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Dataset, ReadOptions, open_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.model import PointCloud, Scene

T = 1_532_402_927
ORIGIN = (691_000.0, 5_335_000.0, 512.0)


def cloud(path: Path, kind: str = "pcd", seed: int = 0, origin: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    xyz = np.random.default_rng(seed).normal(0, 10, (20, 3)).astype(np.float32)
    write_cloud(kind, path, CloudArrays(PointCloud(xyz, {"intensity": np.full(20, seed, np.float32)}), origin))


def opened(path: Path, **options: object) -> tuple[Scene, Dataset]:
    dataset = open_dataset(path, options=ReadOptions(**options))
    assert dataset.format == "cloud-folder"
    return dataset.scene(dataset.scene_names[0]), dataset


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


def drive_poses(count: int = 60, origin: Sequence[float] = (0, 0, 0)) -> tuple[Rotation, np.ndarray]:
    along = np.linspace(0, 1, count)
    yaw = 0.3 + 1.9 * along**2 - 1.2 * np.sin(7 * along)
    step = np.column_stack([np.cos(yaw), np.sin(yaw), np.zeros(count)])
    return Rotation.from_euler("ZYX", np.column_stack([yaw, np.full(count, 0.02), np.full(count, -0.01)])), (
        np.cumsum(step, axis=0) + origin
    )


def write_drive(
    folder: Path, count: int = 60, times: bool = True, origin: tuple[float, float, float] = (0, 0, 0)
) -> None:
    for number in range(count):
        cloud(folder / "points" / f"{number:06d}.pcd", seed=number, origin=origin)
    if times:
        (folder / "times.txt").write_text("".join(f"{T + n * 0.1:.6f}\n" for n in range(count)))


def kitti_text(turn: Rotation, place: np.ndarray) -> str:
    matrices = np.concatenate([turn.as_matrix(), place[:, :, None]], axis=2)
    return "".join(" ".join(f"{v:.12e}" for v in m.ravel()) + "\n" for m in matrices)


def tum_text(turn: Rotation, place: np.ndarray, *, first: bool = False, step: float = 0.1) -> str:
    rows = zip(place, turn.as_quat(scalar_first=first), strict=True)
    return "# time x y z q\n" + "".join(
        f"{T + n * step:.6f} " + " ".join(repr(float(v)) for v in (*p, *q)) + "\n" for n, (p, q) in enumerate(rows)
    )


def assert_poses(scene: Scene, turn: Rotation, place: np.ndarray, atol: float = 1e-6) -> None:
    assert scene.has_poses
    for i, frame in enumerate(scene.frames):
        pose = frame.world_SE3_ego
        np.testing.assert_allclose(pose.translation + scene.origin, place[i], atol=atol)
        np.testing.assert_allclose(pose.rotation_matrix, turn[i].as_matrix(), atol=atol)


def test_kitti_rows(tmp_path: Path) -> None:
    turn, place = drive_poses()
    write_drive(tmp_path)
    (tmp_path / "poses.txt").write_text(kitti_text(turn, place))
    scene, _ = opened(tmp_path)
    assert_poses(scene, turn, place)


@pytest.mark.parametrize("first", [False, True])
def test_tum_rows_in_either_order_of_quaternions(tmp_path: Path, first: bool) -> None:
    turn, place = drive_poses()
    write_drive(tmp_path)
    (tmp_path / "poses.txt").write_text(tum_text(turn, place, first=first))
    scene, dataset = opened(tmp_path)
    assert_poses(scene, turn, place, 1e-5)
    told = [f for f in dataset.findings if f.code == "assumed" and "poses are taken" in f.message]
    assert [f.severity for f in told] == ["warning" if first else "info"]
    assert f"taken as {'wxyz' if first else 'xyzw'}" in told[0].message
    scene, _ = opened(tmp_path, assume={"quaternion_order": "wxyz"})
    if first:
        assert_poses(scene, turn, place, 1e-5)


def test_tum_gives_times_and_is_interpolated(tmp_path: Path) -> None:
    turn, place = drive_poses(30)
    write_drive(tmp_path, 30, times=False)
    (tmp_path / "trajectory.txt").write_text(tum_text(turn, place))
    scene, _ = opened(tmp_path)
    assert scene.has_timestamps
    assert scene.frames[3].timestamp_ns == T * 10**9 + 3 * 10**8
    (tmp_path / "times.txt").write_text("".join(f"{T + n * 0.1 + 0.05:.6f}\n" for n in range(30)))
    scene, dataset = opened(tmp_path)
    np.testing.assert_allclose(scene.frames[4].world_SE3_ego.translation, (place[4] + place[5]) / 2, atol=1e-5)
    assert "missing-poses" not in codes(dataset)


def test_poses_the_other_way_round(tmp_path: Path) -> None:
    turn, place = drive_poses()
    write_drive(tmp_path)
    back = turn.inv()
    (tmp_path / "poses.txt").write_text(kitti_text(back, -back.apply(place)))
    scene, dataset = opened(tmp_path)
    assert_poses(scene, turn, place)
    assert any("world_to_sensor" in f.message for f in dataset.findings if f.severity == "warning")
    scene, _ = opened(tmp_path, assume={"poses_direction": "sensor_to_world"})
    np.testing.assert_allclose(scene.frames[5].world_SE3_ego.rotation_matrix, back[5].as_matrix(), atol=1e-9)


def test_a_world_far_away_is_shifted(tmp_path: Path) -> None:
    turn, place = drive_poses(origin=ORIGIN)
    write_drive(tmp_path)
    (tmp_path / "poses.txt").write_text(kitti_text(turn, place))
    scene, dataset = opened(tmp_path)
    assert scene.origin[0] == round(place[0, 0])
    assert np.abs(scene.frames[0].world_SE3_ego.translation).max() < 1
    assert_poses(scene, turn, place, 1e-5)
    assert "shifted-world" in codes(dataset)


@pytest.mark.parametrize("origin", [ORIGIN, (3000.0, 1700.0, 20.0)])
def test_clouds_in_the_world_come_back_to_the_sensor(tmp_path: Path, origin: tuple[float, float, float]) -> None:
    turn, place = drive_poses(12, origin=origin)
    own = np.random.default_rng(2).normal(0, 15, (40, 3))
    own[3] = 0
    for i in range(12):
        world = turn[i].apply(own) + place[i]
        world[3] = 0
        text = "".join(" ".join(map(repr, row)) + "\n" for row in world.tolist())
        (tmp_path / "points").mkdir(exist_ok=True)
        (tmp_path / "points" / f"{i}.xyz").write_text(text)
    (tmp_path / "poses.txt").write_text(kitti_text(turn, place))
    scene, dataset = opened(tmp_path)
    points = scene.frames[7].sweep().points()
    np.testing.assert_allclose(points.xyz, own, atol=1e-3)
    assert np.flatnonzero(~points.valid).tolist() == [3]
    assert any("world's frame" in f.message for f in dataset.findings if f.severity == "warning")
    scene, _ = opened(tmp_path, assume={"clouds_in": "sensor"})
    assert np.abs(scene.frames[7].sweep().points().xyz).max() > 1000


def test_far_clouds_without_poses_share_an_origin(tmp_path: Path) -> None:
    for number in range(3):
        cloud(tmp_path / f"{number}.pcd", seed=1, origin=(ORIGIN[0] + 100 * number, *ORIGIN[1:]))
    scene, dataset = opened(tmp_path)
    assert "shifted-world" in codes(dataset)
    first, last = scene.frames[0].sweep().points().xyz, scene.frames[2].sweep().points().xyz
    assert np.abs(first).max() < 100
    np.testing.assert_allclose(last - first, np.tile([200, 0, 0], (20, 1)), atol=1e-3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 0 0 0 0 1 0 0 0 0 1 0\n" * 2, "2 poses for 3 clouds"),
        ("1 0 0 0 0 2 0 0 0 0 1 0\n" * 3, "rows are not orthonormal"),
        ("1 0 0 0 0 -1 0 0 0 0 1 0\n" * 3, "mirrors"),
        ("1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 0\n" * 3, "bottom row"),
        ("1 0 0\n" * 3, "a pose has 3 numbers"),
        ("1 0 0 0 0 1 0 0 0 0 1 x\n" * 3, "no poses"),
        ("", "no poses"),
        ("1.0 0 0 0 0 0 0 0\n" * 3, "a pose is none"),
        ("nan 0 0 0 0 0 0 1\n" * 3, "a time that is none"),
    ],
)
def test_wrong_poses_are_told_and_not_used(tmp_path: Path, text: str, words: str) -> None:
    for number in range(3):
        cloud(tmp_path / f"{number + 5}.pcd")
    (tmp_path / "poses.txt").write_text(text)
    scene, dataset = opened(tmp_path)
    assert not scene.has_poses
    assert any(words in f.message and f.severity == "warning" for f in dataset.findings)


def test_poses_in_json(tmp_path: Path) -> None:
    turn, place = drive_poses(3)
    write_drive(tmp_path, 3, times=False)
    rows = [
        {"name": f"{n:06d}", "translation": place[n].tolist(), "rotation": turn[n].as_quat(scalar_first=True).tolist()}
        for n in (2, 0, 1)
    ]
    (tmp_path / "poses.json").write_text(json.dumps({"poses": rows}))
    scene, _ = opened(tmp_path)
    assert_poses(scene, turn, place)
    matrices = [np.eye(4) for _ in range(3)]
    for n, matrix in enumerate(matrices):
        matrix[:3, :3], matrix[:3, 3] = turn[n].as_matrix(), place[n]
    rows = [{"timestamp_ns": T * 10**9 + n * 10**8, "matrix": m.tolist()} for n, m in enumerate(matrices)]
    (tmp_path / "poses.json").write_text(json.dumps(rows))
    scene, _ = opened(tmp_path)
    assert_poses(scene, turn, place)
    assert scene.frames[1].timestamp_ns == T * 10**9 + 10**8
    (tmp_path / "poses.json").write_text(json.dumps([{"name": "000000"}]))
    scene, dataset = opened(tmp_path)
    assert not scene.has_poses
    assert "wrong-poses" in codes(dataset)


def test_poses_of_another_time(tmp_path: Path) -> None:
    turn, place = drive_poses(8)
    write_drive(tmp_path, 6)
    (tmp_path / "poses.txt").write_text(tum_text(turn, place).replace(str(T), str(T + 9000)))
    scene, dataset = opened(tmp_path)
    assert not scene.has_poses
    assert any("of another time" in f.message for f in dataset.findings)


def kitti_odometry(shared_data: Path, folder: Path) -> Path:
    """A KITTI sequence as people pass it on: camera poses, the odometry benchmark's calib.txt."""
    source = shared_data / "kitti_odometry_00"
    (folder / "clouds").mkdir(parents=True)
    for path in (source / "velodyne").iterdir():
        shutil.copy(path, folder / "clouds" / path.name)
    shutil.copy(source / "KITTI_00_gt.txt", folder / "poses.txt")
    shutil.copy(source / "KITTI_00_gt_times.txt", folder / "times.txt")
    text = (source / "object_calib_2011_10_03" / "002142.txt").read_text()
    rows = {line.split(":")[0]: np.array(line.split()[1:], float) for line in text.splitlines() if ":" in line}
    rect = np.eye(4)
    rect[:3, :3] = rows["R0_rect"].reshape(3, 3)
    tr = rect[:3, :3] @ rows["Tr_velo_to_cam"].reshape(3, 4)
    lines = [f"{key}: " + " ".join(map(repr, rows[key].tolist())) for key in ("P0", "P1", "P2", "P3")]
    (folder / "calib.txt").write_text("\n".join([*lines, "Tr: " + " ".join(map(repr, tr.ravel().tolist()))]) + "\n")
    return folder


def test_real_kitti_odometry_as_a_plain_folder(shared_data: Path, tmp_path: Path) -> None:
    folder = kitti_odometry(shared_data, tmp_path / "00")
    dataset = open_dataset(folder, "cloud-folder")
    scene = dataset.scene("00")
    assert [frame.timestamp_ns for frame in scene.frames] == [0, 103_735_900, 207_338_100]
    assert any("those of a camera" in f.message for f in dataset.findings)
    clouds = []
    for frame in scene.frames:
        sweep = frame.sweep()
        xyz = sweep.points().xyz.astype(np.float64)
        keep = (np.linalg.norm(xyz, axis=1) < 30) & (xyz[:, 2] > -1.2)
        clouds.append((xyz[keep], sweep.world_SE3_sensor.apply(xyz[keep])))
    for number, (without, with_poses) in ((1, (0.158, 0.069)), (2, (0.251, 0.092))):
        apart = [np.median(cKDTree(clouds[0][way]).query(clouds[number][way])[0]) for way in (0, 1)]
        assert apart[0] == pytest.approx(without, abs=0.002)
        assert apart[1] == pytest.approx(with_poses, abs=0.002)
    up = scene.frames[0].world_SE3_ego.rotation_matrix[2, 2]
    assert up > 0.99
