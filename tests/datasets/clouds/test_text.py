"""Text clouds: exact, the same in every locale, and clear where they leave something open."""

from __future__ import annotations

import locale
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import ReadOptions
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
from lidar_label.errors import InvalidValue, LidarLabelError, UnknownFormat, UnreadableFile
from lidar_label.model import PointCloud

POINTS = [[1.5, -2.25, 3.0], [4.0, 5.125, -6.5], [7.0, 8.0, 9.0]]


def codes(path: Path) -> set[str]:
    return {finding.code for finding in open_cloud(path).findings}


@pytest.mark.parametrize(
    "text",
    [
        "1.5 -2.25 3.0\n4.0 5.125 -6.5\n7 8 9\n",
        "1.5,-2.25,3.0\n4.0,5.125,-6.5\n7,8,9",
        "x,y,z\n1.5,-2.25,3.0\n4.0,5.125,-6.5\n7,8,9\n",
        "X;Y;Z\r\n1.5;-2.25;3.0\r\n4.0;5.125;-6.5\r\n7;8;9\r\n",
        "X;Y;Z\n1,5;-2,25;3,0\n4,0;5,125;-6,5\n7;8;9\n",
        "1,5 -2,25 3\n4 5,125 -6,5\n7 8 9\n",
        "1.5\t-2.25\t3\n4\t5.125\t-6.5\n7\t8\t9\n",
        "# made by hand\n// X Y Z\n  1.5   -2.25\t 3.0  \n\n# a remark, between\n4.0 5.125 -6.5\n7 8 9\n",
        "\ufeffx, y, z\n1.5, -2.25, 3.0\n4.0, 5.125, -6.5\n7, 8, 9,\n".replace("9,", "9"),
        '"X [m]","Y [m]","Z [m]"\n"1.5","-2.25","3.0"\n"4.0","5.125","-6.5"\n"7","8","9"\n',
        "1.5,-2.25,3.0,\n4.0,5.125,-6.5,\n7,8,9,\n",
        "3\n1.5e0 -22.5E-1 +3.\n.4e1 5.125 -6.5\n7 8 9\n",
        "1.5 -2.25 3\r4 5.125 -6.5\r7 8 9\r",
        "z y x\n3 -2.25 1.5\n-6.5 5.125 4\n9 8 7\n",
    ],
)
@pytest.mark.parametrize("name", ["a.xyz", "出典データ.txt", "小於90.csv", "ä ö.asc"])
def test_the_same_points_however_they_are_written(tmp_path: Path, gather: Callable, text: str, name: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    xyz, fields = gather(open_cloud(path), 2)
    assert xyz.tolist() == POINTS
    assert not fields


def test_a_decimal_comma_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x;y;z\n1,5;2;3\n1;2;3\n")
    assert codes(path) == {"decimal-comma"}
    path.write_text("x;y;z\n1;2;3\n" * 1 + "1;2;3\n" * 5 + "1,5;2;3\n")
    assert open_cloud(path).read().xyz[-1].tolist() == [1.5, 2, 3]


def test_thousands_and_decimals_at_once_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x;y;z\n1.234,5;2;3\n")
    with pytest.raises(LidarLabelError):
        open_cloud(path).read()


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("1 2 3 0.5", ["intensity"]),
        ("1 2 3 0.5 17", ["intensity", "ring"]),
        ("1 2 3 0 128 255", ["r", "g", "b"]),
        ("1 2 3 0.0 0.6 -0.8", ["nx", "ny", "nz"]),
        ("1 2 3 0.5 0 128 255", ["intensity", "r", "g", "b"]),
        ("1 2 3 0 128 255 0.5", ["r", "g", "b", "intensity"]),
        ("1 2 3 0 128 255 0 0 1", ["r", "g", "b", "nx", "ny", "nz"]),
    ],
)
def test_names_by_the_number_and_look_of_values(tmp_path: Path, row: str, names: list[str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{row}\n" * 3)
    cloud = open_cloud(path)
    assert list(cloud.fields) == names
    assert not cloud.findings
    assert all(cloud.fields[name] == np.uint8 for name in names if name in "rgb")


def test_what_has_no_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("1 2 3 -5.5 6.5 7.5\n")
    assert list(open_cloud(path).fields) == ["value_3", "value_4", "value_5"]
    assert codes(path) == {"unsure-layout"}
    told = ReadOptions(fields=("y", "x", "z", "_", "speed", "time_s"))
    cloud = open_cloud(path, options=told)
    assert not cloud.findings
    assert list(cloud.fields) == ["speed", "time_s"]
    assert cloud.read().xyz.tolist() == [[2, 1, 3]]
    assert cloud.read().fields["speed"].tolist() == [6.5]


def test_names_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("1 2 3 4\n")
    for fields, words in ((("x", "y", "z"), "has 4 values and 3"), (("x", "y", "w", "v"), "z is missing")):
        with pytest.raises(InvalidValue, match=words) as caught:
            open_cloud(path, options=ReadOptions(fields=fields))
        assert str(path) in caught.value.line


def test_names_of_a_header_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("X,Y,Z,Red,Green,Blue,GPS time,Intensity,类\n1,2,3,255,0,7,1700000000123456789,0.25,9\n")
    cloud = open_cloud(path)
    assert list(cloud.fields) == ["r", "g", "b", "GPS time", "intensity", "类"]
    assert cloud.read().fields["GPS time"].tolist() == [1700000000123456789]


def test_missing_values_are_nan_and_words_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,x,y,z,intensity\ncar,1,2,3,\nlorry,,5,6,0.5\ncar,7,8,9,nan\n")
    cloud = open_cloud(path)
    assert [f.message for f in cloud.findings] == ["these hold no numbers: name"]
    points = cloud.read()
    np.testing.assert_array_equal(points.xyz, np.array([[1, 2, 3], [np.nan, 5, 6], [7, 8, 9]], np.float32))
    np.testing.assert_array_equal(points.fields["intensity"], [np.nan, 0.5, np.nan])
    assert points.valid.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x,y,x\n1,2,3\n", "x, y and z are not among"),
        (b"x,y,z,x\n1,2,3,4\n", "two columns are called x"),
        (b"x,y\n1,2,3\n", "2 columns are named and rows have 3"),
        (b"1 2 3\n4 5\n", "line 2 has 2 values, not 3"),
        (b"1 2 3\n4 five 6\n", "line 2 has 'five', which is no number"),
        (b"1 2 3 4\n1 2 3 --4\n", "line 2 has '--4', which is no number"),
        (b"\xff\xfe1\0 \0002\0 \0003\0", "UTF-16"),
        (b"5\n1 2 3\n4 5 6\n", "5 points are promised and 2 are there"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "a.xyz"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=words) as caught:
        open_cloud(path).read()
    assert str(path) in caught.value.line


@pytest.mark.parametrize(
    "content", [b"", b"Car 0.00 0 -1.5 1 2 3 4 5\n", b"a title\nanother\n1 2 3\n", b"PK\x03\x04\0\0", b"P0: 1 0 0 0\n"]
)
def test_other_text_is_no_cloud(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(UnknownFormat):
        open_cloud(path)


def test_an_empty_xyz_has_no_points(tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    path.touch()
    assert len(open_cloud(path).read()) == 0


@pytest.mark.parametrize("suffix", [".xyz", ".csv"])
def test_what_is_written_reads_back_to_the_last_bit(
    tmp_path: Path, varied: CloudArrays, gather: Callable, suffix: str
) -> None:
    path = tmp_path / f"a{suffix}"
    write_cloud("xyz", path, varied)
    given, given_fields = gather(varied)
    xyz, fields = gather(open_cloud(path))
    np.testing.assert_array_equal(xyz.astype(np.float32), given.astype(np.float32))
    for name, values in given_fields.items():
        np.testing.assert_array_equal(fields[name].astype(values.dtype), values, err_msg=name)
    if suffix == ".xyz":  # what numpy makes of the same file
        table = np.loadtxt(path)
        np.testing.assert_array_equal(table[:, :3], xyz)
        assert table.shape == (3000, 3 + len(fields))


def test_doubles_far_away_keep_every_digit(tmp_path: Path, gather: Callable) -> None:
    exact = np.random.default_rng(3).normal(5e6, 1e5, (1000, 3))
    path = tmp_path / "far.txt"
    path.write_text("\n".join(" ".join(map(repr, row)) for row in exact.tolist()))
    cloud = open_cloud(path)
    assert np.array_equal(gather(cloud)[0], exact)
    assert np.abs(cloud.read().xyz + np.array(cloud.origin) - exact).max() < 0.05


def test_names_that_no_header_can_hold(tmp_path: Path) -> None:
    fields = {"a b": np.ones(1), "a_b": np.zeros(1), "x": np.full(1, 7.0), "_": np.full(1, 8.0), "#": np.full(1, 9.0)}
    path = tmp_path / "a.csv"
    write_cloud("xyz", path, CloudArrays(PointCloud(np.ones((1, 3), np.float32), fields)))
    back = open_cloud(path).read()
    assert [values.tolist() for values in back.fields.values()] == [[1], [0], [7], [8], [9]]


@pytest.mark.skipif(
    subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.find("de_DE") < 0,
    reason="no locale with a decimal comma is installed",
)
def test_numbers_do_not_depend_on_the_locale(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_text("1.5 2.25 3.75\n" * 5000)
    code = (
        "import locale, sys; locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8');"
        "from lidar_label.datasets.clouds.registry import open_cloud;"
        "print(open_cloud(sys.argv[1]).read().xyz.sum(axis=0).tolist())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.xyz")], capture_output=True, check=True)
    assert done.stdout.split() == [b"[7500.0,", b"11250.0,", b"18750.0]"]
    assert locale.getlocale()


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    row = "12.3456 -65.4321 1.2345 0.5\n"
    path.write_text(row * 600_000)
    tracemalloc.start()
    count = sum(len(chunk) for chunk in open_cloud(path).chunks(50_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 600_000
    assert peak < 40 * 2**20 < 600_000 * 4 * 8 * 4


def test_pts_counts_its_points(tmp_path: Path) -> None:
    path = tmp_path / "a.pts"
    path.write_text("2\n1 2 3 -100 10 20 30\n4 5 6 200 40 50 60\n")
    cloud = open_cloud(path)
    assert cloud.format == "pts"
    assert list(cloud.fields) == ["intensity", "r", "g", "b"]
    assert not cloud.findings
    path.write_text("3\n1 2 3\n4 5 6\n")
    with pytest.raises(UnreadableFile, match="3 points are promised and 2 are there"):
        open_cloud(path)
    path.write_text("1\n1 2 3\n4 5 6\n")
    assert open_cloud(path).points == 2
    assert codes(path) == {"count-differs"}
    path.write_text("1 2 3\n4 5 6\n")
    assert codes(path) == {"no-count"}


def test_obj_vertices(tmp_path: Path, gather: Callable) -> None:
    path = tmp_path / "a.obj"
    path.write_text("# x\nmtllib a.mtl\nv 1 2 3\nvn 0 0 1\nv 4 5 6\nf 1 2 1\n  v 7 8 9\n")
    assert gather(open_cloud(path))[0].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert codes(path) == {"not-read"}
    path.write_text("v 1 2\n")
    with pytest.raises(UnreadableFile, match="2 values"):
        open_cloud(path)
    path.write_text("# nothing\n")
    assert open_cloud(path).points == 0


def test_real_text(shared_data: Path, gather: Callable) -> None:
    folder = shared_data / "formats/pdal"
    xyz, fields = gather(open_cloud(folder / "text/crlf_test.txt"))
    table = np.genfromtxt(folder / "text/crlf_test.txt", delimiter=",", skip_header=1)
    assert np.array_equal(np.column_stack([xyz, fields["intensity"]]), table)
    xyz, _ = gather(open_cloud(folder / "text/quoted.txt"))
    assert xyz.tolist()[:4] == [[0, 1, 2], [15, 1, 2], [25, 1, 2], [17, 18, 2]]
    xyz, _ = gather(open_cloud(folder / "text/utm17_1.txt"))
    assert np.array_equal(xyz, np.genfromtxt(folder / "text/utm17_1.txt", delimiter=",", skip_header=1))
    xyz, fields = gather(open_cloud(folder / "obj/1.2-with-color.obj"))
    lines = (folder / "obj/1.2-with-color.obj").read_text().splitlines()
    rows = np.array([[float(cell) for cell in line.split()[1:]] for line in lines if line.startswith("v ")])
    assert np.array_equal(np.column_stack([xyz, *fields.values()]), rows)
    assert len(rows) == 911


def test_real_pts_beside_open3d(shared_data: Path) -> None:
    open3d = pytest.importorskip("open3d")
    path = shared_data / "formats/pdal/pts/bunny_8.pts"
    theirs = np.asarray(open3d.io.read_point_cloud(str(path)).points)
    assert len(theirs) == 8
    assert np.array_equal(next(open_cloud(path).chunks()).xyz[:8], theirs)
