"""The timeline: true times, gaps, a playhead that can be dragged, the life of a track, and a closer look."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt6.QtGui import QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.timeline import MARGIN, TimeBar, Timeline
from lidar_label.model import Labels, Scene, Source

MS = 1_000_000
TIMES = [1_000 * MS + ms * MS for ms in (0, 100, 200, 300, 1000, 1100)]
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def timeline(open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot) -> Timeline:
    made = Timeline(open_desk(make_scene(times_ns=TIMES)))
    qtbot.addWidget(made)
    made.resize(900, 80)
    made.show()
    return made


def rows_of(desk: Desk) -> list[dict[str, object]]:
    """Every row of a box as the project file has it."""
    assert desk.project is not None
    return sorted(
        (dict(row) for row in desk.project.session.store.find_rows("box", "scene", (desk.scene_token,))),
        key=lambda row: (row["track"], row["frame"]),
    )


def select(desk: Desk, track: str, qtbot: QtBot) -> None:
    desk.select(track)
    qtbot.waitUntil(lambda: len(desk.track_boxes) > 0)


def drag(widget: QWidget, start: QPointF, end: QPointF, *, release: bool = True) -> None:
    press(widget, start)
    for part in (0.4, 1.0):
        at = start + (end - start) * part
        move = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, NONE)
        QApplication.sendEvent(widget, move)
    if release:
        up = QMouseEvent(
            QEvent.Type.MouseButtonRelease, end, widget.mapToGlobal(end), LEFT, Qt.MouseButton.NoButton, NONE
        )
        QApplication.sendEvent(widget, up)


def press(widget: QWidget, at: QPointF) -> None:
    press = QMouseEvent(QEvent.Type.MouseButtonPress, at, widget.mapToGlobal(at), LEFT, LEFT, NONE)
    QApplication.sendEvent(widget, press)


def bracket(bar: TimeBar, end: str) -> QPointF:
    x = bar.bracket_x("begin" if end == "begin" else "end")
    assert x is not None
    return QPointF(x, bar.track_y)


def test_frames_stand_at_their_true_times(timeline: Timeline) -> None:
    bar = timeline.bar
    width = bar.width() - 2 * MARGIN
    assert bar.x_of(0) == MARGIN
    assert bar.x_of(1) == pytest.approx(MARGIN + width / 11)
    assert bar.x_of(4) == pytest.approx(MARGIN + width * 10 / 11)
    assert [bar.index_at(bar.x_of(i)) for i in range(6)] == list(range(6))
    assert bar.index_at(-50) == 0
    assert bar.index_at(5000) == 5


def test_missing_frames_are_marked(timeline: Timeline) -> None:
    assert timeline.bar.gaps() == [(3, 4)]


def test_the_playhead_is_dragged_with_the_mouse(timeline: Timeline, qtbot: QtBot) -> None:
    bar, desk = timeline.bar, timeline._desk
    qtbot.mousePress(bar, LEFT, pos=QPoint(round(bar.x_of(1)), 20))
    assert desk.index == 1
    qtbot.mouseMove(bar, QPoint(round(bar.x_of(4)) - 3, 20))
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(round(bar.x_of(5)), 20))
    qtbot.mouseClick(bar, LEFT, pos=QPoint(round(bar.x_of(5)), 20))
    assert desk.index == 5
    assert timeline.number.text() == "5 / 5"
    assert timeline.time.text() == "1.100 s"


def test_the_button_plays_and_stops(timeline: Timeline, qtbot: QtBot) -> None:
    qtbot.mouseClick(timeline.play, LEFT)
    assert timeline._desk.is_playing
    qtbot.mouseClick(timeline.play, LEFT)
    assert not timeline._desk.is_playing


def test_boxes_of_a_person_and_of_the_machine_are_told_apart(timeline: Timeline, qtbot: QtBot) -> None:
    bar, desk = timeline.bar, timeline._desk
    select(desk, "car", qtbot)
    assert [box.source for box in desk.track_boxes] == [Source.HUMAN] * 4
    desk.interpolate()
    qtbot.waitUntil(lambda: desk.track_boxes[1].source == Source.INTERPOLATED)
    desk.go_to(5)  # the playhead out of the way
    image = bar.grab().toImage()
    scale = image.width() / bar.width()

    def inked(index: int, above: float) -> tuple[bool, bool]:
        color = image.pixelColor(round(bar.x_of(index) * scale), round((bar.track_y - above) * scale))
        return color.green() > color.blue() + 40, color.blue() > color.red() + 60

    assert inked(0, 4) == (True, False), "a key frame of a person is a green diamond, which reaches this high"
    assert inked(3, 4) == (True, False)
    assert inked(1, 0) == (False, True), "a box between is blue"
    assert not inked(1, 4)[0], "and no diamond"


def test_the_end_of_a_track_is_dragged_back_and_undone(timeline: Timeline, qtbot: QtBot) -> None:
    bar, desk = timeline.bar, timeline._desk
    before = rows_of(desk)
    select(desk, "car", qtbot)
    away = QPointF(11, 0)
    drag(bar, bracket(bar, "end"), QPointF(bar.x_of(2), bar.track_y) + away, release=False)
    assert bar.span == (0, 2)
    assert rows_of(desk) == before, "a drag only shows what it will do"
    QApplication.sendEvent(
        bar,
        QMouseEvent(
            QEvent.Type.MouseButtonRelease,
            QPointF(0, 0),
            bar.mapToGlobal(QPointF(0, 0)),
            LEFT,
            Qt.MouseButton.NoButton,
            NONE,
        ),
    )
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 3)
    assert desk.undo_title == "Change the life of a track"
    assert desk.track_boxes[-1].is_keyframe, "the new end holds the shape that it had between key frames"
    desk.undo()
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 4)
    assert rows_of(desk) == before


def test_the_end_of_a_track_is_dragged_on_along_its_motion(timeline: Timeline, qtbot: QtBot) -> None:
    bar, desk = timeline.bar, timeline._desk
    before = rows_of(desk)
    select(desk, "car", qtbot)
    drag(bar, bracket(bar, "end"), QPointF(bar.x_of(5) + 11, bar.track_y))
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 6)
    made = desk.track_boxes[-1]
    assert (made.source, made.is_keyframe) == (Source.PROPAGATED, False)
    assert made.center[0] == pytest.approx(113 + 8), "10 m/s over the 0.8 s that are missing"
    assert desk.track_boxes[-2].center[0] == pytest.approx(113 + 7)
    desk.undo()
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 4)
    assert rows_of(desk) == before


def test_escape_puts_the_bracket_back(timeline: Timeline, qtbot: QtBot) -> None:
    bar, desk = timeline.bar, timeline._desk
    select(desk, "car", qtbot)
    drag(bar, bracket(bar, "begin"), QPointF(bar.x_of(2), bar.track_y), release=False)
    assert bar.span == (2, 3)
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert bar.span is None
    qtbot.mouseRelease(bar, LEFT, pos=QPoint(5, 5))
    desk.after_edits(lambda: desk.said.emit("done"))
    qtbot.waitSignal(desk.said)
    assert len(desk.track_boxes) == 4
    assert desk.selected == "car"


def wheel(bar: TimeBar, x: float, turn: int, keys: Qt.KeyboardModifier) -> None:
    at = QPointF(x, 20)
    QApplication.sendEvent(
        bar,
        QWheelEvent(
            at, bar.mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, keys,
            Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_a_long_drive_is_looked_at_closely(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot
) -> None:
    desk = open_desk(make_scene(4000, cameras=False), Labels())
    bar = TimeBar(desk)
    qtbot.addWidget(bar)
    bar.resize(1000, 80)
    bar.show()
    there = bar.x_of(2000)
    for _ in range(20):
        wheel(bar, there, 120, Qt.KeyboardModifier.ControlModifier)
    assert bar.x_of(2000) == pytest.approx(there), "what is under the cursor stays there"
    assert bar.x_of(2001) - bar.x_of(2000) > 10
    assert desk.index == 0, "the frame stayed"
    wheel(bar, there, -120, Qt.KeyboardModifier.ShiftModifier)
    assert bar.x_of(2000) == pytest.approx(there - 120)
    wheel(bar, there, -120, NONE)
    assert desk.index == 1
    assert 0 < bar.x_of(1) < bar.width(), "the playhead is brought into sight"
    desk.go_to(3999)
    assert 0 < bar.x_of(3999) < bar.width()
    qtbot.mouseClick(bar, LEFT, pos=QPoint(bar.width() // 2, bar.height() - 3))
    assert abs(bar.index_at(bar.width() / 2) - 2000) < 20, "the bar at the foot leads there"
    for _ in range(40):
        wheel(bar, 500, -120, Qt.KeyboardModifier.ControlModifier)
    assert bar.x_of(3999) == pytest.approx(bar.width() - MARGIN)


def test_seconds_on_the_ruler_do_not_run_into_each_other(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot
) -> None:
    for frames, width in ((20, 1200), (19, 1000), (7, 300), (400, 640)):
        timeline = Timeline(open_desk(make_scene(frames), Labels()))
        qtbot.addWidget(timeline)
        timeline.resize(width, 80)
        timeline.show()
        image = timeline.bar.grab().toImage()
        scale, low = image.width() / timeline.bar.width(), timeline.fontMetrics().height()
        low = round(low * scale)
        inked = [any(image.pixelColor(x, y).lightness() > 110 for y in range(2, low)) for x in range(image.width())]
        last = max(x for x, ink in enumerate(inked) if ink)
        assert last < image.width() - 1, "the last is written whole"
        runs = "".join("x" if ink else " " for ink in inked).split(" " * round(6 * scale))
        longest = max(len(run.strip()) for run in runs)
        assert longest <= timeline.fontMetrics().horizontalAdvance("00.0 s") * 1.6 * scale


def test_one_frame_and_none(open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot) -> None:
    timeline = Timeline(open_desk(make_scene(1), Labels()))
    qtbot.addWidget(timeline)
    timeline.resize(600, 80)
    timeline.show()
    timeline.grab()
    assert timeline.bar.index_at(300) == 0
    assert not timeline.play.isEnabled()
