"""Choosing, pasting and commenting in the window with real keys, as a person does them with the left hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.multi import Multi
from lidar_label.gui.shell.comments import CommentsPanel, WritingField
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language

OpenDesk = Callable[..., Desk]
Key, NONE, CTRL = Qt.Key, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


def plain_views(desk: Desk) -> Views:
    main, top, cameras = QLabel("3D"), QLabel("top"), QWidget()
    main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    nothing: Callable[[], object] = lambda: None  # noqa: E731
    return Views(
        main=main, top=top, cameras=cameras, look_down=nothing, look_home=nothing, focus_selection=nothing,
        close=nothing,
    )  # fmt: skip


@pytest.fixture
def window(open_desk: OpenDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Window:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = Window(open_desk(), Settings(), Language(), make=plain_views)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made._scene_changed()  # the desk was opened before the window
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made


def press(window: Window, qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)
    qtbot.waitUntil(lambda: window.desk._store.pending == 0)


def test_a_box_is_copied_moved_and_placed_by_keys(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    desk.go_to(3)
    desk.select("car")
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    press(window, qtbot, Key.Key_C, CTRL)
    press(window, qtbot, Key.Key_D)
    press(window, qtbot, Key.Key_V, CTRL)
    assert set(desk.ghosts) == {"car"}
    press(window, qtbot, Key.Key_R)
    press(window, qtbot, Key.Key_Escape)
    assert not desk.ghosts
    assert desk.boxes == ()
    assert desk.selected == "car", "the first Escape drops the copy alone"
    press(window, qtbot, Key.Key_V, CTRL)
    press(window, qtbot, Key.Key_R)
    press(window, qtbot, Key.Key_Return)
    (box,) = desk.boxes
    assert (box.track, box.frame) == ("car", 4)
    assert round(box.center[2], 6) == 0.9, "R lifted it by 10 cm"
    press(window, qtbot, Key.Key_Z, CTRL)
    assert desk.boxes == ()


def test_all_boxes_are_chosen_and_told_by_keys(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    desk.go_to(2)
    qtbot.waitUntil(lambda: len(desk.boxes) == 2)
    press(window, qtbot, Key.Key_A, CTRL)
    assert set(Multi.of(desk).tokens) == {"car", "walker"}
    press(window, qtbot, Key.Key_2)
    assert {track.category for track in desk.tracks.values()} == {"vehicle.truck"}
    press(window, qtbot, Key.Key_Delete)
    assert desk.boxes == ()
    press(window, qtbot, Key.Key_Z, CTRL)
    press(window, qtbot, Key.Key_Z, CTRL)
    assert len(desk.boxes) == 2
    assert desk.tracks["walker"].category == "human.pedestrian"


def test_a_comment_is_written_and_found_by_keys(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    desk.go_to(2)
    press(window, qtbot, Key.Key_M, CTRL)
    field = QApplication.focusWidget()
    assert isinstance(field, WritingField)
    qtbot.keyClicks(field, "wad 123")  # letters that are keys elsewhere
    qtbot.keyClick(field, Key.Key_Return)
    qtbot.waitUntil(lambda: len(desk.known.comments) == 1)
    assert desk.known.comments[0].text == "wad 123"
    assert desk.index == 2
    assert QApplication.focusWidget() is window.views.main, "the keys belong to the views again"
    panel = window.panels["comments"]
    assert isinstance(panel, CommentsPanel)
    desk.go_to(0)
    press(window, qtbot, Key.Key_F3)
    assert desk.index == 2
    press(window, qtbot, Key.Key_Z, CTRL)
    assert desk.known.comments == ()
