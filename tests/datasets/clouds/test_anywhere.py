"""Cloud files read the same under any name, in any folder, and in any locale, inside Qt as well."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import cloud_format_named, cloud_formats, open_cloud, write_cloud
from lidar_label.model import PointCloud

FOLDER = "出典データ/小於90 ä #1 %20"
KINDS = [kind.name for kind in cloud_formats() if kind.writes]
_UNMOVED = "0 0 0\n1 0 0\n0 1 0\n0 0 1\n1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n"
TEXTS = {
    "pts": "2\n1.5 2.5 3.5 10\n4 5 6 20\n",
    "obj": "v 1.5 2.5 3.5\nv 4 5 6\n",
    "ptx": f"1\n2\n{_UNMOVED}1.5 2.5 3.5 0.5\n4 5 6 0.5\n",
}


@pytest.mark.parametrize("kind", KINDS)
def test_names_that_are_not_ascii(tmp_path: Path, kind: str, gather: Callable) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    xyz = np.random.default_rng(3).integers(-4000, 4000, (300, 3)).astype(np.float32) / 64
    path = tmp_path / FOLDER / f"点云 ö{cloud_format_named(kind).suffixes[0]}"
    if kind == "copc":
        path = path.with_name("点云 ö.copc.laz")
    write_cloud(kind, path, CloudArrays(PointCloud(xyz, {"intensity": np.ones(300, np.float32)})))
    back, _ = gather(open_cloud(path))
    if kind == "copc":
        back, xyz = back[np.lexsort(back.T)], xyz[np.lexsort(xyz.T)]
    np.testing.assert_array_equal(back.astype(np.float32), xyz)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("kind", TEXTS)
def test_names_that_are_not_ascii_of_kinds_that_are_only_read(tmp_path: Path, kind: str, gather: Callable) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    path = tmp_path / FOLDER / f"点云 ö.{kind}"
    path.write_text(TEXTS[kind])
    assert gather(open_cloud(path))[0].tolist() == [[1.5, 2.5, 3.5], [4, 5, 6]]


INSIDE_QT = """
import locale, sys
from pathlib import Path
import numpy as np
from PyQt6.QtWidgets import QApplication
app = QApplication([])
assert locale.localeconv()["decimal_point"] == ",", "the locale is not in force"
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import open_cloud, write_cloud
for name in sys.argv[2:]:
    path = Path(sys.argv[1]) / name
    xyz = np.concatenate([chunk.xyz for chunk in open_cloud(path).chunks(997)])
    expected = np.load(Path(sys.argv[1]) / "expected.npy")[: len(xyz)]
    assert len(xyz) in (2, len(np.load(Path(sys.argv[1]) / "expected.npy"))), (name, len(xyz))
    assert np.array_equal(xyz, expected), (name, xyz[:3], expected[:3])
for kind, name in (("pcd-ascii", "again.pcd"), ("xyz", "again.xyz")):
    source = open_cloud(Path(sys.argv[1]) / "a.pcd")
    path = Path(sys.argv[1]) / name
    write_cloud(kind, path, source)
    assert b"," not in path.read_bytes(), name
    back = np.concatenate([chunk.xyz for chunk in open_cloud(path).chunks()])
    assert np.array_equal(back, np.load(Path(sys.argv[1]) / "expected.npy")), name
"""


@pytest.mark.one_numpy
@pytest.mark.parametrize("rows", [40, 30_000])  # read by the patient parser, and by the fast one
def test_decimals_inside_qt_in_a_locale_with_a_decimal_comma(tmp_path: Path, rows: int) -> None:
    """Qt puts the person's locale in force, and C then reads 1.5 as 1."""
    pytest.importorskip("PyQt6.QtWidgets")
    maker = shutil.which("localedef")
    if maker is None:
        pytest.skip("localedef, which makes a locale to test in, is not installed")
    made = tmp_path / "locales" / "de_DE.UTF-8"
    made.parent.mkdir()
    done = subprocess.run([maker, "-i", "de_DE", "-f", "UTF-8", str(made)], capture_output=True, check=False)
    if not (made / "LC_NUMERIC").is_file():
        pytest.skip(f"localedef made no locale: {done.stderr[:200]!r}")
    values = np.random.default_rng(5).integers(-40_000, 40_000, (rows, 3)) / 64
    values[:2] = [[1.5, 2.5, 3.5], [4, 5, 6]]
    np.save(tmp_path / "expected.npy", values)
    lines = "".join(" ".join(map(repr, row)) + "\n" for row in values.tolist())
    head = "\n".join(["FIELDS x y z", "SIZE 8 8 8", "TYPE F F F", "COUNT 1 1 1", f"WIDTH {rows}", "HEIGHT 1"])
    (tmp_path / "a.pcd").write_text(f"VERSION .7\n{head}\nVIEWPOINT 0 0 0 1 0 0 0\nPOINTS {rows}\nDATA ascii\n{lines}")
    properties = "".join(f"property double {axis}\n" for axis in "xyz")
    (tmp_path / "a.ply").write_text(f"ply\nformat ascii 1.0\nelement vertex {rows}\n{properties}end_header\n{lines}")
    (tmp_path / "a.xyz").write_text(lines)
    (tmp_path / "a.csv").write_text("x,y,z\n" + lines.replace(" ", ","))
    for kind, text in TEXTS.items():
        (tmp_path / f"a.{kind}").write_text(text)
    names = ["a.pcd", "a.ply", "a.xyz", "a.csv", *(f"a.{kind}" for kind in TEXTS)]
    surroundings = {**os.environ, "LC_ALL": "de_DE.UTF-8", "LOCPATH": str(made.parent), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", INSIDE_QT, str(tmp_path), *names], env=surroundings, capture_output=True, check=False,
        text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
