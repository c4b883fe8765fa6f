"""The keys of the timeline in the real window: where a track begins and ends, what is unchecked, what a rule finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.findings import Findings
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.model import SE3, Box, Labels, Scene, Source, Track

Key, Modifier = Qt.Key, Qt.KeyboardModifier


def plain_views(_: Desk) -> Views:
    main = QLabel("3D")
    main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    nothing: Callable[[], object] = lambda: None  # noqa: E731
    return Views(
        main=main, top=QLabel("top"), cameras=QWidget(), look_down=nothing, look_home=nothing, focus_selection=nothing,
        close=nothing,
    )  # fmt: skip


def drive() -> Labels:
    """A car in frames 2 to 6 that a person has checked in 2 and 6 alone, and one in 8 that is far too fast."""
    car, fast = (Track(category="vehicle.car", name=name, token=name) for name in ("car", "fast"))
    boxes = []
    for i in range(2, 7):
        pose = SE3("world", "box", (1, 0, 0, 0), (110.0 + i, 52.0, 0.8))
        source = Source.HUMAN if i in (2, 6) else Source.INTERPOLATED
        boxes.append(Box(track="car", frame=i, world_SE3_box=pose, size=(4.5, 1.9, 1.6), source=source,
                         is_keyframe=source == Source.HUMAN))  # fmt: skip
    for i, x in ((7, 100.0), (8, 160.0)):
        pose = SE3("world", "box", (1, 0, 0, 0), (x, 40.0, 0.8))
        boxes.append(Box(track="fast", frame=i, world_SE3_box=pose, size=(4.5, 1.9, 1.6), source=Source.IMPORTED))
    return Labels([car, fast], boxes)


@pytest.fixture
def window(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Window:  # fmt: skip
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    desk = open_desk(make_scene(10, cameras=False), drive())
    made = Window(desk, Settings(), Language(), make=plain_views)
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


def rows(desk: Desk) -> list[dict[str, object]]:
    assert desk.project is not None
    found = desk.project.session.store.find_rows("box", "scene", (desk.scene_token,))
    return sorted((dict(row) for row in found), key=lambda row: (str(row["track"]), int(str(row["frame"]))))


def frames(desk: Desk) -> list[int]:
    return [box.frame for box in desk.track_boxes]


def test_a_track_begins_and_ends_in_this_frame(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    before = rows(desk)
    desk.select("car")
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 5)
    desk.go_to(4)
    press(qtbot, Key.Key_I)
    qtbot.waitUntil(lambda: frames(desk) == [4, 5, 6])
    assert desk.track_boxes[0].is_keyframe
    press(qtbot, Key.Key_Z, Modifier.ControlModifier)
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 5)
    assert rows(desk) == before
    desk.go_to(9)
    press(qtbot, Key.Key_O)
    qtbot.waitUntil(lambda: frames(desk) == [2, 3, 4, 5, 6, 7, 8, 9])
    assert desk.track_boxes[-1].center[0] == pytest.approx(119)
    assert desk.track_boxes[-1].source == Source.PROPAGATED
    desk.go_to(0)
    press(qtbot, Key.Key_I)
    qtbot.waitUntil(lambda: frames(desk)[0] == 0)
    assert desk.track_boxes[0].center[0] == pytest.approx(110), "back along its motion as well"
    desk.undo()
    desk.undo()
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 5)
    assert rows(desk) == before


def test_a_track_is_not_trimmed_to_nothing(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    desk.select("car")
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 5)
    desk.go_to(9)
    with qtbot.waitSignal(desk.said) as said:
        press(qtbot, Key.Key_I)
    assert "no box left" in said.args[0]
    assert len(frames(desk)) == 5


def test_the_keys_lead_to_what_nobody_has_checked(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    desk.select("car")
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 5)
    press(qtbot, Key.Key_Period)
    assert desk.index == 3
    press(qtbot, Key.Key_D, Modifier.ShiftModifier)
    assert desk.index == 6, "the next key frame"
    press(qtbot, Key.Key_Comma)
    assert desk.index == 5
    press(qtbot, Key.Key_A, Modifier.ShiftModifier)
    assert desk.index == 2
    desk.go_to(6)
    with qtbot.waitSignal(desk.said):
        press(qtbot, Key.Key_Period)
    assert desk.index == 6
    desk.select("")
    press(qtbot, Key.Key_Period)
    qtbot.waitUntil(lambda: desk.index == 7)
    assert desk.selected == "fast", "with no track selected, the next one of any"


def test_f4_leads_through_what_the_rules_find(window: Window, qtbot: QtBot) -> None:
    desk = window.desk
    press(qtbot, Key.Key_F4)
    qtbot.waitUntil(lambda: desk.selected == "fast")
    assert desk.index == 8
    assert "600 m/s" in window.strip.messages[-1]
    press(qtbot, Key.Key_F4)
    assert len(window.strip.messages) == 1, "one finding at a time"
    findings = Findings.of(desk)
    findings.go_to(0)
    desk.delete_box()
    qtbot.waitUntil(lambda: "too-fast" not in {one.rule.id for one in findings.found})


def test_the_time_axis_is_zoomed_about_the_playhead(window: Window, qtbot: QtBot) -> None:
    bar, desk = window.timeline.bar, window.desk
    desk.go_to(6)
    before, whole = bar.x_of(6), bar.x_of(7) - bar.x_of(6)
    press(qtbot, Key.Key_Equal, Modifier.AltModifier)
    assert bar.x_of(6) == pytest.approx(before)
    closer = bar.x_of(7) - bar.x_of(6)
    assert closer > whole * 1.1
    press(qtbot, Key.Key_Equal, Modifier.AltModifier)
    press(qtbot, Key.Key_Minus, Modifier.AltModifier)
    press(qtbot, Key.Key_0, Modifier.AltModifier)
    assert not bar.axis.is_zoomed
    assert bar.x_of(7) - bar.x_of(6) == pytest.approx(whole)
