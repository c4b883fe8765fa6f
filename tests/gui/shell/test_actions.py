"""The table of actions: no clash, nothing without a call, keys that Qt knows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PyQt6.QtGui import QKeySequence

from lidar_label.gui.shell.commands import ACTIONS, MENUS, ON_PAGE
from lidar_label.gui.shell.mouse import MOUSE

ROOT = Path(__file__).resolve().parents[3]


def test_no_two_actions_share_a_key() -> None:
    portable = QKeySequence.SequenceFormat.PortableText
    keys = Counter(QKeySequence(key).toString(portable) for action in ACTIONS for key in action.keys)
    assert {key for key, count in keys.items() if count > 1} == set()


def test_every_key_is_one_that_qt_knows() -> None:
    for action in ACTIONS:
        for key in action.keys:
            sequence = QKeySequence(key)
            assert sequence.count() == 1, (action.id, key)
            assert sequence.toString(), (action.id, key)


def test_every_id_is_unique_and_every_menu_known() -> None:
    ids = Counter(action.id for action in ACTIONS)
    assert max(ids.values()) == 1
    assert {action.menu for action in ACTIONS} <= {*MENUS, "", "hidden"}


def test_every_command_has_a_key_or_a_menu() -> None:
    assert all(action.keys or action.menu in MENUS for action in ACTIONS)


def test_each_gesture_is_said_once_a_place() -> None:
    for title, rows in MOUSE.items():
        gestures = [gesture for gesture, _ in rows]
        assert len(set(gestures)) == len(gestures), title


def test_the_keys_that_labellers_were_promised() -> None:
    keys = {key: action.id for action in ACTIONS for key in action.keys}
    promised = {
        "A": "previous-frame", "D": "next-frame", "Left": "previous-frame", "Right": "next-frame", "B": "draw-box",
        "Esc": "escape", "Del": "delete-box", "Shift+Del": "delete-track", "Ctrl+Z": "undo", "Ctrl+Shift+Z": "redo",
        "Ctrl+Y": "redo", "Tab": "next-box", "Shift+Tab": "previous-box", "T": "look-down", "F": "focus",
        "G": "interpolate", "C": "copy-next", "Space": "play", "H": "flip", "1": "category-1", "9": "category-9",
        "F1": "shortcuts", "F2": "rename",
    }  # fmt: skip
    assert {key: keys.get(key) for key in promised} == promised


def test_every_action_and_gesture_is_on_the_page_of_keys() -> None:
    rows = set((ROOT / "docs" / "keys.md").read_text("utf-8").splitlines())
    for action in ACTIONS:
        if action.menu == "hidden":  # the fine steps are told with the plain ones, 2 to 9 with 1
            assert action.id.endswith("-fine") or action.id.startswith(("category-", "picture-"))
            continue
        keys = "`1` to `9`" if action.id == "category-1" else ", ".join(f"`{key}`" for key in action.keys)
        assert f"| {keys or '-'} | {action.text} |" in rows, action.id
    for action in ON_PAGE:
        assert f"| {', '.join(f'`{key}`' for key in action.keys)} | {action.text} |" in rows, action.id
    for gestures in MOUSE.values():
        assert all(f"| {gesture} | {does} |" in rows for gesture, does in gestures)
