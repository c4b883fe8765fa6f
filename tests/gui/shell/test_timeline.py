"""The timeline: true times, gaps, a playhead that can be dragged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.timeline import MARGIN, Timeline
from lidar_label.model import Labels, Scene

MS = 1_000_000
TIMES = [1_000 * MS + ms * MS for ms in (0, 100, 200, 300, 1000, 1100)]


@pytest.fixture
def timeline(open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot) -> Timeline:
    made = Timeline(open_desk(make_scene(times_ns=TIMES)))
    qtbot.addWidget(made)
    made.resize(900, 70)
    made.show()
    return made


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
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(1)), 20))
    assert desk.index == 1
    qtbot.mouseMove(bar, QPoint(round(bar.x_of(4)) - 3, 20))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(5)), 20))
    qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(5)), 20))
    assert desk.index == 5
    assert timeline.number.text() == "5 / 5"
    assert timeline.time.text() == "1.100 s"


def test_the_button_plays_and_stops(timeline: Timeline, qtbot: QtBot) -> None:
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert timeline._desk.is_playing
    qtbot.mouseClick(timeline.play, Qt.MouseButton.LeftButton)
    assert not timeline._desk.is_playing


def test_key_frames_are_painted_where_the_track_has_them(timeline: Timeline, qtbot: QtBot) -> None:
    bar, desk = timeline.bar, timeline._desk
    desk.go_to(5)
    desk.select("car")
    qtbot.waitUntil(lambda: len(desk.track_boxes) == 4)
    image = bar.grab().toImage()
    scale = image.width() / bar.width()
    y = bar.height() / 3 * 2.35

    def is_orange(index: int, above: float) -> bool:
        color = image.pixelColor(round(bar.x_of(index) * scale), round((y - above) * scale))
        return color.red() > 150 and color.blue() < 90

    assert is_orange(0, 4), "a diamond reaches this high"
    assert is_orange(3, 4)
    assert not is_orange(1, 4)
    assert is_orange(1, 0), "a dot does not, but is there"


def test_seconds_on_the_ruler_do_not_run_into_each_other(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot
) -> None:
    for frames, width in ((20, 1200), (19, 1000), (7, 300), (400, 640)):
        timeline = Timeline(open_desk(make_scene(frames), Labels()))
        qtbot.addWidget(timeline)
        timeline.resize(width, 70)
        timeline.show()
        image = timeline.bar.grab().toImage()
        scale, low = image.width() / timeline.bar.width(), image.height() // 3
        inked = [any(image.pixelColor(x, y).lightness() > 110 for y in range(2, low)) for x in range(image.width())]
        last = max(x for x, ink in enumerate(inked) if ink)
        assert last < image.width() - 1, "the last is written whole"
        runs = "".join("x" if ink else " " for ink in inked).split(" " * round(6 * scale))
        longest = max(len(run.strip()) for run in runs)
        assert longest <= timeline.fontMetrics().horizontalAdvance("00.0 s") * 1.6 * scale


def test_one_frame_and_none(open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot) -> None:
    timeline = Timeline(open_desk(make_scene(1), Labels()))
    qtbot.addWidget(timeline)
    timeline.resize(600, 60)
    timeline.show()
    timeline.grab()
    assert timeline.bar.index_at(300) == 0
    assert not timeline.play.isEnabled()
