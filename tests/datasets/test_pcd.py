"""PCD files: every encoding and layout, the real samples, and files that lie."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lidar_label.datasets.clouds.pcd import read_pcd, write_pcd
from lidar_label.errors import LidarLabelError, MissingFile, UnreadableFile
from lidar_label.kernels.lzf import lzf_decompress
from lidar_label.model import PointCloud


def header(
    fields: str, size: str, kind: str, count: str, points: int, data: str, *, width: int = 0, height: int = 1
) -> bytes:
    return (
        f"# .PCD v0.7\nVERSION 0.7\nFIELDS {fields}\nSIZE {size}\nTYPE {kind}\nCOUNT {count}\n"
        f"WIDTH {width or points}\nHEIGHT {height}\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {points}\nDATA {data}\n"
    ).encode()


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "cloud.pcd"
    path.write_bytes(content)
    return path


def literal_lzf(data: bytes) -> bytes:
    """LZF that packs nothing: runs of at most 32 bytes."""
    return b"".join(bytes([len(data[i : i + 32]) - 1]) + data[i : i + 32] for i in range(0, len(data), 32))


@pytest.mark.parametrize(
    ("name", "points", "fields"),
    [
        ("formats/pcd/pypcd4/ascii.pcd", 213, {"rgb", "r", "g", "b"}),
        ("formats/pcd/pypcd4/binary.pcd", 213, {"rgb", "r", "g", "b"}),
        ("formats/pcd/pypcd4/binary_compressed.pcd", 213, {"rgb", "r", "g", "b"}),
        ("formats/pcd/pypcd4/ascii_organized.pcd", 8, {"intensity"}),
        ("formats/pcd/pypcd4/ascii_multi_count.pcd", 8, {f"intensity_{i}" for i in range(4)}),
        ("formats/pcl/car6.pcd", 10031, set()),
        ("formats/pcl/milk_color.pcd", 13704, {"rgba", "r", "g", "b", "a"}),
        (
            "formats/pcl/colored_cloud.pcd",
            1000,
            {"rgb", "r", "g", "b", "normal_x", "normal_y", "normal_z", "curvature"},
        ),
        ("formats/pcl/tutorials/capture0001.pcd", 640 * 480, set()),
        ("formats/pcl/terrain/samp11-utm.pcd", 38010, set()),
        ("udacity_pcd_sequence/0000000000.pcd", 119978, {"intensity"}),
        ("udacity_pcd_sequence/0000000001.pcd", 118703, {"intensity"}),
        ("sustechpoints_example/lidar/000965.pcd", 66781, {"intensity", "timestamp", "ring"}),
        ("sustechpoints_example/lidar/000970.pcd", 66899, {"intensity", "timestamp", "ring"}),
    ],
)
def test_real_files(shared_data: Path, name: str, points: int, fields: set[str]) -> None:
    cloud = read_pcd(shared_data / name)
    assert len(cloud) == points
    assert set(cloud.fields) == fields


def test_the_three_encodings_hold_the_same_points(shared_data: Path) -> None:
    folder = shared_data / "formats/pcd/pypcd4"
    text, plain, packed = (read_pcd(folder / f"{n}.pcd") for n in ("ascii", "binary", "binary_compressed"))
    np.testing.assert_array_equal(plain.xyz, packed.xyz)
    np.testing.assert_array_equal(plain.fields["rgb"].view("u4"), packed.fields["rgb"].view("u4"))
    np.testing.assert_array_equal(text.xyz, plain.xyz)


def test_an_organised_cloud_keeps_its_empty_pixels(shared_data: Path) -> None:
    cloud = read_pcd(shared_data / "formats/pcl/tutorials/capture0001.pcd")
    assert int(np.isnan(cloud.xyz).any(axis=1).sum()) == len(cloud) - int(cloud.valid.sum()) > 0


def test_upper_case_names_and_doubles(shared_data: Path) -> None:
    path = shared_data / "formats/pdal/pcd/autzen-utm.pcd"
    cloud = read_pcd(path)
    body = path.read_bytes().split(b"DATA binary\n", 1)[1]
    stride = 8 * 3 + 2 + 5 + 4 + 1 + 2 + 8 + 6
    first = struct.unpack_from("<3d", body, 0)
    np.testing.assert_array_equal(cloud.xyz[0], np.array(first, dtype=np.float32))
    assert cloud.fields["GpsTime"][3] == struct.unpack_from("<d", body, 3 * stride + 38)[0]
    assert cloud.fields["Blue"].dtype == np.uint16


@pytest.mark.parametrize("name", ["ascii_empty", "ascii_invalid_header"])
def test_broken_headers_are_refused(shared_data: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match=name):
        read_pcd(shared_data / f"formats/pcd/pypcd4/{name}.pcd")
    with pytest.raises(UnreadableFile, match="line 1"):
        read_pcd(shared_data / "formats/pdal/pcd/missingheader.pcd")


def test_the_lost_alignment_of_sustechpoints(shared_data: Path) -> None:
    path = shared_data / "sustechpoints_example/lidar/000965.pcd"
    cloud = read_pcd(path)
    body = path.read_bytes().split(b"DATA binary\n", 1)[1]
    points = np.frombuffer(body[: 66781 * 48], dtype=np.uint8).reshape(-1, 48)
    np.testing.assert_array_equal(cloud.fields["timestamp"], points[:, 24:32].copy().view("<f8")[:, 0])
    np.testing.assert_array_equal(cloud.fields["ring"], points[:, 32:34].copy().view("<u2")[:, 0])
    np.testing.assert_array_equal(cloud.fields["intensity"], points[:, 16:20].copy().view("<f4")[:, 0])
    assert set(np.unique(cloud.fields["ring"])) == set(range(40))
    assert 1820.302 < cloud.fields["timestamp"].min() < cloud.fields["timestamp"].max() < 1820.402


def test_the_first_points_alone(shared_data: Path) -> None:
    path = shared_data / "sustechpoints_example/lidar/000965.pcd"
    np.testing.assert_array_equal(read_pcd(path, limit=7).xyz, read_pcd(path).xyz[:7])
    text = shared_data / "formats/pcd/pypcd4/ascii.pcd"
    np.testing.assert_array_equal(read_pcd(text, limit=7).xyz, read_pcd(text).xyz[:7])


def test_data_that_did_not_shrink_is_stored_as_it_is(tmp_path: Path) -> None:
    columns = np.arange(12, dtype="<f4").reshape(3, 4)  # x of all points, then y, then z
    body = struct.pack("<II", 48, 48) + columns.tobytes()
    cloud = read_pcd(written(tmp_path, header("x y z", "4 4 4", "F F F", "1 1 1", 4, "binary_compressed") + body))
    np.testing.assert_array_equal(cloud.xyz, columns.T)


def test_compressed_and_organised_counts_all_rows(tmp_path: Path) -> None:
    columns = np.arange(18, dtype="<f4").reshape(3, 6)
    packed = literal_lzf(columns.tobytes())
    body = struct.pack("<II", len(packed), 72) + packed
    start = header("x y z", "4 4 4", "F F F", "1 1 1", 6, "binary_compressed", width=3, height=2)
    np.testing.assert_array_equal(read_pcd(written(tmp_path, start + body)).xyz, columns.T)


def test_padding_is_skipped_by_name_and_count(tmp_path: Path) -> None:
    rows = [struct.pack("<3f4xf12x", i, i + 1, i + 2, i * 10) for i in range(3)]
    start = header("x y z _ intensity _", "4 4 4 1 4 1", "F F F U F U", "1 1 1 4 1 12", 3, "binary")
    cloud = read_pcd(written(tmp_path, start + b"".join(rows) + b"tail"))
    assert set(cloud.fields) == {"intensity"}
    np.testing.assert_array_equal(cloud.fields["intensity"], [0, 10, 20])


def test_padding_of_count_0_where_nothing_is_misaligned(tmp_path: Path) -> None:
    rows = [struct.pack("<3ff", i, 0, 0, i) for i in range(2)]
    start = header("x y z _ intensity", "4 4 4 1 4", "F F F U F", "1 1 1 0 1", 2, "binary")
    np.testing.assert_array_equal(read_pcd(written(tmp_path, start + b"".join(rows))).fields["intensity"], [0, 1])


def test_a_name_with_a_hash_is_no_comment(tmp_path: Path) -> None:
    rows = np.arange(8, dtype="<f4").tobytes()
    start = header("x y z Scalar_field_#", "4 4 4 4", "F F F F", "1 1 1 1", 2, "binary")
    assert list(read_pcd(written(tmp_path, start + rows)).fields) == ["Scalar_field_#"]


def test_every_field_as_a_double(tmp_path: Path) -> None:
    rows = np.array([[1, 2, 3, 200, 7.5]], dtype="<f8").tobytes()
    start = header("X Y Z Intensity GpsTime", "8 8 8 8 8", "F F F F F", "1 1 1 1 1", 1, "binary")
    cloud = read_pcd(written(tmp_path, start + rows))
    assert cloud.xyz.tolist() == [[1, 2, 3]]
    assert cloud.fields["Intensity"].tolist() == [200]


def test_repeated_names_get_numbers(tmp_path: Path) -> None:
    rows = struct.pack("<5f", 1, 2, 3, 4, 5)
    start = header("x y z i i", "4 4 4 4 4", "F F F F F", "1 1 1 1 1", 1, "binary")
    assert {k: v[0] for k, v in read_pcd(written(tmp_path, start + rows)).fields.items()} == {"i": 4, "i_2": 5}


def test_ascii_holds_nan_inf_and_exact_whole_numbers(tmp_path: Path) -> None:
    start = header("x y z id", "4 4 4 8", "F F F U", "1 1 1 1", 3, "ascii")
    body = b"nan nan nan 18446744073709551615\r\n1.5 -inf 2e-3 3.0\n\n0 0 0 4\n"
    cloud = read_pcd(written(tmp_path, start + body))
    assert np.isnan(cloud.xyz[0]).all()
    assert cloud.xyz[1, 1] == -np.inf
    assert cloud.fields["id"].tolist() == [2**64 - 1, 3, 4]


BROKEN = {
    "cut": (header("x y z", "4 4 4", "F F F", "1 1 1", 3, "binary") + bytes(35), r"36 bytes and 35"),
    "billions": (header("x y z", "4 4 4", "F F F", "1 1 1", 4_000_000_000, "binary") + bytes(36), "4000000000"),
    "billions of lines": (header("x y z", "4 4 4", "F F F", "1 1 1", 4_000_000_000, "ascii") + b"1 2 3\n", "and 1 are"),
    "billions packed": (
        header("x y z", "4 4 4", "F F F", "1 1 1", 350_000_000, "binary_compressed")
        + struct.pack("<II", 4, 4_200_000_000)
        + bytes(4),
        "cannot unpack",
    ),
    "endless count": (header("x y z q", "4 4 4 1", "F F F U", f"1 1 1 {10**17}", 0, "binary"), "bytes is none"),
    "points against width": (header("x y z", "4 4 4", "F F F", "1 1 1", 3, "binary", width=2), "POINTS says 3"),
    "no z": (header("x y q", "4 4 4", "F F F", "1 1 1", 1, "binary") + bytes(12), "no z"),
    "size 3": (header("x y z", "4 4 3", "F F F", "1 1 1", 1, "binary") + bytes(12), "SIZE 3"),
    "sizes missing": (header("x y z", "4 4", "F F F", "1 1 1", 1, "binary") + bytes(12), "SIZE has 2"),
    "minus": (header("x y z", "4 4 -4", "F F F", "1 1 1", 1, "binary") + bytes(12), "SIZE on line 4"),
    "encoding": (header("x y z", "4 4 4", "F F F", "1 1 1", 1, "zip") + bytes(12), "zip"),
    "word": (header("x y z", "4 4 4", "F F F", "1 1 1", 1, "ascii") + b"1 2 x\n", "no number"),
    "short line": (header("x y z", "4 4 4", "F F F", "1 1 1", 2, "ascii") + b"1.00 2.00 3.00\n1 2\n", "line 13 has 2"),
    "binary without header": (bytes(range(1, 200)) * 4000, "not a PCD"),
    "no newline at all": (b"#" * 200_000, "no DATA"),
    "packed short": (
        header("x y z", "4 4 4", "F F F", "1 1 1", 1, "binary_compressed") + struct.pack("<II", 90, 12) + bytes(4),
        "90 compressed bytes",
    ),
    "packed to another size": (
        header("x y z", "4 4 4", "F F F", "1 1 1", 1, "binary_compressed") + struct.pack("<II", 4, 13) + bytes(4),
        "holds 13",
    ),
    "packed size absent": (header("x y z", "4 4 4", "F F F", "1 1 1", 1, "binary_compressed") + b"abc", "ends before"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_files_that_lie_are_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content, reason = BROKEN[name]
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read_pcd(written(tmp_path, content))
    assert "cloud.pcd" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match=r"none\.pcd"):
        read_pcd(tmp_path / "none.pcd")


@settings(deadline=None)  # the first run compiles
@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_read_or_are_refused(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    path = tmp_path_factory.mktemp("pcd") / "cloud.pcd"
    for data in ("ascii", "binary", "binary_compressed"):
        path.write_bytes(header("x y z", "4 4 4", "F F F", "1 1 1", 5, data) + body)
        try:
            points = len(read_pcd(path))
        except LidarLabelError as error:
            refused = str(error)
        else:
            assert points == 5
            continue
        assert "\n" not in refused


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    xyz = rng.normal(size=(50, 3)).astype(np.float32)
    xyz[3] = np.nan
    fields = {
        "intensity": rng.random(50).astype(np.float32),
        "ring": rng.integers(0, 40, 50).astype(np.uint16),
        "timestamp": 1.8e9 + rng.random(50),
        "label": rng.integers(-9, 9, 50),
        "two words": np.arange(50, dtype=np.int8),
        "x": np.ones(50, dtype=np.float32),
        "seen": rng.random(50) > 0.5,
    }
    write_pcd(tmp_path / "cloud.pcd", PointCloud(xyz, fields))
    back = read_pcd(tmp_path / "cloud.pcd")
    np.testing.assert_array_equal(back.xyz, xyz)
    assert list(back.fields) == ["intensity", "ring", "timestamp", "label", "two_words", "x_2", "seen"]
    for values, found in zip(fields.values(), back.fields.values(), strict=True):
        np.testing.assert_array_equal(found, values)
    assert back.fields["timestamp"].dtype == np.float64


def test_an_empty_cloud_reads_back(tmp_path: Path) -> None:
    write_pcd(tmp_path / "cloud.pcd", PointCloud(np.zeros((0, 3), dtype=np.float32), {"i": np.zeros(0)}))
    assert len(read_pcd(tmp_path / "cloud.pcd")) == 0


def lzf_oracle(data: bytes, size: int) -> bytes | None:
    """A plain reading of the format; None where it is damaged."""
    out, at = bytearray(), 0
    try:
        while at < len(data):
            control, at = data[at], at + 1
            if control < 32:
                if at + control + 1 > len(data):
                    return None
                out += data[at : at + control + 1]
                at += control + 1
            else:
                length = control >> 5
                if length == 7:
                    length, at = length + data[at], at + 1
                back, at = ((control & 31) << 8) + data[at] + 1, at + 1
                if back > len(out):
                    return None
                for _ in range(length + 2):
                    out.append(out[-back])
            if len(out) > size:
                return None
    except IndexError:
        return None
    return bytes(out) if len(out) == size else None


@settings(deadline=None)  # the first run compiles
@given(hnp.arrays(np.uint8, st.integers(0, 40)), st.integers(0, 300))
def test_lzf_against_a_plain_reading(data: np.ndarray, size: int) -> None:
    expected = lzf_oracle(data.tobytes(), size)
    try:
        found: bytes | None = lzf_decompress(data, size).tobytes()
    except ValueError:
        found = None
    assert found == expected


def test_lzf_copies_what_it_is_writing() -> None:
    data = np.frombuffer(b"\x00A\xe0\x0a\x00", dtype=np.uint8)  # one A, then 7 + 10 + 2 from one byte back
    assert lzf_decompress(data, 20).tobytes() == b"A" * 20


def test_lzf_wants_bytes() -> None:
    with pytest.raises(ValueError, match="uint8"):
        lzf_decompress(np.zeros(3, dtype=np.int32), 3)
