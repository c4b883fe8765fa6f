"""Classes of points from boxes, by the command line, and out again as files that are one label a point."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.mark.one_numpy
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


class Colors(dict[str, tuple[int, int, int]]):
    """A colour for every category: the devkit has them for its own alone."""

    def __missing__(self, name: str) -> tuple[int, int, int]:
        return (9, 9, 9)


def test_lidarseg_is_read_by_the_devkit(run: Any, shared_data: Path, tmp_path: Path) -> None:
    nuscenes = pytest.importorskip("nuscenes.nuscenes", reason="the devkit is in the second environment")
    from lidar_label.jobs import open_project
    from lidar_label.store.point_labels import class_names, read_classes

    assert run("import", shared_data / "kitti_raw", "work.lidarlabel").code == 0
    assert run("segment", "work.lidarlabel", "--from-boxes").code == 0
    done = run("export", "work.lidarlabel", "out", "--to", "nuscenes")
    assert done.code == 0, done.err
    assert "colormap" in done.err
    devkit = nuscenes.NuScenes("v1.0-mini", str(tmp_path / "out"), verbose=False, colormap=Colors())
    indices = {row["name"]: row["index"] for row in devkit.category}
    assert indices["noise"] == 0
    scene = next(row for row in devkit.scene if row["name"].endswith("0001_sync"))
    sample = devkit.get("sample", scene["first_sample_token"])
    token = sample["data"]["LIDAR_TOP"]
    counts = devkit.get_sample_lidarseg_stats(sample["token"], sort_by="count")
    assert counts is None
    found = np.fromfile(Path(devkit.dataroot) / devkit.get("lidarseg", token)["filename"], np.uint8)
    with open_project(tmp_path / "work.lidarlabel") as project:
        ref = next(ref for ref in project.refs if ref.name == scene["name"])
        sweep = project.scene(ref.token).frames[0].sweep()
        wanted = read_classes(project.session.store, ref.token, 0, sweep.channel, len(sweep.points()))
        names = class_names(project.session.store)
    assert [indices[names[number]] if number else 0 for number in wanted.tolist()] == found.tolist()
    assert np.count_nonzero(wanted) > 100
