"""All chosen boxes are carried on together, as one edit, each until the machine is not sure of it."""

from __future__ import annotations

from PyQt6.QtCore import Qt

from lidar_label.gui.propagating_many import CarryingMany
from tests.gui.carrying.conftest import ALT, CTRL, FRAMES, HIDDEN, Loop

Key = Qt.Key


def test_all_boxes_of_the_frame_go_on_together(loop: Loop) -> None:
    began = loop.rows()
    loop.press(Key.Key_A, CTRL)
    loop.press(Key.Key_D, ALT)
    assert list(loop.stored("car")) == list(range(HIDDEN[0] + 1))
    assert loop.stored("car")[HIDDEN[0]].doubt
    assert list(loop.stored("p")) == list(range(FRAMES)), "the parked car is seen to the end"
    assert "1" in loop.said[-1]
    loop.press(Key.Key_Z, CTRL)
    assert loop.rows() == began, "one step of undo"
    loop.press(Key.Key_Y, CTRL)

    loop.desk.go_to(HIDDEN[0])
    loop.press(Key.Key_D, ALT)
    assert list(loop.stored("car")) == list(range(HIDDEN[0] + 1)), "it waits for an answer"
    loop.desk.go_to(0)
    loop.press(Key.Key_Period, ALT)
    assert not loop.desk.companions, "what is done now is meant for the one"

    loop.desk.select("p")
    loop.settle()
    loop.press(Key.Key_Period, ALT)  # that of the other track
    assert (loop.desk.selected, loop.desk.index) == ("car", HIDDEN[0])
    loop.undo_all()
    assert loop.rows() == began
    assert not loop.failed


def test_escape_keeps_what_was_made_so_far(loop: Loop) -> None:
    drive = loop.drive
    drive.held = 3
    drive.gate.clear()
    drive.asked.clear()
    loop.key(Key.Key_A, CTRL)
    loop.key(Key.Key_D, ALT)
    loop.wait(drive.asked.is_set)
    loop.wait(lambda: CarryingMany.of(loop.desk).is_running)
    loop.key(Key.Key_Escape)
    drive.gate.set()
    loop.settle()
    assert max(loop.stored("car")) < HIDDEN[0]
    assert not CarryingMany.of(loop.desk).is_running
    assert len(loop.desk.companions) == 1, "Escape was for the run alone"
