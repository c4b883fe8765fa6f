"""The player: true rate, frames skipped rather than lag, patience with slow files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from lidar_label.gui import player as module
from lidar_label.gui.player import PATIENCE_NS, Player

MS = 1_000_000


class Clock:
    def __init__(self) -> None:
        self.now = 5_000 * MS

    def monotonic_ns(self) -> int:
        return self.now


class Stage:
    """A player on a clock that only the test moves."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ready: set[int] = set(range(1000))
        self.wanted: list[int] = []
        self.shown: list[int] = []
        self.player = Player(lambda i: i in self.ready, self.wanted.append)
        self.player.advanced.connect(self.shown.append)

    def after(self, ms: float) -> list[int]:
        """Let time pass, and return what is shown then."""
        self.shown.clear()
        self.clock.now += round(ms * MS)
        self.player._tick()
        return list(self.shown)


@pytest.fixture
def stage(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    made = Stage(clock)
    made.player._timer.setInterval(1_000_000)  # the test ticks
    yield made
    made.player.stop()


def test_frames_follow_their_time_stamps(stage: Stage) -> None:
    stage.player.start([0, 100 * MS, 200 * MS, 700 * MS], 0)
    assert stage.after(99) == []
    assert stage.after(2) == [1]
    assert stage.after(100) == [2]
    assert stage.after(400) == []
    assert stage.after(100) == [3]
    assert not stage.player.is_playing, "it stops at the end"


def test_late_ticks_skip_frames(stage: Stage) -> None:
    stage.player.start([i * 100 * MS for i in range(20)], 0)
    assert stage.after(750) == [7]


def test_a_frame_that_is_not_there_is_asked_for_and_a_nearer_one_shown(stage: Stage) -> None:
    stage.ready = {1, 2, 3}
    stage.player.start([i * 100 * MS for i in range(20)], 0)
    assert stage.after(500) == [3]
    assert stage.after(1) == []
    assert stage.wanted == [5]
    stage.ready |= {4}
    assert stage.after(1) == [4]


def test_the_clock_waits_for_files_that_take_long(stage: Stage) -> None:
    stage.ready = set()
    stage.player.start([i * 100 * MS for i in range(100)], 0)
    assert stage.after(PATIENCE_NS / MS + 500) == []
    stage.ready = set(range(100))
    assert stage.after(10) == [1], "it goes on where it was instead of leaping ahead"


def test_from_the_end_it_begins_again(stage: Stage) -> None:
    stage.player.start([0, 100 * MS, 200 * MS], 2)
    assert stage.after(0) == [0]
    assert stage.after(100) == [1]


def test_a_single_frame_does_not_play(stage: Stage) -> None:
    stage.player.start([5], 0)
    assert not stage.player.is_playing
