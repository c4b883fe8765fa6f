"""NumPy and Feather clouds: the same values numpy and pyarrow read, and no trust in what a header says."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lidar_label.datasets import ReadOptions
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import InvalidValue, LidarLabelError, UnreadableFile
from lidar_label.model import PointCloud

RNG = np.random.default_rng(5)
XYZ = RNG.normal(0, 20, (50, 3))
SIGNAL = RNG.random(50)


def write_feather(table: pa.Table, target: Path | io.BytesIO, compression: str = "lz4", rows: int = 65_536) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    sink = str(target) if isinstance(target, Path) else target
    with pa.ipc.new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=rows)


def read_feather(path: Path) -> pa.Table:
    with pa.ipc.open_file(str(path)) as reader:
        return reader.read_all()


def codes(path: Path) -> set[str]:
    return {finding.code for finding in open_cloud(path).findings}


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", ">f8"])
@pytest.mark.parametrize("shape", ["rows", "fortran", "columns", "grid", "transposed view"])
def test_rows_of_any_type_and_order(tmp_path: Path, gather: Callable, dtype: str, shape: str) -> None:
    rows = np.column_stack([XYZ, SIGNAL]).astype(dtype)
    array = {
        "rows": rows, "fortran": np.asfortranarray(rows), "columns": np.ascontiguousarray(rows.T),
        "grid": rows.reshape(10, 5, 4), "transposed view": rows.T,
    }[shape]  # fmt: skip
    for suffix in (".npy", ".npz"):
        path = tmp_path / f"出典{suffix}"
        if suffix == ".npy":
            np.save(path, array)
        else:
            np.savez_compressed(path, points=array)
        cloud = open_cloud(path)
        xyz, fields = gather(cloud, 7)
        assert np.array_equal(xyz, rows[:, :3].astype(np.float64))
        assert np.array_equal(fields["intensity"], rows[:, 3])
        assert fields["intensity"].dtype == np.dtype(dtype).newbyteorder("=")
        assert cloud.xyz_dtype == (np.float64 if "f8" in dtype else np.float32)
        assert not cloud.findings


def test_named_fields(tmp_path: Path, gather: Callable) -> None:
    layout = [("Y", "f4"), ("pad", "V3"), ("X", "f8"), ("z", "f4"), ("rgb", "u1", (3,)), ("t", "i8"), ("name", "U4")]
    rows = np.zeros(20, dtype=layout)
    rows["X"], rows["Y"], rows["z"] = XYZ[:20].T
    rows["rgb"], rows["t"] = RNG.integers(0, 256, (20, 3)), 2**62 + np.arange(20)
    path = tmp_path / "a.npy"
    np.save(path, rows)
    cloud = open_cloud(path)
    xyz, fields = gather(cloud)
    assert np.array_equal(xyz, np.column_stack([rows["X"], rows["Y"], rows["z"]]))
    assert list(fields) == ["r", "g", "b", "t"]
    assert np.array_equal(np.column_stack([fields[c] for c in "rgb"]), rows["rgb"])
    assert np.array_equal(fields["t"], rows["t"])
    assert [f.message for f in cloud.findings] == ["these are not read: pad, name"]


def test_arrays_of_an_archive(tmp_path: Path, gather: Callable) -> None:
    path = tmp_path / "a.npz"
    ring = np.arange(50, dtype=np.uint16)
    np.savez(path, xyz=XYZ, Intensity=SIGNAL, ring=ring[:, None], colors=np.tile([[1, 2, 3]], (50, 1)), pose=np.eye(4))
    cloud = open_cloud(path)
    xyz, fields = gather(cloud)
    assert np.array_equal(xyz, XYZ)
    assert list(fields) == ["intensity", "ring", "r", "g", "b"]
    assert np.array_equal(fields["ring"], ring)
    assert [f.message for f in cloud.findings] == ["these are not read: pose"]
    np.savez(path, x=XYZ[:, 0], y=XYZ[:, 1], z=XYZ[:, 2], time_s=SIGNAL)
    xyz, fields = gather(open_cloud(path))
    assert np.array_equal(xyz, XYZ)
    assert np.array_equal(fields["time_s"], SIGNAL)
    np.savez(path, a=XYZ, b=XYZ[:20])
    with pytest.raises(UnreadableFile, match=r"several arrays could hold the points; it has a \(50, 3\), b \(20, 3\)"):
        open_cloud(path)
    np.savez(path, a=SIGNAL)
    with pytest.raises(UnreadableFile, match="no array holds rows"):
        open_cloud(path)


def test_names_may_be_told(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.column_stack([SIGNAL, XYZ, SIGNAL * 2 - 5]))
    assert codes(path) == {"unsure-layout"}
    cloud = open_cloud(path, options=ReadOptions(fields=("time_s", "x", "y", "z", "_")))
    assert np.array_equal(cloud.read().xyz, XYZ.astype(np.float32))
    assert list(cloud.fields) == ["time_s"]
    with pytest.raises(InvalidValue, match="has 5 values and 3"):
        open_cloud(path, options=ReadOptions(fields=("x", "y", "z")))


def test_no_points(tmp_path: Path) -> None:
    for number, array in enumerate((np.zeros((0, 4)), np.zeros(0, [("x", "f4"), ("y", "f4"), ("z", "f4")]))):
        path = tmp_path / f"{number}.npy"
        np.save(path, array)
        assert len(open_cloud(path).read()) == 0


class Bomb:
    def __reduce__(self) -> tuple:
        return exec, ("raise SystemExit('code of a file was run')",)


def test_no_code_of_a_file_runs(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.array([Bomb()]), allow_pickle=True)
    with pytest.raises(UnreadableFile, match="Python objects"):
        open_cloud(path)
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(UnreadableFile, match="no NumPy array"):
        open_cloud(path)
    archive = tmp_path / "a.npz"
    np.savez(archive, points=XYZ, other=np.array([Bomb()]))
    assert open_cloud(archive).points == 50


def npy(header: str, data: bytes = b"", version: int = 1) -> bytes:
    text = header.encode()
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(2 if version == 1 else 4, "little") + text + data


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000, 4)}", b"\0" * 64),
            "are promised and 64",
        ),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4, 4)}", b"\0" * 60), "cut off"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4)}"), "shape"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (True, 4)}"), "shape"),
        (npy("{'descr': '|O', 'fortran_order': False, 'shape': (1, 4)}"), "Python objects"),
        (npy("{'descr': [('x','|O')], 'fortran_order': False, 'shape': (1,)}"), "Python objects"),
        (npy("__import__('os').system('true')"), "header"),
        (npy("[" * 5000), "header"),
        (npy("{'descr': '<f4', 'fortran_order': False, 'shape': (8,)}", b"\0" * 32), "is no cloud"),
        (npy("{'descr': '<c8', 'fortran_order': False, 'shape': (2, 4)}", b"\0" * 64), "is no cloud"),
        (npy("{'descr': [('x','<f4')], 'fortran_order': False, 'shape': (1,)}", b"\0" * 4), "y, z is not among"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f", "absurd"),
        (b"\x93NUMPY\x09\x00\x10\x00", "version 9"),
        (b"", "no NumPy array"),
    ],
)
def test_a_header_that_lies(tmp_path: Path, content: bytes, words: str, survives: Callable) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(content)
    assert words in survives(path)


@pytest.mark.one_numpy
def test_a_zip_bomb_is_refused(tmp_path: Path, survives: Callable) -> None:
    path = tmp_path / "a.npz"
    head = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (25000000, 4)}")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("points.npy", "w") as out:
        out.write(head)
        for _ in range(25):
            out.write(bytes(16_000_000))
    assert "it would unpack to 4000000" in survives(path)


def test_a_damaged_archive_is_refused(tmp_path: Path, survives: Callable) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, points=XYZ)
    data = path.read_bytes()
    at = data.index(XYZ.tobytes()[:16])
    path.write_bytes(data[:at] + b"\1" + data[at + 1 :])
    assert "Bad CRC-32" in survives(path)
    path.write_bytes(data[:200])
    assert survives(path)


@pytest.mark.parametrize("kind", ["npy", "feather"])
def test_what_is_written_reads_back_to_the_last_bit(
    tmp_path: Path, varied: CloudArrays, gather: Callable, kind: str
) -> None:
    path = tmp_path / f"ä 小於90.{kind}"
    write_cloud(kind, path, varied)
    cloud = open_cloud(path)
    (given, given_fields), (xyz, fields) = gather(varied), gather(cloud)
    assert np.array_equal(xyz, given, equal_nan=True)
    assert list(fields) == list(given_fields)
    for name, values in given_fields.items():
        assert fields[name].dtype == values.dtype
        assert np.array_equal(fields[name], values)
    if kind == "npy":
        theirs = np.load(path)
        assert np.array_equal(theirs["x"], given[:, 0].astype(np.float32), equal_nan=True)
    else:
        table = read_feather(path)
        assert np.array_equal(table["x"].to_numpy(), given[:, 0].astype(np.float32), equal_nan=True)
        assert table["half"].type == pa.float16()


def test_names_that_are_not_ascii(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    write_cloud("npy", path, CloudArrays(PointCloud(np.ones((2, 3), np.float32), {"强度": np.arange(2)})))
    assert np.load(path)["强度"].tolist() == [0, 1]
    assert open_cloud(path).read().fields["强度"].tolist() == [0, 1]


def test_real_npz_beside_numpy(shared_data: Path, gather: Callable) -> None:
    counts = []
    for path in sorted((shared_data / "dgp_test_scene/scene_01/point_cloud/LIDAR").glob("*.npz")):
        xyz, fields = gather(open_cloud(path), 10_000)
        theirs = np.load(path)["data"]
        assert np.array_equal(np.column_stack([xyz, fields["intensity"]]), theirs)
        counts.append(len(xyz))
    assert counts == [40733, 40523, 40239]


def test_real_feather_beside_pyarrow(shared_data: Path, gather: Callable) -> None:
    counts = []
    for path in sorted((shared_data / "av2").glob("*/sensors/lidar/*.feather")):
        cloud = open_cloud(path)
        xyz, fields = gather(cloud, 10_000)
        theirs = read_feather(path)
        for i, axis in enumerate("xyz"):
            own = theirs[axis].to_numpy()
            assert own.dtype == np.float16
            assert np.array_equal(xyz[:, i], own.astype(np.float64))
            assert np.array_equal(cloud.read().xyz[:, i].astype(np.float16), own)
        for name in ("intensity", "laser_number", "offset_ns"):
            assert np.array_equal(fields[name], theirs[name].to_numpy())
            assert fields[name].dtype == theirs[name].to_numpy().dtype
        counts.append(len(xyz))
    assert counts == [99229, 99466]


def test_feather_columns_of_other_kinds(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    columns = {"X": [1.0, 2, None], "y": [1, 2, 3], "z": [0.5, 1, 2], "name": ["a", "b", "c"]}
    columns |= {"at": np.array([1, 2, 3], "M8[ns]"), "sure": [True, False, True], "f": [1.5, None, 2]}
    write_feather(pa.table(columns), path)
    cloud = open_cloud(path)
    points = cloud.read()
    assert points.valid.tolist() == [True, True, False]
    assert points.fields["at"].tolist() == [1, 2, 3]
    assert points.fields["sure"].tolist() == [True, False, True]
    assert np.isnan(points.fields["f"][1])
    assert [f.message for f in cloud.findings] == ["these columns hold no numbers and are not read: name"]
    write_feather(pa.table({**columns, "ring": [1, None, 2]}), path)
    with pytest.raises(UnreadableFile, match="column ring has empty values") as caught:
        open_cloud(path).read()
    assert str(path) in caught.value.line


def test_a_table_without_positions_or_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.feather"
    write_feather(pa.table({"x": [1.0], "y": [1.0]}), path)
    with pytest.raises(UnreadableFile, match="no column is called z"):
        open_cloud(path)
    path.write_bytes(b"FEA1" + bytes(60) + b"FEA1")
    with pytest.raises(UnreadableFile, match="version 2"):
        open_cloud(path)


@pytest.mark.one_numpy
def test_a_feather_that_unpacks_without_end_is_refused(tmp_path: Path, survives: Callable) -> None:
    path = tmp_path / "a.feather"
    zeros = np.zeros(30_000_000, np.float32)
    write_feather(pa.table({"x": zeros, "y": zeros, "z": zeros}), path, compression="zstd", rows=len(zeros))
    assert path.stat().st_size < 200_000
    assert "unpack" in survives(path)


def content_of(kind: str) -> bytes:
    buffer = io.BytesIO()
    rows = np.column_stack([XYZ, SIGNAL]).astype(np.float32)
    if kind == "npy":
        np.save(buffer, rows)
    elif kind == "npz":
        np.savez_compressed(buffer, points=rows, ring=np.arange(50))
    elif kind == "feather":
        write_feather(pa.table({n: rows[:, i] for i, n in enumerate("xyzi")}), buffer)
    else:
        np.savetxt(buffer, rows, header="50\nx y z intensity", comments="" if kind == "pts" else "#")
    return buffer.getvalue()


@pytest.mark.one_numpy
@pytest.mark.parametrize("kind", ["npy", "npz", "feather", "xyz", "pts"])
@pytest.mark.parametrize("seed", range(3))
def test_damage(tmp_path: Path, survives: Callable, kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = content_of(kind)
    path = tmp_path / f"a.{kind}"
    for turn in range(40):
        data = bytearray(whole)
        for at in rng.integers(0, len(data), size=int(rng.integers(1, 5))):
            data[at] = int(rng.choice([0, 1, 0x7F, 0x80, 0xFF, int(rng.integers(256))]))
        path.write_bytes(data[: int(rng.integers(len(data)))] if turn % 4 == 0 else data)
        survives(path)


@pytest.mark.one_numpy
@pytest.mark.parametrize("kind", ["npy", "npz", "feather"])
def test_every_cut_is_refused(tmp_path: Path, survives: Callable, kind: str) -> None:
    whole = content_of(kind)
    path = tmp_path / f"a.{kind}"
    for size in range(0, len(whole) - 8, 97):
        path.write_bytes(whole[:size])
        assert survives(path)


def test_the_error_of_a_lost_file_names_it(tmp_path: Path) -> None:
    for kind in ("npy", "npz", "feather", "xyz", "pts"):
        path = tmp_path / f"a.{kind}"
        path.write_bytes(content_of(kind))
        cloud = open_cloud(path)
        path.unlink()
        with pytest.raises(LidarLabelError, match="not there") as caught:
            cloud.read()
        assert str(path) in caught.value.line
