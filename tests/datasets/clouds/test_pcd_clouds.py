"""PCD as a cloud file: exact positions, pieces, colours, writing, and other readers of the same files."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.pcd_writer import write_source
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import CannotWrite, UnreadableFile
from lidar_label.kernels.lzf import lzf_compress, lzf_decompress
from lidar_label.model import PointCloud

REAL = [
    "formats/pcd/pypcd4/ascii.pcd",
    "formats/pcd/pypcd4/binary.pcd",
    "formats/pcd/pypcd4/binary_compressed.pcd",
    "formats/pcd/pypcd4/ascii_organized.pcd",
    "formats/pcl/bunny.pcd",
    "formats/pcl/car6.pcd",
    "formats/pcl/colored_cloud.pcd",
    "formats/pcl/lamppost.pcd",
    "formats/pcl/milk_color.pcd",
    "formats/pcl/nhood_test.pcd",
    "formats/pcl/octants.pcd",
    "formats/pcl/office1_keypoints.pcd",
    "formats/pcl/pcl_logo.pcd",
    "formats/pcl/sac_plane_test.pcd",
    "formats/pcl/terrain/samp11-utm.pcd",
    "formats/pcl/tutorials/capture0001.pcd",
    "udacity_pcd_sequence/0000000000.pcd",
    "udacity_pcd_sequence/0000000001.pcd",
]
OLD = {"formats/pcl/bunny.pcd", "formats/pcl/nhood_test.pcd"}  # of version .5, which pypcd4 refuses
ENCODINGS = ("pcd", "pcd-ascii", "pcd-compressed")


@pytest.mark.parametrize("name", REAL)
def test_open3d_reads_the_same_points(shared_data: Path, name: str, gather: Callable) -> None:
    o3d = pytest.importorskip("open3d")
    cloud = open_cloud(shared_data / name)
    xyz, fields = gather(cloud, 50_000)
    theirs = o3d.t.io.read_point_cloud(str(shared_data / name), remove_nan_points=False)
    np.testing.assert_array_equal(xyz.astype(np.float32), theirs.point.positions.numpy().astype(np.float32))
    if "intensity" in fields and "intensity" in theirs.point:
        np.testing.assert_array_equal(fields["intensity"], theirs.point.intensity.numpy()[:, 0])
    if "r" in fields:
        colours = np.asarray(o3d.io.read_point_cloud(str(shared_data / name), remove_nan_points=False).colors)
        np.testing.assert_array_equal(np.column_stack([fields[c] for c in "rgb"]), np.round(colours * 255))


@pytest.mark.parametrize("name", [name for name in REAL if name not in OLD])
def test_pypcd4_reads_the_same_points(shared_data: Path, name: str) -> None:
    pypcd4 = pytest.importorskip("pypcd4")
    theirs = pypcd4.PointCloud.from_path(shared_data / name)
    cloud = open_cloud(shared_data / name).read(origin=(0, 0, 0))
    np.testing.assert_array_equal(cloud.xyz, theirs.numpy(("x", "y", "z")))
    for field in ("intensity", "normal_x", "curvature"):
        if field in theirs.fields:
            np.testing.assert_array_equal(cloud.fields[field], theirs.numpy((field,))[:, 0])


def test_the_clouds_in_an_archive_of_cvat(shared_data: Path, tmp_path: Path) -> None:
    pypcd4 = pytest.importorskip("pypcd4")
    counts = []
    with zipfile.ZipFile(shared_data / "cvat_3d/test_canvas3d.zip") as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".pcd")):
            path = tmp_path / Path(name).name
            path.write_bytes(archive.read(name))
            cloud = open_cloud(path).read()
            np.testing.assert_array_equal(cloud.xyz, pypcd4.PointCloud.from_path(path).numpy(("x", "y", "z")))
            counts.append(len(cloud))
    assert counts == [100_000, 10_000, 10_000]


def test_doubles_stay_doubles(shared_data: Path, gather: Callable) -> None:
    path = shared_data / "formats/pdal/pcd/autzen-utm.pcd"
    cloud = open_cloud(path)
    body = path.read_bytes().split(b"DATA binary\n", 1)[1]
    stride = 8 * 3 + 2 + 5 + 4 + 1 + 2 + 8 + 6
    rows = np.frombuffer(body, np.uint8, 1065 * stride).reshape(-1, stride)
    expected = rows[:, :24].copy().view("<f8")
    np.testing.assert_array_equal(gather(cloud)[0], expected)
    assert cloud.xyz_dtype == np.float64
    x, y, z = cloud.origin
    assert (x, y, z) == tuple(np.round(expected[0]).tolist())
    near = cloud.read()
    np.testing.assert_array_equal(near.xyz, (expected - [x, y, z]).astype(np.float32))


def test_pieces_and_the_whole_are_the_same(shared_data: Path, gather: Callable) -> None:
    for name in ("sustechpoints_example/lidar/000965.pcd", "formats/pcl/car6.pcd", "formats/pcd/pypcd4/ascii.pcd"):
        cloud = open_cloud(shared_data / name)
        xyz, fields = gather(cloud, 7001)
        whole = cloud.read(origin=(1.5, 0, -2))
        np.testing.assert_array_equal(whole.xyz, (xyz - [1.5, 0, -2]).astype(np.float32))
        for field, values in fields.items():
            np.testing.assert_array_equal(whole.fields[field], values)
        assert len(cloud.read(limit=11)) == 11


def test_where_the_scanner_was_and_the_picture_are_told(shared_data: Path) -> None:
    logo = open_cloud(shared_data / "formats/pcl/pcl_logo.pcd")
    assert [f.code for f in logo.findings] == ["viewpoint"]
    picture = open_cloud(shared_data / "formats/pcl/tutorials/capture0001.pcd")
    assert [f.code for f in picture.findings] == ["viewpoint", "organised"]
    assert picture.findings[1].message == "the points are a picture of 640 x 480, row after row"
    assert open_cloud(shared_data / "formats/pcl/car6.pcd").findings == []


def test_packed_colours_come_apart_and_stay(shared_data: Path) -> None:
    cloud = open_cloud(shared_data / "formats/pcl/milk_color.pcd").read()
    packed = cloud.fields["rgba"]
    for name, shift in (("r", 16), ("g", 8), ("b", 0), ("a", 24)):
        np.testing.assert_array_equal(cloud.fields[name], (packed >> shift) & 255)
    plain = open_cloud(shared_data / "formats/pcd/pypcd4/binary.pcd").read()
    bits = plain.fields["rgb"].view(np.uint32)
    np.testing.assert_array_equal(plain.fields["g"], (bits >> 8) & 255)
    text = open_cloud(shared_data / "formats/pcd/pypcd4/ascii.pcd").read()
    assert text.fields["g"].tolist() == plain.fields["g"].tolist()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_is_written_reads_back(tmp_path: Path, varied: CloudArrays, encoding: str, gather: Callable) -> None:
    path = tmp_path / "小於90 ä.pcd"
    assert write_cloud(encoding, path, varied) == []
    xyz, fields = gather(open_cloud(path))
    before, expected = gather(varied)
    np.testing.assert_array_equal(xyz.astype(np.float32), before.astype(np.float32))
    assert encoding == "pcd-ascii" or np.array_equal(xyz, before, equal_nan=True)
    assert set(fields) == {*expected, "rgb"}
    for name, values in expected.items():
        np.testing.assert_array_equal(fields[name], values)
        exact = {"half": np.float32, "seen": np.uint8}.get(name, values.dtype)
        assert fields[name].dtype == exact


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_others_read_what_is_written(tmp_path: Path, varied: CloudArrays, encoding: str, gather: Callable) -> None:
    pypcd4, o3d = pytest.importorskip("pypcd4"), pytest.importorskip("open3d")
    path = tmp_path / "cloud.pcd"
    write_cloud(encoding, path, varied)
    xyz, fields = gather(varied)
    theirs = pypcd4.PointCloud.from_path(path)
    np.testing.assert_array_equal(theirs.numpy(("x", "y", "z")), xyz.astype(np.float32))
    np.testing.assert_array_equal(theirs.pc_data["label"], fields["label"])
    cloud = o3d.io.read_point_cloud(str(path), remove_nan_points=False)
    np.testing.assert_array_equal(np.asarray(cloud.points).astype(np.float32), xyz.astype(np.float32))
    colours = np.round(np.asarray(cloud.colors) * 255)
    np.testing.assert_array_equal(colours, np.column_stack([fields[c] for c in "rgb"]))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_positions_of_a_map_are_written_whole(tmp_path: Path, encoding: str, gather: Callable) -> None:
    cloud = PointCloud(np.array([[0.25, 0.5, 1.125], [3, 2, 1]], np.float32))
    write_cloud(encoding, tmp_path / "a.pcd", CloudArrays(cloud, origin=(691_000.125, 5_334_000.5, 500.0)))
    back = open_cloud(tmp_path / "a.pcd")
    np.testing.assert_array_equal(gather(back)[0][0], [691_000.375, 5_334_001.0, 501.125])
    assert back.origin == (691_000.0, 5_334_001.0, 501.0)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_empty_cloud_is_written(tmp_path: Path, encoding: str) -> None:
    write_cloud(encoding, tmp_path / "a.pcd", CloudArrays(PointCloud(np.empty((0, 3), np.float32), {"i": np.empty(0)})))
    assert len(open_cloud(tmp_path / "a.pcd").read()) == 0


def test_a_source_that_holds_less_than_it_says_leaves_nothing(tmp_path: Path, varied: CloudArrays) -> None:
    varied.points = 3001
    with pytest.raises(CannotWrite, match="3001 points were promised and 3000 came"):
        write_cloud("pcd", tmp_path / "a.pcd", varied)
    assert list(tmp_path.iterdir()) == []


def test_text_that_is_no_number_is_lost_and_said(tmp_path: Path) -> None:
    cloud = CloudArrays(PointCloud(np.zeros((2, 3), np.float32), {"name": np.array(["a", "b"])}))
    findings = write_cloud("pcd", tmp_path / "a.pcd", cloud)
    assert [(f.severity, f.code) for f in findings] == [("warning", "fields")]


def text_pcd(tmp_path: Path, body: bytes, kinds: str = "F F F F", points: int = 0) -> Path:
    path = tmp_path / "text.pcd"
    count = points or body.count(b"\n")
    sizes = " ".join("8" if k in "UI" else "4" for k in kinds.split())
    lines = [
        "VERSION .7", "FIELDS x y z v", f"SIZE {sizes}", f"TYPE {kinds}", "COUNT 1 1 1 1", f"WIDTH {count}",
        "HEIGHT 1", f"POINTS {count}", "DATA ascii", "",
    ]  # fmt: skip
    path.write_bytes("\n".join(lines).encode() + body)
    return path


@pytest.mark.parametrize("rows", [3, 30_000])  # read by the patient parser, and by the fast one
def test_text_keeps_every_digit(tmp_path: Path, rows: int, gather: Callable) -> None:
    line = b"635619.8512345678 -848899.7000000001 4.0659e2 0.1\n"
    xyz, fields = gather(open_cloud(text_pcd(tmp_path, line * rows)))
    assert len(xyz) == rows
    assert (xyz == [635619.8512345678, -848899.7000000001, 406.59]).all()
    assert (fields["v"] == np.float32(0.1)).all()


@pytest.mark.parametrize("rows", [3, 30_000])
@pytest.mark.parametrize("value", [b"18446744073709551615", b"9007199254740993"])
def test_text_keeps_whole_numbers_of_64_bits(tmp_path: Path, rows: int, value: bytes, gather: Callable) -> None:
    _, fields = gather(
        open_cloud(text_pcd(tmp_path, b"1 2 3 " + value + b"\n" * 2 + b"1 2 3 7\n" * rows, "F F F U", rows + 1))
    )
    assert fields["v"][0] == int(value)


SPELLINGS = [b"nan", b"NaN", b"-nan", b"-nan(ind)", b"nan(snan)", b"1.#QNAN", b"-1.#IND"]


@pytest.mark.parametrize("rows", [1, 20_000])
@pytest.mark.parametrize("word", [*SPELLINGS, b"inf", b"-inf", b"+inf", b"1.#INF", b"-Infinity"])
def test_text_has_no_numbers_in_every_spelling(tmp_path: Path, rows: int, word: bytes, gather: Callable) -> None:
    xyz, _ = gather(open_cloud(text_pcd(tmp_path, (word + b" 2 3 0\n") * rows)))
    expected = np.nan if word in SPELLINGS else -np.inf if word.startswith(b"-") else np.inf
    np.testing.assert_array_equal(xyz[:, 0], np.full(rows, expected))


@pytest.mark.parametrize("gap", [b" ", b"\t", b"   ", b" \t "])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b" \n", b"\t\r\n", b"\n\n"])
@pytest.mark.parametrize("rows", [3, 12_000])
def test_text_parted_as_people_part_it(tmp_path: Path, gap: bytes, end: bytes, rows: int, gather: Callable) -> None:
    body = b"".join(b"  " * (i % 2) + gap.join([b"%d" % i, b"-2.5", b"3", b"4"]) + end for i in range(rows))
    xyz, fields = gather(open_cloud(text_pcd(tmp_path, body, points=rows)))
    np.testing.assert_array_equal(xyz[:, 0], np.arange(rows))
    assert (fields["v"] == 4).all()


def test_a_decimal_comma_is_named_and_never_guessed(tmp_path: Path) -> None:
    body = b"1 2 3 4\n" * 20_000 + b"1,5 2 3 4\n"
    with pytest.raises(UnreadableFile, match=r"line 20010 has '1,5', which is no number \(decimals are written"):
        list(open_cloud(text_pcd(tmp_path, body)).chunks())


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"1 2 3\n", "line 9010 has 3 values"),
        (b"1 2 3 4 5\n", "line 9010 has 5 values"),
        (b"1 2 3 1_0\n", "'1_0'"),
        (b"1 2 3 " + b"9" * 5000 + b"x\n", "9{60}'"),
        (b"0x10 2 3 4\n", "'0x10'"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(tmp_path: Path, bad: bytes, reason: str) -> None:
    body = b"1.25 2.25 3.25 4.25\n" * 9000 + bad
    with pytest.raises(UnreadableFile, match=reason):
        list(open_cloud(text_pcd(tmp_path, body)).chunks())


def test_text_is_the_same_in_a_locale_with_a_decimal_comma(tmp_path: Path) -> None:
    import locale

    before = locale.setlocale(locale.LC_NUMERIC)
    wanted = [name for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "de_DE") if _has(name)]
    if not wanted:
        pytest.skip("no locale with a decimal comma is installed")
    path = text_pcd(tmp_path, b"1.5 2.5 3.5 4.5\n" * 10_000)
    locale.setlocale(locale.LC_NUMERIC, wanted[0])
    try:
        assert (open_cloud(path).read().xyz == [1.5, 2.5, 3.5]).all()
    finally:
        locale.setlocale(locale.LC_NUMERIC, before)


def _has(name: str) -> bool:
    import locale

    before = locale.setlocale(locale.LC_NUMERIC)
    try:
        locale.setlocale(locale.LC_NUMERIC, name)
    except locale.Error:
        return False
    locale.setlocale(locale.LC_NUMERIC, before)
    return True


def test_a_file_that_shrinks_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pcd"
    write_cloud("pcd", path, CloudArrays(PointCloud(np.ones((1_000_000, 3), np.float32))))
    mapped = open_cloud(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    with pytest.raises(UnreadableFile, match="ends before its last point"):
        mapped.read()
    small = tmp_path / "b.pcd"
    write_cloud("pcd", small, CloudArrays(PointCloud(np.ones((1000, 3), np.float32))))
    read = open_cloud(small)
    small.write_bytes(small.read_bytes()[:-1])
    with pytest.raises(UnreadableFile, match="ends before its last point"):
        read.read()


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(st.binary(max_size=12), max_size=60), st.integers(1, 400))
def test_lzf_packs_what_it_unpacks(parts: list[bytes], repeats: int) -> None:
    data = np.frombuffer(b"".join(parts * repeats)[:200_000], dtype=np.uint8)
    packed = lzf_compress(data)
    assert lzf_decompress(packed, len(data)).tobytes() == data.tobytes()
    assert len(packed) != len(data) or not len(data)
    assert len(packed) <= len(data) + len(data) // 32 + 1


def test_lzf_that_would_not_change_the_size_does(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    sizes = set()
    for length in range(40, 400):
        data = rng.integers(0, 256, length).astype(np.uint8)
        data[length // 2 : length // 2 + 4] = 7  # a run that saves about what the literals cost
        sizes.add(len(lzf_compress(data)) - length)
    assert 0 not in sizes
    assert min(sizes) < 0 or max(sizes) > 0


def test_lzf_wants_a_row_of_bytes() -> None:
    with pytest.raises(ValueError, match="uint8"):
        lzf_compress(np.zeros((2, 2), np.uint8))


def test_a_cloud_that_lzf_cannot_shrink_reads_back(tmp_path: Path) -> None:
    bits = np.random.default_rng(3).integers(0, 2**32, (500, 3), dtype=np.uint64).astype(np.uint32)
    bits &= 0xFF7FFFFF  # no NaN, whose bits a copy may change
    xyz = bits.view(np.float32)
    path = tmp_path / "a.pcd"
    write_source(path, CloudArrays(PointCloud(xyz)), "binary_compressed")
    packed, unpacked = struct.unpack("<II", path.read_bytes().split(b"binary_compressed\n", 1)[1][:8])
    assert packed > unpacked == 6000
    np.testing.assert_array_equal(open_cloud(path).read(origin=(0, 0, 0)).xyz.view(np.uint32), bits)
