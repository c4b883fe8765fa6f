"""Opening real drives: project files, several scenes, wrong paths, closing in the middle."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.views import Views
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    def plain(desk: Desk) -> Views:
        main, top, cameras = QLabel("3D"), QLabel("top"), QLabel("cameras")
        nothing = lambda: None  # noqa: E731
        return Views(
            main=main, top=top, cameras=cameras, look_down=nothing, look_home=nothing, focus_selection=nothing,
            close=nothing,
        )  # fmt: skip

    made = Window(Desk(author="tester"), Settings(), Language(), make=plain)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def drives(shared_data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "drives"
    shutil.copytree(shared_data / "kitti_raw", folder)
    return folder


def shown(window: Window, qtbot: QtBot, name: str) -> None:
    desk = window.desk
    qtbot.waitUntil(lambda: desk.scene is not None and desk.scene.name == name)
    qtbot.waitUntil(lambda: desk.view is not None and desk.view.index == desk.index)


FIRST, SECOND = "2011_09_26_drive_0001_sync", "2011_09_26_drive_0052_sync"


def test_scenes_are_chosen_and_keep_their_own_labels(window: Window, drives: Path, qtbot: QtBot) -> None:
    window.open(drives, frame=2)
    shown(window, qtbot, FIRST)
    desk = window.desk
    assert desk.index == 2
    assert len(desk.boxes) == 5
    assert [window.scenes.itemText(i) for i in range(window.scenes.count())] == [FIRST, SECOND]
    desk.select(desk.boxes[0].track)
    window.scenes.activated.emit(1)
    shown(window, qtbot, SECOND)
    assert desk.selected == ""
    assert (desk.index, desk.boxes, len(desk.times_ns)) == (0, (), 8)
    window.scenes.activated.emit(0)
    shown(window, qtbot, FIRST)
    assert len(desk.boxes) == 5


def test_a_path_that_cannot_be_opened_leaves_what_is_open(
    window: Window, drives: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window.open(drives)
    shown(window, qtbot, FIRST)
    project = window.desk.project
    for wrong in (tmp_path / "not there", tmp_path):
        with qtbot.waitSignal(window.desk.failed):
            window.open(wrong)
        assert window.desk.project is project
        assert window.strip.isVisible()
    broken = tmp_path / "broken.lidarlabel"
    broken.write_bytes(b"SQLite format 3\0 but no more")
    with qtbot.waitSignal(window.desk.failed):
        window.open(broken)
    assert window.desk.scene is not None
    assert [path.name for path in window.settings.recent if "broken" in path.name] == []
    window.desk.step(1)
    shown(window, qtbot, FIRST)


def test_another_project_takes_the_place_of_the_first(window: Window, drives: Path, qtbot: QtBot) -> None:
    window.open(drives / "2011_09_26" / SECOND)
    shown(window, qtbot, SECOND)
    first = window.desk.project
    window.open(drives / "2011_09_26" / FIRST)
    shown(window, qtbot, FIRST)
    assert window.desk.project is not first
    assert window.settings.recent[0].name == FIRST
    qtbot.waitUntil(lambda: window.desk._store.pending == 0)


def test_edits_on_the_way_are_stored_when_another_project_is_opened(window: Window, drives: Path, qtbot: QtBot) -> None:
    from lidar_label.store import ProjectStore

    window.open(drives / "2011_09_26" / FIRST)
    shown(window, qtbot, FIRST)
    box = window.desk.boxes[0]
    project = window.desk.project
    assert project is not None
    window.desk.select(box.track)
    window.desk.nudge(dx=1.0)
    window.open(drives / "2011_09_26" / SECOND)
    shown(window, qtbot, SECOND)
    qtbot.waitUntil(lambda: window.desk._store.pending == 0)
    with ProjectStore.open(project.path) as store:
        kept = store.box(box.track, 0)
    assert kept is not None
    assert abs(kept.center - box.center).max() == pytest.approx(1.0, abs=0.01)


def test_closing_in_the_middle_of_opening_leaves_nothing_behind(window: Window, drives: Path, qtbot: QtBot) -> None:
    window.open(drives)
    window.close()
    assert not list(drives.parent.glob("**/*.part*"))


def test_the_drive_is_never_written_to(window: Window, drives: Path, qtbot: QtBot) -> None:
    before = {path: path.stat().st_mtime_ns for path in drives.rglob("*") if path.is_file()}
    window.open(drives)
    shown(window, qtbot, FIRST)
    window.desk.select(window.desk.boxes[0].track)
    window.desk.delete_track()
    qtbot.waitUntil(lambda: len(window.desk.tracks) == 4)
    window.close()
    assert {path: path.stat().st_mtime_ns for path in drives.rglob("*") if path.is_file()} == before
