"""A project remembers what its reader was told, so that it opens the same way each time."""

from __future__ import annotations

import sqlite3
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from lidar_label.datasets import NO_OPTIONS, Assumption, Dataset, Format, Holds, ReadOptions, registry
from lidar_label.datasets.tokens import steady_scene
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.jobs import import_drive, open_project, project_for
from lidar_label.model import SE3, Frame, Labels, PointCloud, Scene, Sensor, Sweep, Taxonomy

TOLD = ReadOptions(fields=("x", "y", "z", "echo"), assume={"unit": "cm"})


class Columns(Format):
    """A folder with ``points.columns``, whose unit and columns the files leave open."""

    name: ClassVar[str] = "columns"
    title: ClassVar[str] = "Columns of numbers"
    holds: ClassVar[Holds] = Holds()
    writes: ClassVar[bool] = False
    takes_fields: ClassVar[bool] = True
    assumptions: ClassVar[tuple[Assumption, ...]] = (Assumption("unit", ("m", "cm"), "m", "the unit of x, y and z"),)

    def recognises(self, path: Path) -> bool:
        return (path / "points.columns").is_file()

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        scale = 0.01 if self.assumed(options, "unit") == "cm" else 1.0
        return _Columns(path, options.fields or ("x", "y", "z", "w"), scale)


class _Columns(Dataset):
    def __init__(self, path: Path, fields: tuple[str, ...], scale: float) -> None:
        super().__init__("columns", path, Taxonomy())
        self._fields, self._scale = fields, scale

    @property
    def scene_names(self) -> tuple[str, ...]:
        return ("only",)

    def scene(self, name: str) -> Scene:
        sensor = Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR"))
        still = SE3.identity("world", "ego")
        sweep = Sweep(sensor=sensor, timestamp_ns=0, world_SE3_ego=still, frame=0, load=self._points)
        frame = Frame(index=0, timestamp_ns=0, sweeps={"LIDAR": sweep})
        return steady_scene("columns", Scene(name=name, frames=[frame], sensors={"LIDAR": sensor}))

    def labels(self, name: str) -> Labels:
        return Labels()

    def _points(self) -> PointCloud:
        table = np.loadtxt(self.path / "points.columns", ndmin=2)
        xyz = (table[:, :3] * self._scale).astype(np.float32)
        return PointCloud(xyz, {name: table[:, 3 + i] for i, name in enumerate(self._fields[3:])})


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(sys.modules, "their_package", sys.modules[__name__])
    point = EntryPoint("columns", "their_package:Columns", registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.GROUP else [])
    registry._load_entry_point.cache_clear()
    folder = tmp_path / "drive"
    folder.mkdir()
    (folder / "points.columns").write_text("100 200 300 7\n400 500 600 8\n")
    return folder


def cloud_of(project: Path) -> tuple[list[list[float]], dict[str, list[float]]]:
    with open_project(project) as opened:
        cloud = opened.scene(opened.refs[0].token).frames[0].sweep().points()
    return cloud.xyz.tolist(), {name: values.tolist() for name, values in cloud.fields.items()}


def test_a_project_reads_as_it_was_told_when_it_was_made(drive: Path, tmp_path: Path) -> None:
    plain, told = tmp_path / "plain.lidarlabel", tmp_path / "told.lidarlabel"
    import_drive(drive, plain)
    import_drive(drive, told, read=TOLD)
    assert cloud_of(plain) == ([[100, 200, 300], [400, 500, 600]], {"w": [7, 8]})
    assert cloud_of(told) == ([[1, 2, 3], [4, 5, 6]], {"echo": [7, 8]})


def test_opening_again_with_other_options_is_refused(drive: Path) -> None:
    project = project_for(drive, read=TOLD)
    assert project_for(drive) == project_for(drive, read=TOLD) == project_for(project, read=TOLD) == project
    for read in (ReadOptions(assume={"unit": "m"}), ReadOptions(fields=TOLD.fields)):
        with pytest.raises(InvalidValue, match="unit"):
            project_for(drive, read=read)
    with pytest.raises(InvalidValue, match="imported as columns"):
        project_for(project, source_format="kitti-raw")


@pytest.mark.parametrize("text", ["", "[]", "7", '{"fields": "x,y"}', '{"assume": ["m"]}', '{"assume": {"unit": 1}}'])
def test_damaged_options_are_said(drive: Path, text: str) -> None:
    project = project_for(drive, read=TOLD)
    connection = sqlite3.connect(project)
    connection.execute("UPDATE scene SET options = ?", (text,))
    connection.commit()
    connection.close()
    with pytest.raises(UnreadableFile, match="options of scene only are damaged"):
        cloud_of(project)
