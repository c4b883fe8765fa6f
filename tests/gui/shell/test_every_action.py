"""Every command of the table, run in a real window: it does no harm, says whether it edits, and undo takes it back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PyQt6.QtCore import QEvent, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialog

from lidar_label.gui.desk import Desk
from lidar_label.gui.opening import open_scene
from lidar_label.gui.shell.commands import ACTIONS, BY_ID
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import ENGLISH, Language
from lidar_label.gui.worker import Worker
from lidar_label.jobs import Project
from lidar_label.model import Labels, Scene, Track
from tests.gui.conftest import MemoryProject, box_at
from tests.gui.looks import same_look

# Not to be run here: it would end the window, or is there only when another desk was on the project before.
LEFT_OUT = {"quit", "take-over"}
# What must be done before some commands can be run; the others need a drive, a frame and a selected key box.
BEFORE: dict[str, tuple[str, ...]] = {"undo": ("flip",), "redo": ("flip", "undo")}
PATIENCE_S = 180.0  # the first run of a kernel compiles it


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> None:
    """One window for the whole file keeps its threads from test to test."""


@pytest.fixture(scope="module")
def window(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, make_scene: Callable[..., Scene]
) -> Iterator[Window]:
    folder = tmp_path_factory.mktemp("every-action")
    car, walker = (
        Track(category="vehicle.car", name="7", token="car"),
        Track(category="human.pedestrian", name="anna", token="walker"),
    )
    boxes = [box_at(car, i, 110 + i, 52, is_keyframe=i in (0, 2, 4)) for i in range(6) if i != 3]
    labels = Labels([car, walker], [*boxes, box_at(walker, 2, 105, 48)])
    with pytest.MonkeyPatch.context() as patch, same_look(qapp):
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        project = cast("Project", MemoryProject(folder / "made.lidarlabel", make_scene(), labels))
        desk = Desk(author="tester")
        made = Window(desk, Settings(), Language())
        made.resize(700, 500)  # small, since every command draws it anew
        made.show()
        desk.show(open_scene(project, project.refs[0].token))
        settle(made)
        yield made
        made.use_language(ENGLISH)
        made.close()
        made.deleteLater()


def settle(window: Window) -> None:
    """Wait until every thread rests, the shown frame is here, and every edit is in the project file."""
    desk, until = window.desk, time.monotonic() + PATIENCE_S
    quiet = 0
    while quiet < 2:
        QTest.qWait(5)
        desk.flush()
        workers = [worker for root in (desk, window) for worker in root.findChildren(Worker)]
        busy = any(worker.pending for worker in workers) or desk.view is None or desk.view.index != desk.index
        quiet = 0 if busy else quiet + 1
        assert time.monotonic() < until, "the desk does not come to rest"


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Read every table but those of the history."""
    connection = sqlite3.connect(path)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name not in ("patch", "project", "sqlite_sequence")]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in kept}
    finally:
        connection.close()


def run(window: Window, name: str) -> None:
    """Run a command through its menu entry; a dialog that it opens is closed, as Escape would."""
    closer = QTimer()
    closer.setInterval(20)
    closer.timeout.connect(close_dialogs)
    closer.start()
    try:
        window.menus.actions[name].trigger()
        settle(window)
    finally:
        closer.stop()
    close_dialogs()
    for shown in QApplication.topLevelWidgets():
        if shown.isVisible() and shown is not window and shown.parent() is not None:
            shown.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def close_dialogs() -> None:
    for dialog in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
        if isinstance(dialog, QDialog):
            dialog.reject()
        elif dialog is not None:
            dialog.close()


@pytest.mark.parametrize("name", [action.id for action in ACTIONS if action.id not in LEFT_OUT])
def test_an_action_runs_and_undo_takes_back_what_it_did(window: Window, name: str) -> None:
    desk, action = window.desk, BY_ID[name]
    window.centre.cover(None)
    desk.set_tool("select")
    desk.go_to(2)
    desk.select("car")
    settle(window)
    for first in BEFORE.get(name, ()):
        run(window, first)
    settle(window)
    project = desk.project
    assert project is not None
    assert action.refusal(desk) is None, f"{name} cannot be run; say in BEFORE what must be done first"
    before = dump(project.path)
    run(window, name)
    after = dump(project.path)
    if after != before:
        assert action.edits, f"{name} changed labels: its row in the table needs edits=True"
        (desk.redo if name == "undo" else desk.undo)()
        settle(window)
        assert dump(project.path) == before, f"one undo does not take back {name}"
    assert window.isVisible()


def test_what_is_left_out_is_still_there() -> None:
    assert LEFT_OUT | BEFORE.keys() <= BY_ID.keys()
