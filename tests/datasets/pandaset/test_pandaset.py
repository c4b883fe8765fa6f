"""PandaSet sequences made by its definition, frames as old and new pandas pickle them, and pickles that mean harm."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import Drive, open_dataset, write_dataset
from lidar_label.datasets.pandaset.dataframes import read_frame
from lidar_label.errors import LidarLabelError, UnreadableFile
from lidar_label.model import Floats

T0 = 1557539924.49
COLUMNS = (
    "uuid", "label", "yaw", "stationary", "camera_used", "position.x", "position.y", "position.z", "dimensions.x",
    "dimensions.y", "dimensions.z", "attributes.object_motion", "cuboids.sibling_id", "cuboids.sensor_id",
    "attributes.pedestrian_age",
)  # fmt: skip


@contextmanager
def old_pandas() -> Iterator[dict[str, Any]]:
    """Stand-ins for the classes of pandas before 1.3, under their names, which pickle as those did."""

    class DataFrame:
        pass

    class BlockManager:
        axes: list[object]
        blocks: list[tuple[np.ndarray, object]]

        def __getstate__(self) -> tuple[object, ...]:
            blocks = [{"values": values, "mgr_locs": places} for values, places in self.blocks]
            extra = {"0.14.1": {"axes": self.axes, "blocks": blocks}}
            return (self.axes, [b["values"] for b in blocks], [None for _ in blocks], extra)

    def _new_Index(cls: type, d: dict[str, object]) -> object: ...

    class Index:
        def __init__(self, **parts: object) -> None:
            self.parts = parts

        def __reduce__(self) -> tuple[object, ...]:
            return _new_Index, (type(self), self.parts), None

    class Int64Index(Index): ...

    class RangeIndex(Index): ...

    homes = {
        DataFrame: "pandas.core.frame", BlockManager: "pandas.core.internals.managers",
        _new_Index: "pandas.core.indexes.base", Index: "pandas.core.indexes.base",
        Int64Index: "pandas.core.indexes.numeric", RangeIndex: "pandas.core.indexes.range",
    }  # fmt: skip
    kept = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "pandas"}
    for name in kept:
        del sys.modules[name]
    for thing, home in homes.items():
        parts = home.split(".")
        for depth in range(1, len(parts) + 1):
            sys.modules.setdefault(".".join(parts[:depth]), ModuleType(".".join(parts[:depth])))
        thing.__module__, thing.__qualname__ = home, thing.__name__
        setattr(sys.modules[home], thing.__name__, thing)
    try:
        yield {thing.__name__: thing for thing in homes}
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "pandas"]:
            del sys.modules[name]
        sys.modules.update(kept)


def pickled(columns: dict[str, np.ndarray], index: np.ndarray | None = None, protocol: int = 4) -> bytes:
    """Return a frame as pandas 1.0 pickled it: one block for each type of column, transposed."""
    rows = len(next(iter(columns.values())))
    with old_pandas() as pandas:
        by_type: dict[str, list[int]] = {}
        for place, values in enumerate(columns.values()):
            by_type.setdefault(values.dtype.str, []).append(place)
        manager = pandas["BlockManager"]()
        names = np.array(list(columns), dtype=object)
        ranged = pandas["RangeIndex"](name="index", start=0, stop=rows, step=1)
        numbered = pandas["Int64Index"](name="index", data=index)
        manager.axes = [pandas["Index"](data=names, name=None), ranged if index is None else numbered]
        listed = list(columns.values())
        manager.blocks = [
            (np.array([listed[place] for place in places]),
             slice(places[0], places[-1] + 1, 1) if places == list(range(places[0], places[-1] + 1))
             else np.array(places, dtype=np.int64))
            for places in by_type.values()
        ]  # fmt: skip
        frame = pandas["DataFrame"]()
        frame._data, frame._typ, frame._metadata = manager, "dataframe", []
        return pickle.dumps(frame, protocol)


def save(path: Path, columns: dict[str, np.ndarray], index: np.ndarray | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = pickled(columns, index)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


def texts(*values: object) -> np.ndarray:
    return np.array([*values, None], dtype=object)[:-1]


def pose(yaw: float, tilt: float, place: tuple[float, float, float]) -> tuple[dict[str, dict[str, float]], Floats]:
    """A pose as the files say it, and its matrix, written out: a tilt about x, then a turn about z."""
    cy, sy, cx, sx = np.cos(yaw / 2), np.sin(yaw / 2), np.cos(tilt / 2), np.sin(tilt / 2)
    said = {"w": cy * cx, "x": cy * sx, "y": sy * sx, "z": sy * cx}
    turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
    lean = np.array([[1, 0, 0], [0, np.cos(tilt), -np.sin(tilt)], [0, np.sin(tilt), np.cos(tilt)]])
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = turn @ lean, place
    return {"position": dict(zip("xyz", place, strict=True)), "heading": {k: float(v) for k, v in said.items()}}, matrix


def lidar_pose(row: int, far: float = 0.0) -> tuple[dict[str, dict[str, float]], Floats]:
    return pose(0.3 + 0.1 * row, 0.02, (far + 2.0 * row, 1.0 - far, 0.5))


def cloud(row: int, far: float = 0.0) -> dict[str, np.ndarray]:
    """Points in world, many of them in the car."""
    rng = np.random.default_rng(row)
    points = np.vstack([rng.uniform(-20, 20, (40, 3)), rng.uniform(-2, 2, (60, 3)) + np.array([10 + row, 6, 1])])
    points += (far, -far, 0)
    stamps = T0 + 0.1 * row + np.linspace(-0.05, 0.05, 100)
    sensors = (np.arange(100) >= 70).astype(np.int64)
    return dict(zip("xyz", points.T, strict=True)) | {
        "i": rng.integers(0, 256, 100).astype(np.float64), "t": stamps, "d": sensors
    }  # fmt: skip


def cuboids(row: int, far: float = 0.0) -> dict[str, np.ndarray]:
    """A car that drives along +x, and a child that looks along +y."""
    nan = float("nan")
    values = (
        texts("car-1", "child-2"), texts("Car", "Pedestrian"), np.array([-np.pi / 2, 0.0]), np.array([False, True]),
        np.array([-1, 3]), np.array([10.0 + row, -4.0]) + far, np.array([6.0, 3.0]) - far, np.array([1.0, 0.9]),
        np.array([1.9, 0.5]), np.array([4.4, 0.7]), np.array([1.6, 1.2]), texts("Moving", nan),
        texts("car-9" if row else "-", "-"), np.array([0 if row else -1, -1]), texts(nan, "Child"),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def make_sequence(folder: Path, *, suffix: str = ".pkl.gz", frames: int = 3, far: float = 0.0) -> Path:
    """A sequence by the definition of the devkit's readme and docstrings."""
    stamps = [T0 + 0.1 * row for row in range(frames)]
    for row in range(frames):
        save(folder / "lidar" / f"{row:02d}{suffix}", cloud(row, far))
        save(folder / "annotations" / "cuboids" / f"{row:02d}{suffix}", cuboids(row, far))
        kinds = {"class": np.arange(100, dtype=np.int64) % 43}
        save(folder / "annotations" / "semseg" / f"{row:02d}{suffix}", kinds)
    (folder / "lidar" / "poses.json").write_text(json.dumps([lidar_pose(row, far)[0] for row in range(frames)]))
    (folder / "lidar" / "timestamps.json").write_text(json.dumps(stamps))
    camera = folder / "camera" / "front_camera"
    camera.mkdir(parents=True)
    picture = io.BytesIO()
    Picture.new("RGB", (64, 48), (9, 80, 120)).save(picture, format="JPEG")
    for row in range(frames):
        (camera / f"{row:02d}.jpg").write_bytes(picture.getvalue())
    (camera / "poses.json").write_text(json.dumps([camera_pose(row, far)[0] for row in range(frames)]))
    (camera / "timestamps.json").write_text(json.dumps([stamp + 0.021 for stamp in stamps]))
    (camera / "intrinsics.json").write_text(json.dumps({"fx": 50.0, "fy": 51.0, "cx": 31.5, "cy": 23.5}))
    (folder / "meta").mkdir()
    (folder / "meta" / "gps.json").write_text("[]")
    return folder


def camera_pose(row: int, far: float = 0.0) -> tuple[dict[str, dict[str, float]], Floats]:
    """It looks along world's +y: its z is +y, its y is down."""
    return pose(0.01 * row, -np.pi / 2, (far + 2.0 * row + 0.2, 1.4 - far, 1.1))


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
