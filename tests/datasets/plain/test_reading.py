"""Plain folders of clouds: what lies where, pictures and times."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import Dataset, ReadOptions, open_dataset
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.errors import UnknownFormat, UnreadableFile
from lidar_label.model import PointCloud, Scene

T = 1_532_402_927


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


def write_drive(
    folder: Path, count: int = 60, times: bool = True, origin: tuple[float, float, float] = (0, 0, 0)
) -> None:
    for number in range(count):
        cloud(folder / "points" / f"{number:06d}.pcd", seed=number, origin=origin)
    if times:
        (folder / "times.txt").write_text("".join(f"{T + n * 0.1:.6f}\n" for n in range(count)))


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
