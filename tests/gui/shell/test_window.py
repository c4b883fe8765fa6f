"""The window: keys, fields that keep their keys, messages, language, layout, drops, closing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import QApplication, QCheckBox, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands import ACTIONS, MENUS
from lidar_label.gui.shell.import_report import ImportReport
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.sheet import ShortcutSheet
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.progress import Progress

OpenDesk = Callable[..., Desk]
Key, Modifier = Qt.Key, Qt.KeyboardModifier
ASKED: list[str] = []


def plain_views(desk: Desk) -> Views:
    main, top, cameras = QLabel("3D"), QLabel("top"), QWidget()
    main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return Views(
        main=main,
        top=top,
        cameras=cameras,
        look_down=lambda: ASKED.append("down"),
        look_home=lambda: ASKED.append("home"),
        focus_selection=lambda: ASKED.append("focus"),
        close=lambda: ASKED.append("close"),
    )


@pytest.fixture
def language() -> Iterator[Language]:
    made = Language()
    yield made
    made.use(ENGLISH)


@pytest.fixture
def window(open_desk: OpenDesk, qtbot: QtBot, language: Language, tmp_path: Path, monkeypatch) -> Window:  # noqa: ANN001
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    ASKED.clear()
    desk = open_desk()
    made = Window(desk, Settings(), language, make=plain_views)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made._scene_changed()  # the desk was opened before the window
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    return made


def press(qtbot: QtBot, key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, key, modifier)


def test_keys_step_select_and_edit(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    press(qtbot, Key.Key_D)
    press(qtbot, Key.Key_Right)
    assert desk.index == 2
    press(qtbot, Key.Key_A)
    assert desk.index == 1
    qtbot.waitUntil(lambda: len(desk.boxes) == 1)
    press(qtbot, Key.Key_Tab)
    assert desk.selected == "car"
    press(qtbot, Key.Key_W)
    press(qtbot, Key.Key_W, Modifier.ShiftModifier)
    box = desk.selected_box
    assert box is not None
    assert box.center[0] == pytest.approx(111.12)
    press(qtbot, Key.Key_2)
    qtbot.waitUntil(lambda: desk.tracks["car"].category == "vehicle.truck")
    press(qtbot, Key.Key_B)
    assert desk.tool == "box"
    press(qtbot, Key.Key_Escape)
    assert desk.tool == "select"
    press(qtbot, Key.Key_Delete)
    qtbot.waitUntil(lambda: desk.undo_title == "Delete a box")
    press(qtbot, Key.Key_Z, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.redo_title == "Delete a box")
    press(qtbot, Key.Key_Y, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: desk.undo_title == "Delete a box")
    press(qtbot, Key.Key_T)
    assert ASKED == ["down"]


def test_a_field_keeps_its_keys(window: Window, qtbot: QtBot) -> None:
    window.desk.select("car")
    window.tracks.filter.setFocus()
    for key in (Key.Key_A, Key.Key_D, Key.Key_B, Key.Key_Space, Key.Key_1):
        press(qtbot, key)
    press(qtbot, Key.Key_Left)
    press(qtbot, Key.Key_Home)
    press(qtbot, Key.Key_Delete)
    assert window.tracks.filter.text() == "db 1"
    assert window.desk.index == 0
    assert window.desk.tool == "select"
    assert window.desk.selected_box is not None
    press(qtbot, Key.Key_Escape)
    assert window.views is not None
    assert window.views.main.hasFocus(), "Escape leaves the field"
    assert window.desk.selected == "car", "and does not reach the selection"
    press(qtbot, Key.Key_D)
    assert window.desk.index == 1


def test_a_number_field_keeps_its_keys_and_return_leaves_it(window: Window, qtbot: QtBot) -> None:
    window.desk.select("car")
    field = window.box.position[0]
    qtbot.waitUntil(field.isEnabled)
    field.setFocus()
    field.selectAll()
    for key in (Key.Key_Minus, Key.Key_4):
        press(qtbot, key)
    assert window.desk.selected_box is not None
    assert window.desk.selected_box.size[2] == 1.6, "minus did not make the box lower"
    press(qtbot, Key.Key_Return)
    assert not field.hasFocus()
    qtbot.waitUntil(lambda: window.desk.undo_title == "Move a box")
    assert window.desk.selected_box.center[0] == pytest.approx(96)


def test_escape_in_a_number_field_takes_the_typing_back(window: Window, qtbot: QtBot) -> None:
    window.desk.select("car")
    before = window.desk.undo_title
    field = window.box.position[0]
    qtbot.waitUntil(field.isEnabled)
    field.setFocus()
    field.selectAll()
    press(qtbot, Key.Key_7)
    press(qtbot, Key.Key_Escape)
    assert field.value() == 10.0
    assert field.text().startswith("10.000")
    assert window.desk.undo_title == before


def test_after_a_choice_the_keys_belong_to_the_views_again(window: Window, qtbot: QtBot) -> None:
    window.desk.select("car")
    window.box.category.setFocus()
    press(qtbot, Key.Key_Down)
    qtbot.waitUntil(lambda: window.desk.tracks["car"].category == "vehicle.truck")
    press(qtbot, Key.Key_Down)
    press(qtbot, Key.Key_D)
    assert window.desk.index == 1
    window.desk.after_edits(lambda: None)
    qtbot.waitUntil(lambda: window.desk._store.pending == 0)
    assert window.desk.tracks["car"].category == "vehicle.truck", "the second arrow changed nothing"
    tick = next(t for t in window.box.findChildren(QCheckBox) if t.text() == "vehicle.parked")
    qtbot.waitUntil(tick.isEnabled)
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton, pos=QPoint(5, tick.height() // 2))
    assert tick.isChecked()
    assert window.views is not None
    assert window.views.main.hasFocus()


def test_escape_in_a_text_field_brings_back_what_was_there(window: Window, qtbot: QtBot) -> None:
    window.desk.select("car")
    qtbot.waitUntil(window.box.name.isEnabled)
    window.box.name.setFocus()
    window.box.name.selectAll()
    press(qtbot, Key.Key_9)
    press(qtbot, Key.Key_Escape)
    assert window.box.name.text() == window.desk.tracks["car"].name == "7"
    assert window.desk.undo_title == ""
    window.tracks.filter.setFocus()
    qtbot.keyClicks(window.tracks.filter, "anna")
    press(qtbot, Key.Key_Escape)
    assert window.tracks.filter.text() == "", "no filter is left on that nobody sees any more"


def test_menus_hold_every_action_and_follow_the_desk(window: Window) -> None:
    for action in ACTIONS:
        made = window.menus.actions[action.id]
        if action.menu in MENUS:
            assert made in window.menus.menus[action.menu].actions()
    assert not window.menus.actions["delete-box"].isEnabled()
    window.menus.menus["box"].aboutToShow.emit()
    assert window.menus.actions["delete-box"].statusTip() == "no box of this frame is selected"
    window.desk.select("car")
    assert window.menus.actions["delete-box"].isEnabled()
    assert window.menus.actions["color-height"].isChecked()
    window.menus.actions["color-track"].trigger()
    assert window.desk.color_mode == "track"
    assert not window.menus.actions["color-height"].isChecked()


def test_the_title_names_project_and_scene(window: Window) -> None:
    assert window.windowTitle() == "made-0 – made-up – lidar-label"
    assert "1 tracks" not in window.status.numbers.text()
    assert "frame 0 · points 500 · boxes 1 · tracks 2" in window.status.numbers.text()


def test_a_fault_shows_in_the_strip_and_can_be_copied(window: Window, qtbot: QtBot) -> None:
    window.desk.failed.emit("000.bin: cut off")
    assert window.strip.isVisible()
    assert window.strip.text.text() == "000.bin: cut off"
    window.crashed.emit("KeyError: 'x'", "Traceback of it", "/state/crash-1.txt")
    assert "KeyError" in window.strip.text.text()
    assert "/state/crash-1.txt" in window.strip.text.text()
    assert window.strip.more.text() == "+1"
    qtbot.mouseClick(window.strip.copy, Qt.MouseButton.LeftButton)
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert "000.bin: cut off" in clipboard.text()
    assert "Traceback of it" in clipboard.text()
    window.desk.noticed.emit("a note")
    assert "KeyError" in window.strip.text.text(), "a note does not hide a fault"
    qtbot.mouseClick(window.strip.close_button, Qt.MouseButton.LeftButton)
    assert not window.strip.isVisible()
    window.desk.noticed.emit("a note")
    assert window.strip.text.text() == "a note"


def test_of_a_long_path_the_end_is_shown_and_all_is_copied(window: Window) -> None:
    text = "/home/somebody/drives/of march/sensors/lidar: 3 sweeps are missing"
    window.desk.noticed.emit(text)
    assert window.strip.text.text() == "…/sensors/lidar: 3 sweeps are missing"
    assert window.strip.text.toolTip() == text
    assert window.strip.messages == [text]


def test_a_long_message_leaves_room_for_the_views(window: Window) -> None:
    text = " ".join(f"format-{number} needs a folder of its own;" for number in range(60))
    window.desk.failed.emit(text)
    QApplication.processEvents()
    assert window.strip.height() < window.height() / 5
    assert window.strip.text.toolTip() == text
    assert window.strip.messages == [text], "all of it is copied"


def test_the_language_switches_while_the_window_is_open(window: Window, language: Language) -> None:
    window.use_language("zh_CN")
    QApplication.processEvents()
    assert window.menus.menus["file"].title() == "文件"
    assert window.menus.actions["undo"].text().startswith("撤销")
    assert window.docks["tracks"].windowTitle() == "目标列表"
    assert window.tracks.filter.placeholderText() == "按名称或类别筛选"
    assert window.tracks.model.headerData(1, Qt.Orientation.Horizontal) == "类别"
    assert "个点" in window.status.numbers.text()
    assert Settings().language == "zh_CN"
    window.use_language("en")
    QApplication.processEvents()
    assert window.menus.menus["file"].title() == "File"


def test_the_sheet_shows_every_key(window: Window, qtbot: QtBot) -> None:
    sheet = ShortcutSheet(window.keymap, window)
    qtbot.addWidget(sheet)
    text = "".join(label.text() for label in sheet.findChildren(QLabel)).replace("<br>", " ")
    for action in ACTIONS:
        if action.keys and action.menu != "hidden":
            assert action.text.replace("'", "&#x27;") in text, action.id


def test_f1_opens_the_sheet(window: Window, qtbot: QtBot) -> None:
    press(qtbot, Key.Key_F1)
    sheets = window.findChildren(ShortcutSheet)
    assert len(sheets) == 1
    sheets[0].reject()


def test_a_dropped_folder_is_opened(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(window.desk, "open", lambda path, frame, then: opened.append(path))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    actions, buttons = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(50, 50), actions, mime, buttons, Modifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), actions, mime, buttons, Modifier.NoModifier))
    assert opened == [tmp_path]
    text = QMimeData()
    text.setText("no file")
    enter = QDragEnterEvent(QPoint(50, 50), actions, text, buttons, Modifier.NoModifier)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_the_layout_and_the_settings_come_back(
    window: Window, open_desk: OpenDesk, qtbot: QtBot, language: Language
) -> None:
    window.docks["box"].close()
    window.resize(1234, 777)
    window.desk.set_point_size(5)
    window.settings.add_recent(Path("/"))
    window.close()
    assert ASKED[-1] == "close"
    desk = open_desk()
    again = Window(desk, Settings(), language, make=plain_views)
    qtbot.addWidget(again)
    again._scene_changed()
    again.show_as_left()
    qtbot.waitExposed(again)
    assert (again.width(), again.height()) == (1234, 777)
    assert desk.point_size == 5
    assert not again.docks["box"].isVisible()
    assert again.settings.recent == [Path("/")]
    again.reset_layout()
    assert again.docks["box"].isVisible()


def test_the_first_time_it_fills_the_screen(open_desk: OpenDesk, qtbot: QtBot, language: Language) -> None:
    made = Window(open_desk(), Settings(), language, make=plain_views)
    qtbot.addWidget(made)
    made.settings.forget_layout("geometry")
    made.show_as_left()
    assert made.isMaximized()
    made.close()


def test_before_a_drive_is_open_no_field_takes_the_keys(qtbot: QtBot, language: Language) -> None:
    made = Window(Desk(), Settings(), language, make=plain_views)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made.welcome.folder)
    made.close()


def test_nothing_of_a_broken_settings_file_hurts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "lidar-label").mkdir()
    (tmp_path / "lidar-label" / "desk.ini").write_text("point_size=large\nrecent=/no/such/place\n[layout]\nwindow=x\n")
    settings = Settings()
    assert settings.point_size == 2
    assert settings.recent == []
    assert settings.layout("window").isEmpty()


def test_about_names_the_program(window: Window) -> None:
    window.menus.actions["about"].trigger()
    (box,) = window.findChildren(QMessageBox)
    assert "lidar-label" in box.text()
    box.done(0)


def test_the_import_report_is_made_beside_the_edits(window: Window, qtbot: QtBot) -> None:
    window.menus.actions["import-report"].trigger()
    qtbot.waitUntil(lambda: bool(window.findChildren(ImportReport)))
    (dialog,) = window.findChildren(ImportReport)
    assert dialog.tabs.tabText(0) == "Scenes"
    assert dialog.isVisible()
    dialog.reject()


def test_the_import_report_can_be_stopped(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(what: object, progress: Progress) -> None:
        while True:
            progress.step(0, 0, "look at")
            time.sleep(0.01)

    monkeypatch.setattr("lidar_label.gui.shell.asking.look", slow)
    window.menus.actions["import-report"].trigger()
    qtbot.waitUntil(lambda: window.status.stop.isVisible() and window.status.task.text() == "look at")
    window.status.stop.click()
    qtbot.waitUntil(lambda: not window.status.stop.isVisible())
    assert not window.findChildren(ImportReport)
