"""What is written: whole tables, closed references, chains, times, names; and it reads back the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, WriteOptions, open_dataset, write_dataset
from lidar_label.datasets.nuscenes.schema import SCHEMA
from lidar_label.errors import Cancelled, CannotWrite, UnreadableFile
from lidar_label.model import SE3, Labels, PointCloud, Scene, Sensor, Taxonomy, Track
from lidar_label.progress import Progress

REFERENCES = {
    "calibrated_sensor": {"sensor_token": "sensor"},
    "instance": {
        "category_token": "category",
        "first_annotation_token": "sample_annotation",
        "last_annotation_token": "sample_annotation",
    },
    "map": {"log_tokens": "log"},
    "sample": {"prev": "sample", "next": "sample", "scene_token": "scene"},
    "sample_annotation": {
        "sample_token": "sample",
        "instance_token": "instance",
        "visibility_token": "visibility",
        "attribute_tokens": "attribute",
        "prev": "sample_annotation",
        "next": "sample_annotation",
    },
    "sample_data": {
        "sample_token": "sample",
        "ego_pose_token": "ego_pose",
        "calibrated_sensor_token": "calibrated_sensor",
        "prev": "sample_data",
        "next": "sample_data",
    },
    "scene": {"log_token": "log", "first_sample_token": "sample", "last_sample_token": "sample"},
}


def tables(root: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: json.loads((root / "v1.0-mini" / f"{name}.json").read_text()) for name in SCHEMA}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, make: Callable[..., Any]) -> tuple[Path, Any]:
    made = make()
    folder = tmp_path_factory.mktemp("written") / "out"
    write_dataset("nuscenes", folder, [made.drive], made.taxonomy, WriteOptions(jobs=3))
    return folder, made


def check_references(found: dict[str, list[dict[str, Any]]]) -> None:
    known = {name: {row["token"] for row in rows} for name, rows in found.items()}
    for name, rows in found.items():
        assert len(known[name]) == len(rows), f"doubled tokens in {name}"
        for row in rows:
            assert set(SCHEMA[name]) <= set(row)
            for key, target in REFERENCES.get(name, {}).items():
                named = row[key] if isinstance(row[key], list) else [row[key]]
                assert set(named) - ({""} if key in ("prev", "next") else set()) <= known[target], (name, key)


def test_all_thirteen_tables_close(written: tuple[Path, Any]) -> None:
    root, _ = written
    found = tables(root)
    assert len(found) == 13
    check_references(found)
    logs = {token for row in found["map"] for token in row["log_tokens"]}
    assert logs == {row["token"] for row in found["log"]}
    assert all((root / row["filename"]).is_file() for table in ("map", "sample_data") for row in found[table])


def chain(rows: list[dict[str, Any]], forward: str, back: str) -> list[dict[str, Any]]:
    by_token = {row["token"]: row for row in rows}
    starts = [row for row in rows if not row[back]]
    assert len(starts) == 1
    walked = [starts[0]]
    while walked[-1][forward]:
        after = by_token[walked[-1][forward]]
        assert after[back] == walked[-1]["token"]
        walked.append(after)
    assert len(walked) == len(rows)
    return walked


def test_chains_run_through_keys_and_sweeps_and_along_each_instance(written: tuple[Path, Any]) -> None:
    root, made = written
    found = tables(root)
    channels = {row["token"]: row["channel"] for row in found["sensor"]}
    mounted = {row["token"]: channels[row["sensor_token"]] for row in found["calibrated_sensor"]}
    for channel in made.drive.scene.sensors:
        rows = [row for row in found["sample_data"] if mounted[row["calibrated_sensor_token"]] == channel]
        walked = chain(rows, "next", "prev")
        assert all(a["timestamp"] < b["timestamp"] for a, b in pairwise(walked))
        assert [row["is_key_frame"] for row in walked] == [True, *[False] * 4] * 3 + [True]
        assert all(row["filename"].startswith("samples/" if row["is_key_frame"] else "sweeps/") for row in walked)
        # A sweep belongs to the sample that follows it.
        samples = [row["sample_token"] for row in walked]
        assert samples == ["sample-0"] + [f"sample-{i}" for i in (1, 2, 3) for _ in range(5)]
    walked = chain(found["sample"], "next", "prev")
    assert [row["token"] for row in walked] == [f"sample-{i}" for i in range(4)]
    for instance in found["instance"]:
        walked = chain(
            [r for r in found["sample_annotation"] if r["instance_token"] == instance["token"]], "next", "prev"
        )
        assert instance["nbr_annotations"] == len(walked)
        assert instance["first_annotation_token"] == walked[0]["token"]
        assert instance["last_annotation_token"] == walked[-1]["token"]


def test_numbers_are_floats_and_times_whole_microseconds(written: tuple[Path, Any]) -> None:
    found = tables(written[0])
    for name in ("calibrated_sensor", "ego_pose", "sample_annotation"):
        for row in found[name]:
            values = [*row["translation"], *row["rotation"], *row.get("size", [])]
            values += [v for line in row.get("camera_intrinsic", []) for v in line]
            assert all(type(v) is float for v in values)
    for name in ("sample", "sample_data", "ego_pose"):
        assert all(type(row["timestamp"]) is int for row in found[name])
    assert [row["index"] for row in found["category"]] == [0, 1, 2]


def test_each_recording_has_its_own_pose(written: tuple[Path, Any]) -> None:
    found = tables(written[0])
    assert len(found["ego_pose"]) == len(found["sample_data"])
    times = {row["token"]: row["timestamp"] for row in found["ego_pose"]}
    assert all(times[row["ego_pose_token"]] == row["timestamp"] for row in found["sample_data"])


def same_box(a: Any, b: Any) -> None:
    metres, radians = a.world_SE3_box.error_to(b.world_SE3_box)
    assert metres < 1e-6
    assert radians < 1e-6
    assert np.abs(a.corners() - b.corners()).max() < 1e-6
    assert (a.token, a.track, a.frame, dict(a.attributes)) == (b.token, b.track, b.frame, dict(b.attributes))


def test_reading_back_gives_the_same_drive(written: tuple[Path, Any]) -> None:
    root, made = written
    dataset = open_dataset(root)
    assert dataset.scene_names == ("scene-0103",)
    scene, labels = dataset.scene("scene-0103"), dataset.labels("scene-0103")
    before: Scene = made.drive.scene
    assert (scene.token, scene.description, dict(scene.log)) == (before.token, before.description, dict(before.log))
    assert [(f.token, f.timestamp_ns) for f in scene.frames] == [(f.token, f.timestamp_ns) for f in before.frames]
    ours = {r.token: r for r in before.recordings()}
    theirs = {r.token: r for r in scene.recordings()}
    assert ours.keys() == theirs.keys()
    for token, first in ours.items():
        second = theirs[token]
        assert (first.channel, first.timestamp_ns, first.frame, first.is_keyframe) == (
            second.channel,
            second.timestamp_ns,
            second.frame,
            second.is_keyframe,
        )
        assert max(first.world_SE3_ego.error_to(second.world_SE3_ego)) < 1e-6
        assert max(first.sensor.ego_SE3_sensor.error_to(second.sensor.ego_SE3_sensor)) < 1e-9
        assert (first.sensor.token, first.sensor.camera) == (second.sensor.token, second.sensor.camera)
        if hasattr(first, "points"):
            assert np.array_equal(first.points().xyz, second.points().xyz)
            assert np.array_equal(first.points().fields["ring"], second.points().fields["ring"])
        else:
            assert first.encoded() == second.encoded()
    assert [(t.token, t.category, t.name) for t in labels.tracks] == [
        (t.token, t.category, t.name) for t in made.drive.labels.tracks
    ]
    for track in labels.tracks:
        for a, b in zip(made.drive.labels.of_track(track.token), labels.of_track(track.token), strict=True):
            same_box(a, b)
            assert not a.visibility or a.visibility == b.visibility
    assert {c.token for c in dataset.taxonomy.categories} == {c.token for c in made.taxonomy.categories}
    assert dataset.taxonomy.attributes == made.taxonomy.attributes
    assert dataset.taxonomy.visibilities == made.taxonomy.visibilities


def test_writing_what_was_read_gives_the_same_files(written: tuple[Path, Any], tmp_path: Path) -> None:
    root, _ = written
    dataset = open_dataset(root)
    drive = Drive(scene=dataset.scene("scene-0103"), labels=dataset.labels("scene-0103"))
    write_dataset("nuscenes", tmp_path / "again", [drive], dataset.taxonomy)
    names = sorted(p.relative_to(root) for p in root.rglob("*") if p.is_file())
    assert names == sorted(p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*") if p.is_file())
    for name in names:
        if name.suffix != ".json":
            assert (root / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    first, second = tables(root), tables(tmp_path / "again")
    for table, rows in first.items():
        others = {row["token"]: row for row in second[table]}
        for row in rows:
            for key, value in row.items():
                if isinstance(value, list) and value and isinstance(value[0], float):
                    assert value == pytest.approx(others[row["token"]][key], abs=1e-9)
                else:
                    assert value == others[row["token"]][key], (table, key)


def test_rows_of_absent_files_are_kept_with_their_counts(root: Path, tmp_path: Path) -> None:
    counts = {row["token"]: row["num_lidar_pts"] for row in tables(root)["sample_annotation"]}
    assert sum(counts.values()) > 0
    for folder in ("samples", "sweeps"):
        for path in (root / folder).rglob("*.bin"):
            path.unlink()
    dataset = open_dataset(root)
    drive = Drive(scene=dataset.scene("scene-0103"), labels=dataset.labels("scene-0103"))
    assert any(f.code == "missing-file" and "16 of 48" in f.message for f in dataset.findings)
    findings = write_dataset("nuscenes", tmp_path / "again", [drive], dataset.taxonomy)
    assert any(f.code == "missing-file" for f in findings)
    again = tables(tmp_path / "again")
    check_references(again)
    assert {row["token"]: row["num_lidar_pts"] for row in again["sample_annotation"]} == counts
    assert len(again["sample_data"]) == 48


def test_two_drives_with_the_same_tokens_stay_apart(tmp_path: Path, make: Callable[..., Any]) -> None:
    one, two = make(name="a"), make(name="b", seed=5)
    findings = write_dataset("nuscenes", tmp_path / "out", [one.drive, two.drive], one.taxonomy)
    assert any(f.code == "replaced-token" for f in findings)
    found = tables(tmp_path / "out")
    check_references(found)
    assert (len(found["scene"]), len(found["log"]), len(found["sensor"]), len(found["calibrated_sensor"])) == (
        2,
        1,
        3,
        3,
    )
    files = [row["filename"] for row in found["sample_data"]]
    assert len(set(files)) == len(files) == 96
    dataset = open_dataset(tmp_path / "out")
    clouds = [dataset.scene(name).frames[0].sweep().points().xyz for name in "ab"]
    assert np.array_equal(clouds[0], one.drive.scene.frames[0].sweep().points().xyz)
    assert np.array_equal(clouds[1], two.drive.scene.frames[0].sweep().points().xyz)


@pytest.mark.parametrize("name", ["../../x", "a/b\\c", "con", "場面 1", "x" * 300, "..."])
def test_hostile_names_stay_in_the_folder(tmp_path: Path, make: Callable[..., Any], name: str) -> None:
    made = make(name=name, between=False, lidar=f"LIDAR {name[:20]}/TOP")
    scene = replace(made.drive.scene, log={"logfile": name})
    write_dataset("nuscenes", tmp_path / "out", [replace(made.drive, scene=scene)], made.taxonomy)
    assert open_dataset(tmp_path / "out").scene_names == (name,)
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_world_far_out_is_moved_near_and_back(tmp_path: Path, make: Callable[..., Any]) -> None:
    offset = (691_000.0, 5_334_000.0, 0.0)
    made = make(offset=offset)
    write_dataset("nuscenes", tmp_path / "out", [made.drive], made.taxonomy)
    centers = np.array([row["translation"] for row in tables(tmp_path / "out")["sample_annotation"]])
    assert np.abs(centers[:, :2] - offset[:2]).max() < 3000
    dataset = open_dataset(tmp_path / "out")
    scene, labels = dataset.scene("scene-0103"), dataset.labels("scene-0103")
    assert max(abs(np.array(scene.origin) - offset)[:2]) <= 2000
    assert any(f.code == "moved-origin" and "-5335" in f.message for f in dataset.findings)
    shift = np.array(scene.origin) - offset
    for box in labels.boxes():
        before = next(b for b in made.drive.labels.boxes() if b.token == box.token)
        assert np.abs(box.corners() + shift - before.corners()).max() < 1e-6
    assert np.abs(scene.frames[0].world_SE3_ego.translation).max() < 2000


def test_times_that_fall_together_stay_in_order(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(frames=2, between=False, cameras=False)
    first, second = made.drive.scene.frames
    near = replace(
        second,
        timestamp_ns=first.timestamp_ns + 100,
        sweeps={"LIDAR_TOP": replace(second.sweep(), timestamp_ns=first.timestamp_ns + 100)},
    )
    drive = replace(made.drive, scene=replace(made.drive.scene, frames=(first, near)))
    findings = write_dataset("nuscenes", tmp_path / "out", [drive], made.taxonomy)
    assert any(f.code == "moved-time" for f in findings)
    found = tables(tmp_path / "out")
    for table in ("sample", "sample_data"):
        a, b = sorted(row["timestamp"] for row in found[table])
        assert b == a + 1


def test_only_images_or_only_a_lidar_of_another_name(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(cameras=False, lidar="velodyne")
    findings = write_dataset("nuscenes", tmp_path / "lidar", [made.drive], made.taxonomy)
    assert any(f.code == "renamed-channel" and "velodyne" in f.message for f in findings)
    assert [row["channel"] for row in tables(tmp_path / "lidar")["sensor"]] == ["LIDAR_TOP"]
    levels = {row["visibility_token"] for row in tables(tmp_path / "lidar")["sample_annotation"]}
    assert levels == {"1", "2", "4"}  # what was said is kept; what nobody said is seen by no camera
    made = make(between=False)
    frames = [replace(frame, sweeps={}) for frame in made.drive.scene.frames]
    sensors = {k: v for k, v in made.drive.scene.sensors.items() if v.kind == "camera"}
    scene = replace(made.drive.scene, frames=frames, sensors=sensors)
    findings = write_dataset("nuscenes", tmp_path / "images", [replace(made.drive, scene=scene)], made.taxonomy)
    assert any(f.code == "uncounted" for f in findings)


def test_attributes_with_a_value_and_of_tracks_are_written_as_flags(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(between=False)
    tracks = [replace(t, attributes={"color": "red"}) for t in made.drive.labels.tracks]
    boxes = [replace(b, attributes={**b.attributes, "lights": True, "open": False}) for b in made.drive.labels.boxes()]
    write_dataset("nuscenes", tmp_path / "out", [replace(made.drive, labels=Labels(tracks, boxes))], made.taxonomy)
    dataset = open_dataset(tmp_path / "out")
    for box in dataset.labels("scene-0103").boxes():
        assert {"color.red", "lights"} <= set(box.attributes)
        assert "open" not in box.attributes


def test_unknown_categories_and_levels_are_added(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(between=False)
    findings = write_dataset("nuscenes", tmp_path / "out", [made.drive], Taxonomy())
    assert any(f.code == "added-category" for f in findings)
    found = tables(tmp_path / "out")
    check_references(found)
    assert [row["level"] for row in found["visibility"]] == ["v0-40", "v40-60", "v60-80", "v80-100"]


def test_a_track_without_boxes_is_left_out_and_said(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make(between=False)
    labels = Labels([*made.drive.labels.tracks, Track(category="animal")], made.drive.labels.boxes())
    findings = write_dataset("nuscenes", tmp_path / "out", [replace(made.drive, labels=labels)], made.taxonomy)
    assert any(f.code == "empty-track" for f in findings)


@pytest.mark.parametrize("version", ["", "../x", "a/b", "samples", ".hidden"])
def test_a_version_that_is_no_folder_name_is_refused(tmp_path: Path, make: Callable[..., Any], version: str) -> None:
    made = make(between=False)
    with pytest.raises(CannotWrite, match="version"):
        write_dataset("nuscenes", tmp_path / "out", [made.drive], made.taxonomy, WriteOptions(version=version))
    assert list(tmp_path.iterdir()) == []


def test_a_scene_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="no frame"):
        write_dataset(
            "nuscenes",
            tmp_path / "o",
            [Drive(scene=Scene(name="x", frames=(), sensors={}), labels=Labels())],
            Taxonomy(),
        )
    assert list(tmp_path.iterdir()) == []


def test_a_broken_source_file_stops_it_and_leaves_nothing(root: Path, tmp_path: Path) -> None:
    victim = sorted((root / "samples" / "LIDAR_TOP").iterdir())[2]
    victim.write_bytes(victim.read_bytes()[:-7])
    dataset = open_dataset(root)
    drive = Drive(scene=dataset.scene("scene-0103"), labels=dataset.labels("scene-0103"))
    with pytest.raises(UnreadableFile, match="not a whole number of points"):
        write_dataset("nuscenes", tmp_path / "again", [drive], dataset.taxonomy, WriteOptions(jobs=2))
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_cancelling_stops_it_and_leaves_nothing(tmp_path: Path, make: Callable[..., Any]) -> None:
    made = make()
    seen: list[int] = []

    def listen(done: int, total: int, text: str) -> None:
        seen.append(done)
        assert total == 48
        if done == 10:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        write_dataset(
            "nuscenes", tmp_path / "out", [made.drive], made.taxonomy, WriteOptions(progress=progress, jobs=2)
        )
    assert max(seen) == 10
    assert list(tmp_path.iterdir()) == []


def test_radar_files_are_copied_and_counts_kept(tmp_path: Path, make: Callable[..., Any]) -> None:
    from lidar_label.datasets.clouds.pcd import read_pcd, write_pcd

    made = make(between=False)
    radar = Sensor(channel="RADAR_FRONT", kind="radar", ego_SE3_sensor=SE3.identity("ego", "RADAR_FRONT"))
    cloud = PointCloud(np.ones((4, 3), np.float32), {"rcs": np.arange(4, dtype=np.float32)})
    path = tmp_path / "source" / "radar.pcd"
    path.parent.mkdir()
    write_pcd(path, cloud)
    frames = []
    for frame in made.drive.scene.frames:
        sweep = replace(
            frame.sweep(), sensor=radar, token=f"radar-{frame.index}", path=path, load=lambda: read_pcd(path)
        )
        if frame.index == 0:
            sweep = replace(sweep, path=None, load=lambda: cloud)
        frames.append(replace(frame, sweeps={**frame.sweeps, "RADAR_FRONT": sweep}))
    scene = replace(made.drive.scene, frames=frames, sensors={**made.drive.scene.sensors, "RADAR_FRONT": radar})
    findings = write_dataset("nuscenes", tmp_path / "out", [replace(made.drive, scene=scene)], made.taxonomy)
    assert any(f.code == "radar-uncounted" for f in findings)
    files = sorted((tmp_path / "out" / "samples" / "RADAR_FRONT").iterdir())
    assert [f.read_bytes() == path.read_bytes() for f in files[1:]] == [True] * 3
    again = open_dataset(tmp_path / "out").scene("scene-0103")
    assert again.sensors["RADAR_FRONT"].kind == "radar"
    assert again.frames[0].sweep().channel == "LIDAR_TOP"
    for frame in again.frames:
        assert frame.sweep("RADAR_FRONT").points().fields["rcs"].tolist() == [0, 1, 2, 3]
    assert {row["num_radar_pts"] for row in tables(tmp_path / "out")["sample_annotation"]} == {0, 3}
