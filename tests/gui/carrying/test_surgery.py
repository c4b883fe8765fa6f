"""Track surgery in a real window: the dialog says what will happen, Return does it, one undo takes it back."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialogButtonBox

from lidar_label.edit import Keep
from lidar_label.gui.shell.surgery_dialogs import (
    MergeDialog,
    NumberDialog,
    SplitDialog,
    SurgeryDialog,
    SwapDialog,
    runs_text,
)
from lidar_label.gui.surgery import partners
from tests.gui.carrying.conftest import CTRL, SHIFT, Loop

Key = Qt.Key
Dialog = TypeVar("Dialog", bound=SurgeryDialog)


def asked(loop: Loop, kind: type[Dialog], key: Key, modifiers: Qt.KeyboardModifier) -> Dialog:
    """Press a key that opens a dialog, and wait until that knows what will happen."""
    loop.key(key, modifiers)
    loop.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, kind)
    return dialog


def choose(dialog: MergeDialog | SwapDialog, token: str, loop: Loop) -> None:
    dialog.other.setCurrentIndex(dialog.other.findData(token))
    loop.settle()


def can(dialog: SurgeryDialog) -> bool:
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button is not None
    return button.isEnabled()


def accept(dialog: SurgeryDialog, loop: Loop) -> None:
    QTest.keyClick(dialog, Key.Key_Return)
    loop.settle()


@pytest.mark.parametrize(("keep", "kept"), [(Keep.KEY, "p"), (Keep.OTHER, "q")])
def test_a_merge_foretells_its_conflicts(loop: Loop, keep: Keep, kept: str) -> None:
    began = loop.rows()
    tokens = {track: {f: box.token for f, box in loop.stored(track).items()} for track in "pq"}
    loop.desk.select("p")
    loop.settle()
    dialog = asked(loop, MergeDialog, Key.Key_J, CTRL)
    choose(dialog, "q", loop)
    dialog.choices[keep].setChecked(True)
    told = dialog.told.text()
    assert "2 boxes" in told  # frames 5 and 8 are added
    assert "5, 8" in told
    assert "both have a box: 1 (4)" in told
    assert "vehicle.truck" in told
    assert can(dialog)
    accept(dialog, loop)
    assert {f: box.token for f, box in loop.stored("p").items()} == {**tokens["q"], **tokens["p"], 4: tokens[kept][4]}
    assert loop.stored("q") == {}
    assert set(loop.desk.tracks) == {"car", "p"}
    assert loop.undo_all() == 1
    assert loop.rows() == began
    assert not loop.failed


def test_a_merge_that_is_called_off_does_nothing(loop: Loop) -> None:
    began = loop.rows()
    dialog = asked(loop, MergeDialog, Key.Key_J, CTRL)
    QTest.keyClick(dialog, Key.Key_Escape)
    loop.settle()
    assert loop.rows() == began
    assert not loop.desk.undo_title


def test_a_split_says_which_part_is_which(loop: Loop) -> None:
    began = loop.rows()
    loop.desk.select("p")
    loop.desk.go_to(3)
    loop.settle()
    dialog = asked(loop, SplitDialog, Key.Key_B, CTRL)
    assert "Frames 0 to 2 stay track 8: 3 boxes" in dialog.told.text()
    assert "Frames 3 to 4 become track 10: 2 boxes" in dialog.told.text()
    dialog.frame.setValue(0)
    assert not can(dialog)
    dialog.frame.setValue(3)
    accept(dialog, loop)
    assert list(loop.stored("p")) == [0, 1, 2]
    made = loop.desk.selected
    assert made not in ("p", "q", "car")
    assert loop.desk.tracks[made].name == "10"
    assert list(loop.stored(made)) == [3, 4]
    assert loop.undo_all() == 1
    assert loop.rows() == began


def test_a_swap_counts_what_passes_over(loop: Loop) -> None:
    began = loop.rows()
    tokens = {track: {f: box.token for f, box in loop.stored(track).items()} for track in "pq"}
    loop.desk.go_to(4)
    loop.desk.select("p")
    loop.settle()
    assert partners(loop.desk, 4)[0] == "q", "what is in this frame comes first"
    dialog = asked(loop, SwapDialog, Key.Key_X, CTRL | SHIFT)
    assert dialog.other.currentData() == "q"
    assert "the 1 boxes of track 8 are those of track 9" in dialog.told.text()
    assert "the 3 boxes of track 9 are those of track 8" in dialog.told.text()
    accept(dialog, loop)
    now = {track: {f: box.token for f, box in loop.stored(track).items()} for track in "pq"}
    assert now["p"] == {**{f: tokens["p"][f] for f in range(4)}, **tokens["q"]}
    assert now["q"] == {4: tokens["p"][4]}
    assert loop.undo_all() == 1
    assert loop.rows() == began


def test_tracks_are_numbered_in_the_order_they_are_seen(loop: Loop) -> None:
    dialog = asked(loop, NumberDialog, Key.Key_F2, CTRL)
    assert "7 → 1" in dialog.told.text()
    accept(dialog, loop)
    assert {token: track.name for token, track in loop.desk.tracks.items()} == {"car": "1", "p": "2", "q": "3"}
    assert loop.undo_all() == 1


def test_frames_are_told_in_runs() -> None:
    assert runs_text([3, 4, 5, 7, 9, 10]) == "3–5, 7, 9–10"
    assert runs_text(range(0, 60, 2)).endswith(" …")
