"""Scenes written one by one and joined are what all of them written at once would be."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.datasets.registry import format_named, formats
from lidar_label.errors import CannotWrite
from lidar_label.model import Taxonomy

SmallDrive = Callable[..., Drive]


@pytest.fixture(scope="module")
def drives(small_drive: SmallDrive) -> list[Drive]:
    return [
        small_drive("first"), small_drive("second", frames=3, start_s=100, x=14.0), small_drive("third", f=800.0),
    ]  # fmt: skip


def written(folder: Path, format_name: str, drives: list[Drive]) -> list[Path]:
    parts = [folder / f"part{index}" for index in range(len(drives))]
    for part, drive in zip(parts, drives, strict=True):
        write_dataset(format_name, part, [drive], Taxonomy())
    return parts


def summary(path: Path) -> list[tuple[int, list[list[float]]]]:
    """Number of frames and the boxes' centres of each scene, whatever the scenes are called."""
    dataset = open_dataset(path)
    found = []
    for name in dataset.scene_names:
        boxes = dataset.labels(name).boxes()
        found.append((len(dataset.scene(name).frames), sorted(np.round(box.center, 4).tolist() for box in boxes)))
    return sorted(found)


@pytest.mark.parametrize("name", [f.name for f in formats() if f.writes])
def test_joined_parts_are_the_whole(name: str, tmp_path: Path, drives: list[Drive]) -> None:
    parts = written(tmp_path, name, drives)
    before = {str(p): p.stat().st_mtime_ns for part in parts for p in part.rglob("*")}
    whole, joined, again = (tmp_path / n for n in ("whole", "joined", "again"))
    write_dataset(name, whole, drives, Taxonomy())
    joined.mkdir()
    format_named(name).join(parts, joined)
    assert summary(joined) == summary(whole)
    again.mkdir()  # a joined data set is a part like any other
    (tmp_path / "two").mkdir()
    format_named(name).join(parts[:2], tmp_path / "two")
    format_named(name).join([tmp_path / "two", parts[2]], again)
    assert summary(again) == summary(whole)
    assert {str(p): p.stat().st_mtime_ns for part in parts for p in part.rglob("*")} == before


def test_sensor_files_are_linked_not_copied(tmp_path: Path, drives: list[Drive]) -> None:
    parts = written(tmp_path, "nuscenes", drives[:2])
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("nuscenes").join(parts, joined)
    for part in parts:
        for path in part.glob("samples/*/*"):
            assert path.stat().st_ino == (joined / path.relative_to(part)).stat().st_ino


def test_a_disk_without_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, drives: list[Drive]) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "no links here")

    parts = written(tmp_path, "sustechpoints", drives[:2])
    monkeypatch.setattr(os, "link", refuse)
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("sustechpoints").join(parts, joined)
    assert len(open_dataset(joined).scene_names) == 2


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "v1.0-mini" / f"{table}.json").read_text())
    return found


def test_tables_share_what_scenes_have_in_common(tmp_path: Path, drives: list[Drive]) -> None:
    parts = written(tmp_path, "nuscenes", drives)
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("nuscenes").join(parts, joined)
    assert len(rows(joined, "sensor")) == 2
    assert len(rows(joined, "calibrated_sensor")) == 4  # the third drive has its own two
    assert [row["name"] for row in rows(joined, "category")] == ["car"]
    assert len(rows(joined, "visibility")) == 4
    assert len(rows(joined, "scene")) == len(rows(joined, "log")) == 3
    assert len(rows(joined, "sample")) == 7


def test_the_devkit_reads_joined_tables(tmp_path: Path, drives: list[Drive]) -> None:
    nuscenes = pytest.importorskip("nuscenes.nuscenes", reason="the nuScenes devkit is not installed here")
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("nuscenes").join(written(tmp_path, "nuscenes", drives), joined)
    nusc = nuscenes.NuScenes("v1.0-mini", str(joined), verbose=False)
    assert [scene["name"] for scene in nusc.scene] == ["first", "second", "third"]
    for sample in nusc.sample:
        path, boxes, _ = nusc.get_sample_data(sample["data"]["LIDAR_TOP"])
        assert Path(path).is_file()
        assert len(boxes) == 1


@pytest.mark.parametrize("what", ["token of a scene's own row", "different shared row"])
def test_two_rows_of_one_token_are_refused(
    tmp_path: Path, what: str, drives: list[Drive], small_drive: SmallDrive
) -> None:
    first, second = drives[0], small_drive("second", start_s=100)
    if what.startswith("token"):
        second = replace(second, scene=replace(second.scene, token=first.scene.token))
    else:
        second = small_drive("second", start_s=100, f=900.0)
        sensors = {c: replace(s, token=first.scene.sensors[c].token) for c, s in second.scene.sensors.items()}
        frames = [
            replace(
                frame,
                sweeps={c: replace(s, sensor=sensors[c]) for c, s in frame.sweeps.items()},
                images={c: replace(s, sensor=sensors[c]) for c, s in frame.images.items()},
            )
            for frame in second.scene.frames
        ]
        second = replace(second, scene=replace(second.scene, frames=frames, sensors=sensors))
    parts = written(tmp_path, "nuscenes", [first, second])
    joined = tmp_path / "joined"
    joined.mkdir()
    with pytest.raises(CannotWrite, match=r"under one token|different rows of calibrated_sensor"):
        format_named("nuscenes").join(parts, joined)


def test_two_files_for_one_place_are_refused(tmp_path: Path, drives: list[Drive], small_drive: SmallDrive) -> None:
    other = small_drive("first", x=30.0)  # the same name, other labels
    parts = written(tmp_path, "sustechpoints", [drives[0], other])
    (tmp_path / "joined").mkdir()
    with pytest.raises(CannotWrite, match="of their own"):
        format_named("sustechpoints").join(parts, tmp_path / "joined")


def test_numbers_that_are_taken_are_told(tmp_path: Path, drives: list[Drive]) -> None:
    (tmp_path / "joined").mkdir()
    parts = written(tmp_path, "kitti-tracking", drives)
    told = format_named("kitti-tracking").join(parts, tmp_path / "joined")
    assert [(f.code, f.where) for f in told] == [("scene-renumbered", str(part)) for part in parts[1:]]
    assert open_dataset(tmp_path / "joined").scene_names == ("0000", "0001", "0002")


def test_drives_of_one_day_keep_their_own_calibrations(tmp_path: Path, drives: list[Drive]) -> None:
    (tmp_path / "joined").mkdir()
    format_named("kitti-raw").join(written(tmp_path, "kitti-raw", drives), tmp_path / "joined")
    dataset = open_dataset(tmp_path / "joined")
    focal = [dataset.scene(name).frames[0].images["image_02"].sensor.camera.fx for name in dataset.scene_names]
    assert sorted(focal) == pytest.approx([700.0, 700.0, 800.0])
