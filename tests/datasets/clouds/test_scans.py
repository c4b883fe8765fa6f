"""Files of scans, PTX and E57: every scan in its place, and points without a return in theirs."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pye57
import pytest
from pye57 import libe57
from scipy.spatial.transform import Rotation

from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import UnreadableFile

TURN = Rotation.from_euler("ZYX", (0.7, -0.2, 0.1))
SHIFT = np.array([691_000.25, 5_335_000.5, 512.0])


def ptx_scan(points: np.ndarray, columns: int, turn: Rotation = TURN, shift: np.ndarray = SHIFT) -> str:
    """Return a scan as PTX has it: rows are multiplied from the left, so the turn stands transposed."""
    matrix = np.eye(4)
    matrix[:3, :3], matrix[3, :3] = turn.as_matrix().T, shift
    header = [[columns], [len(points) // columns], shift, *np.eye(3), *matrix]
    lines = [" ".join(repr(float(v)) for v in row) for row in header[2:]]
    body = [" ".join(f"{v:.10g}" for v in row[:4]) + "".join(f" {int(v)}" for v in row[4:]) for row in points]
    return "\n".join([str(columns), str(len(points) // columns), *lines, *body]) + "\n"


def made(count: int, width: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    points = np.column_stack([np.round(rng.normal(0, 20, (count, 3)), 6), np.round(rng.random(count), 6)])
    points[[1, count - 1], :4] = (0, 0, 0, 0.5)
    return np.column_stack([points, rng.integers(0, 256, (count, 3))])[:, :width]


def test_a_ptx_scan_is_moved_by_its_transform(tmp_path: Path, gather: Callable) -> None:
    points = made(12, 7)
    path = tmp_path / "a.ptx"
    path.write_text(ptx_scan(points, columns=4))
    cloud = open_cloud(path)
    xyz, fields = gather(cloud, 5)
    returned = np.ones(12, bool)
    returned[[1, 11]] = False
    np.testing.assert_allclose(xyz[returned], TURN.apply(points[returned, :3]) + SHIFT, rtol=0, atol=1e-8)
    assert np.isnan(xyz[~returned]).all()
    assert cloud.read().valid.tolist() == returned.tolist()
    assert fields["intensity"].tolist() == points[:, 3].tolist()
    assert np.array_equal(np.column_stack([fields[c] for c in "rgb"]), points[:, 4:])
    assert fields["column"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert fields["row"].tolist() == [0, 1, 2] * 4


def test_several_ptx_scans(tmp_path: Path, gather: Callable) -> None:
    first, second = made(6, 4, seed=1), made(8, 7, seed=2)
    path = tmp_path / "a.ptx"
    nowhere = Rotation.identity(), np.zeros(3)
    path.write_text(ptx_scan(first, 3) + ptx_scan(second, 2, *nowhere) + "\n")
    cloud = open_cloud(path)
    xyz, fields = gather(cloud)
    assert fields["scan"].tolist() == [0] * 6 + [1] * 8
    assert np.array_equal(xyz[8:13], second[2:7, :3])
    assert np.isnan(xyz[[1, 5, 7, 13]]).all()
    assert fields["r"].tolist() == [0] * 6 + second[:, 4].tolist()
    assert [f.message for f in cloud.findings] == ["some of the 2 scans lack these fields: r, g, b"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.rsplit("\n", 3)[0] + "\n", "12 points are promised and 1[01] are there"),
        (lambda text: "9" + text, "the file is too short"),
        (lambda text: text.replace("4\n", "x\n", 1), "line 1 is not line 1 of a scan's header"),
        (lambda text: text.replace("\n", "\n\n", 1), "line 2"),
        (lambda text: text + "1 2 3 0.5\n", "line 23 is not line 1"),
        (lambda text: "-4\n-3\n" + text.split("\n", 2)[2], "is none"),
        (lambda text: "", "line 1|0 points|no points"),
    ],
)
def test_a_wrong_ptx_is_refused(tmp_path: Path, change: Callable[[str], str], words: str) -> None:
    path = tmp_path / "a.ptx"
    path.write_text(change(ptx_scan(made(12, 4), columns=4)))
    if not path.stat().st_size:
        assert open_cloud(path).points == 0
        return
    with pytest.raises(UnreadableFile, match=words):
        open_cloud(path).read()


def test_real_ptx(shared_data: Path, gather: Callable) -> None:
    path = shared_data / "formats/pdal/ptx/1.2-with-color.ptx"
    table = np.loadtxt(path, skiprows=10)
    xyz, fields = gather(open_cloud(path))
    assert table.shape == (15 * 71, 7)
    hit = table[:, :3].any(axis=1)
    assert np.array_equal(xyz[hit], table[hit, :3])
    assert np.isnan(xyz[~hit]).all()
    assert np.array_equal(np.column_stack([fields[n] for n in ("intensity", "r", "g", "b")]), table[:, 3:])


def write_e57(path: Path, scans: list[dict], poses: list[tuple[np.ndarray, np.ndarray]]) -> None:
    with pye57.E57(str(path), mode="w") as file:
        for data, (rotation, shift) in zip(scans, poses, strict=True):
            file.write_scan_raw(data, rotation=rotation, translation=shift)


def e57_points(count: int, seed: int, **more: np.ndarray) -> dict[str, np.ndarray]:
    xyz = np.random.default_rng(seed).normal(0, 10, (count, 3)).astype(np.float32).astype(np.float64)
    return {**{f"cartesian{a}": xyz[:, i] for i, a in enumerate("XYZ")}, **more}


def test_e57_scans_are_moved_by_their_poses(tmp_path: Path, gather: Callable) -> None:
    states = np.array([0, 1, 2, 0, 0], np.int8)
    first = e57_points(5, 1, cartesianInvalidState=states, rowIndex=np.arange(5), columnIndex=np.arange(5) * 300)
    second = e57_points(7, 2, intensity=np.linspace(0, 1, 7, dtype=np.float32))
    colors = {f"color{n}": np.arange(7) * 10 for n in ("Red", "Green", "Blue")}
    quaternion = TURN.as_quat(scalar_first=True)
    path = tmp_path / "scans ä 出典.e57"
    write_e57(path, [first, {**second, **colors}], [(quaternion, SHIFT), (np.array([1.0, 0, 0, 0]), np.zeros(3))])
    cloud = open_cloud(path)
    xyz, fields = gather(cloud, 3)
    given = np.column_stack([first[f"cartesian{a}"] for a in "XYZ"])
    np.testing.assert_allclose(xyz[[0, 3, 4]], TURN.apply(given[[0, 3, 4]]) + SHIFT, atol=1e-8)
    assert np.isnan(xyz[[1, 2]]).all()
    assert np.array_equal(xyz[5:], np.column_stack([second[f"cartesian{a}"] for a in "XYZ"]))
    assert fields["cartesianInvalidState"].tolist() == [*states, *[0] * 7]
    assert fields["column"].tolist() == [0, 300, 600, 900, 1200, *[0] * 7]
    assert np.array_equal(fields["intensity"][5:], second["intensity"])
    assert np.isnan(fields["intensity"][:5]).all()
    assert fields["r"].tolist() == [0] * 5 + [0, 10, 20, 30, 40, 50, 60]
    assert fields["scan"].tolist() == [0] * 5 + [1] * 7
    assert {f.code for f in cloud.findings} == {"invalid-states", "partial-fields"}


def test_e57_of_ranges_and_angles_with_times(tmp_path: Path, gather: Callable) -> None:
    path = tmp_path / "a.e57"
    reach, azimuth, elevation = np.array([2.0, 3.0, 0.0]), np.array([0.0, np.pi / 2, 1.0]), np.array([0.0, 0.5, 0.0])
    stamps = np.array([0.25, 0.5, 1e6])
    with pye57.E57(str(path), mode="w") as file:
        image = file.image_file
        kinds = {"sphericalRange": reach, "sphericalAzimuth": azimuth, "sphericalElevation": elevation}
        kinds |= {"timeStamp": stamps, "nor:x": azimuth}
        image.extensionsAdd("nor", "http://www.libe57.org/E57_NOR_surface_normals.txt")
        prototype, buffers = libe57.StructureNode(image), libe57.VectorSourceDestBuffer()
        for name, values in kinds.items():
            prototype.set(name, libe57.FloatNode(image, 0.0, libe57.E57_DOUBLE, -1e9, 1e9))
            buffers.append(libe57.SourceDestBuffer(image, name, values, 3, True, True))
        scan = libe57.StructureNode(image)
        scan.set("guid", libe57.StringNode(image, "{1}"))
        points = libe57.CompressedVectorNode(image, prototype, libe57.VectorNode(image, True))
        scan.set("points", points)
        file.data3d.append(scan)
        writer = points.writer(buffers)
        writer.write(3)
        writer.close()
    xyz, fields = gather(open_cloud(path))
    expected = [[2, 0, 0], [0, 3 * np.cos(0.5), 3 * np.sin(0.5)], [0, 0, 0]]
    np.testing.assert_allclose(xyz, expected, atol=1e-12)
    assert fields["timeStamp"].tolist() == stamps.tolist()
    assert set(fields) == {"timeStamp", "nor:x"}


@pytest.mark.parametrize(
    "name", ["reference/bunnyInt32", "self/ColouredCubeFloat", "../pdal/e57/A4", "../pdal/e57/A_B"]
)
def test_real_e57_beside_pye57(shared_data: Path, gather: Callable, name: str) -> None:
    path = shared_data / f"formats/e57/{name}.e57"
    cloud = open_cloud(path)
    xyz, fields = gather(cloud)
    at = 0
    with pye57.E57(str(path)) as file:
        for number in range(file.scan_count):
            theirs = file.read_scan_raw(number)
            count = len(theirs["cartesianX"])
            rows = slice(at, at + count)
            ok = theirs.get("cartesianInvalidState", np.zeros(count)) == 0
            given = np.column_stack([theirs[f"cartesian{a}"] for a in "XYZ"])
            assert np.array_equal(xyz[rows][ok], given[ok])
            assert np.isnan(xyz[rows][~ok]).all()
            for own, ours in {"intensity": "intensity", "colorRed": "r", "colorGreen": "g", "colorBlue": "b"}.items():
                assert (own in theirs) == (ours in fields)
                if own in theirs:
                    assert np.array_equal(fields[ours][rows], theirs[own])
            at += count
    assert at == cloud.points
    if "bunny" in name:
        assert cloud.points == 30571
        assert cloud.step == (1e-6, 1e-6, 1e-6)


def test_e57_without_points(shared_data: Path) -> None:
    folder = shared_data / "formats/e57/self"
    assert open_cloud(folder / "ZeroPoints.e57").points == 0
    for name in ("empty.e57", "test filename äöü.e57"):
        cloud = open_cloud(folder / name)
        assert len(cloud.read()) == 0
        assert [f.code for f in cloud.findings] == ["empty-cloud"]


def test_a_wrong_checksum_is_refused(shared_data: Path) -> None:
    with pytest.raises(UnreadableFile, match="checksum") as caught:
        open_cloud(shared_data / "formats/e57/self/bad-crc.e57")
    assert "\n" not in caught.value.line


CRC = [0] * 256
for _i in range(256):
    _c = _i
    for _ in range(8):
        _c = (_c >> 1) ^ (0x82F63B78 if _c & 1 else 0)
    CRC[_i] = _c


def with_checksums(data: bytes) -> bytes:
    """Return pages of an E57 with checksums that are right, so that what lies in them is believed."""
    pages = []
    for at in range(0, len(data), 1024):
        value = 0xFFFFFFFF
        for byte in data[at : at + 1020]:
            value = CRC[(value ^ byte) & 0xFF] ^ (value >> 8)
        pages.append(data[at : at + 1020] + struct.pack(">I", value ^ 0xFFFFFFFF))
    return b"".join(pages)


@pytest.fixture(scope="module")
def small_e57(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("e57") / "a.e57"
    points = e57_points(40, 3, intensity=np.ones(40, np.float32), cartesianInvalidState=np.zeros(40, np.int8))
    write_e57(path, [points], [(np.array([1.0, 0, 0, 0]), np.zeros(3))])
    data = path.read_bytes()
    assert with_checksums(data) == data
    return data


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'recordCount="40"', b'recordCount="99"', ""),
        (b'recordCount="40"', b'recordCount="4000000000000"', "promises|XML"),
        (b"cartesianX", b"cartesianW", "no position"),
        (b"<?xml version", b"<!DOCTYPE a  ", "declares a type"),
        (b'type="Structure"', b'type="Strukture"', ""),
    ],
)
def test_a_lie_with_true_checksums_is_refused(
    tmp_path: Path, small_e57: bytes, survives: Callable, old: bytes, new: bytes, words: str
) -> None:
    logical = b"".join(small_e57[at : at + 1020] for at in range(0, len(small_e57), 1024))
    assert old in logical
    start = logical.index(old)
    grown = logical.replace(old, new)[: len(logical)] if len(old) != len(new) else logical.replace(old, new)
    assert start
    pages = b"".join(grown[at : at + 1020].ljust(1020, b"\0") + b"\0" * 4 for at in range(0, len(grown), 1020))
    path = tmp_path / "a.e57"
    path.write_bytes(with_checksums(pages))
    told = survives(path)
    assert told
    assert not words or any(word in told for word in words.split("|")), told


@pytest.mark.parametrize("seed", range(8))
def test_damage_with_true_checksums(tmp_path: Path, small_e57: bytes, survives: Callable, seed: int) -> None:
    rng = np.random.default_rng(seed)
    path = tmp_path / "a.e57"
    for _ in range(25):
        data = bytearray(small_e57)
        for at in rng.integers(0, len(data), size=int(rng.integers(1, 6))):
            data[at] = int(rng.choice([0, 1, 0x7F, 0xFF, int(rng.integers(256))]))
        path.write_bytes(with_checksums(bytes(data)))
        survives(path)
