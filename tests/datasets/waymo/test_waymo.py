"""Waymo segments made by its definition: points pixel by pixel as the devkit computes them, and damaged tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.datasets.waymo.footer import row_groups
from lidar_label.errors import LidarLabelError, UnreadableFile
from tests.datasets.waymo.made_segment import (
    CAMERA,
    EXTRINSICS,
    LENS,
    SEGMENT,
    SHIFT,
    TIMES,
    boxes,
    classes,
    image,
    images,
    jpeg,
    make_set,
    save,
    save_boxes,
    vehicle,
    world_points,
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_set(tmp_path_factory.mktemp("waymo") / "training")


@pytest.fixture(scope="module")
def drive(root: Path) -> Drive:
    dataset = open_dataset(root)
    return Drive(scene=dataset.scene(SEGMENT), labels=dataset.labels(SEGMENT))


@pytest.mark.parametrize("above", [0, 1])
def test_a_split_and_a_folder_of_splits(root: Path, above: int) -> None:
    dataset = open_dataset([root, root.parent][above])
    assert (dataset.format, dataset.scene_names) == ("waymo", (SEGMENT,))


def test_scene(root: Path, drive: Drive) -> None:
    scene = drive.scene
    assert [frame.timestamp_ns for frame in scene.frames] == [time * 1000 for time in TIMES]
    assert list(scene.sensors) == ["LIDAR_TOP", "LIDAR_FRONT", "CAM_FRONT"]
    assert scene.main_lidar is scene.sensors["LIDAR_TOP"]
    moved = {channel: sweep.is_compensated for channel, sweep in scene.frames[0].sweeps.items()}
    assert moved == {"LIDAR_TOP": True, "LIDAR_FRONT": None}  # the pixels of the top one have poses of their own
    assert scene.log == {"logfile": SEGMENT, "location": "location_sf"}
    assert scene.description == "Waymo segment, Day, sunny"
    dataset = open_dataset(root)
    dataset.scene(SEGMENT)
    assert {finding.code for finding in dataset.findings} == {"rolling-shutter", "not-read"}
    assert any("camera_box" in finding.message for finding in dataset.findings)


@pytest.mark.parametrize("group", [1, 2, 100])
def test_points_are_where_the_devkit_has_them(tmp_path: Path, group: int) -> None:
    scene = open_dataset(make_set(tmp_path, group=group)).scene(SEGMENT)
    for row, frame in enumerate(scene.frames):
        for laser, channel in ((1, "LIDAR_TOP"), (2, "LIDAR_FRONT")):
            sweep = frame.sweeps[channel]
            cloud = sweep.points()
            np.testing.assert_allclose(sweep.world_SE3_sensor.matrix, vehicle(row) @ EXTRINSICS[laser], atol=1e-9)
            np.testing.assert_allclose(sweep.world_SE3_sensor.apply(cloud.xyz), world_points(row, laser), atol=2e-5)


def test_fields_of_points(drive: Drive) -> None:
    cloud = drive.scene.frames[0].sweep().points()
    first, second = image(0, 1, 1), image(0, 1, 2)
    seen = [values[..., 0] > 0 for values in (first, second)]
    assert len(cloud) == sum(int(mask.sum()) for mask in seen)
    both = [values[mask] for values, mask in zip((first, second), seen, strict=True)]
    np.testing.assert_array_equal(cloud.fields["intensity"], np.concatenate([values[:, 1] for values in both]))
    np.testing.assert_array_equal(cloud.fields["elongation"], np.concatenate([values[:, 2] for values in both]))
    np.testing.assert_array_equal(cloud.fields["no_label_zone"], np.concatenate([values[:, 3] for values in both]))
    np.testing.assert_array_equal(cloud.fields["ring"], np.concatenate([np.nonzero(mask)[0] for mask in seen]))
    np.testing.assert_array_equal(cloud.fields["return_number"], np.repeat([1, 2], [len(v) for v in both]))
    kinds = np.concatenate([classes(0)[seen[0]], classes(7)[seen[1]]])
    np.testing.assert_array_equal(cloud.fields["instance_id"], kinds[:, 0])
    np.testing.assert_array_equal(cloud.fields["semantic_class"], kinds[:, 1])
    assert "semantic_class" not in drive.scene.frames[1].sweep().points().fields


@pytest.mark.skipif(int(pa.__version__.split(".")[0]) < 26, reason="pyarrow below 26 reads no empty place there")
def test_a_return_that_is_not_there(tmp_path: Path) -> None:
    root = make_set(tmp_path)
    ranges = [[image(0, 1, 1), image(1, 1, 1)], [image(0, 1, 2), None]]
    keys = {"key.frame_timestamp_micros": (pa.int64(), list(TIMES)), "key.laser_name": (pa.int8(), [1, 1])}
    save(root / "lidar" / f"{SEGMENT}.parquet", keys | images("LiDARComponent", ranges, pa.float32()))
    save(root / "lidar_segmentation" / f"{SEGMENT}.parquet", keys | images(
        "LiDARSegmentationLabelComponent", [[classes(0), None], [None, None]], pa.int32()
    ))  # fmt: skip
    first, second = (frame.sweep().points() for frame in open_dataset(root).scene(SEGMENT).frames)
    assert set(second.fields["return_number"].tolist()) == {1}
    assert len(second) == (image(1, 1, 1)[..., 0] > 0).sum()
    assert not second.fields["semantic_class"].any()
    assert not first.fields["semantic_class"][first.fields["return_number"] == 2].any()


def counts(drive: Drive) -> list[int]:
    found = []
    for frame in drive.scene.frames:
        world = np.vstack([sweep.world_SE3_sensor.apply(sweep.points().xyz) for sweep in frame.sweeps.values()])
        for box in drive.labels.in_frame(frame.index):
            local = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
            found.append(int((local <= np.array(box.size) / 2).all(axis=1).sum()))
    return found


def test_boxes_have_the_points_that_the_table_counts(drive: Drive) -> None:
    told = [box["points"] for row in range(2) for box in boxes(row)]
    assert min(told) > 2
    assert counts(drive) == told == [box.num_lidar_pts for box in drive.labels.boxes()]
    first, second = drive.labels.in_frame(0)
    assert (first.size, second.size) == ((14.0, 9.0, 6.0), (10.0, 12.0, 8.0))
    tracks = [drive.labels.track(box.track) for box in (first, second)]
    assert [(track.category, track.name) for track in tracks] == [("Vehicle", "object-0"), ("Cyclist", "object-1")]
    assert len(drive.labels.tracks) == 2
    assert first.attributes == {"num_top_lidar_points": told[0]}
    other = drive.labels.in_frame(1)[0].attributes
    assert other == {"num_top_lidar_points": told[2], "speed_x": 1.5, "speed_y": 1.5, "speed_z": 1.5,
                     "difficulty_detection": 1}  # fmt: skip


def test_pictures_and_their_lens(drive: Drive) -> None:
    """A point falls where their camera model has it; 0 is the left edge of their first pixel."""
    for row, frame in enumerate(drive.scene.frames):
        shot = frame.images["CAM_FRONT"]
        assert shot.encoded() == jpeg(row)
        assert shot.path is None  # no file is this picture alone
        assert abs(shot.timestamp_ns - (TIMES[row] * 1000 + 10_000_000)) < 1000
        there = np.array([[12.0, 1.5, -0.6], [20.0, -4.0, 1.0]])
        world = there @ (vehicle(row) @ SHIFT @ CAMERA)[:3, :3].T + (vehicle(row) @ SHIFT @ CAMERA)[:3, 3]
        x, y = -there[:, 1] / there[:, 0], -there[:, 2] / there[:, 0]
        r2 = x * x + y * y
        scale = 1 + LENS["k1"] * r2 + LENS["k2"] * r2**2 + LENS["k3"] * r2**3
        u = x * scale + 2 * LENS["p1"] * x * y + LENS["p2"] * (r2 + 2 * x * x)
        v = y * scale + LENS["p1"] * (r2 + 2 * y * y) + 2 * LENS["p2"] * x * y
        pixels = np.column_stack([u * LENS["f_u"] + LENS["c_u"], v * LENS["f_v"] + LENS["c_v"]])
        uv, seen = shot.sensor.camera.project(shot.world_SE3_sensor.inverse.apply(world))
        assert seen.all()
        np.testing.assert_allclose(uv + 0.5, pixels, atol=1e-6)


@pytest.mark.parametrize("far", [0.0, 30_000.0])
def test_to_nuscenes_with_the_points_in_their_boxes(tmp_path: Path, far: float) -> None:
    dataset = open_dataset(make_set(tmp_path / "in", far=far))
    drive = Drive(scene=dataset.scene(SEGMENT), labels=dataset.labels(SEGMENT))
    assert ("shifted-world" in {finding.code for finding in dataset.findings}) == bool(far)
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    again = Drive(scene=back.scene(SEGMENT), labels=back.labels(SEGMENT))
    assert counts(again) == counts(drive) == [box["points"] for row in range(2) for box in boxes(row, far)]


@pytest.mark.one_numpy
@pytest.mark.parametrize("lacking", ["vehicle_pose", "lidar_pose", "lidar_box", "camera_image", "camera_calibration",
                                     "stats", "lidar_segmentation"])  # fmt: skip
def test_components_may_be_absent(tmp_path: Path, lacking: str) -> None:
    """People fetch the components they need."""
    root = make_set(tmp_path)
    (root / lacking / f"{SEGMENT}.parquet").unlink()
    dataset = open_dataset(root)
    scene = dataset.scene(SEGMENT)
    assert len(scene.frames) == 2
    assert len(dataset.labels(SEGMENT)) == (0 if lacking == "lidar_box" else 4)
    assert scene.has_poses == (lacking != "vehicle_pose")
    assert len(scene.frames[0].sweep().points()) > 100
    unmoved = lacking in ("vehicle_pose", "lidar_pose")
    assert scene.frames[0].sweep().is_compensated is (None if unmoved else True)
    codes = {"vehicle_pose": "no-poses", "lidar_pose": "not-deskewed", "camera_calibration": "uncalibrated-camera"}
    assert codes.get(lacking, "not-read") in {finding.code for finding in dataset.findings}


def test_a_lidar_without_calibration_is_named(tmp_path: Path) -> None:
    root = make_set(tmp_path)
    (root / "lidar_calibration" / f"{SEGMENT}.parquet").unlink()
    with pytest.raises(LidarLabelError, match="not there") as caught:
        open_dataset(root).scene(SEGMENT)
    assert "lidar_calibration" in caught.value.where


def test_the_same_segment_in_two_splits(tmp_path: Path) -> None:
    for split in ("training", "validation"):
        make_set(tmp_path / split)
    assert open_dataset(tmp_path).scene_names == (f"training/{SEGMENT}", f"validation/{SEGMENT}")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"box.size.x": (pa.float64(), [0.0])}, "above 0"),
        ({"box.heading": (pa.float64(), [float("nan")])}, "is nan"),
        ({"box.center.x": (pa.float64(), [None])}, "1 empty places"),
        ({"type": (pa.string(), ["car"])}, "needs numbers"),
        ({"num_lidar_points_in_box": (pa.int64(), [-1])}, "0 or more"),
        ({"speed.x": (pa.list_(pa.float64()), [[1.0]])}, "no number or text"),
    ],
)
def test_boxes_that_cannot_be(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    root = make_set(tmp_path)
    save_boxes(root / "lidar_box" / f"{SEGMENT}.parquet", [(0, boxes(0)[0])], **changes)
    with pytest.raises(LidarLabelError, match=words):
        open_dataset(root).labels(SEGMENT)


def lidar_file(root: Path, values: Any, shape: list[int]) -> None:
    name = "[LiDARComponent].range_image_return1"
    save(root / "lidar" / f"{SEGMENT}.parquet", {
        "key.frame_timestamp_micros": (pa.int64(), [TIMES[0]]), "key.laser_name": (pa.int8(), [2]),
        f"{name}.values": (pa.list_(pa.float32()), [values]), f"{name}.shape": (pa.list_(pa.int32()), [shape]),
    })  # fmt: skip


@pytest.mark.one_numpy
@pytest.mark.parametrize("shape", [[4, 24, 3], [4, 24], [-4, -24, 4], [2**31 - 1, 24, 4], [0, 0, 4], [8, 12, 4]])
def test_range_images_that_lie_about_their_shape(tmp_path: Path, shape: list[int]) -> None:
    root = make_set(tmp_path)
    lidar_file(root, [1.0] * (4 * 24 * 4), shape)
    scene = open_dataset(root).scene(SEGMENT)
    if shape == [8, 12, 4]:  # it may be so
        assert len(scene.frames[0].sweep().points()) == 96
        return
    with pytest.raises(UnreadableFile, match=r"values|shape of three"):
        scene.frames[0].sweep().points()


@pytest.mark.one_numpy
def test_a_table_that_unpacks_without_end(tmp_path: Path) -> None:
    root = make_set(tmp_path)
    lidar_file(root, np.zeros(24_000_000, dtype=np.float32), [3000, 2000, 4])
    path = root / "lidar" / f"{SEGMENT}.parquet"
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UnreadableFile, match="would unpack to"):
        open_dataset(root).scene(SEGMENT).frames[0].sweep().points()


@pytest.mark.one_numpy
def test_damaged_tables(tmp_path: Path, survives: object, wound_and_open: Callable[..., None]) -> None:
    wound_and_open(make_set(tmp_path), "waymo", survives, seed=5)


def test_a_footer_that_would_end_the_program(tmp_path: Path) -> None:
    """pyarrow does not survive being asked for the size of a column whose levels do not fit its schema."""
    root = make_set(tmp_path)
    path = root / "lidar" / f"{SEGMENT}.parquet"
    data = path.read_bytes()
    optional, required = b"%\x02\x18\x0ekey.laser_name", b"%\x00\x18\x0ekey.laser_name"
    assert data.count(optional) == 1
    path.write_bytes(data.replace(optional, required))
    with pytest.raises(UnreadableFile, match="damaged"):
        open_dataset(root).scene(SEGMENT)


def test_what_the_footer_promises_is_what_pyarrow_says(tmp_path: Path) -> None:
    for path in make_set(tmp_path).rglob("*.parquet"):
        about = parquet.ParquetFile(path).metadata
        groups = row_groups(path)
        assert [group.rows for group in groups] == [about.row_group(i).num_rows for i in range(about.num_row_groups)]
        for i, group in enumerate(groups):
            theirs = [about.row_group(i).column(j) for j in range(about.num_columns)]
            assert list(group.columns) == [column.path_in_schema for column in theirs]
            for column, taken in zip(theirs, group.columns.values(), strict=True):
                assert taken >= column.total_uncompressed_size
                assert taken >= column.num_values * (4 if column.physical_type in ("INT32", "FLOAT") else 8)
