"""The import report: its numbers against the files themselves, and the faults it should see."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, ReadOptions, write_dataset
from lidar_label.datasets.clouds.pcd import write_pcd
from lidar_label.errors import Cancelled, LidarLabelError
from lidar_label.jobs import import_drive, inspect, sections
from lidar_label.model import PointCloud, Taxonomy
from lidar_label.progress import Progress

SmallDrive = Callable[..., Drive]


@pytest.fixture
def copy_of(shared_data: Path, tmp_path: Path) -> Callable[[str], Path]:
    def copy(name: str) -> Path:
        target = tmp_path / "copy"
        shutil.copytree(shared_data / name, target)
        for path in [target, *target.rglob("*")]:
            path.chmod(0o755)
        return target

    return copy


def codes(path: Path) -> set[str]:
    return {finding.code for finding in inspect(path).findings}


def test_the_numbers_are_those_of_the_files(shared_data: Path) -> None:
    found = inspect(shared_data / "kitti_object")
    (scene,) = found.scenes
    clouds = [
        np.fromfile(path, dtype="<f4").reshape(-1, 4)
        for path in sorted((shared_data / "kitti_object/training/velodyne").glob("*.bin"))
    ]
    every = np.concatenate(clouds)
    (points,) = scene.points
    assert (points.sweeps, points.points) == (2, len(every))
    assert (points.fewest, points.most) == (115384, 120268)
    assert points.invalid == 0
    assert points.minimum == pytest.approx(every[:, :3].min(axis=0).tolist(), abs=0)
    assert points.maximum == pytest.approx(every[:, :3].max(axis=0).tolist(), abs=0)
    (intensity,) = points.fields
    assert (intensity.name, intensity.dtype) == ("intensity", "float32")
    assert (intensity.minimum, intensity.maximum) == (float(every[:, 3].min()), float(every[:, 3].max()))
    assert {c.category: (c.boxes, c.counted, c.empty, c.median_points) for c in scene.categories} == {
        "Pedestrian": (1, 1, 0, 376.0), "Truck": (1, 1, 0, 70.0), "Car": (1, 1, 0, 9.0), "Cyclist": (1, 1, 0, 18.0),
    }  # fmt: skip
    camera = next(sensor for sensor in scene.sensors if sensor.kind == "camera")
    # 20285 of the 115384 points and 18630 of the 120268 are in the image, says the data's README.
    assert camera.seen == pytest.approx((20285 + 18630) / len(every), abs=0.003)
    assert camera.determinant == pytest.approx(1.0)
    assert camera.off_orthonormal < 1e-9
    assert camera.centered


def test_what_a_scene_of_a_project_is(copy_of: Callable[[str], Path]) -> None:
    drive = copy_of("sustechpoints_example")
    import_drive(drive, drive.parent / "p.lidarlabel")
    ours, theirs = inspect(drive.parent / "p.lidarlabel"), inspect(drive)
    assert ours.format == "lidar-label project"
    (scene,), (other,) = ours.scenes, theirs.scenes
    assert replace(scene, categories=[]) == replace(other, categories=[])
    assert [(c.category, c.boxes, c.empty) for c in scene.categories] == [
        (c.category, c.boxes, c.empty) for c in other.categories
    ]
    assert (scene.labelled_frames, scene.key_boxes, scene.sampled_frames) == (2, 44, 2)
    assert sum(c.counted for c in scene.categories) == 44


def test_rate_and_gaps(small_drive: SmallDrive, tmp_path: Path) -> None:
    drive = small_drive("a", frames=8)
    late = {6: 3_000_000_000, 7: 3_000_000_000}  # frames 6 and 7 come three seconds later

    def moved(recordings: dict, index: int) -> dict:
        return {c: replace(r, timestamp_ns=r.timestamp_ns + late.get(index, 0)) for c, r in recordings.items()}

    frames = [
        replace(
            frame,
            timestamp_ns=frame.timestamp_ns + late.get(frame.index, 0),
            sweeps=moved(frame.sweeps, frame.index),
            images=moved(frame.images, frame.index),
        )
        for frame in drive.scene.frames
    ]
    drive = replace(drive, scene=replace(drive.scene, frames=frames))
    write_dataset("nuscenes", tmp_path / "out", [drive], Taxonomy())
    (scene,) = inspect(tmp_path / "out").scenes
    for channel in scene.recordings:
        assert channel.rate_hz == pytest.approx(1.0)
        (gap,) = channel.gaps
        assert (gap.frame, gap.at_s, gap.seconds) == (5, pytest.approx(5.0), pytest.approx(4.0))
    next((tmp_path / "out/samples/CAM_FRONT").iterdir()).unlink()
    (scene,) = inspect(tmp_path / "out").scenes
    assert {c.channel: (c.absent, c.asked) for c in scene.recordings} == {"CAM_FRONT": (1, 8), "LIDAR_TOP": (0, 8)}


def test_points_without_a_return_are_counted_and_kept_out_of_the_ranges(copy_of: Callable[[str], Path]) -> None:
    drive = copy_of("sustechpoints_example")
    xyz = np.array([[1, 2, 3], [0, 0, 0], [np.nan, 1, 1], [4, -5, 6], [np.inf, 0, 0]], dtype=np.float32)
    intensity = np.array([5, 6, np.nan, 7, 8], dtype=np.float32)
    for path in (drive / "lidar").iterdir():
        path.unlink()
        write_pcd(path, PointCloud(xyz, {"intensity": intensity}))
    (scene,) = inspect(drive).scenes
    (points,) = scene.points
    assert (points.points, points.invalid) == (10, 6)
    assert (points.minimum, points.maximum) == ((1.0, -5.0, 3.0), (4.0, 2.0, 6.0))
    assert (points.fields[0].minimum, points.fields[0].maximum) == (5.0, 8.0)
    json.dumps(inspect(drive).as_dict(), allow_nan=False)


def camera_file(drive: Path, change: Callable[[dict], None], channel: str = "front") -> None:
    path = drive / f"calib/camera/{channel}.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_an_extrinsic_the_other_way_round_is_suspected(copy_of: Callable[[str], Path]) -> None:
    drive = copy_of("sustechpoints_example")
    assert "calibration-inverse" not in codes(drive)

    def invert(content: dict) -> None:
        content["extrinsic"] = np.linalg.inv(np.array(content["extrinsic"]).reshape(4, 4)).ravel().tolist()

    camera_file(drive, invert, "left")  # in this LiDAR's frame, the front camera's turn is its own inverse
    found = [finding for finding in inspect(drive).findings if finding.code == "calibration-inverse"]
    assert [finding.message.split(":")[0] for finding in found] == ["left"]


def test_a_camera_that_looks_away_is_told(copy_of: Callable[[str], Path]) -> None:
    drive = copy_of("kitti_object_reduced")  # its clouds are cut to what the camera sees

    def turn_round(path: Path) -> None:
        lines = path.read_text().splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("R0_rect"))
        lines[at] = "R0_rect: -1 0 0 0 1 0 0 0 -1"
        path.write_text("\n".join(lines) + "\n")

    turn_round(next((drive / "calib").iterdir()))
    assert "nothing-in-picture" in codes(drive)


def test_a_calibration_for_another_size_is_told(copy_of: Callable[[str], Path]) -> None:
    drive = copy_of("sustechpoints_example")

    def double(content: dict) -> None:
        content["intrinsic"] = [
            2.5 * v if i in (0, 2, 4, 5) else v for i, v in enumerate(np.ravel(content["intrinsic"]))
        ]

    camera_file(drive, double)
    assert "principal-point" in codes(drive)


@pytest.mark.parametrize("what", ["mirrored", "scaled", "bottom row"])
def test_a_matrix_that_is_no_mounting_is_refused_with_its_file(copy_of: Callable[[str], Path], what: str) -> None:
    drive = copy_of("sustechpoints_example")

    def spoil(content: dict) -> None:
        matrix = np.array(content["extrinsic"]).reshape(4, 4)
        if what == "mirrored":
            matrix[0, :3] *= -1
        elif what == "scaled":
            matrix[:3, :3] *= 2
        else:
            matrix[3, 3] = 0
        content["extrinsic"] = matrix.ravel().tolist()

    camera_file(drive, spoil)
    with pytest.raises(LidarLabelError, match=r"front\.json"):
        inspect(drive)


def test_a_scene_that_cannot_be_read_does_not_hide_the_others(small_drive: SmallDrive, tmp_path: Path) -> None:
    drives = [small_drive("a"), small_drive("b", start_s=50)]
    write_dataset("sustechpoints", tmp_path / "two", drives, Taxonomy())
    next((tmp_path / "two/b/label").iterdir()).write_text("[{")
    found = inspect(tmp_path / "two")
    assert [scene.name for scene in found.scenes] == ["a"]
    assert found.has_unreadable
    assert [f.severity for f in found.findings if f.code == "unreadable-scene"] == ["error"]


def test_a_broken_sweep_is_named(copy_of: Callable[[str], Path]) -> None:
    drive = copy_of("kitti_object")
    sweep = drive / "training/velodyne/000001.bin"
    sweep.write_bytes(sweep.read_bytes()[:1001])
    found = inspect(drive)
    assert [f.where for f in found.findings if f.code == "unreadable-file"] == [str(sweep)]
    assert found.scenes[0].points[0].sweeps == 1


def test_more_frames_than_are_sampled(small_drive: SmallDrive, tmp_path: Path) -> None:
    write_dataset("nuscenes", tmp_path / "out", [small_drive("a", frames=11)], Taxonomy())
    (some,), (every,) = inspect(tmp_path / "out").scenes, inspect(tmp_path / "out", full=True).scenes
    assert some.sampled_frames == some.points[0].sweeps == 4
    assert every.sampled_frames == every.points[0].sweeps == 11


def test_when_time_is_up_the_rest_is_not_read_and_that_is_said(
    small_drive: SmallDrive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lidar_label.jobs import inspecting

    drives = [small_drive("a", frames=6), small_drive("b", start_s=50)]
    write_dataset("nuscenes", tmp_path / "out", drives, Taxonomy())
    monkeypatch.setattr(inspecting, "_BUDGET_S", 0.0)
    found = inspect(tmp_path / "out")
    assert [scene.sampled_frames for scene in found.scenes] == [1, 0]
    assert any("1 of 2 scenes were not looked at" in f.message for f in found.findings if f.code == "sampled")
    assert len(inspect(tmp_path / "out", full=True).scenes[1].points) == 1


def test_a_cloud_file(shared_data: Path) -> None:
    laspy = pytest.importorskip("laspy")
    path = shared_data / "formats/pdal/las/simple.las"
    found = inspect(path)
    las = laspy.read(path)
    xyz = np.column_stack([las.x, las.y, las.z])
    assert (found.format, found.scenes) == ("las", [])
    told = found.as_dict()["cloud"]
    assert (told["points"], told["read"], told["invalid"]) == (1065, 1065, 0)
    assert list(told["min"]) == xyz.min(axis=0).tolist()
    assert list(told["max"]) == xyz.max(axis=0).tolist()
    assert told["ranges"]["intensity"] == [float(las.intensity.min()), float(las.intensity.max())]
    assert "r" in told["fields"]
    organised = inspect(shared_data / "formats/pcl/tutorials/capture0001.pcd").as_dict()["cloud"]
    assert organised["points"] == 640 * 480
    assert organised["invalid"] > 0


def test_a_drive_in_one_file_is_no_cloud(small_drive: SmallDrive, tmp_path: Path) -> None:
    write_dataset("boxes-csv", tmp_path / "out", [small_drive("a")], Taxonomy())
    found = inspect(tmp_path / "out/boxes.csv")
    assert found.format == "boxes-csv"
    assert found.cloud is None
    assert [scene.boxes for scene in found.scenes] == [2]


def test_a_cloud_of_a_named_kind(tmp_path: Path) -> None:
    np.arange(12, dtype="<f4").tofile(tmp_path / "points.raw")
    found = inspect(tmp_path / "points.raw", "bin", ReadOptions(fields=("x", "y", "z", "echo")))
    assert found.cloud is not None
    assert (found.cloud.points, [f.name for f in found.cloud.fields]) == (3, ["echo"])


def test_a_person_can_stop_it(shared_data: Path) -> None:
    progress = Progress()
    progress.cancel()
    for name in ("kitti_object", "formats/pdal/las/simple.las"):
        with pytest.raises(Cancelled):
            inspect(shared_data / name, progress=progress)


def test_the_tables_have_a_cell_for_each_column(shared_data: Path) -> None:
    for name in ("kitti_raw", "sustechpoints_example", "t4dataset_sample", "formats/pcl/car6.pcd"):
        found = sections(inspect(shared_data / name))
        assert found
        for section in found:
            assert section.rows
            assert {len(row) for row in section.rows} == {len(section.columns)}, section.title
