"""The whole loop in a real window: one box, carry on, stop where the object is hidden, correct, go on, accept."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPoint, QRect, Qt
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.batch.page import BatchPage
from lidar_label.gui.doubts import reason_text
from lidar_label.gui.legs import legs_of
from lidar_label.gui.merge.legend import Legend
from lidar_label.gui.propagating import Propagating
from lidar_label.gui.shell.carry_bar import CarryBar
from lidar_label.gui.shell.shades import shades
from lidar_label.model import Box, Source
from tests.gui.carrying.conftest import ALT, CTRL, FRAMES, HIDDEN, Loop, car_pose

Key = Qt.Key


def off(box: Box) -> float:
    """How far a box is from where the car is, metres."""
    return float(np.linalg.norm(box.center - car_pose(box.frame).translation))


def bar_of(loop: Loop) -> CarryBar:
    (bar,) = loop.window.centre.findChildren(CarryBar)
    return bar


def covers(bar: CarryBar, other: QWidget) -> bool:
    place = QRect(other.mapTo(bar.window(), QPoint()), other.size())
    return other.isVisible() and place.intersects(QRect(bar.mapTo(bar.window(), QPoint()), bar.size()))


def test_one_box_becomes_a_track_with_three_keys(loop: Loop) -> None:
    began, desk, bar = loop.rows(), loop.desk, bar_of(loop)
    assert bar.isHidden()

    loop.press(Key.Key_D, ALT)  # carries on, and stops where the car is hidden
    made = loop.stored()
    assert list(made) == [0, 1, 2, 3, 4, 5, 6]
    assert desk.index == HIDDEN[0]
    assert [made[f].doubt for f in range(1, 6)] == [""] * 5
    assert all(box.source == Source.PROPAGATED and not box.is_keyframe for f, box in made.items() if f)
    assert max(off(box) for box in made.values()) < 0.5
    doubt = made[6].doubt
    assert doubt
    assert reason_text(doubt) in loop.said[-1]
    assert not bar.isHidden()
    assert reason_text(doubt) in bar.text.text()
    assert [legend for legend in loop.window.centre.findChildren(Legend) if covers(bar, legend)] == []

    loop.press(Key.Key_W)  # corrects it by a small step
    assert loop.stored()[6].is_keyframe
    assert loop.stored()[6].doubt == ""
    assert bar.isHidden()

    loop.press(Key.Key_D, ALT)  # goes on from there, and asks again in the other hidden frame
    assert desk.index == HIDDEN[1]
    assert loop.stored()[7].doubt

    loop.press(Key.Key_F, ALT)  # it is right: a key frame, and the run goes on by itself to the end
    made = loop.stored()
    assert (made[7].source, made[7].is_keyframe) == (Source.HUMAN, True)
    assert list(made) == list(range(FRAMES))
    assert desk.index == FRAMES - 1
    assert not any(box.doubt for box in made.values())
    assert max(off(box) for box in made.values()) < 0.8

    loop.press(Key.Key_F, ALT | CTRL)  # and all the rest is right, too
    assert all(box.is_keyframe and box.source == Source.HUMAN for box in loop.stored().values())
    assert loop.undo_all() == 6  # run, correction, run, acceptance, run, acceptance of the rest
    assert loop.rows() == began
    assert not loop.failed


def test_the_same_key_again_bridges_what_is_hidden_and_leaves_it_marked(loop: Loop) -> None:
    desk, clean = loop.desk, timeline(loop)
    loop.press(Key.Key_D, ALT)
    loop.press(Key.Key_D, ALT)
    made = loop.stored()
    assert list(made) == list(range(FRAMES))
    assert [f for f, box in made.items() if box.doubt] == list(HIDDEN)
    assert max(off(box) for box in made.values()) < 0.8
    assert loop.undo_all() == 2

    loop.press(Key.Key_Y, CTRL)
    loop.press(Key.Key_Y, CTRL)
    desk.go_to(0)
    loop.settle()
    assert red(timeline(loop)) > red(clean)
    for frame in HIDDEN:
        loop.press(Key.Key_Period, ALT)
        assert desk.index == frame
    loop.press(Key.Key_Period, ALT)
    assert desk.index == HIDDEN[1]
    loop.press(Key.Key_Comma, ALT)
    assert desk.index == HIDDEN[0]

    loop.press(Key.Key_M)
    page = loop.window.centre.covering
    assert isinstance(page, BatchPage)
    page._doubt()
    assert {f for f, doubts in page.grid.doubts.items() if doubts[0].kind == made[f].doubt} == set(HIDDEN)
    loop.press(Key.Key_M)

    loop.press(Key.Key_F, ALT | CTRL)
    assert [f for f, box in loop.stored().items() if not box.is_keyframe] == list(HIDDEN)
    assert "2" in loop.said[-1]
    assert desk.index == HIDDEN[0]
    loop.press(Key.Key_F, ALT)  # and from one doubtful box to the next
    assert desk.index == HIDDEN[1]
    assert loop.stored()[HIDDEN[0]].is_keyframe


def test_a_run_goes_back_as_well_and_to_a_key_frame(loop: Loop) -> None:
    desk = loop.desk
    desk.go_to(5)
    loop.settle()
    desk.change_box(Box(track="car", frame=5, world_SE3_box=car_pose(5), size=(4.2, 1.8, 1.5)), "a key")
    loop.settle()
    loop.press(Key.Key_A, ALT)
    made = loop.stored()
    assert list(made) == [0, 1, 2, 3, 4, 5]
    assert [f for f, box in made.items() if box.is_keyframe] == [0, 5]
    assert max(off(box) for box in made.values()) < 0.5
    loop.press(Key.Key_Z, CTRL)
    desk.go_to(0)
    loop.settle()
    loop.press(Key.Key_D, ALT | CTRL)
    assert list(loop.stored()) == [0, 1, 2, 3, 4, 5]
    loop.press(Key.Key_D, ALT | CTRL)
    assert list(loop.stored()) == [0, 1, 2, 3, 4, 5], "nothing lies between here and the key frame but what was made"


def test_escape_ends_a_run_and_keeps_what_it_made(loop: Loop) -> None:
    drive, run = loop.drive, Propagating.of(loop.desk)
    drive.held = 4
    drive.gate.clear()
    drive.asked.clear()
    seen: list[int] = []
    loop.desk.track_boxes_changed.connect(lambda: seen.append(len(loop.desk.track_boxes)))
    loop.key(Key.Key_D, ALT)
    for _ in range(4000):
        QTest.qWait(5)
        if drive.asked.is_set() and run.count >= 3:
            break
    assert run.is_running
    assert not bar_of(loop).isHidden()
    loop.key(Key.Key_Escape)
    drive.gate.set()
    loop.settle()
    made = loop.stored()
    assert set(made) >= {0, 1, 2, 3}
    assert max(made) < HIDDEN[0]
    assert loop.desk.selected == "car", "Escape was for the run alone"
    assert max(seen) >= 4, "boxes are shown as they are made"
    assert bar_of(loop).isHidden()
    assert loop.undo_all() == 1


def test_a_run_ends_when_something_else_is_done(loop: Loop) -> None:
    drive = loop.drive
    drive.held = 3
    drive.gate.clear()
    loop.key(Key.Key_D, ALT)
    QTest.qWait(50)
    loop.desk.select("p")
    drive.gate.set()
    loop.settle()
    assert max(loop.stored()) < HIDDEN[0]
    assert loop.desk.selected == "p"


def test_frames_are_walked_from_key_to_key(loop: Loop) -> None:
    keys = [Box(track="a", frame=f, world_SE3_box=car_pose(f), size=(4, 2, 1)) for f in (2, 5)]
    assert legs_of(keys, 2, 9, 1, to_key=False) == [[3, 4], [6, 7, 8]]
    assert legs_of(keys, 2, 9, 1, to_key=True) == [[3, 4]]
    assert legs_of(keys, 5, 9, 1, to_key=True) == []
    assert legs_of(keys, 5, 9, -1, to_key=False) == [[4, 3], [1, 0]]


def timeline(loop: Loop) -> QImage:
    return loop.window.timeline.bar.grab().toImage()


def red(image: QImage) -> int:
    """How many pixels have the colour of what is wrong."""
    bad = QColor(shades().bad).rgb()
    return sum(image.pixel(x, y) == bad for x in range(image.width()) for y in range(image.height()))
