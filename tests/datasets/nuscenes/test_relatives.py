"""Relatives of nuScenes by their own definitions: T4, TruckScenes, lidarseg; and tables that are refused with all
that is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, ReadOptions, WriteOptions, format_named, open_dataset, write_dataset
from lidar_label.datasets.clouds.pcd import write_pcd
from lidar_label.errors import BrokenReference, MissingFile, UnreadableFile
from lidar_label.model import Category, PointCloud, Source, Taxonomy

START_US = 1_695_000_000_123_456
SENSORS = {
    "LIDAR_LEFT": "lidar", "LIDAR_TOP_FRONT": "lidar", "RADAR_LEFT_FRONT": "radar", "CAMERA_LEFT_FRONT": "camera",
}  # fmt: skip
PLACE = (500_123.5, 5_340_456.25, 0.0)  # UTM, as TruckScenes has it
# What t4-devkit's page on the schema says each table has to have.
T4_COLUMNS = {
    "attribute": {"token", "name", "description"},
    "calibrated_sensor": {
        "token", "sensor_token", "translation", "rotation", "camera_intrinsic", "camera_distortion",
    },
    "category": {"token", "name", "description"},
    "ego_pose": {"token", "translation", "rotation"},
    "instance": {
        "token", "category_token", "instance_name", "nbr_annotations", "first_annotation_token",
        "last_annotation_token",
    },
    "log": {"token", "logfile", "vehicle", "data_captured", "location"},
    "map": {"token", "log_tokens", "category", "filename"},
    "sample": {"token", "timestamp", "scene_token", "next", "prev"},
    "sample_annotation": {
        "token", "sample_token", "instance_token", "attribute_tokens", "visibility_token", "translation", "rotation",
        "size", "num_lidar_pts", "num_radar_pts", "next", "prev", "automatic_annotation",
    },
    "sample_data": {
        "token", "sample_token", "ego_pose_token", "calibrated_sensor_token", "filename", "fileformat", "width",
        "height", "timestamp", "is_key_frame", "next", "prev", "is_valid",
    },
    "scene": {
        "token", "name", "description", "log_token", "nbr_samples", "first_sample_token", "last_sample_token",
    },
    "sensor": {"token", "channel", "modality"},
    "visibility": {"token", "level", "description"},
}  # fmt: skip


def read(path: Path) -> Any:
    return json.loads(path.read_text())


def codes(dataset: Any) -> dict[str, str]:
    return {finding.code: finding.message for finding in dataset.findings}


@pytest.fixture
def trucks(tmp_path: Path) -> Path:
    """Two samples of a lorry as truckscenes-devkit describes them: no log, no map, PCD clouds, places in UTM."""
    root = tmp_path / "man-truckscenes"
    rng = np.random.default_rng(5)
    tables: dict[str, list[dict[str, Any]]] = {
        "attribute": [{"token": "a1", "name": "vehicle_state.moving", "description": ""}],
        "category": [{"token": "c1", "name": "vehicle.truck", "description": "", "index": 14}],
        "visibility": [{"token": str(n), "level": n, "description": ""} for n in (1, 2, 3, 4)],
        "sensor": [{"token": f"s{c}", "channel": c, "modality": m} for c, m in SENSORS.items()],
        "calibrated_sensor": [
            {
                "token": f"k{c}", "sensor_token": f"s{c}", "translation": [1.0 * n, 0.5, 2.0], "rotation": [1, 0, 0, 0],
                "camera_intrinsic": [[800, 0, 990], [0, 800, 471.5], [0, 0, 1]] if m == "camera" else [],
            }
            for n, (c, m) in enumerate(SENSORS.items())
        ],
        "scene": [
            {
                "token": "scene", "name": "scene-d8e7", "description": "weather.clear;area.highway", "log_token": "",
                "nbr_samples": 2, "first_sample_token": "f0", "last_sample_token": "f1",
            }
        ],
        "sample": [], "sample_data": [], "ego_pose": [], "instance": [], "sample_annotation": [],
        "ego_motion_cabin": [{"token": "m", "timestamp": START_US, "vx": 20.0}],
        "ego_motion_chassis": [{"token": "m", "timestamp": START_US, "vx": 20.0}],
    }  # fmt: skip
    for index in range(2):
        tables["sample"].append({
            "token": f"f{index}", "timestamp": START_US + index * 500_000, "scene_token": "scene",
            "prev": "" if not index else "f0", "next": "f1" if not index else "",
        })  # fmt: skip
        for channel, kind in SENSORS.items():
            time_us = START_US + index * 500_000 + 11
            name = f"samples/{channel}/{channel}_{time_us}.{'jpg' if kind == 'camera' else 'pcd'}"
            token = f"{channel}{index}"
            tables["ego_pose"].append({
                "token": token, "timestamp": time_us, "rotation": [1, 0, 0, 0],
                "translation": [PLACE[0] + 10 * index, *PLACE[1:]],
            })  # fmt: skip
            tables["sample_data"].append({
                "token": token, "sample_token": f"f{index}", "ego_pose_token": token,
                "calibrated_sensor_token": f"k{channel}", "filename": name, "fileformat": name[-3:],
                "width": 1980 if kind == "camera" else 0, "height": 943 if kind == "camera" else 0,
                "timestamp": time_us, "is_key_frame": True, "prev": "", "next": "",
            })  # fmt: skip
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            xyz = rng.uniform(-30, 30, (12, 3)).astype(np.float32)
            if kind == "lidar":
                stamps = np.uint64(time_us) - np.arange(12, dtype=np.uint64) * np.uint64(1000)
                fields = {"intensity": rng.random(12).astype(np.float32), "timestamp": stamps}
                write_pcd(root / name, PointCloud(xyz, fields))
            elif kind == "radar":
                write_pcd(root / name, PointCloud(xyz, {f"vrel_{a}": xyz[:, 0] for a in "xyz"} | {"rcs": xyz[:, 1]}))
            else:
                (root / name).write_bytes(b"\xff\xd8\xff")
    tables["instance"].append({"token": "i1", "category_token": "c1", "nbr_annotations": 1,
                               "first_annotation_token": "b1", "last_annotation_token": "b1"})  # fmt: skip
    tables["sample_annotation"].append({
        "token": "b1", "sample_token": "f0", "instance_token": "i1", "attribute_tokens": ["a1"],
        "visibility_token": "4", "translation": [PLACE[0] + 20, PLACE[1] + 3, 1.5], "size": [2.5, 12.0, 3.8],
        "rotation": [1, 0, 0, 0], "num_lidar_pts": 120, "num_radar_pts": 4, "prev": "", "next": "",
    })  # fmt: skip
    (root / "v1.0-mini").mkdir()
    for name, rows in tables.items():
        (root / "v1.0-mini" / f"{name}.json").write_text(json.dumps(rows))
    return root


def test_truckscenes(trucks: Path) -> None:
    dataset = open_dataset(trucks)
    scene, labels = dataset.scene("scene-d8e7"), dataset.labels("scene-d8e7")
    assert {channel: sensor.kind for channel, sensor in scene.sensors.items()} == SENSORS
    assert scene.main_lidar is not None
    assert scene.main_lidar.channel == "LIDAR_TOP_FRONT"
    for frame in scene.frames:
        for channel in ("LIDAR_LEFT", "LIDAR_TOP_FRONT"):
            cloud = frame.sweeps[channel].points()
            # Microseconds since 1970 in the file, seconds after the sweep here.
            np.testing.assert_allclose(cloud.fields["time_s"], -np.arange(12) * 1e-3, atol=1e-9)
            assert set(cloud.fields) == {"intensity", "time_s"}
        radar = frame.sweeps["RADAR_LEFT_FRONT"].points()
        assert set(radar.fields) == {"vrel_x", "vrel_y", "vrel_z", "rcs"}
    (box,) = labels.boxes()
    assert box.size == (12.0, 2.5, 3.8)
    place = box.center + scene.origin
    np.testing.assert_allclose(place, [PLACE[0] + 20, PLACE[1] + 3, 1.5], atol=1e-6)
    assert np.abs(box.center).max() < 2000
    assert box.visibility == "4"
    assert [level.level for level in dataset.taxonomy.visibilities] == ["1", "2", "3", "4"]
    assert "ego_motion_cabin, ego_motion_chassis" in codes(dataset)["tables-not-read"]


def test_truckscenes_goes_into_nuscenes(trucks: Path, tmp_path: Path) -> None:
    dataset = open_dataset(trucks)
    drive = Drive(scene=dataset.scene("scene-d8e7"), labels=dataset.labels("scene-d8e7"))
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    scene = back.scene("scene-d8e7")
    (box,), (given,) = back.labels("scene-d8e7").boxes(), drive.labels.boxes()
    np.testing.assert_allclose(box.center + scene.origin, given.center + drive.scene.origin, atol=1e-6)
    # The main LiDAR gets the name that nuScenes' tools ask for.
    assert set(scene.sensors) == {*SENSORS, "LIDAR_TOP"} - {"LIDAR_TOP_FRONT"}


def test_the_t4_sample(shared_data: Path) -> None:
    folder = shared_data / "t4dataset_sample"
    dataset = open_dataset(folder)
    assert dataset.format == "t4"
    (name,) = dataset.scene_names
    scene, labels = dataset.scene(name), dataset.labels(name)
    rows = {row["token"]: row for row in read(folder / "annotation" / "sample_annotation.json")}
    assert {box.token for box in labels.boxes()} == set(rows)
    for box in labels.boxes():
        width, length, height = rows[box.token]["size"]
        assert box.size == (length, width, height)
        np.testing.assert_allclose(box.center, rows[box.token]["translation"])
        assert box.num_lidar_pts == rows[box.token]["num_lidar_pts"]
    assert {track.name for track in labels.tracks} == {"car_001", "pedestrian_001", "bicycle_001"}
    assert [level.level for level in dataset.taxonomy.visibilities] == ["full", "most", "partial", "none"]
    assert scene.log["date_captured"] == "2024-01-01"
    told = codes(dataset)
    assert "object_ann, surface_ann, vehicle_state" in told["tables-not-read"]
    assert "map/lanelet2_map.osm" in told["maps-not-read"]


def test_t4_is_written_by_its_definition(full_drive: Callable[..., Drive], tmp_path: Path) -> None:
    drives = [full_drive("night drive"), full_drive("day", frames=3, start_ns=1_600_000_000 * 10**9)]
    taxonomy = Taxonomy([Category(name=track.category) for track in drives[0].labels.tracks])
    write_dataset("t4", tmp_path / "out", drives, taxonomy, WriteOptions())
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["day", "night_drive"]
    for drive, name in zip(drives, ("night_drive", "day"), strict=True):
        root = tmp_path / "out" / name
        assert sorted(p.name for p in root.iterdir()) == ["annotation", "data", "map"]
        tables = {p.stem: read(p) for p in (root / "annotation").iterdir()}
        assert set(tables) == set(T4_COLUMNS)
        for table, columns in T4_COLUMNS.items():
            for row in tables[table]:
                optional = {"camera_distortion", "instance_name"}
                assert columns - optional <= set(row), table
        assert len(tables["scene"]) == 1
        tokens = {table: {row["token"] for row in rows} for table, rows in tables.items()}
        for row in tables["sample_data"]:
            assert row["filename"].startswith("data/")
            assert (root / row["filename"]).is_file()
            assert row["fileformat"] in ("jpg", "png", "pcd", "bin", "pcd.bin")
            assert row["is_valid"] is True
            assert row["ego_pose_token"] in tokens["ego_pose"]
        assert (root / "data" / "LIDAR_TOP" / "00000.pcd.bin").stat().st_size == 30 * 5 * 4
        assert {row["level"] for row in tables["visibility"]} <= {"full", "most", "partial", "none"}
        for row in tables["sample_annotation"]:
            models = row.get("autolabel_metadata")
            assert row["automatic_annotation"] == bool(models)
            assert all(0 <= model["score"] <= 1 and model["name"] for model in models or ())
        times = [row["timestamp"] for row in tables["sample"]]
        assert times == [(frame.timestamp_ns + 500) // 1000 for frame in drive.scene.frames]
        assert (root / "map" / "lanelet2_map.osm").read_text().startswith("<?xml")


def test_t4_gives_back_what_it_was_given(
    full_drive: Callable[..., Drive], same: Callable[..., None], tmp_path: Path
) -> None:
    drives = [full_drive("a"), full_drive("b", frames=3)]
    taxonomy = Taxonomy([Category(name=track.category) for track in drives[0].labels.tracks])
    write_dataset("t4", tmp_path / "out", drives, taxonomy)
    dataset = open_dataset(tmp_path / "out")
    assert (dataset.format, dataset.scene_names) == ("t4", ("a", "b"))
    for given in drives:
        back = Drive(scene=dataset.scene(given.scene.name), labels=dataset.labels(given.scene.name))
        same(format_named("t4"), given, back,
             but={"frame names", "times", "attributes", "visibility", "num_lidar_pts", "is_keyframe"})  # fmt: skip
        scored = [box for box in back.labels.boxes() if box.score is not None]
        assert {box.source for box in scored} == {Source.MACHINE}
        for ours, theirs in zip(given.scene.frames, back.scene.frames, strict=True):
            np.testing.assert_array_equal(ours.sweep().points().xyz, theirs.sweep().points().xyz)
            assert ours.images["CAM_FRONT"].encoded() == theirs.images["CAM_FRONT"].encoded()
    said = [finding.code for finding in format_named("t4").losses(drives)]
    assert "scores" not in said
    assert "visibility-words" in said


@pytest.fixture
def sample(shared_data: Path, tmp_path: Path) -> Path:
    shutil.copytree(shared_data / "t4dataset_sample", tmp_path / "t4", copy_function=shutil.copy)
    for path in (tmp_path / "t4").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (tmp_path / "t4").chmod(0o755)
    return tmp_path / "t4"


def change(root: Path, table: str, edit: Callable[[list[Any]], Any]) -> None:
    path = root / "annotation" / f"{table}.json"
    rows = read(path)
    edit(rows)
    path.write_text(json.dumps(rows))


def test_t4_points_of_seven_values(sample: Path) -> None:
    rows = np.arange(5 * 7, dtype="<f4").reshape(5, 7)
    (sample / "data" / "LIDAR_TOP" / "001.pcd.bin").write_bytes(rows.tobytes())
    (sample / "data" / "info.json").write_text(json.dumps({"num_pts_feats": 7, "sources": []}))
    change(sample, "sample_data", lambda r: r[0].update(info_filename="data/info.json"))
    dataset = open_dataset(sample)
    cloud = dataset.scene(dataset.scene_names[0]).frames[0].sweep().points()
    np.testing.assert_array_equal(cloud.xyz, rows[:, :3])
    np.testing.assert_array_equal(cloud.fields["value_6"], rows[:, 6])
    for wrong in ({"num_pts_feats": 2}, {"num_pts_feats": 1e300}, {"num_pts_feats": "7"}, [], {"num_pts_feats": 6}):
        (sample / "data" / "info.json").write_text(json.dumps(wrong))
        with pytest.raises(UnreadableFile):
            dataset.scene(dataset.scene_names[0]).frames[0].sweep().points()


def test_t4_recordings_that_are_not_valid_and_labels_of_models(sample: Path) -> None:
    change(sample, "sample_data", lambda r: r[1].update(is_valid=False))
    models = [{"name": "centerpoint", "score": 0.75}]
    said = {"automatic_annotation": True, "autolabel_metadata": models, "velocity": [1, 0, 0]}
    change(sample, "sample_annotation", lambda r: r[0].update(said))
    change(sample, "sample_data", lambda r: r[0].update(filename="data/LIDAR_TOP/001.json"))
    dataset = open_dataset(sample)
    scene, labels = dataset.scene(dataset.scene_names[0]), dataset.labels(dataset.scene_names[0])
    assert "CAM_FRONT" not in scene.frames[0].images
    assert "CAM_FRONT" in scene.frames[1].images
    told = codes(dataset)
    assert told["invalid-data"].startswith("1 rows")
    assert "sample_annotation.velocity" in told["columns-not-read"]
    assert "1 recordings of LIDAR_TOP are .json files" in told["not-read"]
    scores = {box.token: (box.score, box.source) for box in labels.boxes()}
    assert scores[read(sample / "annotation" / "sample_annotation.json")[0]["token"]] == (0.75, Source.MACHINE)
    assert sum(score is None and source is Source.IMPORTED for score, source in scores.values()) == 3


def test_point_classes(sample: Path) -> None:
    """Lidarseg: one byte a point, the index of a category; trap 14 is another count or type."""
    token = read(sample / "annotation" / "sample_data.json")[0]["token"]
    rows = [{"token": "l1", "sample_data_token": token, "filename": "lidarseg/annotation/l1.bin"}]
    (sample / "annotation" / "lidarseg.json").write_text(json.dumps(rows))
    path = sample / "lidarseg" / "annotation" / "l1.bin"
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(8)))
    dataset = open_dataset(sample)
    frames = dataset.scene(dataset.scene_names[0]).frames
    assert frames[0].sweep().points().fields["semantic_class"].tolist() == list(range(8))
    assert "semantic_class" not in frames[1].sweep().points().fields
    for wrong in (bytes(7), bytes(32), b""):
        path.write_bytes(wrong)
        with pytest.raises(UnreadableFile, match="not one for each of 8 points"):
            frames[0].sweep().points()
    path.unlink()
    with pytest.raises(MissingFile):
        frames[0].sweep().points()


def test_a_refusal_counts_all_that_is_wrong(shared_data: Path) -> None:
    dataset = open_dataset(shared_data / "nuscenes_like_oddities")
    with pytest.raises(BrokenReference) as caught:
        dataset.scene(dataset.scene_names[0])
    line = caught.value.line
    for words in (
        "sample_data.json, row 472", "there is no category.json, instance.json, sample_annotation.json",
        "ego_pose.json is empty", "596 of 596 rows of sample_data have no ego_pose_token",
        "sample_token of 16 of 596 rows of sample_data is not in sample.json (the first is row 472)",
        "588 of 596 sensor files that were looked for are not there", "times are in nanoseconds",
        "3x3 matrices", "--assume broken_rows=leave-out",
    ):  # fmt: skip
        assert words in line
    assert "\n" not in line


def test_the_odd_tables_open_without_their_broken_rows(shared_data: Path) -> None:
    told = {"broken_rows": "leave-out"}
    options = ReadOptions(assume=told, fields=("x", "y", "z", "time", "intensity"))
    dataset = open_dataset(shared_data / "nuscenes_like_oddities", "", options)
    scene = dataset.scene(dataset.scene_names[0])
    assert len(scene.frames) == 27
    found = codes(dataset)
    assert found["left-out"] == "16 rows of sample_data name a row of sample that is not there, and are left out"
    assert "sample.cam_t" in found["columns-not-read"]
    front = next(f.sweeps["LIDAR_FRONT"] for f in scene.frames if f.sweeps["LIDAR_FRONT"].is_present)
    cloud = front.points()
    assert len(cloud) == 69410
    # Its fourth value is a Unix time, as its README says, and not an intensity.
    assert cloud.fields["time"].min() > 1.6e9
    assert cloud.fields["intensity"].max() <= 255


@pytest.mark.parametrize(
    ("table", "key", "code"),
    [
        ("sample_data", "sample_token", "left-out"), ("sample_data", "calibrated_sensor_token", "left-out"),
        ("sample_data", "ego_pose_token", "left-out"), ("sample_annotation", "sample_token", "left-out"),
        ("sample_annotation", "instance_token", "left-out"), ("sample_annotation", "visibility_token", "left-out"),
        ("instance", "category_token", "left-out"), ("calibrated_sensor", "sensor_token", "left-out"),
        ("sample", "scene_token", "left-out"),
    ],
)  # fmt: skip
def test_broken_rows_are_left_out_only_when_told(sample: Path, table: str, key: str, code: str) -> None:
    change(sample, table, lambda r: r[0].update({key: "nowhere"}))

    def all_of_it(options: ReadOptions) -> Any:
        dataset = open_dataset(sample, "", options)
        for name in dataset.scene_names:
            dataset.scene(name)
            dataset.labels(name)
        return dataset

    with pytest.raises(BrokenReference, match="nowhere"):
        all_of_it(ReadOptions())
    dataset = all_of_it(ReadOptions(assume={"broken_rows": "leave-out"}))
    assert any(f.code == code and table in f.message for f in dataset.findings)


def test_all_missing_tables_are_named(shared_data: Path) -> None:
    with pytest.raises(MissingFile) as caught:
        open_dataset(shared_data / "nuscenes_mini_tables")
    assert "sample_data.json, calibrated_sensor.json, ego_pose.json are not there" in caught.value.line
