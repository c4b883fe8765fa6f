"""2D labels lifted by the command line, on KITTI's own frames, and 3D boxes written back as 2D labels."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.one_numpy


@pytest.fixture
def drive(shared_data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "kitti"
    shutil.copytree(shared_data / "kitti_object_reduced", folder)
    return folder


def test_labels_of_kitti_become_boxes_and_go_back(run: Any, drive: Path, tmp_path: Path) -> None:
    from lidar_label.jobs import open_project
    from lidar_label.kernels.rotated_iou import iou_matrix

    assert run("import", drive, "truth.lidarlabel").code == 0
    assert run("import", drive, "work.lidarlabel", "--no-labels").code == 0
    done = run("lift", "work.lidarlabel", drive / "label_2", "--class", "Car=vehicle.car", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["scenes"][0]["boxes"] == 6
    rows = {}
    for name in ("truth", "work"):
        with open_project(tmp_path / f"{name}.lidarlabel") as project:
            ref = project.refs[0]
            labels = project.session.store.labels(ref.token)
            rows[name] = np.array([(*b.center, *b.size, b.yaw) for b in labels.in_frame(0)])
            if name == "work":
                assert {t.category for t in labels.tracks} == {"vehicle.car"}
                assert all(b.source == "machine" and not b.is_keyframe and b.score for b in labels.boxes())
                assert {b.doubt for b in labels.boxes()} <= {"", "ambiguous"}
    assert (iou_matrix(rows["truth"], rows["work"], "bev").max(axis=1) > 0.4).sum() >= 5

    back = run("lift", "truth.lidarlabel", "flat.json", "--back", "--json")
    assert back.code == 0, back.err
    assert json.loads(back.out)["boxes"] == 6
    flat = json.loads((tmp_path / "flat.json").read_text("utf-8"))
    labelled = [line.split() for line in (drive / "label_2" / "000008.txt").read_text().splitlines()]
    drawn = np.array([[float(v) for v in cells[4:8]] for cells in labelled if cells[0] == "Car"])
    for row in flat["annotations"]:  # KITTI's own 2D boxes are the tight ones
        x, y, width, height = row["bbox"]
        off = np.abs(drawn - [x - 0.5, y - 0.5, x + width - 0.5, y + height - 0.5]).max(axis=1)
        assert off.min() < 3.0
        assert 0 <= row["attributes"]["occluded"] <= 1
    assert "is there already" in run("lift", "truth.lidarlabel", "flat.json", "--back").err
    whole = (tmp_path / "truth.lidarlabel").read_bytes()
    for target in ("truth.lidarlabel", next(drive.rglob("*.txt"))):
        onto = run("lift", "truth.lidarlabel", target, "--back", "--overwrite")
        assert (onto.code, "lies inside the data" in onto.err) == (1, True), onto.err
    assert (tmp_path / "truth.lidarlabel").read_bytes() == whole
    again = run("lift", "truth.lidarlabel", "flat.json", "--json")
    assert again.code == 0, again.err
    assert "left out where there are boxes already" in again.out

    with open_project(tmp_path / "work.lidarlabel") as project:
        assert project.session.undo() is not None
        assert not len(project.session.store.labels(project.refs[0].token))


def test_what_cannot_be_lifted_is_said_and_nothing_is_written(run: Any, drive: Path, tmp_path: Path) -> None:
    assert run("import", drive, "work.lidarlabel", "--no-labels").code == 0

    def lift(*rows: dict[str, Any], file_name: str = "000008.png", **image: Any) -> Any:
        whole = {
            "images": [{"id": 1, "file_name": file_name, "width": 1242, "height": 375, **image}],
            "annotations": [{"id": n, "image_id": 1, "category_id": 1, **row} for n, row in enumerate(rows)],
            "categories": [{"id": 1, "name": "car"}],
        }
        (tmp_path / "flat.json").write_text(json.dumps(whole), "utf-8")
        return run("lift", "work.lidarlabel", "flat.json")

    box = {"bbox": [600, 177, 120, 84]}
    lost = lift(box, file_name="else.png")
    assert (lost.code, "not in the project, such as 'else.png'" in lost.err) == (1, True)
    shaped = lift(box, width=640, height=480)
    assert "its picture is 640 x 480 pixels" in shaped.out
    outside = lift({"bbox": [5000, 10, 20, 20]}, {"bbox": [10, 10, 20, 20]}, {"bbox": [600, 340, 60, 30]})
    for said in ("outside of the picture", "no points in the mark", "nothing but ground"):
        assert said in outside.out
    masked = lift({**box, "segmentation": {"size": [4, 4], "counts": [16]}})
    assert "its mask is 4 x 4 pixels" in masked.out
    assert "no 2D label is of the class" in run("lift", "work.lidarlabel", "flat.json", "--class", "bus=x").err
    assert run("lift", "work.lidarlabel", "flat.json", "--class", "bus").code == 2
    assert run("lift", "work.lidarlabel", "flat.json", "--overwrite").code == 2
    from lidar_label.jobs import open_project

    with open_project(tmp_path / "work.lidarlabel") as project:
        assert not len(project.session.store.labels(project.refs[0].token))
