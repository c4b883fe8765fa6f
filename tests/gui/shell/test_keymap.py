"""The keys a person sets: no key twice in any preset, a file that bears with hands, and a desk that follows at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.box_panel import BoxPanel
from lidar_label.gui.shell.commands import ACTIONS, BY_ID, MENUS
from lidar_label.gui.shell.keymap import DEFAULTS, KeyMap, place_of, plain, resolve
from lidar_label.gui.shell.keymap_presets import PRESETS
from lidar_label.gui.shell.keys_dialog import KeysDialog
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.sheet import ShortcutSheet, flow
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.mark.parametrize("name", ["", *PRESETS])
def test_no_preset_gives_a_key_to_two_commands_or_leaves_one_out_of_reach(name: str) -> None:
    keys = resolve(PRESETS.get(name, {}), DEFAULTS)
    used = Counter((place_of(command), key) for command, found in keys.items() for key in found)
    assert {key for key, count in used.items() if count > 1} == set()
    assert all(keys[action.id] or action.menu != "hidden" or name for action in ACTIONS)


def test_a_page_has_keys_of_its_own_beside_the_same_of_the_window(path: Path) -> None:
    keymap = KeyMap(path)
    assert keymap.keys("cells-interpolate") == keymap.keys("interpolate") == ("G",)
    assert (keymap.owner("F"), keymap.owner("F", "cells-lay")) == ("focus", "cells-fit")
    keymap.set_keys("cells-lay", ["F"])
    assert (keymap.keys("cells-fit"), keymap.keys("focus")) == ((), ("F",))
    keymap.set_keys("flip", ["F"])
    assert KeyMap(path).keys("cells-lay") == ("F",)
    assert KeyMap(path).problems == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_commands_and_keys_that_there_are(name: str) -> None:
    preset = PRESETS[name]
    assert preset.keys() <= BY_ID.keys()
    given = Counter(plain(key) for keys in preset.values() for key in keys)
    assert max(given.values()) == 1, "a preset that needs a clash resolved says two things"
    assert "" not in given
    keys = resolve(preset, DEFAULTS)
    all_day = (
        "draw-box", "delete-box", "next-frame", "previous-frame", "undo", "redo", "escape", "forward", "back", "left",
        "right", "turn-left", "turn-right", "up", "down", "focus", "interpolate", "copy-next", "flip", "play",
        "palette", "keys", "shortcuts", *(f"category-{number}" for number in range(1, 10)),
    )  # fmt: skip
    assert [command for command in all_day if not keys[command]] == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "keys.json"


def test_what_is_set_is_kept_and_found_again(path: Path) -> None:
    keymap = KeyMap(path)
    assert not path.exists()
    keymap.set_keys("flip", ["Ctrl+Shift+9", "ctrl+shift+9"])
    assert keymap.keys("flip") == ("Ctrl+Shift+9",)
    assert keymap.owner("ctrl+shift+9") == "flip"
    assert KeyMap(path).keys("flip") == ("Ctrl+Shift+9",)
    assert json.loads(path.read_text("utf-8"))["keys"] == {"flip": ["Ctrl+Shift+9"]}
    keymap.reset("flip")
    assert KeyMap(path).keys("flip") == BY_ID["flip"].keys


def test_a_key_that_is_taken_leaves_the_command_that_had_it(path: Path) -> None:
    keymap = KeyMap(path)
    keymap.set_keys("flip", ["G"])
    assert keymap.keys("interpolate") == ()
    keymap.set_keys("copy-next", ["G"])
    assert (keymap.keys("flip"), keymap.keys("copy-next")) == ((), ("G",))
    keymap.set_keys("interpolate", ["G"])
    assert keymap.keys("copy-next") == ()
    assert not keymap.is_own("interpolate"), "that is where it usually is"


def test_a_preset_puts_a_persons_own_keys_away(path: Path) -> None:
    keymap = KeyMap(path)
    keymap.set_keys("flip", ["Ctrl+9"])
    keymap.use("CVAT")
    assert keymap.keys("next-frame") == ("F", "Right")
    assert KeyMap(path).preset == "CVAT"
    keymap.set_keys("flip", [])
    assert KeyMap(path).keys("flip") == ()
    keymap.use("")
    assert {name: keymap.keys(name) for name in BY_ID} == resolve(DEFAULTS)


def test_a_file_edited_by_hand_is_read_as_far_as_it_can_be(path: Path) -> None:
    path.parent.mkdir()
    wished = {"flip": ["ctrl+9", "Nonsense"], "undo": "Ctrl+U", "redo": ["Ctrl+9"], "of-tomorrow": {"any": 1}}
    path.write_text(json.dumps({"preset": "Vim", "keys": wished}))
    keymap = KeyMap(path)
    assert keymap.keys("flip") == ("Ctrl+9",)
    assert keymap.keys("undo") == ("Ctrl+Z",)
    assert keymap.keys("redo") == ()
    said = "\n".join(keymap.problems)
    for part in ('"Vim"', "CVAT", '"Nonsense"', "undo: expected a list", "flip has the key Ctrl+9 already; redo"):
        assert part in said
    assert all(str(path) in problem for problem in keymap.problems)
    keymap.set_keys("flip", ["Ctrl+8"])
    assert json.loads(path.read_text("utf-8"))["keys"]["of-tomorrow"] == {"any": 1}


@pytest.mark.parametrize("text", ['{"keys": {"flip": ["9"],}}', "[1]", '{"keys": 3}', "\x00", "[" * 100_000])
def test_a_broken_file_is_put_aside_and_not_lost(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(text)
    keymap = KeyMap(path)
    assert len(keymap.problems) == 1
    assert keymap.keys("flip") == BY_ID["flip"].keys
    assert path.read_text() == text, "it stays as it is until something is changed"
    keymap.set_keys("flip", ["Ctrl+8"])
    assert path.with_name("keys.json.broken").read_text() == text
    assert KeyMap(path).keys("flip") == ("Ctrl+8",)


def test_where_it_cannot_be_kept_it_holds_for_now_and_says_so(tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("in the way")
    keymap = KeyMap(tmp_path / "file" / "keys.json")
    with qtbot.waitSignal(keymap.failed) as caught:
        keymap.set_keys("flip", ["Ctrl+8"])
    assert "keys.json" in caught.args[0]
    assert keymap.keys("flip") == ("Ctrl+8",)


@pytest.fixture
def window(
    open_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
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

    made = Window(open_desk(), Settings(), Language(), make=plain_views)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made._scene_changed()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)
    yield made
    made.close()


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def test_the_desk_follows_a_change_at_once(window: Window) -> None:
    window.keymap.set_keys("draw-box", ["F7"])
    press(Key.Key_B)
    assert window.desk.tool == "select"
    press(Key.Key_F7)
    assert window.desk.tool == "box"
    window.desk.select("")
    panel = window.panels["box"]
    assert isinstance(panel, BoxPanel)
    hint = panel.hint
    assert "press F7 to draw" in hint.text()
    press(Key.Key_Escape)
    window.keymap.use("CVAT")
    assert "press N to draw" in hint.text()
    window.keymap.set_keys("draw-box", [])
    assert "press “Draw a box” to draw" in hint.text(), "it has no key"
    window.keymap.use("CVAT")
    press(Key.Key_F)
    assert window.desk.index == 1
    press(Key.Key_N)
    assert window.desk.tool == "box"
    button = window.menus.tools.widgetForAction(window.menus.actions["draw-box"])
    assert button is not None
    assert "(N)" in button.toolTip()
    assert window.menus.actions["next-frame"].shortcut().toString() == "F"


def test_a_key_is_recorded_and_moved_in_the_dialog(window: Window, qtbot: QtBot) -> None:
    window.asking.show_keys()
    (dialog,) = window.findChildren(KeysDialog)
    dialog.choose("flip")
    dialog.recorder.setFocus()
    qtbot.keyClick(dialog.recorder, Key.Key_Tab, Modifier.ControlModifier)
    assert dialog.recorded == "Ctrl+Tab"
    qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    assert window.keymap.keys("flip") == ("H", "Ctrl+Tab")
    assert window.desk.index == 0, "while keys are recorded they do nothing else"
    qtbot.keyClick(dialog.recorder, Key.Key_G)
    assert "Interpolate between key frames" in dialog.told.text()
    for wanted, keys in (("Leave it", ("H", "Ctrl+Tab")), ("Take it", ("G",))):

        def answer(text: str = wanted) -> None:
            (box,) = dialog.findChildren(QMessageBox)
            assert "Interpolate between key frames" in box.text()
            next(button for button in box.buttons() if button.text() == text).click()

        QTimer.singleShot(50, answer)
        qtbot.mouseClick(dialog.set_only, Qt.MouseButton.LeftButton)
        assert window.keymap.keys("flip") == keys
        QApplication.sendPostedEvents(None, 52)  # the box of the last answer is gone
    assert window.keymap.keys("interpolate") == ()
    qtbot.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert window.keymap.keys("flip") == ("H",)
    assert window.keymap.keys("interpolate") == ("G",)
    dialog.search.setText("turn the heading round")
    shown = [name for name, item in dialog._items.items() if not item.isHidden()]
    assert "flip" in shown
    assert len(shown) < 4
    dialog.reject()


def test_the_sheet_says_the_keys_as_they_are_and_is_searched(window: Window, qtbot: QtBot) -> None:
    window.keymap.set_keys("interpolate", ["Ctrl+Shift+9"])
    sheet = ShortcutSheet(window.keymap, window)
    qtbot.addWidget(sheet)

    def text() -> str:
        return "".join(label.text() for label in sheet.area.findChildren(QLabel))

    assert "Ctrl+Shift+9" in text()
    qtbot.keyClicks(sheet.field, "interpol")
    assert "Interpolate between key frames" in text()
    assert "Next frame" not in text()
    sheet.field.setText("")
    for title in MENUS.values():
        assert f"<b>{title}</b>" in text()


def test_columns_of_the_sheet_hold_what_they_are_given_and_no_title_stands_alone() -> None:
    groups = [(f"menu {i}", [(f"{i}-{j}", "does") for j in range(count)]) for i, count in enumerate((3, 40, 1, 7, 25))]
    columns = list(flow(groups, 12))
    assert [row for column in columns for _, rows in column for row in rows] == [r for _, rows in groups for r in rows]
    for column in columns:
        assert sum(len(rows) + 2 for _, rows in column) <= 12
        assert all(rows for _, rows in column)
