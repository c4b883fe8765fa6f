"""The table of actions: no clash, nothing without a call, keys that Qt knows."""

from __future__ import annotations

from collections import Counter

from PyQt6.QtGui import QKeySequence

from lidar_label.gui.shell.actions import ACTIONS, MENUS, MOUSE


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
    assert MOUSE


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
