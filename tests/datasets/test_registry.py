"""Opening a path in the format that fits, and saying clearly when none does."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import pytest

from lidar_label.datasets import (
    NO_OPTIONS,
    Dataset,
    Format,
    Holds,
    ReadOptions,
    broken_formats,
    format_named,
    formats,
    open_dataset,
    registry,
)
from lidar_label.errors import MissingFile, UnknownFormat

BUILTIN = [entry.name for entry in registry._BUILTIN]


class Theirs(Format):
    """A format as another package would bring it."""

    name = "theirs"
    title = "Theirs"
    holds: ClassVar[Holds] = Holds()
    writes = False

    def recognises(self, path: Path) -> bool:
        return (path / "theirs.txt").is_file()

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        raise NotImplementedError("read was called")


def fail() -> Format:
    raise RuntimeError("out of order")


def give_entry_points(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    module = sys.modules[__name__]
    monkeypatch.setitem(sys.modules, "their_formats", module)
    points = tuple(EntryPoint(n.replace("_", "-"), f"their_formats:{t}", registry.GROUP) for n, t in targets.items())
    monkeypatch.setattr(registry, "entry_points", lambda group: points if group == registry.GROUP else ())


def test_every_built_in_format_says_what_it_holds() -> None:
    found = formats()
    assert [f.name for f in found][: len(BUILTIN)] == BUILTIN
    assert all(isinstance(f.holds, Holds) and f.title for f in found)
    assert format_named("nuscenes").name == "nuscenes"


def test_importing_the_registry_imports_no_format() -> None:
    heavy = ("lidar_label.datasets.nuscenes", "lidar_label.datasets.kitti", "numba", "PIL", "scipy.optimize")
    code = (
        f"import sys, lidar_label.datasets; found = [m for m in sys.modules if m.startswith({heavy})]; sys.exit(found)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UnknownFormat, match=r"nuscenes, .*kitti-raw"):
        format_named("no-such-format")


def test_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("pointcloud/0.pcd", "VERSION .7\n")
    with pytest.raises(UnknownFormat, match="an archive") as caught:
        open_dataset(path)
    assert "unpack" in str(caught.value.hint)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="nothing at this path"):
        open_dataset(tmp_path / "none")
    with pytest.raises(MissingFile):
        open_dataset(tmp_path / "none", "nuscenes")


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="the folder is empty"):
        open_dataset(tmp_path)


def test_an_unknown_folder_says_what_was_tried_and_what_is_likely(tmp_path: Path) -> None:
    (tmp_path / "lidar").mkdir()
    (tmp_path / "lidar" / "1.doc").touch()
    with pytest.raises(UnknownFormat) as caught:
        open_dataset(tmp_path)
    line = caught.value.line
    assert all(name in line for name in BUILTIN)
    assert "sustechpoints needs lidar/*.pcd" in line
    assert "kitti-raw needs" not in line
    assert "\n" not in line


def test_a_file_of_no_format(tmp_path: Path) -> None:
    (tmp_path / "a.docx").touch()
    with pytest.raises(UnknownFormat):
        open_dataset(tmp_path / "a.docx")


def test_a_named_format_is_used_though_the_path_does_not_look_like_it(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="no nuScenes tables"):
        open_dataset(tmp_path, "nuscenes")


def test_a_package_can_bring_a_format(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    give_entry_points(monkeypatch, theirs="Theirs")
    assert format_named("theirs").title == "Theirs"
    assert "theirs" in [f.name for f in formats()]
    (tmp_path / "theirs.txt").touch()
    with pytest.raises(NotImplementedError, match="read was called"):
        open_dataset(tmp_path)


def test_a_broken_format_of_a_package_is_told_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    give_entry_points(monkeypatch, bad="fail", gone="nowhere", nuscenes="Theirs", other="Theirs", theirs="Theirs")
    assert [f.name for f in formats()] == [*(entry.name for entry in registry._BUILTIN), "theirs"]
    told = {f.message for f in broken_formats()}
    assert len(told) == 4
    assert any("RuntimeError: out of order" in message for message in told)
    with pytest.raises(UnknownFormat, match="out of order"):
        format_named("bad")
    assert format_named("nuscenes").title.startswith("nuScenes")
