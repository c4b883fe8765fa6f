"""Broken and hostile folders: one clear line that names table, row, key and token; never a traceback or a hang."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lidar_label.datasets import open_dataset
from lidar_label.errors import BrokenReference, LidarLabelError, MissingFile, UnreadableFile, UnsafePath

pytestmark = pytest.mark.one_numpy


def table(root: Path, name: str) -> Path:
    return root / "v1.0-mini" / f"{name}.json"


def edit(root: Path, name: str, change: Callable[[list[Any]], Any]) -> None:
    rows = json.loads(table(root, name).read_text())
    changed = change(rows)
    table(root, name).write_text(json.dumps(rows if changed is None else changed))


def put(root: Path, name: str, row: int, key: str, value: Any) -> None:
    edit(root, name, lambda rows: rows[row].__setitem__(key, value))


def read_all(root: Path) -> Any:
    dataset = open_dataset(root, "nuscenes")
    for name in dataset.scene_names:
        scene = dataset.scene(name)
        dataset.labels(name)
        for frame in scene.frames:
            for sweep in frame.sweeps.values():
                sweep.points()
    return dataset


def codes(dataset: Any) -> set[str]:
    return {f.code for f in dataset.findings}


@pytest.mark.parametrize(
    ("name", "row", "key"),
    [
        ("sample", 2, "scene_token"),
        ("sample_data", 7, "sample_token"),
        ("sample_data", 7, "ego_pose_token"),
        ("sample_data", 7, "calibrated_sensor_token"),
        ("calibrated_sensor", 1, "sensor_token"),
        ("instance", 1, "category_token"),
        ("sample_annotation", 5, "sample_token"),
        ("sample_annotation", 5, "instance_token"),
        ("sample_annotation", 5, "visibility_token"),
        ("sample_annotation", 5, "attribute_tokens"),
        ("scene", 0, "log_token"),
    ],
)
def test_a_dangling_token_is_named_with_its_place(root: Path, name: str, row: int, key: str) -> None:
    put(root, name, row, key, ["nowhere"] if key.endswith("tokens") else "nowhere")
    with pytest.raises(BrokenReference) as caught:
        read_all(root)
    line = caught.value.line
    assert "nowhere" in line
    assert f"{name}.json, row {row}" in line
    assert key in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("sample_data", "is_key_frame"),
        ("sample_data", "filename"),
        ("sample_data", "timestamp"),
        ("sample_data", "ego_pose_token"),
        ("sample", "scene_token"),
        ("ego_pose", "rotation"),
        ("calibrated_sensor", "translation"),
        ("sensor", "modality"),
        ("scene", "name"),
        ("sample_annotation", "size"),
        ("sample_annotation", "instance_token"),
        ("instance", "category_token"),
        ("category", "name"),
    ],
)
def test_a_row_without_a_key_is_named(root: Path, name: str, key: str) -> None:
    edit(root, name, lambda rows: rows[0].pop(key) and None)
    with pytest.raises(UnreadableFile) as caught:
        read_all(root)
    assert f"{name}.json, row 0" in caught.value.line
    assert f"'{key}'" in caught.value.line


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("sample_data", "is_key_frame", "yes"),
        ("sample_data", "timestamp", "now"),
        ("sample_data", "filename", 7),
        ("sample_data", "width", 1.5),
        ("sample", "timestamp", True),
        ("sample", "timestamp", float("nan")),
        ("ego_pose", "rotation", [0, 0, 0, 0]),
        ("ego_pose", "rotation", [2, 0, 0, 0]),
        ("ego_pose", "translation", [1, 2]),
        ("ego_pose", "translation", [1, 2, float("inf")]),
        ("ego_pose", "translation", [1, 2, 10**400]),
        ("calibrated_sensor", "rotation", [[1, 0, 0], [0, 1, 0], [0, 0, -1]]),
        ("calibrated_sensor", "rotation", [[1, 0], [0, 1]]),
        ("calibrated_sensor", "camera_intrinsic", [[0, 0, 5], [0, 0, 5], [0, 0, 1]]),
        ("calibrated_sensor", "camera_distortion", [1, 2, 3]),
        ("calibrated_sensor", "camera_intrinsic", "K"),
        ("sample_annotation", "size", [0, 1, 1]),
        ("sample_annotation", "size", [-1, 1, 1]),
        ("sample_annotation", "rotation", None),
        ("sample_annotation", "attribute_tokens", "vehicle.moving"),
        ("sample_annotation", "num_lidar_pts", "many"),
        ("scene", "name", ""),
        ("scene", "name", None),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(root: Path, name: str, key: str, value: Any) -> None:
    put(root, name, 0, key, value)
    with pytest.raises(UnreadableFile) as caught:
        read_all(root)
    assert f"{name}.json, row 0" in caught.value.line
    assert "\n" not in caught.value.line


@pytest.mark.parametrize("name", ["scene", "sample", "sample_data", "ego_pose", "sample_annotation", "category"])
def test_a_doubled_token_is_named(root: Path, name: str) -> None:
    edit(root, name, lambda rows: rows.append(dict(rows[0])))
    with pytest.raises(UnreadableFile, match="two rows have the token"):
        read_all(root)


def test_two_boxes_of_one_object_in_one_sample(root: Path) -> None:
    edit(root, "sample_annotation", lambda rows: rows.append({**rows[0], "token": "another"}))
    with pytest.raises(UnreadableFile, match="two annotations in sample sample-0, the other in row 0"):
        read_all(root)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[1, 2]",
        "[{]",
        '[{"token": "a"',
        "nonsense",
        '[{"token": "a"} {"token": "b"}]',
        "[" * 100_000,
        "[{}] x",
    ],
)
@pytest.mark.parametrize("name", ["scene", "sample_data", "sample_annotation"])
def test_a_table_that_is_no_list_of_rows(root: Path, name: str, text: str) -> None:
    table(root, name).write_text(text)
    with pytest.raises(UnreadableFile) as caught:
        read_all(root)
    assert f"{name}.json" in caught.value.line
    assert "\n" not in caught.value.line


def test_a_table_in_another_encoding(root: Path) -> None:
    table(root, "scene").write_bytes("[{}]".encode("utf-16"))
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        read_all(root)


@pytest.mark.parametrize("name", ["scene", "sample", "sample_data", "calibrated_sensor", "sensor", "ego_pose"])
def test_a_table_that_a_drive_needs(root: Path, name: str) -> None:
    table(root, name).unlink()
    with pytest.raises(LidarLabelError) as caught:
        read_all(root)
    if name not in ("scene", "sample"):
        assert isinstance(caught.value, MissingFile)
        assert f"{name}.json" in caught.value.line


@pytest.mark.parametrize("name", ["sample_annotation", "instance", "category"])
def test_without_a_table_of_labels_there_are_none_and_it_is_said(root: Path, name: str) -> None:
    table(root, name).unlink()
    dataset = read_all(root)
    assert len(dataset.labels("scene-0103")) == 0
    assert any(f.code == "no-labels" and f"{name}.json" in f.message for f in dataset.findings)


def test_without_the_tables_of_words_boxes_stay_and_it_is_said(root: Path) -> None:
    for name in ("attribute", "visibility", "map", "log"):
        table(root, name).unlink()
    dataset = read_all(root)
    boxes = list(dataset.labels("scene-0103").boxes())
    assert len(boxes) == 11
    assert not any(box.attributes or box.visibility for box in boxes)
    assert {"no-attribute", "no-visibility"} <= codes(dataset)


@pytest.mark.parametrize("filename", ["../../etc/passwd", "/etc/passwd", "samples/../../x", "C:\\x", ""])
def test_a_file_name_that_leaves_the_folder(root: Path, filename: str) -> None:
    put(root, "sample_data", 3, "filename", filename)
    with pytest.raises(UnsafePath) as caught:
        read_all(root)
    assert "sample_data.json, row 3" in caught.value.line


def test_a_cut_sweep_is_refused_when_it_is_read(root: Path) -> None:
    victim = next((root / "samples" / "LIDAR_TOP").iterdir())
    victim.write_bytes(victim.read_bytes()[:-3])
    with pytest.raises(UnreadableFile, match=r"119997 bytes .* 20 bytes") as caught:
        read_all(root)
    assert victim.name in caught.value.line


def test_an_absent_sweep_is_told_and_raises_when_it_is_read(root: Path) -> None:
    next((root / "samples" / "LIDAR_TOP").iterdir()).unlink()
    dataset = open_dataset(root)
    scene = dataset.scene("scene-0103")
    assert any(f.code == "missing-file" and "1 of 48" in f.message for f in dataset.findings)
    absent = [frame.sweep() for frame in scene.frames if not frame.sweep().is_present]
    assert len(absent) == 1
    with pytest.raises(MissingFile):
        absent[0].points()


@pytest.mark.parametrize("name", ["sample", "sample_annotation", "sample_data"])
def test_a_loop_in_a_chain_ends(root: Path, name: str) -> None:
    def loop(rows: list[Any]) -> None:
        for row in rows:
            row["next"] = row["prev"] = rows[0]["token"]

    edit(root, name, loop)
    dataset = read_all(root)
    assert [f.token for f in dataset.scene("scene-0103").frames] == [f"sample-{i}" for i in range(4)]
    expected = {"sample": "sample-chain", "sample_annotation": "annotation-chain"}
    assert name not in expected or expected[name] in codes(dataset)


def test_samples_in_any_order_are_put_in_time(root: Path) -> None:
    edit(root, "sample", lambda rows: rows[::-1])
    edit(root, "sample_data", lambda rows: rows[::-1])
    dataset = read_all(root)
    assert [f.token for f in dataset.scene("scene-0103").frames] == [f"sample-{i}" for i in range(4)]
    assert "sample-chain" not in codes(dataset)


def test_two_samples_at_one_time(root: Path) -> None:
    edit(root, "sample", lambda rows: rows[1].__setitem__("timestamp", rows[0]["timestamp"]))
    with pytest.raises(UnreadableFile, match="same time"):
        read_all(root)


def test_a_scene_that_miscounts(root: Path) -> None:
    put(root, "scene", 0, "nbr_samples", 40)
    assert "sample-count" in codes(read_all(root))


def test_two_key_sweeps_of_one_sample(root: Path) -> None:
    edit(root, "sample_data", lambda rows: [row.__setitem__("is_key_frame", True) for row in rows] and None)
    dataset = read_all(root)
    scene = dataset.scene("scene-0103")
    assert "doubled-key" in codes(dataset)
    assert [f.sweep().timestamp_ns for f in scene.frames] == [f.timestamp_ns for f in scene.frames]
    assert len(scene.between) == 36


def test_several_versions_are_named_and_each_can_be_opened(root: Path) -> None:
    (root / "v1.0-mini").rename(root / "v1.0-a")
    (root / "v1.0-b").mkdir()
    for path in (root / "v1.0-a").iterdir():
        (root / "v1.0-b" / path.name).write_bytes(path.read_bytes())
    with pytest.raises(UnreadableFile, match=r"v1\.0-a, v1\.0-b"):
        open_dataset(root)
    dataset = open_dataset(root / "v1.0-b")
    assert len(dataset.scene("scene-0103").frames[0].sweep().points()) == 6000


def test_two_scenes_of_one_name_are_told_apart(root: Path) -> None:
    edit(root, "scene", lambda rows: rows.append({**rows[0], "token": "another-scene"}))
    dataset = open_dataset(root)
    assert dataset.scene_names == ("scene-0103 (another-)", "scene-0103 (scene)")
    assert len(dataset.scene("scene-0103 (another-)").frames) == 0


def test_a_wrong_scene_name_says_which_there_are(root: Path) -> None:
    dataset = open_dataset(root)
    for ask in (dataset.scene, dataset.labels):
        with pytest.raises(BrokenReference, match="it has scene-0103"):
            ask("scene-0104")


def test_unknown_sensors_and_skew_are_told(root: Path) -> None:
    edit(
        root,
        "sensor",
        lambda rows: [r.__setitem__("modality", "sonar") for r in rows if r["channel"] == "CAM_BACK"] and None,
    )
    edit(
        root,
        "calibrated_sensor",
        lambda rows: [r["camera_intrinsic"][0].__setitem__(1, 0.5) for r in rows if r["camera_intrinsic"]] and None,
    )
    dataset = read_all(root)
    assert {"unknown-sensor", "camera-skew"} <= codes(dataset)
    assert set(dataset.scene("scene-0103").sensors) == {"LIDAR_TOP", "CAM_FRONT"}


def test_an_image_without_a_size_in_the_tables_is_measured(root: Path) -> None:
    edit(root, "sample_data", lambda rows: [r.update(width=0, height=None) for r in rows] and None)
    dataset = read_all(root)
    camera = dataset.scene("scene-0103").sensors["CAM_FRONT"].camera
    assert (camera.width, camera.height) == (64, 48)
    assert "image-size" in codes(dataset)


def test_times_in_nanoseconds_are_noticed(root: Path) -> None:
    before = open_dataset(root).scene("scene-0103").frames[1].timestamp_ns
    for name in ("sample", "sample_data", "ego_pose"):
        edit(root, name, lambda rows: [r.__setitem__("timestamp", r["timestamp"] * 1000) for r in rows] and None)
    dataset = read_all(root)
    assert dataset.scene("scene-0103").frames[1].timestamp_ns == before
    assert "times-in-nanoseconds" in codes(dataset)


def test_fractions_of_a_microsecond_are_kept(root: Path) -> None:
    edit(root, "sample", lambda rows: rows[0].__setitem__("timestamp", rows[0]["timestamp"] + 0.25))
    dataset = read_all(root)
    assert dataset.scene("scene-0103").frames[0].timestamp_ns % 1000 == 250


def test_without_ego_poses_the_vehicle_stands_still(root: Path) -> None:
    table(root, "ego_pose").write_text("[]")
    edit(root, "sample_data", lambda rows: [r.pop("ego_pose_token") for r in rows] and None)
    dataset = read_all(root)
    scene = dataset.scene("scene-0103")
    assert not scene.has_poses
    assert scene.frames[2].world_SE3_ego.translation.tolist() == [0, 0, 0]
    assert "no-ego-poses" in codes(dataset)


def test_dropped_frames_are_marked_and_their_times_kept(root: Path) -> None:
    late = 3_000_000
    edit(root, "sample", lambda rows: rows[3].__setitem__("timestamp", rows[3]["timestamp"] + late))
    edit(
        root,
        "sample_data",
        lambda rows: [
            row
            for row in rows
            if row["sample_token"] != "sample-2" or not row["filename"].startswith("samples/CAM_FRONT/")
        ],
    )
    dataset = read_all(root)
    scene = dataset.scene("scene-0103")
    assert {"uneven-times", "missing-key"} <= codes(dataset)
    assert "CAM_FRONT" not in scene.frames[2].images
    assert scene.frames[3].timestamp_ns - scene.frames[2].timestamp_ns == 500_000_000 + late * 1000


@pytest.mark.parametrize(("where", "path"), [("", "."), ("v1.0-mini", "."), ("samples", ".."), ("", "v1.0-mini")])
def test_paths_from_where_one_stands(root: Path, monkeypatch: pytest.MonkeyPatch, where: str, path: str) -> None:
    monkeypatch.chdir(root / where)
    dataset = open_dataset(Path(path))
    assert len(dataset.scene("scene-0103").frames[0].sweep().points()) == 6000
