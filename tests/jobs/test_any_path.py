"""A drive goes in and out of every format in folders whose names are not ASCII, and so does its project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lidar_label.datasets import Drive, format_named, format_names, open_dataset, write_dataset
from lidar_label.errors import CannotWrite
from lidar_label.jobs import export_project, import_drive, open_project
from lidar_label.model import Category, Taxonomy

TARGETS = tuple(name for name in format_names() if format_named(name).writes)
FOLDER = "出典データ/小於90 ä #1 %20"


@pytest.mark.parametrize("target", TARGETS)
def test_folders_with_any_name(small_drive: Callable[..., Drive], tmp_path: Path, target: str) -> None:
    place = tmp_path / FOLDER
    place.mkdir(parents=True)
    given = small_drive("Fahrt ä 点云", start_s=1_700_000_000)
    taxonomy = Taxonomy([Category(name="car", size=(4.5, 1.8, 1.6))])
    write_dataset(target, place / "Daten ü 数据", [given], taxonomy)
    dataset = open_dataset(place / "Daten ü 数据", target)
    (name,) = dataset.scene_names if target != "kitti-object" else dataset.scene_names[:1]
    scene = dataset.scene(name)
    holds_points = any(frame.sweeps for frame in scene.frames)
    if holds_points:
        points = scene.frames[0].sweep().points()
        assert len(points) == len(given.scene.frames[0].sweep().points())
        assert np.isfinite(points.xyz).all()
    for image in (image for frame in scene.frames for image in frame.images.values()):
        assert image.encoded()
    project = place / "项目 ö.lidarlabel"
    import_drive(place / "Daten ü 数据", project, source_format=target)
    with open_project(project) as opened:
        boxes = sum(len(opened.session.store.labels(ref.token)) for ref in opened.refs)
        try:
            export_project(opened, place / "Ausgabe é", "nuscenes")
        except CannotWrite:
            assert not holds_points  # nuScenes needs recordings
        else:
            again = open_dataset(place / "Ausgabe é")
            assert sum(len(again.labels(n)) for n in again.scene_names) == boxes
