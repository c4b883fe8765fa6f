"""A file of 2D labels lifted in the desk: asked first, made beside the window, one step of undo; rubbish is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.drafting_flat import LiftDialog
from lidar_label.gui.making import Maker
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.model import Box, Labels, Source
from tests.gui.test_making import CAMERA, CAR, GROUND, PLACES, SE3, scene

pytestmark = pytest.mark.one_numpy


@pytest.fixture
def window(
    open_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = Window(open_desk(scene(), Labels()), Settings(), Language())
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    yield made
    made.close()


def tight(number: int) -> list[float]:
    """The 2D box of a car in the first frame's picture, as COCO has it."""
    x, y, yaw = PLACES[number]
    pose = SE3.from_yaw("ego", "box", yaw, (x, y, GROUND + CAR[2] / 2))
    corners = np.stack(np.meshgrid(*[(-side / 2, side / 2) for side in CAR]), axis=-1).reshape(-1, 3)
    assert CAMERA.camera is not None
    uv, _ = CAMERA.camera.project(CAMERA.ego_SE3_sensor.inverse.apply(pose.apply(corners)))
    return [*uv.min(axis=0).tolist(), *np.ptp(uv, axis=0).tolist()]


def chosen(window: Window, file: Path) -> None:
    """Run the command and name a file in the dialog that it opens, as a person types it."""

    def name() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(file))
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(100, name)
    window.menus.actions["lift-flat"].trigger()


def coco(file: Path, *rows: dict[str, Any], picture: str = "CAM/000000.png") -> Path:
    whole = {
        "images": [{"id": 1, "file_name": picture, "width": 640, "height": 400}],
        "annotations": [{"id": n, "image_id": 1, "category_id": 1, **row} for n, row in enumerate(rows)],
        "categories": [{"id": 1, "name": "car"}, {"id": 2, "name": "kite"}],
    }
    file.write_text(json.dumps(whole), "utf-8")
    return file


def test_2d_labels_become_boxes_and_one_undo_takes_them_back(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    desk, told, noticed, failed = window.desk, list[str](), list[str](), list[str]()
    desk.said.connect(told.append)
    desk.noticed.connect(noticed.append)
    desk.failed.connect(failed.append)

    # rubbish and labels of other pictures are said, and nothing is asked or made
    (tmp_path / "rubbish.json").write_text('{"images": 3', "utf-8")
    chosen(window, tmp_path / "rubbish.json")
    qtbot.waitUntil(lambda: len(failed) == 1)
    assert "rubbish.json: not valid JSON" in failed[0]
    chosen(window, coco(tmp_path / "else.json", {"bbox": tight(0)}, picture="else/other.png"))
    qtbot.waitUntil(lambda: len(failed) == 2)
    assert "none of its 1 2D labels is in a picture of this drive, such as 'else/other.png'" in failed[1]

    outside, empty = {"bbox": [5000, 10, 20, 20]}, {"bbox": [300, 2, 30, 30]}
    masked = {"bbox": tight(0), "segmentation": {"size": [4, 4], "counts": [16]}}
    kite = {"bbox": tight(1), "category_id": 2}
    rows = ({"bbox": tight(0)}, {"bbox": tight(1)}, outside, empty, masked, kite)
    chosen(window, coco(tmp_path / "flat.json", *rows))
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(LiftDialog)))
    dialog = next(one for one in window.findChildren(LiftDialog) if one.isVisible())
    assert "flat.json: 6 2D labels in 1 pictures of this drive" in dialog.told.text()
    assert dialog.classes == {"car": "vehicle.car", "kite": ""}
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button is not None
    dialog.choices["car"].setCurrentIndex(0)
    assert not button.isEnabled()  # nothing would become a box
    dialog.choices["car"].setCurrentIndex(dialog.choices["car"].findData("vehicle.car"))
    before = desk.undo_title
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    told.clear()
    qtbot.waitUntil(lambda: bool(told) or len(failed) > 2)
    assert told == ["2 tracks with 2 boxes lifted from 2D labels; one undo takes them back"], (failed, noticed)
    qtbot.waitUntil(lambda: len(desk.boxes) == 2)
    assert {(box.source, box.is_keyframe) for box in desk.boxes} == {(Source.MACHINE, False)}
    assert {desk.tracks[box.track].category for box in desk.boxes} == {"vehicle.car"}
    said = "\n".join(noticed)
    for reason in ("outside of the picture", "nothing of this object", "its mask is 4 x 4 pixels"):
        assert f"a 2D label was not lifted: {reason}" in said or reason in said

    # what else a 2D label may mean comes one by one under the key, and after the last the first again
    box, seen = desk.boxes[0], list[Box]()
    desk.select(box.track)
    assert not Maker.of(desk).has_other
    Maker.of(desk).remember({box.token: (replace(box, size=(5.0, 2.0, 2.0)),)})
    for _ in range(6):
        told.clear()
        window.menus.actions["other-answer"].trigger()
        qtbot.waitUntil(lambda: bool(told))
        assert "boxes for the 2D label" in told[0]
        now = desk.selected_box
        assert now is not None
        assert now.token == box.token
        seen.append(now)
        if now.world_SE3_box == box.world_SE3_box and now.size == box.size:
            break
    assert len(seen) > 1
    assert seen[-1].size == box.size
    assert all(one.world_SE3_box != box.world_SE3_box or one.size != box.size for one in seen[:-1])
    for _ in seen:
        desk.undo()
    desk.undo()
    qtbot.waitUntil(lambda: not desk.boxes and not desk.tracks)
    assert desk.undo_title == before
