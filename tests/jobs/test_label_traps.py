"""Faults that users of other labellers reported of labels and indices, each as a test here.

What is lost between any two formats, headings and track ids among it, is in tests/datasets/test_all_pairs.py.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.export import export_labels
from lidar_label.cloud.labels import LabelLayer
from lidar_label.cloud.regions import Box as BoxRegion
from lidar_label.cloud.store import TileStore
from lidar_label.datasets import open_dataset
from lidar_label.edit import AddTrack, PutBoxes
from lidar_label.errors import LidarLabelError
from lidar_label.jobs import export_project, import_drive, open_project
from lidar_label.model import SE3, Box, Labels, Track


@pytest.fixture
def cloud_with_holes(tmp_path: Path) -> tuple[Path, np.ndarray]:
    """A KITTI-like .bin with returns that are none: NaN, infinite and at the origin."""
    random = np.random.default_rng(3)
    rows = random.uniform(-20, 20, (5000, 4)).astype(np.float32)
    rows[::7] = np.nan
    rows[3::11, :3] = 0.0
    rows[5::13, 0] = np.inf
    path = tmp_path / "holes.bin"
    path.write_bytes(rows.tobytes())
    return path, rows


def test_a_label_file_has_a_label_for_every_point_also_for_those_that_are_not_shown(
    cloud_with_holes: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    """point_labeler#21 and #41: the saved labels were those of the points that were shown, and sat on others later."""
    path, rows = cloud_with_holes
    build_tiles(path, tmp_path / "tiles")
    layer = LabelLayer.create(TileStore.open(tmp_path / "tiles"), "classes", kind="u2")
    low, high = np.array([0.0, -20.0, -20.0]), np.array([20.0, 5.0, 20.0])
    layer.paint(BoxRegion(low, high), 40)
    export_labels(layer, tmp_path / "holes.label", "label")
    written = np.fromfile(tmp_path / "holes.label", np.uint32)
    returned = np.isfinite(rows[:, :3]).all(axis=1) & rows[:, :3].any(axis=1)  # at the origin is no return
    inside = returned & ((rows[:, :3] >= low) & (rows[:, :3] <= high)).all(axis=1)
    assert len(written) == len(rows)
    assert inside.sum() > 100
    np.testing.assert_array_equal(written, np.where(inside, 40, 0))


def _project(shared_data: Path, tmp_path: Path) -> Path:
    file = tmp_path / "work.lidarlabel"
    import_drive(shared_data / "sustechpoints_example", file)
    return file


def test_a_heading_is_the_same_when_the_project_and_the_export_are_opened_again(
    shared_data: Path, tmp_path: Path
) -> None:
    """labelCloud#2: a format of corners knew no heading, and boxes came back turned round."""
    file = _project(shared_data, tmp_path)
    yaws = [-math.pi + 1e-6, -2.0, -0.3, 0.0, 1.2, math.pi - 1e-6]
    with open_project(file) as project:
        scene = project.refs[0].token
        for number, yaw in enumerate(yaws):
            track = Track(category="Car", name=f"heading {number}", token=f"heading-{number}")
            pose = SE3.from_yaw("world", "box", yaw, (10.0 + 6 * number, 3.0, 0.0))
            box = Box(track=track.token, frame=0, world_SE3_box=pose, size=(4.0, 2.0, 1.5))
            project.session.do(AddTrack(scene, track, (box,), "Draw a box"))
    with open_project(file) as project:
        export_project(project, tmp_path / "out", "nuscenes")
        again = project.session.store.labels(project.refs[0].token)
    for labels in (again, open_dataset(tmp_path / "out").labels(open_dataset(tmp_path / "out").scene_names[0])):
        found = {
            labels.track(box.track).name: box
            for box in labels.boxes()
            if labels.track(box.track).name.startswith("heading")
        }
        if not found:  # a format that keeps no names: by place
            found = {f"heading {round((b.center[0] - 10) / 6)}": b for b in labels.boxes() if abs(b.size[1] - 2) < 1e-9}
        for number, yaw in enumerate(yaws):
            box = found[f"heading {number}"]
            assert abs(math.remainder(box.yaw - yaw, math.tau)) < 1e-6
            assert box.size == pytest.approx((4.0, 2.0, 1.5))


def test_what_was_exported_is_not_overwritten_by_less(shared_data: Path, tmp_path: Path) -> None:
    """SUSTechPOINTS#109: a save that failed, or another person's, left empty frames in the place of labels."""
    file = _project(shared_data, tmp_path)
    with open_project(file) as project:
        export_project(project, tmp_path / "out", "nuscenes")
    before = {path: path.read_bytes() for path in sorted((tmp_path / "out").rglob("*.json"))}
    empty = tmp_path / "empty.lidarlabel"
    import_drive(shared_data / "sustechpoints_example", empty, labels=False)
    with open_project(empty) as project:
        assert not list(project.session.store.labels(project.refs[0].token).boxes())
        with pytest.raises(LidarLabelError, match="out"):
            export_project(project, tmp_path / "out", "nuscenes")
    assert {path: path.read_bytes() for path in sorted((tmp_path / "out").rglob("*.json"))} == before


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_box_without_numbers_never_gets_in(shared_data: Path, tmp_path: Path, bad: float) -> None:
    """xtreme1#324: exported objects were all null; here a box that is not whole is refused where it would begin."""
    file = _project(shared_data, tmp_path)
    with open_project(file) as project:
        scene = project.refs[0].token
        labels: Labels = project.session.store.labels(scene)
        box = next(iter(labels.boxes()))
        for make in (
            lambda: replace(box, size=(bad, 1.0, 1.0)),
            lambda: replace(box, world_SE3_box=SE3("world", "box", (1, 0, 0, 0), (bad, 0.0, 0.0))),
        ):
            with pytest.raises((LidarLabelError, ValueError)):
                project.session.do(PutBoxes(scene, (make(),), "Change a box"))
        after = project.session.store.labels(scene)
    assert sorted((b.track, b.frame, b.size) for b in after.boxes()) == sorted(
        (b.track, b.frame, b.size) for b in labels.boxes()
    )
