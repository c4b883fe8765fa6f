"""Real folders of the nuScenes family open, or say in one line what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Dataset, Drive, open_dataset, write_dataset
from lidar_label.datasets.clouds.bin import NUSCENES_FIELDS, read_bin, write_bin
from lidar_label.errors import BrokenReference, MissingFile
from lidar_label.model import SE3, Box, Frame, Labels, Scene, Sensor, Sweep, Taxonomy, Track


def codes(dataset: Dataset) -> set[str]:
    return {finding.code for finding in dataset.findings}


def rows(path: Path) -> Any:
    return json.loads(path.read_text())


@pytest.mark.parametrize("below", ["", "annotation"])
def test_t4_opens_from_its_folder_or_its_tables(shared_data: Path, below: str) -> None:
    dataset = open_dataset(shared_data / "t4dataset_sample" / below)
    (name,) = dataset.scene_names
    scene, labels = dataset.scene(name), dataset.labels(name)
    tables = shared_data / "t4dataset_sample" / "annotation"
    assert len(scene.frames) == len(rows(tables / "sample.json"))
    annotations = rows(tables / "sample_annotation.json")
    assert len(labels) == len(annotations)
    for row in annotations:
        box = next(b for b in labels.boxes() if b.token == row["token"])
        assert box.center.tolist() == row["translation"]
        assert [box.size[1], box.size[0], box.size[2]] == row["size"]
        assert box.visibility == row["visibility_token"]
        assert (box.num_lidar_pts, box.num_radar_pts) == (row["num_lidar_pts"], row["num_radar_pts"])
    assert {t.name for t in labels.tracks} == {r["instance_name"] for r in rows(tables / "instance.json")}
    assert "date_captured" in scene.log  # T4 spells it data_captured
    camera = scene.sensors["CAM_FRONT"].camera
    assert camera is not None
    assert len(camera.distortion) == 5
    assert all(len(frame.sweep().points()) == 8 for frame in scene.frames)
    assert all(image.encoded()[:2] == b"\xff\xd8" for image in scene.frames[0].images.values())
    assert "tables-not-read" in codes(dataset)
    assert "missing-file" not in codes(dataset)


def test_t4_can_be_written_as_nuscenes(shared_data: Path, tmp_path: Path) -> None:
    dataset = open_dataset(shared_data / "t4dataset_sample")
    (name,) = dataset.scene_names
    drive = Drive(scene=dataset.scene(name), labels=dataset.labels(name))
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy)
    again = open_dataset(tmp_path / "out")
    scene, labels = again.scene(name), again.labels(name)
    assert {b.token for b in labels.boxes()} == {b.token for b in drive.labels.boxes()}
    assert {b.token: b.visibility for b in labels.boxes()} == {b.token: b.visibility for b in drive.labels.boxes()}
    assert scene.sensors["CAM_FRONT"].camera == drive.scene.sensors["CAM_FRONT"].camera
    assert [t.name for t in labels.tracks] == [t.name for t in drive.labels.tracks]


@pytest.mark.parametrize("below", ["", "v1.01-train", "v1.01-train/v1.01-train"])
def test_lyft_opens_from_any_of_its_folders(shared_data: Path, below: str) -> None:
    dataset = open_dataset(shared_data / "lyft_mini_tables" / below)
    (name,) = dataset.scene_names
    scene, labels = dataset.scene(name), dataset.labels(name)
    tables = shared_data / "lyft_mini_tables" / "v1.01-train" / "v1.01-train"
    assert len(labels) == len(rows(tables / "sample_annotation.json"))
    assert all(box.num_lidar_pts is None for box in labels.boxes())  # Lyft writes -1
    times = {row["token"]: row["timestamp"] for row in rows(tables / "sample_data.json")}
    for recording in scene.recordings():
        assert recording.timestamp_ns == pytest.approx(times[recording.token] * 1000, abs=300)
    assert sum(sensor.kind == "lidar" for sensor in scene.sensors.values()) == 3
    # The tables were cut down to one sample, and its files are not there.
    assert {"sample-chain", "sample-count", "missing-file", "annotation-chain"} <= codes(dataset)


def test_lyft_clouds_are_five_floats_a_point(shared_data: Path) -> None:
    for path in (shared_data / "lyft_mini_tables" / "lidar").iterdir():
        assert len(read_bin(path, NUSCENES_FIELDS)) == 5


def test_tables_of_two_exports_mixed_are_refused(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "nuscenes_like_oddities")
    with pytest.raises(BrokenReference) as caught:
        dataset.scene(dataset.scene_names[0])
    assert "sample_data.json, row 472" in caught.value.line
    assert "\n" not in caught.value.line


def test_odd_tables_open_once_their_references_close(shared_data: Path, tmp_path: Path) -> None:
    """The same odd export without the rows whose sample is gone: everything else about it is taken."""
    source = shared_data / "nuscenes_like_oddities"
    (tmp_path / "v1.0-mini").mkdir()
    for path in (source / "v1.0-mini").iterdir():
        (tmp_path / "v1.0-mini" / path.name).write_bytes(path.read_bytes())
    samples = {row["token"] for row in rows(source / "v1.0-mini" / "sample.json")}
    kept = [row for row in rows(source / "v1.0-mini" / "sample_data.json") if row["sample_token"] in samples]
    (tmp_path / "v1.0-mini" / "sample_data.json").write_text(json.dumps(kept))
    for path in (source / "samples").rglob("*.bin"):
        copy = tmp_path / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    dataset = open_dataset(tmp_path)
    scene, labels = dataset.scene("scene-0001"), dataset.labels("scene-0001")
    assert len(scene.frames) == 27
    assert len(labels) == 0
    assert {"rotation-matrix", "times-in-nanoseconds", "no-ego-poses", "no-labels", "missing-file"} <= codes(dataset)
    front = next(f.sweeps["LIDAR_FRONT"] for f in scene.frames if f.sweeps["LIDAR_FRONT"].is_present)
    assert len(front.points()) == 69410
    back = next(f.sweeps["LIDAR_BACK"] for f in scene.frames if f.sweeps["LIDAR_BACK"].is_present)
    assert not back.points().valid.any()


def test_tables_without_sensor_data_say_which_is_missing(shared_data: Path) -> None:
    with pytest.raises(MissingFile, match=r"sample_data\.json"):
        open_dataset(shared_data / "nuscenes_mini_tables")


def test_a_real_sweep_is_copied_bit_by_bit(shared_data: Path, tmp_path: Path) -> None:
    (path,) = (shared_data / "nuscenes_demo_frame").glob("*.pcd.bin")
    cloud = read_bin(path, NUSCENES_FIELDS)
    assert len(cloud) == 34688
    assert set(np.unique(cloud.fields["ring"])) == set(range(32))
    write_bin(tmp_path / "copy.pcd.bin", cloud, NUSCENES_FIELDS)
    assert (tmp_path / "copy.pcd.bin").read_bytes() == path.read_bytes()


def real_drive(path: Path) -> Drive:
    """One real sweep and a ring of boxes around it."""
    lidar = Sensor(
        channel="LIDAR_TOP",
        kind="lidar",
        ego_SE3_sensor=SE3("ego", "LIDAR_TOP", (0.7077955, -0.0064925, 0.0106460, -0.7062073), (0.94, 0.0, 1.84)),
    )
    world_SE3_ego = SE3("world", "ego", (0.57, -0.0013, 0.0121, -0.8216), (411.0, 1181.0, 0.0))
    sweep = Sweep(
        sensor=lidar,
        timestamp_ns=10**18,
        world_SE3_ego=world_SE3_ego,
        frame=0,
        path=path,
        load=lambda: read_bin(path, NUSCENES_FIELDS),
    )
    tracks = [Track(category="vehicle.car") for _ in range(80)]
    boxes = [
        Box(
            track=track.token,
            frame=0,
            world_SE3_box=world_SE3_ego
            @ SE3.from_yaw("ego", "box", i, ((3 + i / 4) * np.cos(i), (3 + i / 4) * np.sin(i), 0.3)),
            size=(4.5, 2.0, 2.0),
        )
        for i, track in enumerate(tracks)
    ]
    frame = Frame(index=0, timestamp_ns=10**18, sweeps={"LIDAR_TOP": sweep})
    return Drive(scene=Scene(name="real", frames=[frame], sensors={"LIDAR_TOP": lidar}), labels=Labels(tracks, boxes))


def test_the_devkit_counts_the_same_points_of_a_real_sweep(shared_data: Path, tmp_path: Path) -> None:
    nuscenes = pytest.importorskip("nuscenes")
    from nuscenes.utils.data_classes import LidarPointCloud
    from nuscenes.utils.geometry_utils import points_in_box

    (path,) = (shared_data / "nuscenes_demo_frame").glob("*.pcd.bin")
    write_dataset("nuscenes", tmp_path / "out", [real_drive(path)], Taxonomy())
    nusc = nuscenes.NuScenes("v1.0-mini", str(tmp_path / "out"), verbose=False)
    file, boxes, _ = nusc.get_sample_data(nusc.sample[0]["data"]["LIDAR_TOP"])
    points = LidarPointCloud.from_file(file).points[:3]
    assert points.shape[1] == 34688
    counts = {box.token: int(points_in_box(box, points).sum()) for box in boxes}
    assert sum(counts.values()) > 1000
    assert {row["token"]: row["num_lidar_pts"] for row in nusc.sample_annotation} == counts


def test_what_the_devkit_refuses_is_said_by_name(tmp_path: Path, make: Callable[..., Any]) -> None:
    """A version that is not there is a clear message (the devkit asserts)."""
    made = make(between=False)
    write_dataset("nuscenes", tmp_path / "out", [made.drive], made.taxonomy)
    with pytest.raises(MissingFile, match=r"v1\.0-trainval"):
        open_dataset(tmp_path / "out" / "v1.0-trainval")
