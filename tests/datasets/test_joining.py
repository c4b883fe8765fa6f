"""Scenes written one by one and joined are what all of them written at once would be."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.datasets.registry import format_named
from lidar_label.errors import CannotWrite
from lidar_label.model import SE3, Box, Frame, Image, Labels, Pinhole, PointCloud, Scene, Sensor, Sweep, Taxonomy, Track

SECOND = 1_000_000_000
PICTURE = bytes.fromhex(  # a PNG of one pixel
    "89504e470d0a1a0a0000000d494844520000000100000001080000000"
    "03a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def drive_named(name: str, *, frames: int = 2, start_s: int = 0, x: float = 10.0, f: float = 700.0) -> Drive:
    """A drive of its own tokens, with one LiDAR, one camera and one car in every frame."""
    lidar = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3("ego", "LIDAR_TOP", (1, 0, 0, 0), (0, 0, 1.8)),
                   token=f"lidar-{f}")  # fmt: skip
    looks_ahead = SE3("ego", "CAM_FRONT", (0.5, -0.5, 0.5, -0.5), (0.5, 0, 1.5))
    lens = Pinhole(width=1, height=1, fx=f, fy=f, cx=0.5, cy=0.5)
    camera = Sensor(channel="CAM_FRONT", kind="camera", ego_SE3_sensor=looks_ahead, camera=lens, token=f"camera-{f}")
    rng = np.random.default_rng(len(name))
    made: list[Frame] = []
    track = Track(category="car", name="7", token=f"{name}-track")
    boxes: list[Box] = []
    for index in range(frames):
        time_ns = (start_s + index) * SECOND
        pose = SE3("world", "ego", (1, 0, 0, 0), (index * 1.0, 0, 0))
        cloud = PointCloud(
            rng.normal(size=(20, 3)).astype(np.float32) * 5 + np.float32(10),
            {"intensity": rng.random(20).astype(np.float32)},
        )
        common = {"timestamp_ns": time_ns, "world_SE3_ego": pose, "frame": index}
        sweep = Sweep(sensor=lidar, load=lambda cloud=cloud: cloud, token=f"{name}-s{index}", **common)
        image = Image(sensor=camera, load=lambda: PICTURE, suffix=".png", token=f"{name}-i{index}", **common)
        made.append(Frame(index=index, timestamp_ns=time_ns, sweeps={"LIDAR_TOP": sweep}, images={"CAM_FRONT": image},
                          token=f"{name}-f{index}"))  # fmt: skip
        boxes.append(Box(track=track.token, frame=index, size=(4.5, 1.8, 1.6), token=f"{name}-b{index}",
                         world_SE3_box=SE3("world", "box", (1, 0, 0, 0), (x + index, 1, 0.8))))  # fmt: skip
    scene = Scene(name=name, frames=made, sensors={"LIDAR_TOP": lidar, "CAM_FRONT": camera}, token=f"{name}-scene")
    return Drive(scene=scene, labels=Labels([track], boxes))


DRIVES = [drive_named("first"), drive_named("second", frames=3, start_s=100, x=14.0), drive_named("third", f=800.0)]


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


@pytest.mark.parametrize("name", ["nuscenes", "kitti-raw", "kitti-tracking", "kitti-object", "sustechpoints"])
def test_joined_parts_are_the_whole(name: str, tmp_path: Path) -> None:
    parts = written(tmp_path, name, DRIVES)
    before = {str(p): p.stat().st_mtime_ns for part in parts for p in part.rglob("*")}
    whole, joined, again = (tmp_path / n for n in ("whole", "joined", "again"))
    write_dataset(name, whole, DRIVES, Taxonomy())
    joined.mkdir()
    format_named(name).join(parts, joined)
    assert summary(joined) == summary(whole)
    again.mkdir()  # a joined data set is a part like any other
    (tmp_path / "two").mkdir()
    format_named(name).join(parts[:2], tmp_path / "two")
    format_named(name).join([tmp_path / "two", parts[2]], again)
    assert summary(again) == summary(whole)
    assert {str(p): p.stat().st_mtime_ns for part in parts for p in part.rglob("*")} == before


def test_sensor_files_are_linked_not_copied(tmp_path: Path) -> None:
    parts = written(tmp_path, "nuscenes", DRIVES[:2])
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("nuscenes").join(parts, joined)
    for part in parts:
        for path in part.glob("samples/*/*"):
            assert path.stat().st_ino == (joined / path.relative_to(part)).stat().st_ino


def test_a_disk_without_links_gets_copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "no links here")

    parts = written(tmp_path, "sustechpoints", DRIVES[:2])
    monkeypatch.setattr(os, "link", refuse)
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("sustechpoints").join(parts, joined)
    assert len(open_dataset(joined).scene_names) == 2


def rows(folder: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / "v1.0-mini" / f"{table}.json").read_text())
    return found


def test_tables_share_what_scenes_have_in_common(tmp_path: Path) -> None:
    parts = written(tmp_path, "nuscenes", DRIVES)
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("nuscenes").join(parts, joined)
    assert len(rows(joined, "sensor")) == 2
    assert len(rows(joined, "calibrated_sensor")) == 4  # the third drive has its own two
    assert [row["name"] for row in rows(joined, "category")] == ["car"]
    assert len(rows(joined, "visibility")) == 4
    assert len(rows(joined, "scene")) == len(rows(joined, "log")) == 3
    assert len(rows(joined, "sample")) == 7


def test_the_devkit_reads_joined_tables(tmp_path: Path) -> None:
    nuscenes = pytest.importorskip("nuscenes.nuscenes", reason="the nuScenes devkit is not installed here")
    joined = tmp_path / "joined"
    joined.mkdir()
    format_named("nuscenes").join(written(tmp_path, "nuscenes", DRIVES), joined)
    nusc = nuscenes.NuScenes("v1.0-mini", str(joined), verbose=False)
    assert [scene["name"] for scene in nusc.scene] == ["first", "second", "third"]
    for sample in nusc.sample:
        path, boxes, _ = nusc.get_sample_data(sample["data"]["LIDAR_TOP"])
        assert Path(path).is_file()
        assert len(boxes) == 1


@pytest.mark.parametrize("what", ["token of a scene's own row", "different shared row"])
def test_two_rows_of_one_token_are_refused(tmp_path: Path, what: str) -> None:
    first, second = DRIVES[0], drive_named("second", start_s=100)
    if what.startswith("token"):
        second = replace(second, scene=replace(second.scene, token=first.scene.token))
    else:
        second = drive_named("second", start_s=100, f=900.0)
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


def test_two_files_for_one_place_are_refused(tmp_path: Path) -> None:
    other = drive_named("first", x=30.0)  # the same name, other labels
    parts = written(tmp_path, "sustechpoints", [DRIVES[0], other])
    (tmp_path / "joined").mkdir()
    with pytest.raises(CannotWrite, match="of their own"):
        format_named("sustechpoints").join(parts, tmp_path / "joined")


def test_numbers_that_are_taken_are_told(tmp_path: Path) -> None:
    (tmp_path / "joined").mkdir()
    parts = written(tmp_path, "kitti-tracking", DRIVES)
    told = format_named("kitti-tracking").join(parts, tmp_path / "joined")
    assert [(f.code, f.where) for f in told] == [("scene-renumbered", str(part)) for part in parts[1:]]
    assert open_dataset(tmp_path / "joined").scene_names == ("0000", "0001", "0002")


def test_drives_of_one_day_keep_their_own_calibrations(tmp_path: Path) -> None:
    (tmp_path / "joined").mkdir()
    format_named("kitti-raw").join(written(tmp_path, "kitti-raw", DRIVES), tmp_path / "joined")
    dataset = open_dataset(tmp_path / "joined")
    focal = [dataset.scene(name).frames[0].images["image_02"].sensor.camera.fx for name in dataset.scene_names]
    assert sorted(focal) == pytest.approx([700.0, 700.0, 800.0])
