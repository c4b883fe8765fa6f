"""Writing LAS, LAZ and COPC: laspy and copclib read what was meant, and nothing is out of range."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import laspy
import numpy as np
import pytest
from laspy.copc import Bounds, CopcReader

from lidar_label.datasets.clouds.base import CloudArrays, CloudChunk, CloudSource, Point3
from lidar_label.datasets.clouds.copc_writer import octree
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import CannotWrite

SUFFIX = {"las": ".las", "laz": ".laz", "copc": ".copc.laz"}


class Doubles(CloudSource):
    """Positions in float64, as a reader of a map gives them."""

    def __init__(
        self, xyz: np.ndarray, fields: dict[str, np.ndarray] | None = None, step: Point3 | None = None
    ) -> None:
        self._xyz, self._fields, self.step = xyz, fields or {}, step
        self.points, self.findings = len(xyz), []
        self.fields = {name: values.dtype for name, values in self._fields.items()}

    @property
    def origin(self) -> Point3:
        return (0.0, 0.0, 0.0)

    def chunks(self, size: int = 1000) -> Iterator[CloudChunk]:
        for start in range(0, len(self._xyz), 1000):
            rows = slice(start, start + 1000)
            yield CloudChunk(start=start, xyz=self._xyz[rows], fields={n: v[rows] for n, v in self._fields.items()})


def lasses(shared_data: Path) -> list[Path]:
    folder = shared_data / "formats"
    names = (
        "pdal/las/extrabytes.las", "pdal/las/simple.las", "laspy/simple1_3.las", "laspy/1_4_w_evlr.laz",
        "pdal/las/no-points.las", "pdal/las/gps-time-nan.las", "laspy/unregistered_extra_bytes.las",
        "pdal/copc/1.2-with-color.copc.laz",
    )  # fmt: skip
    return [folder / name for name in names]


@pytest.mark.parametrize("kind", ["las", "laz"])
def test_a_las_written_again_has_every_value(shared_data: Path, tmp_path: Path, kind: str, gather: Callable) -> None:
    for source in lasses(shared_data):
        before = open_cloud(source)
        path = tmp_path / f"{source.stem}{SUFFIX[kind]}"
        findings = write_cloud(kind, path, before)
        assert [f for f in findings if f.severity != "info"] == []
        after = open_cloud(path)
        (xyz, fields), (expected, old) = gather(after), gather(before)
        np.testing.assert_array_equal(xyz, expected)
        assert after.step == before.step
        for name, values in old.items():
            np.testing.assert_array_equal(fields[name], values, err_msg=f"{source.name} {name}")
            assert fields[name].dtype == values.dtype
        with laspy.open(path) as reader:
            las = reader.read()
        np.testing.assert_array_equal(las.xyz, expected)
        assert len(las.points) == len(expected)
        if len(expected):
            np.testing.assert_allclose(las.header.mins, expected.min(axis=0), rtol=0, atol=1e-9)
            np.testing.assert_allclose(las.header.maxs, expected.max(axis=0), rtol=0, atol=1e-9)


def test_the_coordinate_system_goes_along(shared_data: Path, tmp_path: Path) -> None:
    source = open_cloud(shared_data / "formats/laspy/1_4_w_evlr.las")
    for kind, suffix in SUFFIX.items():
        write_cloud(kind, tmp_path / f"a{suffix}", source)
        with laspy.open(tmp_path / f"a{suffix}") as reader:
            texts = [v.record_data_bytes() for v in reader.header.vlrs if v.record_id == 2112]
            assert texts[0].startswith(b'PROJCS["NAD83(HARN) / New Mexico Central (ftUS)"')
            assert reader.header.global_encoding.wkt


@pytest.mark.parametrize("kind", SUFFIX)
def test_a_sweep_of_kitti_loses_nothing(shared_data: Path, tmp_path: Path, kind: str, gather: Callable) -> None:
    source = shared_data / "kitti_object/training/velodyne/000000.bin"
    rows = np.fromfile(source, "<f4").reshape(-1, 4)
    path = tmp_path / f"a{SUFFIX[kind]}"
    write_cloud(kind, path, open_cloud(source))
    after = open_cloud(path)
    assert after.step == (0.001, 0.001, 0.001)
    xyz, fields = gather(after)
    back = np.column_stack([xyz.astype(np.float32), fields["intensity"]])
    if kind == "copc":
        back, rows = back[np.lexsort(back.T)], rows[np.lexsort(rows.T)]
    np.testing.assert_array_equal(back, rows)
    with laspy.open(path) as reader:
        las = reader.read()
    shown, exact = np.asarray(las.intensity), np.asarray(las["intensity_exact"])
    np.testing.assert_array_equal(shown, np.rint(exact.astype(np.float64) * 65535))


@pytest.mark.parametrize("kind", ["las", "laz"])
def test_every_kind_of_field_is_kept(tmp_path: Path, varied: CloudArrays, kind: str, gather: Callable) -> None:
    path = tmp_path / f"a{SUFFIX[kind]}"
    findings = write_cloud(kind, path, varied)
    assert sorted(f.code for f in findings) == ["no-return", "rounded"]
    (xyz, fields), (before, old) = gather(open_cloud(path)), gather(varied)
    missing = ~np.isfinite(before).all(axis=1)
    np.testing.assert_array_equal(fields["withheld"], missing)
    assert not xyz[missing].any()
    assert np.abs(xyz[~missing] - before[~missing]).max() <= 0.5e-6
    for name, values in old.items():
        if name in "rgb":
            np.testing.assert_array_equal(fields[name], values.astype(np.uint16) * 257)
        else:
            np.testing.assert_array_equal(fields[name], values)
    with laspy.open(path) as reader:
        las = reader.read()
    np.testing.assert_array_equal(las["label"], old["label"])
    np.testing.assert_array_equal(las.red, old["r"].astype(np.uint16) * 257)
    assert set(np.unique(las.return_number)) == {1}


def test_whole_intensities_have_the_place_that_tools_look_in(tmp_path: Path, gather: Callable) -> None:
    fields = {"intensity": np.array([0, 17, 255], np.float32), "classification": np.array([1, 2, 31], np.int64)}
    write_cloud("las", tmp_path / "a.las", Doubles(np.ones((3, 3)), fields))
    with laspy.open(tmp_path / "a.las") as reader:
        las = reader.read()
    assert las.intensity.tolist() == [0, 17, 255]
    assert np.asarray(las.classification).tolist() == [1, 2, 31]
    assert not list(las.point_format.extra_dimension_names)


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (np.array([0.0, 0.5, 1.0]), [0, 32768, 65535]),
        (np.array([0.0, 100.5, 254.9]), [0, 25828, 65509]),
        (np.array([-3.0, np.nan, 70000.0]), [0, 0, 65535]),
        (np.array([0.5, np.inf, 1.0]), [32768, 65535, 65535]),
        (np.array([0, 65536, 2], np.uint32), [0, 65535, 2]),
    ],
)
def test_other_intensities_are_shown_and_kept(
    tmp_path: Path, values: np.ndarray, shown: list, gather: Callable
) -> None:
    write_cloud("las", tmp_path / "a.las", Doubles(np.ones((3, 3)), {"intensity": values}))
    with laspy.open(tmp_path / "a.las") as reader:
        assert reader.read().intensity.tolist() == shown
    after = open_cloud(tmp_path / "a.las")
    np.testing.assert_array_equal(gather(after)[1]["intensity"], values)
    assert after.fields["intensity"] == values.dtype


def test_a_map_in_utm_keeps_its_millimetres(tmp_path: Path, gather: Callable) -> None:
    xyz = np.array([7_691_239.0, 5_334_000.0, 500.0])[[1, 0, 2]] + np.arange(3000).reshape(-1, 3) * 0.001
    assert write_cloud("laz", tmp_path / "a.laz", Doubles(xyz)) == []
    after = open_cloud(tmp_path / "a.laz")
    assert after.step == (0.001, 0.001, 0.001)
    assert np.abs(gather(after)[0] - xyz).max() < 1e-8


def test_the_step_is_the_coarsest_that_loses_nothing(tmp_path: Path) -> None:
    for digits in (2, 3, 4, 5, 6):
        xyz = np.round(np.random.default_rng(0).uniform(-90, 90, (500, 3)), digits)
        path = tmp_path / f"{digits}.las"
        assert write_cloud("las", path, Doubles(xyz)) == []
        assert open_cloud(path).step == (10.0**-digits,) * 3


def test_what_reaches_too_far_gets_a_coarser_step_and_a_warning(tmp_path: Path, gather: Callable) -> None:
    xyz = np.random.default_rng(0).uniform(-4e6, 4e6, (500, 3))
    findings = write_cloud("las", tmp_path / "a.las", Doubles(xyz))
    assert [(f.severity, f.code) for f in findings] == [("warning", "rounded")]
    assert "0.01 m" in findings[0].message
    assert np.abs(gather(open_cloud(tmp_path / "a.las"))[0] - xyz).max() <= 0.005 + 1e-8


@pytest.mark.parametrize("kind", SUFFIX)
def test_a_step_that_does_not_reach_is_refused_and_leaves_nothing(tmp_path: Path, kind: str) -> None:
    xyz = np.array([[0.0, 0, 0], [5e6, 0, 0]])
    with pytest.raises(CannotWrite, match=r"a\.(las|laz|copc\.laz): point 0 at .* does not fit"):
        write_cloud(kind, tmp_path / f"a{SUFFIX[kind]}", Doubles(xyz, step=(0.001, 0.001, 0.001)))
    assert list(tmp_path.iterdir()) == []


def test_a_step_of_its_own_is_kept_and_shifted_on_its_grid(tmp_path: Path, gather: Callable) -> None:
    xyz = 5_000_000 + np.arange(900).reshape(-1, 3) * 0.0005
    write_cloud("las", tmp_path / "a.las", Doubles(xyz, step=(0.0005, 0.0005, 0.0005)))
    after = open_cloud(tmp_path / "a.las")
    assert after.step == (0.0005, 0.0005, 0.0005)
    assert np.abs(gather(after)[0] - xyz).max() < 2e-9


def test_names_that_laspy_could_not_tell_apart_are_changed_and_said(tmp_path: Path, gather: Callable) -> None:
    long = "a field with a name of more than thirty-two bytes"
    fields = {name: np.arange(4, dtype=np.int32) + i for i, name in enumerate((long, long + " too", "X", "red", "点"))}
    fields["text"] = np.array(["a", "b", "c", "d"])
    findings = write_cloud("las", tmp_path / "a.las", Doubles(np.ones((4, 3)), fields))
    assert sorted(f.code for f in findings) == ["fields", "renamed"]
    _, back = gather(open_cloud(tmp_path / "a.las"))
    with laspy.open(tmp_path / "a.las") as reader:
        las = reader.read()
    extra = list(las.point_format.extra_dimension_names)
    assert len(extra) == 5
    for i, name in enumerate(extra):
        np.testing.assert_array_equal(back[name], np.arange(4) + i)
        np.testing.assert_array_equal(las[name], np.arange(4) + i)


def made(count: int, seed: int = 0) -> tuple[Doubles, np.ndarray]:
    rng = np.random.default_rng(seed)
    xyz = np.round(rng.normal(0, 1, (count, 3)) * [120, 80, 4] + [1000, 2000, 50], 3)
    xyz[: count // 3] = np.round(xyz[0] + rng.normal(0, 0.2, (count // 3, 3)), 3)  # a dense spot
    return Doubles(xyz, {"number": np.arange(count, dtype=np.uint32), "gps_time": rng.random(count)}), xyz


def test_copc_answers_boxes_as_the_points_do(tmp_path: Path) -> None:
    source, xyz = made(150_000)
    path = tmp_path / "a.copc.laz"
    findings = write_cloud("copc", path, source)
    assert [f.code for f in findings] == ["order"]
    rng = np.random.default_rng(1)
    with CopcReader.open(path) as reader:
        everything = reader.query()
        assert len(everything) == 150_000
        order = np.argsort(everything["number"])
        np.testing.assert_array_equal(everything["number"][order], np.arange(150_000))
        np.testing.assert_allclose(np.column_stack([everything.x, everything.y, everything.z])[order], xyz, atol=1e-9)
        for _ in range(5):
            low = rng.uniform(xyz.min(axis=0), xyz.max(axis=0)) + 0.0004
            high = low + rng.uniform(1, 200, 3)
            found = reader.query(Bounds(mins=low, maxs=high))
            inside = ((xyz >= low) & (xyz <= high)).all(axis=1)
            np.testing.assert_array_equal(np.sort(found["number"]), np.flatnonzero(inside))
        coarse = reader.query(level=0)
        assert 100 < len(coarse) < 150_000
        assert np.ptp(coarse.x) > 0.9 * np.ptp(xyz[:, 0])  # a sample of all, not a corner


def test_copclib_finds_every_point_in_its_node(tmp_path: Path) -> None:
    copclib = pytest.importorskip("copclib")
    source, _ = made(120_000, seed=2)
    write_cloud("copc", tmp_path / "a.copc.laz", source)
    reader = copclib.FileReader(str(tmp_path / "a.copc.laz"))
    nodes = reader.GetAllNodes()
    assert sum(node.point_count for node in nodes) == 120_000
    assert reader.ValidateSpatialBounds()
    assert sum(len(reader.GetPoints(node).x) for node in nodes) == 120_000


@pytest.mark.parametrize("count", [0, 1, 2])
def test_copc_of_few_points(tmp_path: Path, count: int, gather: Callable) -> None:
    path = tmp_path / "a.copc.laz"
    write_cloud("copc", path, Doubles(np.arange(3.0 * count).reshape(-1, 3)))
    cloud = open_cloud(path)
    assert cloud.format == "copc"
    assert not [f for f in cloud.findings if f.code == "bad-octree"]
    assert len(gather(cloud)[0]) == count


@pytest.mark.parametrize("kind", ["las", "laz"])
def test_many_points_in_many_pieces(tmp_path: Path, kind: str, gather: Callable) -> None:
    """Pieces of a source and packed chunks of 50,000 points begin at different places; no point falls between."""
    source, xyz = made(150_001, seed=5)
    path = tmp_path / f"a{SUFFIX[kind]}"
    write_cloud(kind, path, source)
    cloud = open_cloud(path)
    back, fields = gather(cloud, 7919)
    np.testing.assert_allclose(back, xyz, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(fields["number"], np.arange(150_001))
    with laspy.open(path) as reader:
        parts = list(reader.chunk_iterator(64_000))
        assert reader.header.point_count == 150_001
    np.testing.assert_array_equal(np.concatenate([part["number"] for part in parts]), np.arange(150_001))


def octree_with_an_empty_root(path: Path, points: int) -> None:
    """Put a new octree behind a file: an empty root, an empty child on a page of its own, and the nodes below those."""
    data = bytearray(path.read_bytes())
    at, size = struct.unpack_from("<QQ", data, 375 + 54 + 40)
    nodes = [struct.unpack_from("<4iQii", data, i) for i in range(at, at + size, 32)]
    assert sum(node[6] for node in nodes) == points
    # The same nodes two levels deeper: only how they are reached changes.
    inner = b"".join(struct.pack("<4iQii", node[0] + 2, *node[1:]) for node in nodes)
    inner = struct.pack("<4iQii", 1, 0, 0, 0, 0, 0, 0) + inner
    where = len(data)
    data += inner
    root = struct.pack("<4iQii", 0, 0, 0, 0, 0, 0, 0) + struct.pack("<4iQii", 1, 0, 0, 0, where, len(inner), -1)
    struct.pack_into("<QQ", data, 375 + 54 + 40, len(data), len(root))
    path.write_bytes(data + root)


def test_empty_nodes_of_an_octree_hide_nothing(tmp_path: Path, gather: Callable) -> None:
    """Children of a node without points count, a page counts once, and the points are those of the file."""
    source, _ = made(120_000, seed=6)
    path = tmp_path / "a.copc.laz"
    write_cloud("copc", path, source)
    octree_with_an_empty_root(path, 120_000)
    cloud = open_cloud(path)
    assert [f.code for f in cloud.findings if f.severity == "warning"] == []
    assert np.sort(gather(cloud)[1]["number"]).tolist() == list(range(120_000))


def test_an_octree_shares_out_each_point_once() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2**60, 200_000, dtype=np.uint64)
    codes[:120_000] = codes[0]  # more points at one place than a node likes
    nodes = list(octree(codes))
    shared_out = np.sort(np.concatenate([node.points for node in nodes]))
    np.testing.assert_array_equal(shared_out, np.arange(200_000))
    keys = [node.key for node in nodes]
    assert len(set(keys)) == len(keys)
    for level, x, y, z in keys:
        assert max(x, y, z) < 2**level or level == 0
        assert level == 0 or (level - 1, x // 2, y // 2, z // 2) in set(keys)


def test_a_source_that_holds_less_than_it_says_leaves_nothing(tmp_path: Path) -> None:
    for kind, suffix in SUFFIX.items():
        source, _ = made(3000)
        source.points = 3001
        with pytest.raises(CannotWrite, match="3001 points were promised and 3000 came"):
            write_cloud(kind, tmp_path / f"a{suffix}", source)
    assert list(tmp_path.iterdir()) == []
