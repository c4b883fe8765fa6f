"""The palette: finds by some letters in two languages, runs with Return, and says why something cannot be run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.finding import Found, score
from lidar_label.gui.shell.palette import Palette
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import ENGLISH, Language

Key = Qt.Key


def test_letters_match_in_their_order_and_better_where_they_begin_words() -> None:
    assert score("xyz", "Draw a box") == 0
    assert score("DAB", "Draw a box") > score("dab", "Reload table") > 0
    assert score("box", "Draw a box") > score("box", "Sandboxes") > 0
    assert score("copy next", "Copy to the next frame") > 0
    assert score("", "anything") > 0
    assert score("插值", "在关键帧之间插值") > 0


@pytest.fixture
def language() -> Iterator[Language]:
    made = Language()
    yield made
    made.use(ENGLISH)


@pytest.fixture
def window(
    open_desk: Callable[..., Desk], qtbot: QtBot, language: Language, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    def plain_views(_: Desk) -> Views:
        main = QLabel("3D")
        main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        nothing = lambda: None  # noqa: E731
        return Views(
            main=main, top=QLabel(), cameras=QWidget(), look_down=nothing, look_home=nothing, focus_selection=nothing,
            close=nothing,
        )  # fmt: skip

    made = Window(open_desk(), Settings(), language, make=plain_views)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made._scene_changed()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    yield made
    made.close()


def opened(window: Window) -> Palette:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = QApplication.activePopupWidget()
    assert isinstance(palette, Palette)
    return palette


def lines(palette: Palette) -> list[Found]:
    items = [palette.list.item(row) for row in range(palette.list.count())]
    return [item.data(Qt.ItemDataRole.UserRole) for item in items if item is not None]


def test_a_command_is_found_run_and_first_the_next_time(window: Window, qtbot: QtBot) -> None:
    palette = opened(window)
    qtbot.keyClicks(palette.field, "dr box")
    assert lines(palette)[0].title == "Draw a box"
    assert (lines(palette)[0].kind, lines(palette)[0].keys) == ("Box", "B")
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.desk.tool == "box"
    again = opened(window)
    assert lines(again)[0].command == "draw-box"
    qtbot.keyClick(again.field, Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert window.desk.tool == "box", "Escape closes the palette and goes no further"


def test_arrows_go_through_the_list_while_letters_stay_in_the_field(window: Window, qtbot: QtBot) -> None:
    palette = opened(window)
    qtbot.keyClicks(palette.field, "frame")
    qtbot.keyClick(palette.field, Key.Key_Down)
    qtbot.keyClick(palette.field, Key.Key_Down)
    qtbot.keyClick(palette.field, Key.Key_Up)
    assert palette.list.currentRow() == 1
    assert palette.field.text() == "frame"
    palette.close()


def test_what_cannot_be_run_is_there_and_says_why(window: Window, qtbot: QtBot) -> None:
    palette = opened(window)
    qtbot.keyClicks(palette.field, "heading round")
    flip = next(line for line in lines(palette) if line.command == "flip")
    assert flip.refusal == "no box of this frame is selected"
    with qtbot.waitSignal(window.desk.said) as said:
        qtbot.keyClick(palette.field, Key.Key_Return)
    assert "no box of this frame is selected" in said.args[0]
    assert window.desk.undo_title == ""


def test_it_finds_in_both_languages(window: Window, language: Language, qtbot: QtBot) -> None:
    window.use_language("zh_CN")
    for typed in ("撤销", "undo"):
        palette = opened(window)
        palette.field.setText(typed)
        assert lines(palette)[0].command == "undo"
        palette.close()


def test_tracks_categories_and_frames_are_found(window: Window, qtbot: QtBot) -> None:
    palette = opened(window)
    qtbot.keyClicks(palette.field, "#anna")
    assert [line.kind for line in lines(palette)] == ["Track"]
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert (window.desk.selected, window.desk.index) == ("walker", 2), "it goes to where the track has a box"
    palette = opened(window)
    qtbot.keyClicks(palette.field, "truck")
    assert (lines(palette)[0].title, lines(palette)[0].kind) == ("vehicle.truck", "Category")
    qtbot.keyClick(palette.field, Key.Key_Return)
    qtbot.waitUntil(lambda: window.desk.tracks["walker"].category == "vehicle.truck")
    QTest.keyClick(QApplication.focusWidget(), Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    palette = QApplication.activePopupWidget()
    assert isinstance(palette, Palette)
    assert palette.field.text() == ":"
    qtbot.keyClicks(palette.field, "4")
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.desk.index == 4
    palette = opened(window)
    qtbot.keyClicks(palette.field, ":x")
    assert lines(palette) == []
    qtbot.keyClick(palette.field, Key.Key_Return)
    palette.close()
    assert window.desk.index == 4
