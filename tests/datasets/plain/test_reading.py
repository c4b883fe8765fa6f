"""Plain folders as teams have them: clouds, pictures, times and poses find one another, and what does not is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from lidar_label.datasets import Dataset, ReadOptions, open_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.errors import UnknownFormat, UnreadableFile
from lidar_label.model import PointCloud, Scene

T = 1_532_402_927
ORIGIN = (691_000.0, 5_335_000.0, 512.0)


def cloud(path: Path, kind: str = "pcd", seed: int = 0, origin: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    xyz = np.random.default_rng(seed).normal(0, 10, (20, 3)).astype(np.float32)
    write_cloud(kind, path, CloudArrays(PointCloud(xyz, {"intensity": np.full(20, seed, np.float32)}), origin))


def picture(path: Path, shade: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Picture.new("RGB", (64, 48), (shade, 0, 0)).save(path)


def opened(path: Path, **options: object) -> tuple[Scene, Dataset]:
    dataset = open_dataset(path, options=ReadOptions(**options))
    assert dataset.format == "cloud-folder"
    return dataset.scene(dataset.scene_names[0]), dataset


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


def shades(scene: Scene, channel: str) -> list[int | None]:
    return [
        int(Path(f.images[channel].path).stem.split(".")[-1] or 0) if channel in f.images else None
        for f in scene.frames
    ]


@pytest.mark.parametrize("place", ["", "lidar", "pointcloud", "points", "velodyne", "pcd", "scans/data"])
@pytest.mark.parametrize(("kind", "suffix"), [("pcd", ".pcd"), ("las", ".las"), ("ply", ".ply"), ("xyz", ".csv")])
def test_where_clouds_may_lie(tmp_path: Path, place: str, kind: str, suffix: str) -> None:
    folder = tmp_path / "Fahrt ä 出典"
    for number in (2, 10, 1):
        cloud(folder / place / f"scan_{number}{suffix}", kind, seed=number)
    picture(folder / "images" / "scan_2.png")
    (folder / "readme.txt").write_text("1 2 3\n")
    scene, dataset = opened(folder)
    assert [frame.name for frame in scene.frames] == ["scan_1", "scan_2", "scan_10"]
    assert [frame.sweep().points().fields["intensity"][0] for frame in scene.frames] == [1, 2, 10]
    assert [list(frame.images) for frame in scene.frames] == [[], ["camera"], []]
    assert not scene.has_timestamps
    assert not scene.has_poses
    assert [frame.timestamp_ns for frame in scene.frames] == [10**8, 2 * 10**8, 10 * 10**8]
    assert {"no-timestamps", "no-poses", "gaps", "missing-recordings"} <= codes(dataset)
    assert not list(dataset.labels("Fahrt ä 出典").boxes())


def test_a_folder_without_clouds_is_none(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "1.png")
    (tmp_path / "poses.txt").write_text("1 0 0 0 0 1 0 0 0 0 1 0\n")
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnknownFormat):
        open_dataset(tmp_path)


@pytest.mark.parametrize(("place", "other"), [("lidar", "sustechpoints"), ("pointcloud", "supervisely")])
def test_clouds_with_plain_files_beside_are_no_other_format(tmp_path: Path, place: str, other: str) -> None:
    cloud(tmp_path / "a" / place / "1.pcd")
    assert open_dataset(tmp_path / "a").format == other
    (tmp_path / "a" / "poses.txt").write_text("1 0 0 0 0 1 0 0 0 0 1 0\n")
    assert open_dataset(tmp_path / "a").format == "cloud-folder"


def test_several_drives_in_a_folder(tmp_path: Path) -> None:
    for name in ("run 2", "run 10"):
        cloud(tmp_path / name / "points" / "1.pcd")
    assert open_dataset(tmp_path).scene_names == ("run 2", "run 10")


def test_clouds_of_one_name_are_told(tmp_path: Path) -> None:
    cloud(tmp_path / "1.pcd")
    cloud(tmp_path / "1.ply", "ply")
    cloud(tmp_path / "2.ply", "ply")
    scene, dataset = opened(tmp_path)
    assert [frame.sweep().path.name for frame in scene.frames] == ["1.pcd", "2.ply"]
    assert "doubled-file" in codes(dataset)


def test_fields_of_raw_files_may_be_told(tmp_path: Path) -> None:
    np.zeros((5, 6), "<f4").tofile(tmp_path / "1.bin")
    scene, _ = opened(tmp_path, fields=("x", "y", "z", "intensity", "ring", "time_s"))
    assert list(scene.frames[0].sweep().points().fields) == ["intensity", "ring", "time_s"]


@pytest.mark.parametrize("cameras", ["images/front", "images", "camera_front", "image_02/data", "camera/front"])
def test_pictures_by_name(tmp_path: Path, cameras: str) -> None:
    for number in range(3):
        cloud(tmp_path / "points" / f"{number:06d}.pcd")
        picture(tmp_path / cameras / f"{number:06d}.png")
    picture(tmp_path / cameras / "000009.png")
    scene, dataset = opened(tmp_path)
    (channel,) = [name for name, sensor in scene.sensors.items() if sensor.kind == "camera"]
    assert channel == {"images": "camera", "images/front": "front", "camera/front": "front"}.get(
        cameras, cameras.split("/")[0]
    )
    assert shades(scene, channel) == [0, 1, 2]
    assert any(f.code == "without-frame" and "000009" in f.message for f in dataset.findings)


def test_pictures_beside_the_clouds(tmp_path: Path) -> None:
    for number in range(3):
        cloud(tmp_path / f"{number}.pcd")
        picture(tmp_path / f"{number}.jpg")
    scene, _ = opened(tmp_path)
    assert shades(scene, "camera") == [0, 1, 2]


def test_pictures_by_number(tmp_path: Path) -> None:
    for number in range(3):
        cloud(tmp_path / "points" / f"cloud_{number + 5:03d}.pcd")
        picture(tmp_path / "images" / f"img_{number + 5:06d}.png")
    scene, dataset = opened(tmp_path)
    assert shades_of(scene) == ["img_000005", "img_000006", "img_000007"]
    assert "without-frame" not in codes(dataset)


def shades_of(scene: Scene, channel: str = "camera") -> list[str | None]:
    return [frame.images[channel].path.stem if channel in frame.images else None for frame in scene.frames]


def test_pictures_by_the_nearest_time(tmp_path: Path) -> None:
    for step in range(4):
        cloud(tmp_path / "points" / f"{T + step}.5.pcd")
    for stem in (f"{T}480", f"{T}500", f"{T + 1}400", f"{T + 3}600", f"{T + 9}000"):
        picture(tmp_path / "images" / "front" / f"{stem}.png")
    scene, dataset = opened(tmp_path)
    assert scene.has_timestamps
    assert shades_of(scene, "front") == [f"{T}500", f"{T + 1}400", None, f"{T + 3}600"]
    assert [frame.images["front"].timestamp_ns % 10**9 for frame in scene.frames if frame.images] == [
        500_000_000, 400_000_000, 600_000_000,
    ]  # fmt: skip
    assert [image.path.stem for image in scene.between] == [f"{T}480", f"{T + 9}000"]
    assert any(f.code == "missing-recordings" and f"{T + 2}.5" in f.message for f in dataset.findings)


def test_pictures_in_their_order_are_told(tmp_path: Path) -> None:
    for number in range(3):
        cloud(tmp_path / "points" / f"{number}.pcd")
        picture(tmp_path / "images" / f"{'abc'[number]}.png")
    scene, dataset = opened(tmp_path)
    assert shades_of(scene) == ["a", "b", "c"]
    assert any("taken in their order" in f.message for f in dataset.findings if f.severity == "warning")


def test_cameras_in_one_folder(tmp_path: Path) -> None:
    for number in range(3):
        cloud(tmp_path / "points" / f"{number:03d}.pcd")
        for side in ("left", "right"):
            picture(tmp_path / "images" / f"cam_{side}_{number:03d}.png")
    scene, _ = opened(tmp_path)
    assert shades_of(scene, "cam_left") == ["cam_left_000", "cam_left_001", "cam_left_002"]
    assert shades_of(scene, "cam_right")[2] == "cam_right_002"


def test_real_frame_with_pictures_beside(shared_data: Path) -> None:
    scene, _ = opened(shared_data / "nuscenes_demo_frame")
    assert len(scene.frames) == 1
    assert scene.frames[0].timestamp_ns == 1_532_402_927_647_951_000
    assert len(scene.frames[0].sweep().points()) == 34688
    assert list(scene.frames[0].sweep().points().fields) == ["intensity", "ring"]
    assert {c: i.timestamp_ns // 1000 for c, i in scene.frames[0].images.items()} == {
        "CAM_BACK": 1532402927637525, "CAM_BACK_LEFT": 1532402927647423, "CAM_BACK_RIGHT": 1532402927627893,
        "CAM_FRONT": 1532402927612460, "CAM_FRONT_LEFT": 1532402927604844, "CAM_FRONT_RIGHT": 1532402927620339,
    }  # fmt: skip


def test_real_pcd_sequence(shared_data: Path) -> None:
    scene, _ = opened(shared_data / "udacity_pcd_sequence")
    assert [len(frame.sweep().points()) for frame in scene.frames] == [119978, 118703]


@pytest.mark.parametrize("place", ["points/timestamps.txt", "times.txt", "points/times.txt"])
def test_times_beside_the_clouds(tmp_path: Path, place: str) -> None:
    for number in range(3):
        cloud(tmp_path / "points" / f"{number}.pcd")
    (tmp_path / place).write_text(f"{T}.25\n{T}.35\n{T}.45\n")
    scene, _ = opened(tmp_path)
    assert scene.has_timestamps
    assert [frame.timestamp_ns for frame in scene.frames] == [T * 10**9 + n * 10**7 for n in (25, 35, 45)]
    (tmp_path / place).write_text(f"{T}.25\n{T}.35\n")
    scene, dataset = opened(tmp_path)
    assert not scene.has_timestamps
    assert any(f.code == "not-read" and "2 times for 3 files" in f.message for f in dataset.findings)


# A drive of 60 m through bends that tighten and open, looking where it goes.


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


def test_a_broken_cloud_does_not_hide_the_others(tmp_path: Path) -> None:
    for number in range(3):
        cloud(tmp_path / f"{number}.pcd")
    (tmp_path / "0.pcd").write_bytes(b"FIELDS")
    (tmp_path / "calib.json").write_text("{")
    scene, dataset = opened(tmp_path)
    assert len(scene.frames[2].sweep().points()) == 20
    with pytest.raises(UnreadableFile):
        scene.frames[0].sweep().points()
    assert "wrong-calibration" in codes(dataset)


def test_tokens_are_steady(tmp_path: Path) -> None:
    cloud(tmp_path / "1.pcd")
    picture(tmp_path / "1.png")
    first, second = opened(tmp_path)[0], opened(tmp_path)[0]
    assert first.token == second.token
    assert first.frames[0].sweep().token == second.frames[0].sweep().token


def test_opening_loads_no_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_drive(tmp_path, 20)
    read: list[Path] = []
    from lidar_label.datasets.clouds import rows

    real = rows.RowsFile.read
    monkeypatch.setattr(rows.RowsFile, "read", lambda self, *a, **k: (read.append(self.path), real(self, *a, **k))[1])
    scene, _ = opened(tmp_path)
    assert not read
    scene.frames[3].sweep().points()
    assert len(read) == 1
