"""Pictures with boxes out of the desk: the dialog, the work beside the edits, and what is there already."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialogButtonBox, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.overlay_export import PicturesDialog, export_pictures, start
from lidar_label.jobs.overlays import OverlayOptions

OpenDesk = Callable[..., Desk]
LEFT = Qt.MouseButton.LeftButton


def ok_of(dialog: PicturesDialog) -> QWidget:
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button is not None
    return button


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def asked(open_desk: OpenDesk, qtbot: QtBot, window: QWidget) -> tuple[Desk, PicturesDialog]:
    desk = open_desk()
    qtbot.waitUntil(lambda: len(desk.boxes) > 0)
    export_pictures(window, desk)
    (dialog,) = window.findChildren(PicturesDialog)
    return desk, dialog


def test_the_pictures_of_this_frame_or_all_are_written(
    asked: tuple[Desk, PicturesDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    desk, dialog = asked
    said: list[str] = []
    desk.said.connect(said.append)
    dialog.path.setText(str(tmp_path / "out"))
    QTest.mouseClick(ok_of(dialog), LEFT)
    qtbot.waitUntil(lambda: len(said) == 1)
    assert [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.jpg")] == [
        "CAM_FRONT/000000.jpg"
    ]
    picture = QImage(str(tmp_path / "out" / "CAM_FRONT" / "000000.jpg"))
    assert (picture.width(), picture.height()) == (64, 40)
    start(desk, tmp_path / "all", OverlayOptions(suffix=".png"))
    qtbot.waitUntil(lambda: len(said) == 2)
    assert len(list((tmp_path / "all").rglob("*.png"))) == 6
    assert not list(tmp_path.rglob("*.part"))


def test_an_edit_that_is_on_its_way_is_in_the_picture(open_desk: OpenDesk, qtbot: QtBot, tmp_path: Path) -> None:
    desk = open_desk()
    qtbot.waitUntil(lambda: len(desk.boxes) > 0)
    said: list[str] = []
    desk.said.connect(said.append)
    options = OverlayOptions(frames=[0], suffix=".png", names=False)
    start(desk, tmp_path / "before", options)
    qtbot.waitUntil(lambda: len(said) == 1)
    desk.select("car")
    desk.nudge(dl=2.0)  # keys that rest are stored a moment later
    start(desk, tmp_path / "after", options)
    qtbot.waitUntil(lambda: len(said) == 2)
    one, two = (QImage(str(tmp_path / name / "CAM_FRONT" / "000000.png")) for name in ("before", "after"))
    assert not one.isNull()
    assert one != two


def test_nothing_is_written_over_without_asking(
    asked: tuple[Desk, PicturesDialog], qtbot: QtBot, tmp_path: Path
) -> None:
    desk, dialog = asked
    there = tmp_path / "out" / "CAM_FRONT" / "000000.jpg"
    there.parent.mkdir(parents=True)
    there.write_bytes(b"kept")
    dialog.path.setText(str(tmp_path / "out"))
    questions: list[str] = []

    def answer(which: QMessageBox.StandardButton) -> None:
        (box,) = dialog.findChildren(QMessageBox)
        questions.append(box.text())
        button = box.button(which)
        assert button is not None
        QTest.mouseClick(button, LEFT)

    QTimer.singleShot(50, lambda: answer(QMessageBox.StandardButton.No))
    QTest.mouseClick(ok_of(dialog), LEFT)
    assert "1 pictures are there already" in questions[0]
    assert dialog.isVisible()
    assert there.read_bytes() == b"kept"
    said: list[str] = []
    desk.said.connect(said.append)
    for box in dialog.findChildren(QMessageBox):
        box.setParent(None)
    QTimer.singleShot(50, lambda: answer(QMessageBox.StandardButton.Yes))
    QTest.mouseClick(ok_of(dialog), LEFT)
    qtbot.waitUntil(lambda: len(said) == 1)
    assert there.read_bytes() != b"kept"


def test_the_dialog_says_what_is_missing(asked: tuple[Desk, PicturesDialog], tmp_path: Path) -> None:
    _, dialog = asked
    assert ok_of(dialog).isEnabled()
    dialog.path.setText(str(tmp_path / "no" / "such" / "folder"))
    assert not ok_of(dialog).isEnabled()
    assert dialog.problem.text()
    dialog.path.setText(str(tmp_path / "out"))
    assert ok_of(dialog).isEnabled()
    (camera,) = dialog.cameras
    camera.setChecked(False)
    assert not ok_of(dialog).isEnabled()
    assert dialog.problem.text() == "Choose at least one camera."
    dialog.reject()
    assert not list(tmp_path.glob("out"))
