"""A car that is gone for good: asked about where it goes, once more when it is lost, and then no more."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt

from lidar_label.gui.doubts import LOST, reason_text
from tests.gui.carrying.conftest import ALT, FRAMES, Drive, Loop

GONE, STEP_NS = 6, 600_000_000
LOST_IN = 9  # the first frame more than two seconds after the last in which it was seen, frame 5


@pytest.fixture(scope="module")
def drive() -> Drive:
    return Drive(hidden=range(GONE, FRAMES), step_ns=STEP_NS)


def test_a_run_asks_once_more_when_the_object_is_lost(loop: Loop) -> None:
    began, desk = loop.rows(), loop.desk
    loop.press(Qt.Key.Key_D, ALT)
    assert list(loop.stored()) == list(range(GONE + 1))
    first = loop.stored()[GONE].doubt
    assert first not in ("", LOST)

    loop.press(Qt.Key.Key_D, ALT)  # bridged, until that has lasted too long
    made = loop.stored()
    assert list(made) == list(range(LOST_IN + 1))
    assert made[LOST_IN].doubt == LOST
    assert LOST not in [made[frame].doubt for frame in range(LOST_IN)]
    assert desk.index == LOST_IN
    assert reason_text(LOST) in loop.said[-1]

    loop.press(Qt.Key.Key_D, ALT)  # a person who goes on still is not asked in each frame
    made = loop.stored()
    assert list(made) == list(range(FRAMES))
    assert [box.doubt for frame, box in made.items() if frame >= LOST_IN] == [LOST] * (FRAMES - LOST_IN)

    assert loop.undo_all() == 3
    assert loop.rows() == began
    assert not loop.failed
