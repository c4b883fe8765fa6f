"""How the desk stands to its project: reading only while another has it, taking over, and what it says after a fall."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.commands import ACTIONS
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.vigil import Ended
from lidar_label.jobs import import_drive

HOLDER = """
import sys
from pathlib import Path
from lidar_label.jobs import open_project
project = open_project(Path(sys.argv[1]), "ann", alone=True)
print(flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def project(shared_data: Path, tmp_path: Path) -> Path:
    drive = tmp_path / "drive"
    shutil.copytree(shared_data / "sustechpoints_example", drive)
    path = tmp_path / "work.lidarlabel"
    import_drive(drive, path)
    return path


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    def plain_views(_: Desk) -> Views:
        main = QLabel("3D")
        main.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        nothing = lambda: None  # noqa: E731
        return Views(
            main=main, top=QLabel(), cameras=QWidget(), look_down=nothing, look_home=nothing, focus_selection=nothing,
            close=nothing,
        )  # fmt: skip

    made = Window(Desk(author="tester"), Settings(), Language(), make=plain_views)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    yield made
    made.close()


def test_a_project_that_another_has_is_read_until_it_is_taken_over(window: Window, project: Path, qtbot: QtBot) -> None:
    command = [sys.executable, "-c", HOLDER, str(project)]
    other = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    other.stdout.readline()
    desk = window.desk
    try:
        window.open(project)
        qtbot.waitUntil(lambda: desk.view is not None and len(desk.boxes) > 0)
        assert f"process {other.pid}" in window.strip.text.text()
        assert window.standing.label.isVisible()
        assert window.windowTitle().endswith("– read-only")
        desk.select(desk.boxes[0].track)
        for action in ACTIONS:
            if action.edits:
                assert not window.menus.actions[action.id].isEnabled(), action.id
                assert action.refusal(desk) == "the project is open for reading only", action.id
        assert window.menus.actions["export"].isEnabled()
        assert not window.menus.actions["take-over"].isEnabled()
        center = desk.boxes[0].center.tolist()
        focus = QApplication.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, Qt.Key.Key_W)
        assert desk.boxes[0].center.tolist() == center
        with qtbot.waitSignal(desk.failed) as refused:  # as a drag in a view asks for it
            desk.flip()
        assert "the project is open for reading only" in refused.args[0]
        qtbot.waitUntil(lambda: desk._store.pending == 0)
        assert desk.undo_title == ""
    finally:
        other.send_signal(signal.SIGKILL)
        other.communicate()
    qtbot.waitUntil(window.menus.actions["take-over"].isEnabled)
    assert "Take over" in window.strip.messages[-1]
    window.menus.actions["take-over"].trigger()
    qtbot.waitUntil(lambda: not window.standing.read_only and desk.view is not None)
    assert not window.standing.label.isVisible()
    assert "read-only" not in window.windowTitle()
    qtbot.waitUntil(lambda: len(desk.boxes) > 0)
    desk.select(desk.boxes[0].track)
    desk.flip()
    qtbot.waitUntil(lambda: desk.undo_title == "Turn a box round")


def test_after_a_fall_it_names_the_last_edit_and_the_report(window: Window, project: Path, qtbot: QtBot) -> None:
    from lidar_label.edit import AddTrack
    from lidar_label.jobs import open_project
    from lidar_label.model import Track

    with open_project(project, "ann") as opened:
        (ref,) = opened.refs
        category = opened.session.store.taxonomy().categories[0].name
        opened.session.do(AddTrack(ref.token, Track(category=category), (), "Draw a box"))
    report = project.parent / "crash-1.txt"
    window.standing.tell_of([Ended(since=time.time() - 60, project=project, report=report)])
    qtbot.waitUntil(lambda: bool(window.strip.messages))
    (said,) = window.strip.messages
    for part in ("ended unexpectedly", str(project), '"Draw a box"', str(report)):
        assert part in said


def test_after_a_fall_with_a_project_that_was_moved_it_says_what_it_can(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    window.standing.tell_of([Ended(since=0.0, project=tmp_path / "gone.lidarlabel", report=None)])
    qtbot.waitUntil(lambda: bool(window.strip.messages))
    assert "ended unexpectedly" in window.strip.messages[0]
