"""``lidar-label conventions`` and ``agreement`` as a person runs them, on a real drive read wrongly."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lidar_label.datasets import open_dataset
from lidar_label.jobs.project import open_project

pytestmark = pytest.mark.one_numpy
DRIVE = "sustechpoints_example"
WRONG = "camera:inverse,boxes:yaw-negated"


def test_a_project_that_was_read_wrongly_is_put_right_and_can_be_turned_back(
    run: Any, shared_data: Path, tmp_path: Path
) -> None:
    """The lab ranks, draws, keeps the best; then the project agrees with the labels of the source."""
    made = run("import", shared_data / DRIVE, "p.lidarlabel", "--assume", f"meant={WRONG}")
    assert made.code == 0, made.err
    before = run("agreement", shared_data / DRIVE, "p.lidarlabel", "--json")
    assert json.loads(before.out)["scenes"][0]["all"]["errors"]["heading"][1] > 0.1
    done = run("conventions", "p.lidarlabel", "--apply", "--pictures", "seen", "--json")
    assert done.code == 0, done.err
    (scene,) = json.loads(done.out)["scenes"]
    assert scene["ranking"][0]["meant"] == WRONG
    assert "turn the other way" in scene["ranking"][0]["says"]
    assert "pictures" in scene["ranking"][0]["why"]
    assert len(list((tmp_path / "seen").rglob("*.jpg"))) == 12  # three cameras of two frames, read and meant
    truth = open_dataset(shared_data / DRIVE).scene(DRIVE)
    with open_project(tmp_path / "p.lidarlabel") as project:
        (ref,) = project.refs
        kept = project.scene(ref.token).frames[0].images["front"].sensor.ego_SE3_sensor.matrix
        assert np.allclose(kept, truth.frames[0].images["front"].sensor.ego_SE3_sensor.matrix, atol=1e-6)
    after = run("agreement", shared_data / DRIVE, "p.lidarlabel", "--json")
    (scene,) = json.loads(after.out)["scenes"]
    assert scene["differences"] == []
    assert (scene["all"]["scores"]["mota"], scene["all"]["scores"]["matched"]) == (1.0, 44)
    assert scene["all"]["errors"]["place_m"][1] < 1e-6
    with open_project(tmp_path / "p.lidarlabel") as project:
        project.session.undo()
        (ref,) = project.refs
        assert WRONG in ref.options
        assert "|" not in ref.options
        turned = project.scene(ref.token).frames[0].images["front"].sensor.ego_SE3_sensor.matrix
        assert not np.allclose(turned, kept, atol=0.1)
    again = run("agreement", shared_data / DRIVE, "p.lidarlabel", "--json")
    assert again.out == before.out
    table = run("agreement", shared_data / DRIVE, "p.lidarlabel", "--show", "3")
    assert "Differences" in table.out
    assert "Pedestrian" in table.out


def test_what_a_format_leaves_open_is_tried_too(run: Any, shared_data: Path, tmp_path: Path) -> None:
    """A table of boxes with headings in degrees says nothing of it; the points do."""
    source = open_dataset(shared_data / DRIVE)
    scene, labels = source.scene(DRIVE), source.labels(DRIVE)
    rows = ["category,frame,x,y,z,l,w,h,yaw"]
    for box in labels.boxes():
        numbers = [*box.center, *box.size, math.degrees(box.world_SE3_box.yaw)]
        rows.append(",".join([labels.track(box.track).category, str(box.frame), *(f"{v:.6f}" for v in numbers)]))
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "boxes.csv").write_text("\n".join(rows), "utf-8")
    frames = ["frame,cloud"]
    for frame in scene.frames:
        path = frame.sweep().path
        assert path is not None
        shutil.copy(path, tmp_path / "t" / path.name)
        frames.append(f"{frame.index},{path.name}")
    (tmp_path / "t" / "frames.csv").write_text("\n".join(frames), "utf-8")
    done = run("conventions", "t", "--most", "1", "--json")
    assert done.code == 0, done.err
    (found,) = json.loads(done.out)["scenes"]
    assert found["readings"][0]["assume"] == "angle_unit=deg"
    assert found["readings"][0]["score"] > found["ranking"][0]["score"] + 20


def test_what_is_no_convention_is_said(run: Any, shared_data: Path) -> None:
    done = run("info", shared_data / DRIVE, "--assume", "meant=boxes:sideways")
    assert done.code == 1
    assert "nothing is meant by 'boxes:sideways'" in done.err
    assert "Traceback" not in done.err
