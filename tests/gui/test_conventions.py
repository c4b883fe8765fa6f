"""The convention lab in the desk: a drive read wrongly is put right with one press, and one undo takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from lidar_label.datasets import ReadOptions
from lidar_label.gui.convention_texts import CONTEXT, CONVENTIONS, REASONS
from lidar_label.gui.conventions import ConventionDialog
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.jobs import import_drive
from lidar_label.jobs.conventions import _WORDS
from lidar_label.model.convention import FIXES

WRONG = "camera:inverse,boxes:yaw-negated"


@pytest.fixture
def window(shared_data: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    project = tmp_path / "p.lidarlabel"
    import_drive(shared_data / "sustechpoints_example", project, read=ReadOptions(assume={"meant": WRONG}))
    desk = Desk(author="Ann")
    made = Window(desk, Settings(), Language())
    qtbot.addWidget(made)
    made.resize(1400, 900)
    made.show()
    desk.open(project)
    qtbot.waitUntil(lambda: desk.view is not None and len(desk.boxes) > 0)
    yield made
    made.close()


def camera(desk: Desk) -> np.ndarray:
    assert desk.scene is not None
    return desk.scene.frames[0].images["front"].sensor.ego_SE3_sensor.matrix


def test_the_ranking_is_shown_drawn_and_taken_with_one_press(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    wrong, yaw = camera(desk), desk.boxes[0].world_SE3_box.yaw
    window.menus.actions["conventions"].trigger()
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(ConventionDialog)))
    dialog = next(iter(window.findChildren(ConventionDialog)))
    first = dialog.rows.item(0)
    assert first is not None
    assert "other way round" in first.text()
    assert "turn the other way" in first.text()
    assert "pictures" in dialog.why.text()
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull())
    read = dialog.rows.count() - 1
    dialog.rows.setCurrentRow(read)
    dialog.rows.setCurrentRow(0)
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.allclose(camera(desk), wrong))
    assert abs(desk.boxes[0].world_SE3_box.yaw + yaw) < 1e-6
    assert desk.undo_title == "Set what the data means"
    window.menus.actions["undo"].trigger()
    qtbot.waitUntil(lambda: np.allclose(camera(desk), wrong))
    assert abs(desk.boxes[0].world_SE3_box.yaw - yaw) < 1e-6


def test_all_that_is_said_is_known_to_the_window_and_in_chinese() -> None:
    assert {fix.says for fix in FIXES.values()} == set(CONVENTIONS)
    assert set(_WORDS.values()) == set(REASONS)
    language = Language()
    language.use("zh_CN")
    try:
        said = [QCoreApplication.translate(CONTEXT, text) for text in (*CONVENTIONS, *REASONS)]
    finally:
        language.use(ENGLISH)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in text) for text in said)
