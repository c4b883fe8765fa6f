"""LAS, LAZ and COPC: laspy reads the same values, and a header is believed only as far as its file goes."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import laspy
import numpy as np
import pytest

from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import UnreadableFile

REAL = {
    "laspy/1_4_w_evlr.las": 1000,
    "laspy/1_4_w_evlr.laz": 1000,
    "laspy/extra.laz": 1065,
    "laspy/plane.laz": 28185,
    "laspy/simple1_1.las": 1065,
    "laspy/simple1_3.las": 999,
    "laspy/simple_with_page.copc.laz": 1065,
    "laspy/unregistered_extra_bytes.las": 4,
    "pdal/copc/1.2-with-color.copc.laz": 1065,
    "pdal/las/1.2-with-color.las": 1065,
    "pdal/las/100-points.las": 100,
    "pdal/las/bad_vlr_count.las": 10,
    "pdal/las/extrabytes.las": 1065,
    "pdal/las/gps-time-nan.las": 1,
    "pdal/las/interesting.las": 1065,
    "pdal/las/no-points.las": 0,
    "pdal/las/permutations/1.0_1.las": 1,
    "pdal/las/permutations/1.1_1.las": 1,
    "pdal/las/permutations/1.2_3.las": 1,
    "pdal/las/simple.las": 1065,
    "pdal/las/test1_4.las": 1000,
    "pdal/laz/autzen_trim.laz": 110_000,
    "pdal/laz/simple.laz": 1065,
}
OURS = {"red": "r", "green": "g", "blue": "b"}


def their_fields(las: laspy.LasData) -> dict[str, np.ndarray]:
    """Every dimension laspy has beside the position, each value of several under its own name."""
    found = {}
    for info in las.point_format.dimensions:
        if info.name in ("X", "Y", "Z"):
            continue
        values, name = np.asarray(las[info.name]), OURS.get(info.name, info.name)
        if info.num_elements == 1:
            found[name] = values
        else:
            found |= {f"{name}_{i}": values[:, i] for i in range(info.num_elements)}
    return found


@pytest.mark.parametrize("name", REAL)
def test_laspy_reads_the_same_values(shared_data: Path, name: str, gather: Callable) -> None:
    path = shared_data / "formats" / name
    cloud = open_cloud(path)
    xyz, fields = gather(cloud)
    with laspy.open(path) as reader:
        las = reader.read()
    assert cloud.points == len(las.points) == REAL[name]
    assert cloud.step == tuple(las.header.scales)
    np.testing.assert_array_equal(xyz, las.xyz)
    theirs = their_fields(las)
    assert set(fields) == set(theirs)
    for field, values in theirs.items():
        np.testing.assert_array_equal(fields[field], values)
        assert fields[field].dtype == values.dtype, field


def test_formats_by_content(shared_data: Path) -> None:
    names = ("pdal/las/simple.las", "pdal/laz/simple.laz", "pdal/copc/1.2-with-color.copc.laz")
    assert [open_cloud(shared_data / "formats" / n).format for n in names] == ["las", "laz", "copc"]


def test_the_large_coordinates_and_what_lies_beside(shared_data: Path, gather: Callable) -> None:
    cloud = open_cloud(shared_data / "formats/pdal/las/interesting.las")
    xyz, _ = gather(cloud)
    assert np.allclose(xyz.min(axis=0), [635619.85, 848899.70, 406.59], atol=1e-9)
    assert np.allclose(xyz.max(axis=0), [638982.55, 853535.43, 586.38], atol=1e-9)
    assert [f.code for f in cloud.findings] == ["coordinates", "not-metres", "not-read"]
    assert "Foot" in cloud.findings[1].message
    degrees = open_cloud(shared_data / "formats/pdal/las/no-points.las")
    assert [f.message for f in degrees.findings if f.code == "not-metres"] == [
        "positions are longitude and latitude in degrees"
    ]
    near = cloud.read()
    assert np.abs(near.xyz - (xyz - cloud.origin)).max() < 3e-4


def test_the_count_of_records_that_is_wrong_is_told(shared_data: Path) -> None:
    found = [
        f for f in open_cloud(shared_data / "formats/pdal/las/bad_vlr_count.las").findings if f.severity == "warning"
    ]
    assert [f.message for f in found] == ["the header promises 3 records before the points, and 2 are there"]


def test_the_file_on_which_laspy_hangs_is_refused_at_once(shared_data: Path, survives: Callable) -> None:
    told = survives(shared_data / "formats/pdal/las/garbage_nVariableLength.las")
    assert "719 points of 20 bytes are 14380 bytes and 14374 are there" in told


def patched(source: Path, target: Path, *patches: tuple[int, str, object]) -> Path:
    data = bytearray(source.read_bytes())
    for offset, kind, value in patches:
        struct.pack_into("<" + kind, data, offset, value)
    target.write_bytes(data)
    return target


def test_billions_of_records_are_a_finding_and_take_no_time(
    shared_data: Path, tmp_path: Path, gather: Callable
) -> None:
    source = shared_data / "formats/pdal/las/simple.las"
    cloud = open_cloud(patched(source, tmp_path / "a.las", (100, "I", 0xFFFFFFFF)))
    assert [f.code for f in cloud.findings] == ["bad-records"]
    np.testing.assert_array_equal(gather(cloud)[0], gather(open_cloud(source))[0])


LIES = {
    "points": ("pdal/las/simple.las", (107, "I", 2_000_000_000), "2000000000 points of 34 bytes"),
    "points of 64 bits": ("pdal/las/test1_4.las", (247, "Q", 2**62), "points of 30 bytes"),
    "start of points": ("pdal/las/simple.las", (96, "I", 0x7FFFFFFF), "should begin at byte 2147483647"),
    "start in the header": ("pdal/las/simple.las", (96, "I", 10), "should begin at byte 10"),
    "header size": ("pdal/las/simple.las", (94, "H", 0xFFFF), "has 227 bytes, not 65535"),
    "small header": ("pdal/las/test1_4.las", (94, "H", 227), "has 375 bytes, not 227"),
    "point format": ("pdal/las/simple.las", (104, "B", 11), "point format 11"),
    "record length": ("pdal/las/simple.las", (105, "H", 33), "has 34 bytes, not 33"),
    "long records": ("pdal/las/simple.las", (105, "H", 60_000), "60000 bytes"),
    "version": ("pdal/las/simple.las", (25, "B", 9), "version 1.9"),
    "signature": ("pdal/las/simple.las", (0, "I", 0), "does not begin with LASF"),
    "scale 0": ("pdal/las/simple.las", (139, "d", 0.0), "give no positions"),
    "scale nan": ("pdal/las/simple.las", (131, "d", float("nan")), "give no positions"),
    "offset inf": ("pdal/las/simple.las", (155, "d", float("inf")), "give no positions"),
    "packed, unsaid": ("pdal/las/simple.las", (104, "B", 0x83), "the record that says how is not there"),
    "packed points": ("pdal/laz/simple.laz", (107, "I", 2_000_000_000), "hold another number"),
    "packed fewer": ("laspy/plane.laz", (107, "I", 60_000), "hold another number"),
    "table of chunks": ("pdal/laz/simple.laz", (333, "q", 2**40), "lies outside the file"),
    "chunk size": ("pdal/laz/simple.laz", (227 + 54 + 12, "I", 0), "damaged"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_header_that_lies_is_refused(shared_data: Path, tmp_path: Path, lie: str, survives: Callable) -> None:
    name, patch, reason = LIES[lie]
    source = shared_data / "formats" / name
    assert reason in survives(patched(source, tmp_path / f"a{source.suffix}", patch))


def test_many_packed_chunks_that_are_not_there(shared_data: Path, tmp_path: Path, survives: Callable) -> None:
    source = shared_data / "formats/pdal/laz/simple.laz"
    table = struct.unpack_from("<q", source.read_bytes(), 333)[0]
    assert "packed chunks do not fit" in survives(patched(source, tmp_path / "a.laz", (table + 4, "I", 2**32 - 1)))


def test_a_file_written_to_no_end_says_so(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/pdal/las/simple.las"
    cloud = open_cloud(patched(source, tmp_path / "a.las", (107, "I", 0)))
    assert cloud.points == 0
    assert "there is room for 1065" in cloud.findings[0].message


def test_two_counts_that_differ_are_told(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "formats/pdal/las/extrabytes.las"
    cloud = open_cloud(patched(source, tmp_path / "a.las", (247, "Q", 0)))
    assert cloud.points == 1065
    assert [f.code for f in cloud.findings if f.severity == "warning"] == ["two-counts"]


def test_an_octree_that_counts_otherwise_is_told(shared_data: Path, tmp_path: Path, gather: Callable) -> None:
    source = shared_data / "formats/laspy/simple_with_page.copc.laz"
    data = source.read_bytes()
    root, size = struct.unpack_from("<QQ", data, 375 + 54 + 40)
    pages = [at for at in range(root, root + size, 32) if struct.unpack_from("<i", data, at + 28)[0] == -1]
    assert pages
    assert open_cloud(source).findings[0].code == "coordinates"
    inner = struct.unpack_from("<Q", data, pages[0] + 16)[0]
    doubled = open_cloud(patched(source, tmp_path / "a.copc.laz", (inner + 28, "i", 99_999)))
    assert "the octree counts" in doubled.findings[0].message
    assert len(gather(doubled)[0]) == 1065
    circle = open_cloud(patched(source, tmp_path / "b.copc.laz", (pages[0] + 16, "Q", root)))
    assert "lead back" in circle.findings[0].message


def test_extra_fields_with_a_scale_read_as_laspy_reads_them(tmp_path: Path, gather: Callable) -> None:
    header = laspy.LasHeader(point_format=6, version="1.4")
    header.add_extra_dim(laspy.ExtraBytesParams("height", "i4", scales=np.array([0.001]), offsets=np.array([100.0])))
    header.add_extra_dim(laspy.ExtraBytesParams("normal", "3f4"))
    header.add_extra_dim(laspy.ExtraBytesParams("intensity2", "u1"))
    las = laspy.LasData(header)
    las.x = las.y = las.z = np.arange(50.0)
    las["height"] = np.linspace(90, 110, 50)
    las["normal"] = np.random.default_rng(0).random((50, 3))
    las.write(tmp_path / "a.laz")
    cloud = open_cloud(tmp_path / "a.laz")
    _, fields = gather(cloud)
    with laspy.open(tmp_path / "a.laz") as reader:
        theirs = their_fields(reader.read())
    assert {"height", "normal_0", "normal_1", "normal_2", "intensity2"} < set(fields)
    for name, values in theirs.items():
        np.testing.assert_array_equal(fields[name], values)


def test_names_of_extra_fields_that_come_twice(tmp_path: Path, shared_data: Path, gather: Callable) -> None:
    source = shared_data / "formats/pdal/las/extrabytes.las"
    data = source.read_bytes().replace(b"Intensity\0", b"intensity\0").replace(b"Time\0", b"\xff\xfe\0\0\0")
    (tmp_path / "a.las").write_bytes(data)
    _, fields = gather(open_cloud(tmp_path / "a.las"))
    assert fields["intensity"].dtype == np.uint16
    assert fields["intensity_2"].dtype == np.uint32


def test_damaged_packed_points_are_refused(shared_data: Path, tmp_path: Path, survives: Callable) -> None:
    source = (shared_data / "formats/laspy/plane.laz").read_bytes()
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(20):
        data = bytearray(source)
        for at in rng.integers(900, len(data) - 100, 5):
            data[at] ^= 0xFF
        (tmp_path / "a.laz").write_bytes(data)
        refused += bool(survives(tmp_path / "a.laz"))
    assert refused


@pytest.mark.parametrize("name", ["pdal/las/simple.las", "pdal/laz/simple.laz", "pdal/copc/1.2-with-color.copc.laz"])
def test_a_file_cut_anywhere_is_refused(shared_data: Path, tmp_path: Path, name: str, survives: Callable) -> None:
    source = shared_data / "formats" / name
    data = source.read_bytes()
    path = tmp_path / f"a{source.suffix}"
    for size in (0, 3, 100, 226, 300, 374, len(data) // 2):
        path.write_bytes(data[:size])
        assert survives(path)


def test_only_what_is_asked_for_is_taken_out_of_a_record(shared_data: Path) -> None:
    chunk = next(open_cloud(shared_data / "formats/pdal/las/simple.las").chunks())
    assert "gps_time" in chunk.fields
    with pytest.raises(KeyError):
        chunk.fields["none"]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.las").mkdir()
    with pytest.raises(UnreadableFile):
        open_cloud(tmp_path / "a.las")
