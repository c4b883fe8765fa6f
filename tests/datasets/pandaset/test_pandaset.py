"""PandaSet sequences made by its definition, frames as old and new pandas pickle them, and pickles that mean harm."""

from __future__ import annotations

import gzip
import os
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.datasets.pandaset.dataframes import read_frame
from lidar_label.errors import LidarLabelError, UnreadableFile
from tests.datasets.pandaset.made_sequence import (
    camera_pose,
    cloud,
    cuboids,
    lidar_pose,
    make_sequence,
    pickled,
    save,
    texts,
)


@pytest.fixture(scope="module")
def sequence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sequence(tmp_path_factory.mktemp("pandaset") / "011")


@pytest.fixture(scope="module")
def drive(sequence: Path) -> Drive:
    dataset = open_dataset(sequence)
    return Drive(scene=dataset.scene("011"), labels=dataset.labels("011"))


@pytest.mark.parametrize("above", [0, 1])
def test_a_sequence_and_a_folder_of_them(sequence: Path, above: int) -> None:
    dataset = open_dataset([sequence, sequence.parent][above])
    assert (dataset.format, dataset.scene_names) == ("pandaset", ("011",))


def test_scene(drive: Drive) -> None:
    scene = drive.scene
    assert [frame.timestamp_ns for frame in scene.frames] == [1557539924490000000 + k * 100_000_000 for k in range(3)]
    assert scene.frames[0].images["front_camera"].timestamp_ns == 1557539924511000000
    assert scene.has_poses
    assert scene.has_timestamps
    assert [frame.name for frame in scene.frames] == ["00", "01", "02"]
    assert all(frame.sweep().is_compensated for frame in scene.frames)


def test_points_are_in_the_frame_of_the_sensor(drive: Drive) -> None:
    for row, frame in enumerate(drive.scene.frames):
        raw, (_, matrix) = cloud(row), lidar_pose(row)
        world = np.column_stack([raw["x"], raw["y"], raw["z"]])
        local = (world - matrix[:3, 3]) @ matrix[:3, :3]
        points = frame.sweep().points()
        np.testing.assert_allclose(points.xyz, local, atol=2e-5)
        np.testing.assert_allclose(frame.sweep().world_SE3_sensor.matrix, matrix, atol=1e-9)
        assert sorted(points.fields) == ["d", "intensity", "semantic_class", "time_s"]
        np.testing.assert_array_equal(points.fields["intensity"], raw["i"])
        np.testing.assert_array_equal(points.fields["d"], raw["d"])
        np.testing.assert_array_equal(points.fields["semantic_class"], np.arange(100) % 43)
        np.testing.assert_allclose(points.fields["time_s"], np.linspace(-0.05, 0.05, 100), atol=1e-6)


def test_the_vehicle_looks_along_x(drive: Drive) -> None:
    """The files' vehicle looks along its +y."""
    _, matrix = lidar_pose(1)
    np.testing.assert_allclose(drive.scene.frames[1].world_SE3_ego.rotation_matrix[:, 0], matrix[:3, 1], atol=1e-9)


def test_cuboids(drive: Drive) -> None:
    car, child = drive.labels.in_frame(1)
    assert (car.size, child.size) == ((4.4, 1.9, 1.6), (0.7, 0.5, 1.2))
    np.testing.assert_allclose(car.center, (11, 6, 1))
    np.testing.assert_allclose(car.world_SE3_box.rotation_matrix[:, 0], (1, 0, 0), atol=1e-12)
    np.testing.assert_allclose(child.world_SE3_box.rotation_matrix[:, 0], (0, 1, 0), atol=1e-12)
    tracks = [drive.labels.track(box.track) for box in (car, child)]
    assert [(track.category, track.name) for track in tracks] == [("Car", "car-1"), ("Pedestrian", "child-2")]
    assert [track.attributes for track in tracks] == [{"stationary": False}, {"stationary": True}]
    assert car.attributes == {"object_motion": "Moving", "sibling_id": "car-9", "sensor_id": 0}
    assert child.attributes == {"camera_used": 3, "pedestrian_age": "Child"}
    assert len(drive.labels) == 6
    assert len(drive.labels.tracks) == 2


def test_pictures_are_taken_from_where_the_files_say(drive: Drive) -> None:
    """A corner falls on the pixel that the devkit's own way of projecting gives."""
    for row, frame in enumerate(drive.scene.frames):
        image = frame.images["front_camera"]
        _, matrix = camera_pose(row)
        corners = drive.labels.in_frame(row)[0].corners()
        there = np.linalg.inv(matrix) @ np.vstack([corners.T, np.ones(8)])
        k = np.array([[50.0, 0, 31.5], [0, 51.0, 23.5], [0, 0, 1]])
        pixels = (k @ there[:3])[:2] / there[2]
        assert (there[2] > 0).all()
        uv, seen = image.sensor.camera.project(image.world_SE3_sensor.inverse.apply(corners))
        assert seen.all()
        np.testing.assert_allclose(uv, pixels.T, atol=1e-6)


def inside(drive: Drive) -> list[int]:
    found = []
    for frame in drive.scene.frames:
        world = frame.sweep().world_SE3_sensor.apply(frame.sweep().points().xyz)
        for box in drive.labels.in_frame(frame.index):
            local = np.abs((world - box.center) @ box.world_SE3_box.rotation_matrix)
            found.append(int((local <= np.array(box.size) / 2).all(axis=1).sum()))
    return found


@pytest.mark.parametrize("far", [0.0, 500_000.0])
def test_to_nuscenes_with_the_points_in_their_boxes(tmp_path: Path, far: float) -> None:
    dataset = open_dataset(make_sequence(tmp_path / "011", far=far))
    drive = Drive(scene=dataset.scene("011"), labels=dataset.labels("011"))
    assert ("shifted-world" in {finding.code for finding in dataset.findings}) == bool(far)
    write_dataset("nuscenes", tmp_path / "out", [drive], dataset.taxonomy)
    back = open_dataset(tmp_path / "out")
    again = Drive(scene=back.scene("011"), labels=back.labels("011"))
    raw, box = cloud(0, far), cuboids(0, far)
    x, y, z = (raw[axis] - box[f"position.{axis}"][0] for axis in "xyz")
    by_hand = int(((np.abs(x) <= 2.2) & (np.abs(y) <= 0.95) & (np.abs(z) <= 0.8)).sum())
    assert by_hand > 5
    assert inside(drive)[0] == by_hand
    assert inside(again) == inside(drive)


def test_classes_are_joined_by_the_index(tmp_path: Path) -> None:
    folder = make_sequence(tmp_path / "011", frames=1)
    path = folder / "annotations" / "semseg" / "00.pkl.gz"
    save(path, {"class": np.array([7, 13])}, index=np.array([99, 3]))
    found = open_dataset(folder).scene("011").frames[0].sweep().points().fields["semantic_class"]
    assert (found[99], found[3], int(found.sum())) == (7, 13, 20)
    save(path, {"class": np.array([7])}, index=np.array([100]))
    with pytest.raises(UnreadableFile, match="points that the cloud has not"):
        open_dataset(folder).scene("011").frames[0].sweep().points()


def test_numbers_as_text_and_scalars_of_numpy(tmp_path: Path) -> None:
    """The devkit calls a class, and a yaw, a text; in columns of objects numbers may be numpy's own."""
    columns = {"class": texts("7", "13"), "b": texts(np.bool_(True), np.int64(5)), "c": texts(1.5, None)}
    save(tmp_path / "a.pkl", columns)
    frame = read_frame(tmp_path / "a.pkl")
    assert frame.floats("class").tolist() == [7, 13]
    assert frame.cells("b") == [True, 5]
    assert frame.cells("c") == [1.5, None]


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_what_pandas_reads_of_our_frames(tmp_path: Path, protocol: int) -> None:
    """The made-up files are by the definition: pandas itself reads them, and finds what we find."""
    pandas = pytest.importorskip("pandas")
    for columns in (cloud(1), cuboids(1), {"class": np.arange(5)}):
        (tmp_path / "a.pkl").write_bytes(pickled(columns, protocol=protocol))
        assert_same_frame(pandas.read_pickle(tmp_path / "a.pkl"), read_frame(tmp_path / "a.pkl"))


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_what_pandas_writes_today(tmp_path: Path, protocol: int) -> None:
    pandas = pytest.importorskip("pandas")
    with pandas.option_context("future.infer_string", False):
        for columns in (cloud(1), cuboids(1), {"class": np.arange(5)}):
            frame = pandas.DataFrame({name: list(values) for name, values in columns.items()})
            frame.to_pickle(tmp_path / "a.pkl.gz", protocol=protocol)
            assert_same_frame(frame, read_frame(tmp_path / "a.pkl.gz"))
            frame[::-1].to_pickle(tmp_path / "b.pkl", protocol=protocol)
            assert_same_frame(frame[::-1], read_frame(tmp_path / "b.pkl"))


def test_texts_that_pandas_keeps_outside_of_numpy(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"label": ["Car", "Bus"]})
    frame.astype("category").to_pickle(tmp_path / "a.pkl")
    with pytest.raises(UnreadableFile, match="columns of objects"):
        read_frame(tmp_path / "a.pkl")
    with pandas.option_context("future.infer_string", False):
        pandas.DataFrame({"label": ["Car", "Bus"]}).to_pickle(tmp_path / "b.pkl")
    assert read_frame(tmp_path / "b.pkl").cells("label") == ["Car", "Bus"]


def assert_same_frame(theirs: Any, ours: Any) -> None:
    assert list(theirs.columns) == list(ours.names)
    assert theirs.index.tolist() == ours.index.tolist()
    for name in ours.names:
        expected = [None if value is None or value != value else value for value in theirs[name].tolist()]
        assert ours.cells(name) == expected


class Harm:
    """What a pickle can do to whoever loads it."""

    def __init__(self, call: Callable[..., object], *args: object) -> None:
        self.call, self.args = call, args

    def __reduce__(self) -> tuple[object, ...]:
        return self.call, self.args


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("where", ["alone", "cell", "beside"])
def test_a_pickle_that_runs_code_is_refused_and_runs_nothing(tmp_path: Path, protocol: int, where: str) -> None:
    marker = tmp_path / "it ran"
    harm: object = Harm(os.system, f"touch '{marker}'")
    if where == "beside":
        harm = {"_mgr": Harm(exec, f"import pathlib; pathlib.Path({str(marker)!r}).touch()")}
    data = pickle.dumps(harm, protocol)
    if where == "cell":
        data = pickled({"uuid": texts(harm)}, protocol=protocol)
    folder = make_sequence(tmp_path / "011", frames=1)
    path = folder / "annotations" / "cuboids" / "00.pkl.gz"
    path.write_bytes(gzip.compress(data))
    with pytest.raises(UnreadableFile, match=r"nothing of it was run|no frame of pandas needs") as caught:
        open_dataset(folder).labels("011")
    assert caught.value.where == str(path)
    assert not marker.exists()
    pickle.loads(data) if where != "cell" else None
    assert marker.exists() == (where != "cell")  # so the pickle does harm where it is loaded


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "exhausted|damaged"),
        (b"\x80\x04N.", "no frame of pandas"),
        (b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"abc.", "damaged"),
        (b"\x80\x04Nr\xff\xff\xff\x7f.", "no frame of pandas"),
        (b"\x80\x04" + b"N0" * 600_000 + b"N.", "POP"),
        (b"\x80\x04" + b"N" * 1_100_000 + b".", "over 1000000 steps"),
        (b"\x80\x04)" + b"\x85" * 500_000 + b".", "no frame of pandas"),
        (b"\x80\x04}(" + b")" + b"\x85" * 200_000 + b"Nu.", "key is no text"),
        (b"\x80\x04]\x94h\x00a.", "no frame of pandas"),
        (b"\x80\x02cpandas.core.frame\nDataFrame\n)\x81cpandas.core.frame\nDataFrame\nb.", "no frame of pandas"),
        (b"\x80\x02cpandas.core.frame\nDataFrame\n}b.", "damaged"),
        (b"\x80\x04\x82\x01.", "EXT1"),
        (b"\x80\x04NQ.", "BINPERSID"),
    ],
)  # fmt: skip
def test_pickles_that_are_no_frame(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "a.pkl").write_bytes(data)
    with pytest.raises(UnreadableFile, match=words):
        read_frame(tmp_path / "a.pkl")


def test_arrays_that_lie_about_their_size(tmp_path: Path) -> None:
    data = pickled({"x": np.arange(3.0)})
    assert data.count(b"K\x01K\x03\x86") == 1
    (tmp_path / "a.pkl").write_bytes(data.replace(b"K\x01K\x03\x86", b"K\x01J\xff\xff\xff\x7f\x86"))
    with pytest.raises(UnreadableFile, match="fewer or more bytes"):
        read_frame(tmp_path / "a.pkl")


def test_an_index_of_too_many_rows(tmp_path: Path) -> None:
    data = pickled({"x": np.arange(3.0)})
    (tmp_path / "a.pkl").write_bytes(data.replace(b"\x8c\x04stop\x94K\x03", b"\x8c\x04stop\x94J\xff\xff\xff\x7f"))
    with pytest.raises(UnreadableFile, match="index of 2147483647 rows"):
        read_frame(tmp_path / "a.pkl")


def test_a_gzip_file_that_unpacks_without_end(tmp_path: Path) -> None:
    (tmp_path / "a.pkl.gz").write_bytes(gzip.compress(bytes(200_000_000), compresslevel=1))
    with pytest.raises(UnreadableFile, match="unpacks to over"):
        read_frame(tmp_path / "a.pkl.gz")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lidar/timestamps.json": "[1.0, 2.0]"}, "3 poses are for 2 times"),
        ({"lidar/timestamps.json": "[1.0, 1.0, 2.0]"}, "do not rise"),
        ({"lidar/timestamps.json": '[1.0, "x", 2.0]'}, "row 1 is no time"),
        ({"lidar/poses.json": "[{}, {}, {}]"}, "heading needs an object"),
        ({"camera/front_camera/intrinsics.json": '{"fx": 0, "fy": 1, "cx": 1, "cy": 1}'}, "above 0"),
    ],
)
def test_tables_that_cannot_be(tmp_path: Path, change: dict[str, str], words: str) -> None:
    folder = make_sequence(tmp_path / "011")
    for name, text in change.items():
        (folder / name).write_text(text)
    with pytest.raises(LidarLabelError, match=words):
        open_dataset(folder).scene("011")


@pytest.mark.parametrize("suffix", [".pkl.gz", ".pkl"])
def test_damaged_sequences(tmp_path: Path, survives: object, wound_and_open: Callable[..., None], suffix: str) -> None:
    wound_and_open(make_sequence(tmp_path / "011", suffix=suffix, frames=2), "pandaset", survives, seed=3)
