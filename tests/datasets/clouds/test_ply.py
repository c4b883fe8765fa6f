"""PLY: every encoding, property and element, the files of others, and what is written."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import PointCloud

REAL = [
    "argoverse1/d60558d2-d1aa-34ee-a902-e061e346e02a__PC_315971347819783000.ply",
    "argoverse1/tracking/1/lidar/PC_0.ply",
    "labelcloud/pointclouds/exemplary.ply",
    "formats/ouster/cloud-ascii.ply",
    "formats/ouster/cloud-binary.ply",
    "formats/pcl/cube.ply",
    "formats/pdal/ply/mesh.ply",
    "formats/pdal/ply/simple_binary.ply",
    "formats/pdal/ply/simple_text.ply",
    "formats/pdal/ply/text_extradim.ply",
]
TYPES = {
    "char": "i1", "uchar": "u1", "short": "i2", "ushort": "u2", "int": "i4", "uint": "u4", "float": "f4",
    "double": "f8", "int8": "i1", "uint8": "u1", "int16": "i2", "uint16": "u2", "int32": "i4", "uint32": "u4",
    "float32": "f4", "float64": "f8",
}  # fmt: skip


def ply(tmp_path: Path, header: str, body: bytes, encoding: str = "ascii", end: str = "\n") -> Path:
    path = tmp_path / "cloud.ply"
    lines = ["ply", f"format {encoding} 1.0", "comment made by hand", *header.strip().splitlines(), "end_header", ""]
    path.write_bytes(end.join(line.strip() for line in lines).encode() + body)
    return path


VERTEX = "element vertex {}\nproperty float x\nproperty float y\nproperty float z\n"


@pytest.mark.parametrize("name", REAL)
def test_open3d_reads_the_same_points(shared_data: Path, name: str, gather: Callable) -> None:
    o3d = pytest.importorskip("open3d")
    xyz, fields = gather(open_cloud(shared_data / name), 50_000)
    theirs = o3d.io.read_point_cloud(str(shared_data / name))
    np.testing.assert_array_equal(xyz.astype(np.float32), np.asarray(theirs.points).astype(np.float32))
    if "r" in fields and theirs.has_colors() and fields["b"].dtype == np.uint8:
        colours = np.column_stack([fields[c] for c in "rgb"])
        np.testing.assert_array_equal(colours, np.round(np.asarray(theirs.colors) * 255))


def test_every_field_of_a_sweep_of_argoverse(shared_data: Path, gather: Callable) -> None:
    path = shared_data / REAL[0]
    xyz, fields = gather(open_cloud(path), 50_000)
    layout = np.dtype([("p", "<f4", 3), ("intensity", "u1"), ("laser_number", "<u2")])
    rows = np.frombuffer(path.read_bytes().split(b"end_header\n", 1)[1], layout)
    assert len(rows) == 91_083
    np.testing.assert_array_equal(xyz, rows["p"])
    for name in ("intensity", "laser_number"):
        np.testing.assert_array_equal(fields[name], rows[name])


def test_doubles_and_colours_of_labelcloud(shared_data: Path, gather: Callable) -> None:
    path = shared_data / REAL[2]
    layout = np.dtype([("p", "<f8", 3), ("rgb", "u1", 3)])
    rows = np.frombuffer(path.read_bytes().split(b"end_header\n", 1)[1], layout)
    xyz, fields = gather(open_cloud(path), 50_000)
    assert len(xyz) == 86_357
    np.testing.assert_array_equal(xyz, rows["p"])
    np.testing.assert_array_equal(np.column_stack([fields[c] for c in "rgb"]), rows["rgb"])


def test_the_odd_files_of_pdal(shared_data: Path, gather: Callable) -> None:
    folder = shared_data / "formats/pdal/ply"
    with pytest.raises(UnreadableFile, match="no vertices"):
        open_cloud(folder / "no_vertex.ply")
    with pytest.raises(UnreadableFile, match="have no z"):
        open_cloud(folder / "unsized_dims.ply")
    xyz, fields = gather(open_cloud(folder / "text_extradim.ply"))
    assert xyz.tolist() == [[-2.64944, -13.0955, 0.00640115]]
    assert {n: v.tolist() for n, v in fields.items() if v.dtype.kind != "f"} == {
        "r": [63], "g": [200], "b": [64], "a": [255], "omg": [1234],
    }  # fmt: skip
    assert [f.message for f in open_cloud(folder / "mesh.ply").findings] == ["not read: 2 of element face"]


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("encoding", ["ascii", "binary_little_endian", "binary_big_endian"])
def test_every_type_in_every_encoding(tmp_path: Path, kind: str, encoding: str, gather: Callable) -> None:
    dtype = np.dtype(TYPES[kind])
    if dtype.kind == "f":
        values = np.array([-1.5, 0.1, 3e4], dtype)
    else:
        values = np.array([np.iinfo(dtype).min, 5, np.iinfo(dtype).max], dtype)
    order = ">" if encoding == "binary_big_endian" else "<"
    rows = np.zeros(
        3, [("q", dtype.newbyteorder(order)), ("y", order + "f8"), ("x", order + "f4"), ("z", order + "i2")]
    )
    rows["q"], rows["x"], rows["y"], rows["z"] = values, [1.5, 2.5, 3.5], [7e6, 0, -1e-3], [-3, 0, 300]
    text = "".join(f"{q!r} {y!r} {x!r} {z}\n" for q, y, x, z in rows.tolist()).encode()
    header = f"element vertex 3\nproperty {kind} q\nproperty double y\nproperty float x\nproperty short z"
    path = ply(tmp_path, header, text if encoding == "ascii" else rows.tobytes(), encoding)
    xyz, fields = gather(open_cloud(path))
    np.testing.assert_array_equal(xyz, np.column_stack([rows["x"], rows["y"], rows["z"]]))
    np.testing.assert_array_equal(fields["q"], values)
    assert fields["q"].dtype == dtype


def test_infinite_and_absent_positions_stay(tmp_path: Path, gather: Callable) -> None:
    path = ply(tmp_path, VERTEX.format(4), b"inf -inf nan\n1 2 3\n-Infinity 1 2\nNaN NAN nan\n")
    cloud = open_cloud(path)
    xyz, _ = gather(cloud)
    np.testing.assert_array_equal(
        xyz, [[np.inf, -np.inf, np.nan], [1, 2, 3], [-np.inf, 1, 2], [np.nan, np.nan, np.nan]]
    )
    assert cloud.read().valid.tolist() == [False, True, False, False]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["ascii", "binary_little_endian"])
def test_lines_end_as_they_do_on_any_system(tmp_path: Path, end: str, encoding: str, gather: Callable) -> None:
    body = b"10 2 3\n" if encoding == "ascii" else struct.pack("<3f", 10, 2, 3)
    assert gather(open_cloud(ply(tmp_path, VERTEX.format(1), body, encoding, end)))[0].tolist() == [[10, 2, 3]]


def faces(encoding: str, sides: list[int]) -> bytes:
    if encoding == "ascii":
        return b"".join(b" ".join([b"%d" % n, *[b"7"] * n]) + b"\n" for n in sides)
    order = "<" if encoding == "binary_little_endian" else ">"
    return b"".join(struct.pack(f"{order}B{n}i", n, *[7] * n) for n in sides)


@pytest.mark.parametrize("encoding", ["ascii", "binary_little_endian", "binary_big_endian"])
@pytest.mark.parametrize("sides", [[], [3] * 50, [3, 4, 0, 5, 3], [200, 3]])
def test_vertices_behind_other_elements(tmp_path: Path, encoding: str, sides: list[int], gather: Callable) -> None:
    header = f"element face {len(sides)}\nproperty list uchar int vertex_indices\nelement camera 1\nproperty double f\n"
    order = ">" if encoding == "binary_big_endian" else "<"
    camera, rows = (
        (b"1.5\n", b"1 2 3\n4 5 6\n")
        if encoding == "ascii"
        else (struct.pack(order + "d", 1.5), np.arange(1, 7, dtype=order + "f4").tobytes())
    )
    path = ply(tmp_path, header + VERTEX.format(2), faces(encoding, sides) + camera + rows, encoding)
    cloud = open_cloud(path)
    assert gather(cloud)[0].tolist() == [[1, 2, 3], [4, 5, 6]]
    assert "camera" in cloud.findings[0].message


@pytest.mark.parametrize("encoding", ["ascii", "binary_little_endian", "binary_big_endian"])
@pytest.mark.parametrize("sizes", [[2, 2, 2, 2], [0, 3, 1, 2]])
def test_lists_among_the_vertices(tmp_path: Path, encoding: str, sizes: list[int], gather: Callable) -> None:
    header = VERTEX.format(4) + "property list uchar short seen\nproperty uchar red\n"
    order = ">" if encoding == "binary_big_endian" else "<"
    if encoding == "ascii":
        body = b"".join(
            b"%d 2 3 %s %d\n" % (i, b" ".join([b"%d" % n, *[b"9"] * n]), 100 + i) for i, n in enumerate(sizes)
        )
    else:
        body = b"".join(struct.pack(f"{order}3fB{n}hB", i, 2, 3, n, *[9] * n, 100 + i) for i, n in enumerate(sizes))
    cloud = open_cloud(ply(tmp_path, header, body, encoding))
    xyz, fields = gather(cloud, 3)
    assert xyz.tolist() == [[i, 2, 3] for i in range(4)]
    assert fields["r"].tolist() == [100, 101, 102, 103]
    assert [f.message for f in cloud.findings] == ["not read: list seen of the vertices"]


HEADERS = {
    "unknown type": (VERTEX.format(1) + "property complex q", b"1 2 3 4\n", "line 8 .* 'complex'"),
    "unknown line": ("element vertex 1\nwidth 4", b"", "line 5 .* 'width 4'"),
    "count below zero": (VERTEX.format(-4), b"", "line 4"),
    "list counted by float": (VERTEX.format(1) + "property list float int q", b"", "counts a list by float"),
    "property of nothing": ("property float x", b"", "line 4"),
    "too few": (VERTEX.format(2), b"1.00000 2.00000 3.00000\n", "2 points are promised and 1 are there"),
    "billions": (VERTEX.format(10**15), b"1 2 3\n", "are promised"),
    "word": (VERTEX.format(1), b"1 2 z\n", "line 9 has 'z'"),
    "short row": (VERTEX.format(2), b"1.5 2.5 3.5\n1 2\n", "line 10 has 2 values"),
    "no end of faces": (
        "element face 5\nproperty list uchar int q\n" + VERTEX.format(1),
        b"1 2\n6 3 4 5 6 7 8\n",
        "before its",
    ),
}


@pytest.mark.parametrize("name", HEADERS)
def test_text_that_lies_is_refused_with_its_line(tmp_path: Path, name: str, survives: Callable) -> None:
    import re

    header, body, reason = HEADERS[name]
    assert re.search(reason, survives(ply(tmp_path, header, body)))


BINARY = {
    "cut": (VERTEX.format(3), bytes(35), "36 bytes and 35"),
    "billions": (VERTEX.format(10**15), bytes(36), "are promised"),
    "faces cut": (
        "element face 3\nproperty list uchar int q\n" + VERTEX.format(1),
        b"\x03" + bytes(12) + b"\x03" + bytes(5),
        "face",
    ),
    "minus a list": ("element face 1\nproperty list char int q\n" + VERTEX.format(1), b"\xff" + bytes(12), "-1 values"),
    "endless list": ("element face 1\nproperty list uint int q\n" + VERTEX.format(1), b"\xff" * 4 + bytes(12), "face"),
    "billions of faces": (
        "element face 99999999999\nproperty list uchar int q\n" + VERTEX.format(1),
        bytes(99),
        "promised",
    ),
    "vertex lists cut": (VERTEX.format(2) + "property list uchar int q", bytes(13) + bytes(12) + b"\x02", "vertex"),
}


@pytest.mark.parametrize("name", BINARY)
def test_bytes_that_lie_are_refused(tmp_path: Path, name: str, survives: Callable) -> None:
    header, body, reason = BINARY[name]
    assert reason in survives(ply(tmp_path, header, body, "binary_little_endian"))


def test_a_header_without_end_or_format(tmp_path: Path) -> None:
    path = tmp_path / "a.ply"
    for content, reason in (
        (b"", "does not begin with ply"),
        (b"ply\n" + b"comment x\n" * 200_000, "does not end"),
        (b"ply\nelement vertex 1\nend_header\n", "line 3"),
        (b"plywood\n", "does not begin"),
        (b"ply\nformat ascii 1.0\n" + b"element vertex 0\n" + b"property float x\n" * 5000, "line 4100"),
    ):
        path.write_bytes(content)
        with pytest.raises(UnreadableFile, match=reason):
            open_cloud(path)
    with pytest.raises(MissingFile):
        open_cloud(tmp_path / "none.ply")


def test_what_is_written_reads_back(tmp_path: Path, varied: CloudArrays, gather: Callable) -> None:
    path = tmp_path / "出典データ.ply"
    findings = write_cloud("ply", path, varied)
    assert [(f.severity, f.code) for f in findings] == [("warning", "rounded")]
    (xyz, fields), (before, old) = gather(open_cloud(path)), gather(varied)
    np.testing.assert_array_equal(xyz, before)
    assert open_cloud(path).xyz_dtype == np.float32
    assert list(fields) == list(old)
    for name, values in old.items():
        np.testing.assert_array_equal(fields[name], values)


def test_open3d_reads_what_is_written(tmp_path: Path, varied: CloudArrays, gather: Callable) -> None:
    o3d = pytest.importorskip("open3d")
    write_cloud("ply", tmp_path / "a.ply", varied)
    theirs = o3d.t.io.read_point_cloud(str(tmp_path / "a.ply"))
    xyz, fields = gather(varied)
    np.testing.assert_array_equal(theirs.point.positions.numpy(), xyz.astype(np.float32))
    np.testing.assert_array_equal(theirs.point.colors.numpy(), np.column_stack([fields[c] for c in "rgb"]))
    np.testing.assert_array_equal(theirs.point.intensity.numpy()[:, 0], fields["intensity"])


def test_positions_of_a_map_stay_doubles(tmp_path: Path, gather: Callable) -> None:
    cloud = PointCloud(np.array([[0.25, 0.5, 1.125]], np.float32), {"x": np.ones(1), "two words": np.ones(1)})
    write_cloud("ply", tmp_path / "a.ply", CloudArrays(cloud, origin=(691_000.125, 5_334_000.5, 500.0)))
    xyz, fields = gather(open_cloud(tmp_path / "a.ply"))
    assert xyz.tolist() == [[691_000.375, 5_334_001.0, 501.125]]
    assert list(fields) == ["x_2", "two_words"]


def test_an_empty_cloud_is_written(tmp_path: Path) -> None:
    write_cloud("ply", tmp_path / "a.ply", CloudArrays(PointCloud(np.empty((0, 3), np.float32))))
    assert len(open_cloud(tmp_path / "a.ply").read()) == 0
