"""A desk that is closed in the midst of a run keeps what the run has made."""

from __future__ import annotations

import threading
from collections.abc import Callable

from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.propagating import Propagating
from lidar_label.store import ProjectStore
from tests.gui.carrying.conftest import HIDDEN, PATIENCE_S, Drive, labels


def test_closing_in_the_midst_of_a_run_loses_nothing(open_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    drive = Drive()
    desk = open_desk(drive.scene(), labels())
    drive.held = 5
    desk.select("car")
    run = Propagating.of(desk)
    run.start(+1)
    qtbot.waitUntil(lambda: drive.asked.is_set() and run.count >= 3, timeout=round(PATIENCE_S * 1000))
    assert desk.project is not None
    path = desk.project.path
    threading.Timer(0.3, drive.gate.set).start()  # the frame that is being read comes when the desk waits for it
    desk.close()
    with ProjectStore.open(path) as store:
        made = [box.frame for box in store.boxes_of_track("car")]
        assert store.undo_title() == "Carry a track on"
    assert made[:4] == [0, 1, 2, 3]
    assert made[-1] < HIDDEN[0]
