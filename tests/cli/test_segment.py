"""Classes of points from boxes, by the command line, and out again as files that are one label a point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.one_numpy


def test_boxes_give_their_points_classes(run: Any, shared_data: Path, tmp_path: Path) -> None:
    from lidar_label.jobs import open_project

    source = shared_data / "kitti_raw"
    assert run("import", source, "work.lidarlabel").code == 0
    assert "no point" in run("segment", "work.lidarlabel", "--labels", "none").err
    done = run("segment", "work.lidarlabel", "--from-boxes", "--labels", "out", "--json")
    assert done.code == 0, done.err
    names = json.loads((tmp_path / "out" / "classes.json").read_text("utf-8"))
    with open_project(tmp_path / "work.lidarlabel") as project:
        ref = next(ref for ref in project.refs if ref.name.endswith("0001_sync"))
        scene, labels = project.scene(ref.token), project.session.store.labels(ref.token)
    kinds = {track.token: track.category for track in labels.tracks}
    for frame in scene.frames:
        cloud = frame.sweep().points()
        found = np.fromfile(tmp_path / "out" / ref.name / "labels" / f"{frame.name}.label", "<u4")
        assert len(found) == len(cloud)
        inside = np.zeros(len(cloud), bool)
        for box in labels.in_frame(frame.index):
            box_SE3_sensor = (frame.sweep().world_SE3_sensor.inverse @ box.world_SE3_box).inverse
            mine = (np.abs(box_SE3_sensor.apply(cloud.xyz)) <= np.array(box.size) / 2).all(1)
            inside |= mine
            assert {names[str(number)] for number in found[mine] & 0xFFFF} <= {kinds[box.track]}
            assert len(set(found[mine] >> 16)) == mine.any(), "one instance a box"
        assert np.array_equal((found & 0xFFFF) > 0, inside)
    again = run("segment", "work.lidarlabel", "--from-boxes", "--labels", "out")
    assert again.code == 1
    assert "exists" in again.err
    assert run("segment", "work.lidarlabel").code == 2
