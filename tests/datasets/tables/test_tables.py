"""Tables of boxes: what goes out comes back, what others write is read, what is broken is named."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from lidar_label.datasets import Drive, ReadOptions, format_named, open_dataset, write_dataset
from lidar_label.datasets.clouds.pcd import write_pcd
from lidar_label.errors import LidarLabelError
from lidar_label.model import PointCloud, Taxonomy

BOTH = pytest.mark.parametrize("name", ["boxes-csv", "boxes-parquet"])
OPTIONS = [{}, {"origin": (500_000.0, 4_800_000.0, 100.0)}, {"data": False}, {"poses": False}]


@BOTH
@pytest.mark.parametrize("options", OPTIONS)
def test_a_drive_comes_back_with_every_digit(
    tmp_path: Path, full_drive: Callable[..., Drive], same: Callable[..., None], name: str, options: dict[str, Any]
) -> None:
    drive = full_drive(**options)
    write_dataset(name, tmp_path / "out", [drive, full_drive("other", frames=2)], Taxonomy())
    dataset = open_dataset(tmp_path / "out")
    assert dataset.format == name
    assert dataset.scene_names == ("full", "other")
    back = Drive(scene=dataset.scene("full"), labels=dataset.labels("full"))
    same(format_named(name), drive, back, atol=1e-9)
    for ours, theirs in zip(drive.labels.boxes(), back.labels.boxes(), strict=True):
        assert theirs.source == ours.source
        assert theirs.world_SE3_box.rotation.tolist() == ours.world_SE3_box.rotation.tolist()
        assert theirs.size == ours.size
    assert back.scene.has_poses == drive.scene.has_poses
    for ours, theirs in zip(drive.scene.frames, back.scene.frames, strict=True):
        assert ours.world_SE3_ego.rotation.tolist() == theirs.world_SE3_ego.rotation.tolist()
    assert {a.name: a.kind for a in dataset.taxonomy.attributes} == {
        "moving": "flag", "note": "text", "speed": "number", "color": "text", "doors": "number", "plastic": "flag"
    }  # fmt: skip
    again = tmp_path / "again"
    write_dataset(name, again, [back], dataset.taxonomy)
    first = {r["frame"] + r["track"]: r for r in rows_of(tmp_path / "out", name) if r["scene"] == "full"}
    for row in rows_of(again, name):
        assert row == first[row["frame"] + row["track"]]


def rows_of(folder: Path, name: str) -> list[dict[str, Any]]:
    if name == "boxes-parquet":
        found: list[dict[str, Any]] = parquet.read_table(folder / "boxes.parquet").to_pylist()
        return found
    with (folder / "boxes.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@BOTH
def test_others_read_what_is_written(tmp_path: Path, full_drive: Callable[..., Drive], name: str) -> None:
    drive = full_drive(origin=(1000.0, 2000.0, 3.0))
    write_dataset(name, tmp_path / "out", [drive], Taxonomy())
    rows = rows_of(tmp_path / "out", name)
    assert len(rows) == len(drive.labels)
    for row, box in zip(rows, drive.labels.boxes(), strict=True):
        assert [float(row[a]) for a in "xyz"] == pytest.approx((box.center + drive.scene.origin).tolist())
        assert [float(row[a]) for a in "lwh"] == pytest.approx(box.size)
        assert float(row["yaw"]) == pytest.approx(box.yaw)
        assert int(row["timestamp_ns"]) == drive.scene.frames[box.frame].timestamp_ns
        assert json.loads(row["attributes"] or "{}") == box.attributes


def test_losses_are_told(full_drive: Callable[..., Drive]) -> None:
    found = {f.code for f in format_named("boxes-csv").losses([full_drive()])}
    assert found == {"cameras", "sweeps"}


SMALL = "frame,track,category,x,y,z,l,w,h,yaw\n0,7,Car,1,2,3,4,2,1.5,0.5\n2,7,Car,2,2,3,4,2,1.5,0.6\n"


def made(tmp_path: Path, text: str, name: str = "mine.csv", **options: Any) -> Any:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return open_dataset(path, options=ReadOptions(**options))


def test_a_table_of_somebody_s_own(tmp_path: Path) -> None:
    dataset = made(tmp_path, SMALL)
    scene, labels = dataset.scene("mine"), dataset.labels("mine")
    assert [f.name for f in scene.frames] == ["0", "2"]
    assert not scene.has_poses
    assert not scene.has_timestamps
    (track,) = labels.tracks
    assert (track.name, track.category) == ("7", "Car")
    assert [box.yaw for box in labels.boxes()] == pytest.approx([0.5, 0.6])
    assert {f.code for f in dataset.findings} >= {"no-timestamps", "no-sweeps"}


def test_semicolons_commas_and_names_of_others(tmp_path: Path) -> None:
    text = (
        "Frame_ID;Class;X;Y;Z;Length;Width;Height;Heading;speed;brand\n"
        "3;Car;1,5;-2,25;0;4;2;1,5;90;2,5;VW\n3;Van;9;9;0;4;2;1,5;-90;;\n"
    )
    dataset = made(tmp_path, text, assume={"angle_unit": "deg"})
    car, van = dataset.labels("mine").boxes()
    assert car.center.tolist() == [1.5, -2.25, 0.0]
    assert (car.yaw, van.yaw) == pytest.approx((math.pi / 2, -math.pi / 2))
    assert car.attributes == {"speed": "2,5", "brand": "VW"}  # a column of ours alone is known to be a number
    assert van.attributes == {}
    assert {f.code for f in dataset.findings} >= {"assumed", "own-columns", "no-tracks"}
    assert len(dataset.labels("mine").tracks) == 2


def test_degrees_are_noticed(tmp_path: Path) -> None:
    assert "angle-unit" in {f.code for f in made(tmp_path, SMALL.replace("0.6", "271.5")).findings}


def test_own_columns_have_the_kind_that_all_their_cells_have(tmp_path: Path) -> None:
    text = SMALL.replace("yaw\n", "yaw,n,flag,code,empty\n").replace("0.5\n", "0.5,1.5,true,007,\n")
    first, second = made(tmp_path, text.replace("0.6\n", "0.6,2,,08x,\n")).labels("mine").boxes()
    assert first.attributes == {"n": 1.5, "flag": True, "code": "007"}
    assert second.attributes == {"n": 2, "code": "08x"}


def test_frames_by_name_or_by_time(tmp_path: Path) -> None:
    named = made(tmp_path, SMALL.replace("\n0,", "\nsweep_10.pcd,").replace("\n2,", "\nsweep_9.pcd,"))
    assert [f.name for f in named.scene("mine").frames] == ["sweep_9.pcd", "sweep_10.pcd"]
    assert [box.yaw for box in named.labels("mine").boxes()] == pytest.approx([0.6, 0.5])
    text = (
        SMALL.replace("frame,", "timestamp_ns,")
        .replace("\n0,", "\n1700000000123456789,")
        .replace("\n2,", "\n1700000000223456789,")
    )
    timed = made(tmp_path, text, "timed.csv").scene("timed")
    assert timed.has_timestamps
    assert [f.timestamp_ns for f in timed.frames] == [1700000000123456789, 1700000000223456789]


def test_boxes_in_the_vehicle_s_frame(tmp_path: Path) -> None:
    (tmp_path / "boxes.csv").write_text(SMALL)
    (tmp_path / "frames.csv").write_text(
        "frame,timestamp_ns,ego_x,ego_y,ego_z,ego_qw,ego_qx,ego_qy,ego_qz\n"
        "0,10,500000,100,0,0.7071067811865476,0,0,0.7071067811865476\n1,20,500001,100,0,1,0,0,0\n2,30,500002,100,0,1,0,0,0\n"
    )
    dataset = open_dataset(tmp_path, options=ReadOptions(assume={"coordinates": "ego"}))
    scene, labels = dataset.scene("boxes"), dataset.labels("boxes")
    assert len(scene.frames) == 3
    assert scene.has_poses
    first, second = labels.boxes()
    np.testing.assert_allclose(first.center + scene.origin, (500000 - 2, 100 + 1, 3))
    assert first.yaw == pytest.approx(0.5 + math.pi / 2)
    np.testing.assert_allclose(second.center + scene.origin, (500004, 102, 3))


def test_clouds_that_lie_beneath(tmp_path: Path) -> None:
    (tmp_path / "boxes.csv").write_text(SMALL)
    (tmp_path / "clouds").mkdir()
    write_pcd(tmp_path / "clouds/a.pcd", PointCloud(np.ones((5, 3), dtype=np.float32)))
    (tmp_path / "frames.csv").write_text("frame,cloud\n0,clouds/a.pcd\n1,clouds/gone.pcd\n2,\n")
    dataset = open_dataset(tmp_path)
    scene = dataset.scene("boxes")
    assert [len(frame.sweeps) for frame in scene.frames] == [1, 0, 0]
    assert len(scene.frames[0].sweep().points()) == 5
    assert "missing-file" in {f.code for f in dataset.findings}
    (tmp_path / "frames.csv").write_text("frame,cloud\n0,../a.pcd\n2,\n")
    with pytest.raises(LidarLabelError, match=r"row 2.*leads out"):
        open_dataset(tmp_path).scene("boxes")


def with_column(name: str, cell: str) -> str:
    return SMALL.replace("yaw\n", f"yaw,{name}\n").replace("0.5\n", f"0.5,{cell}\n").replace("0.6\n", "0.6,\n")


BROKEN = {
    "size": (SMALL.replace("4,2,1.5,0.6", "4,0,1.5,0.6"), r"row 3: .*above 0"),
    "number": (SMALL.replace("2,2,3", "2,two,3"), "two"),
    "nothing": (SMALL.replace("2,2,3", "2,,3"), r"row 3: .*not finite"),
    "category": (SMALL.replace("2,7,Car", "2,7,"), "row 3: a box needs a category"),
    "frame": (SMALL.replace("\n2,", "\n,"), "row 3: the cell frame is empty"),
    "attributes": (with_column("attributes", "{"), r"row 2: .*no JSON"),
    "list": (with_column("attributes", "[1]"), "no JSON object"),
    "flag": (with_column("is_keyframe", "perhaps"), "neither true nor false"),
    "count": (with_column("num_lidar_pts", "-3"), "not a count"),
    "columns": (SMALL.replace("0.5\n", "0.5,9,9\n"), "cannot be read"),
    "doubled": (SMALL.replace("yaw\n", "x\n"), "name each column once"),
    "time": (SMALL.replace("frame,", "timestamp_ns,").replace("\n2,", "\n1.5e18,"), "1.5e18"),
    "no frame": (SMALL.replace("frame,", "number,"), "needs a frame or a timestamp_ns"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_named(tmp_path: Path, name: str) -> None:
    text, reason = BROKEN[name]
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(LidarLabelError, match=reason) as caught:
        open_dataset(tmp_path / "mine.csv", "boxes-csv").labels("mine")
    assert "mine.csv" in caught.value.line


def test_a_box_in_a_frame_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "boxes.csv").write_text(SMALL)
    (tmp_path / "frames.csv").write_text("frame\n0\n1\n")
    dataset = open_dataset(tmp_path)
    with pytest.raises(LidarLabelError, match="row 3: the box is in frame '2'"):
        dataset.labels("boxes")


def test_tables_of_other_things_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    parquet.write_table(pa.table({"a": [1]}), tmp_path / "other.parquet")
    for name in ("other.csv", "other.parquet"):
        with pytest.raises(LidarLabelError, match="not a data set"):
            open_dataset(tmp_path / name)


def test_a_parquet_of_other_types(tmp_path: Path) -> None:
    """Floats for ids, a dictionary of words, a time of its own type, a list that is no column of ours."""
    table = pa.table(
        {
            "frame": pa.array([0.0, 1.0]), "track_id": pa.array([12.0, 12.0]),
            "timestamp_ns": pa.array([10, 20], pa.timestamp("us")),
            "label": pa.array(["Car", "Car"]).dictionary_encode(),
            **{name: pa.array([1.0, 2.0], pa.float32()) for name in ("x", "y", "z", "length", "width", "height")},
            "moving": pa.array([True, None]), "points": pa.array([[1], [2]]),
        }
    )  # fmt: skip
    parquet.write_table(table, tmp_path / "mine.parquet")
    dataset = open_dataset(tmp_path / "mine.parquet")
    assert dataset.format == "boxes-parquet"
    labels = dataset.labels("mine")
    assert [t.name for t in labels.tracks] == ["12"]
    assert [dict(box.attributes) for box in labels.boxes()] == [{"moving": True}, {}]
    assert [f.timestamp_ns for f in dataset.scene("mine").frames] == [10_000, 20_000]


def test_a_parquet_that_promises_more_rows_than_it_has_bytes(tmp_path: Path) -> None:
    rows = 3_000_000
    columns = {name: pa.array(np.zeros(rows, dtype=np.float32)) for name in ("x", "y", "z", "l", "w", "h")}
    table = pa.table(
        {"category": pa.array(np.zeros(rows, dtype=np.int32)).cast(pa.string()).dictionary_encode(), **columns}
    )
    path = tmp_path / "bomb.parquet"
    parquet.write_table(table, path, compression="zstd")
    assert path.stat().st_size < rows
    with pytest.raises(LidarLabelError, match="promises 3000000 rows"):
        open_dataset(path)


def test_a_table_without_rows(tmp_path: Path) -> None:
    assert made(tmp_path, SMALL.partition("\n")[0] + "\n").scene_names == ()


def test_joining_refuses_a_scene_that_comes_twice(tmp_path: Path, full_drive: Callable[..., Drive]) -> None:
    for part in ("a", "b"):
        write_dataset("boxes-csv", tmp_path / part, [full_drive()], Taxonomy())
    (tmp_path / "joined").mkdir()
    with pytest.raises(LidarLabelError, match="two parts have a scene 'full'"):
        format_named("boxes-csv").join([tmp_path / "a", tmp_path / "b"], tmp_path / "joined")


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["boxes-csv", "boxes-parquet"]),
    where=st.floats(0, 1),
    byte=st.integers(0, 255),
    cut=st.booleans(),
)
def test_cut_and_flipped(
    tmp_path: Path, full_drive: Callable[..., Drive], survives: Callable[..., None],
    name: str, where: float, byte: int, cut: bool,
) -> None:  # fmt: skip
    folder = tmp_path / name
    if not folder.exists():
        write_dataset(name, folder, [full_drive()], Taxonomy())
    for kept in (folder / f"boxes.{name[6:]}", folder / f"frames.{name[6:]}"):
        whole = kept.read_bytes()
        data = bytearray(whole)
        at = int(where * (len(data) - 1))
        data[at] ^= byte
        kept.write_bytes(bytes(data[:at] if cut else data))
        try:
            survives(folder, name)
        finally:
            kept.write_bytes(whole)
