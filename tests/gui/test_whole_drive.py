"""A drive as one cloud: its frames merged in the background, shown in the world, labelled in their own project."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from lidar_label.cloud.build import build_tiles
from lidar_label.cloud.cache import cache_folder
from lidar_label.cloud.sources import open_source
from lidar_label.cloud.stamps import stamp_of
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.views.stage import Stage
from lidar_label.model import SE3, Scene


@pytest.fixture
def make_window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Window]]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made: list[Window] = []

    def make(desk: Desk | None = None) -> Window:
        window = Window(desk or Desk(author="tester"), Settings(), Language())
        qtbot.addWidget(window)
        window.resize(1300, 800)
        window.show()
        made.append(window)
        return window

    yield make
    for window in made:
        window.close()


@pytest.fixture
def drive(shared_data: Path, tmp_path: Path) -> Path:
    """A copy of a real drive of which every frame has a pose."""
    folder = tmp_path / "data" / "kitti_odometry_00"
    shutil.copytree(shared_data / "kitti_odometry_00", folder)
    return folder


def shown(window: Window, qtbot: QtBot, points: int) -> None:
    desk = window.desk
    qtbot.waitUntil(lambda: desk.tiles.phase == "tiles" and desk.view is not None)
    qtbot.waitUntil(lambda: Stage.of(desk).tiles.is_complete("3d"))
    assert desk.tiles.points == points


def test_a_drive_opens_as_one_cloud_and_keeps_its_own_labels(
    drive: Path, make_window: Callable[..., Window], qtbot: QtBot
) -> None:
    window = make_window()
    desk = window.desk
    window.open(drive)
    qtbot.waitUntil(lambda: desk.view is not None)
    assert desk.project is not None
    assert desk.scene is not None
    first, frames, categories = desk.project.path, desk.scene.frames, list(desk.taxonomy.categories)
    points = sum(len(frame.sweep().points()) for frame in frames)
    told: list[str] = []
    desk.noticed.connect(told.append)
    window.menus.actions["open-as-one"].trigger()
    shown(window, qtbot, points)
    assert desk.project.path != first
    assert list(desk.taxonomy.categories) == categories
    assert len(desk.boxes) == 0
    assert f"{len(frames)} frames" in told[-1]
    assert window.settings.recent[0] == desk.project.path.resolve()

    # What is far ahead of the last frame lies there in the world that the frames share.
    last = frames[-1]
    sweep = last.sweep()
    pose = last.world_SE3_ego @ sweep.sensor.ego_SE3_sensor
    near = pose.apply(sweep.points().xyz[sweep.points().valid][:2000])
    spot = near[np.argmax(near[:, 0])]
    around = Stage.of(desk).tiles.around(spot[0], spot[1], 0.5)
    assert np.linalg.norm(np.asarray(around) - spot, axis=1).min() < 0.02

    desk.add_box(SE3("world", "box", (1, 0, 0, 0), tuple(spot)), (4.0, 4.0, 4.0))
    qtbot.waitUntil(lambda: desk.selected_box is not None)
    box = desk.selected_box
    assert box is not None
    qtbot.waitUntil(lambda: bool(desk.tiles.count(box)))
    own = desk.project.path
    window.open(first)
    qtbot.waitUntil(lambda: desk.project is not None and desk.project.path == first)
    assert len(desk.times_ns) == len(frames)
    window.open(own)  # from its project file, the tiles that are there are taken
    qtbot.waitUntil(lambda: desk.project is not None and desk.project.path == own)
    shown(window, qtbot, points)
    assert len(desk.boxes) == 1


def test_a_store_of_a_drive_opens(
    drive: Path, make_window: Callable[..., Window], qtbot: QtBot, tmp_path: Path
) -> None:
    source = open_source(drive, first=1, last=2)
    store = tmp_path / "data" / "part.tiles"
    build_tiles(source, store, stamp=replace(stamp_of(drive, store), part=" 1..2"))
    window = make_window()
    window.open(store)
    shown(window, qtbot, source.points)
    assert window.desk.tiles.store is not None
    assert window.desk.tiles.store.folder == store
    assert not cache_folder().exists()


def test_a_drive_that_stops_halfway_or_has_no_poses_stays_as_it_is(
    make_window: Callable[..., Window],
    open_desk: Callable[..., Desk],
    make_scene: Callable[..., Scene],
    drive: Path,
    qtbot: QtBot,
) -> None:
    plain = make_window(open_desk(replace(make_scene(), has_poses=False)))
    told: list[str] = []
    plain.desk.failed.connect(told.append)
    plain.menus.actions["open-as-one"].trigger()
    assert told == ["This drive has no poses, so its frames cannot be put together into one cloud."]
    assert len(plain.desk.times_ns) == 6

    window = make_window()
    desk = window.desk
    window.open(drive)
    qtbot.waitUntil(lambda: desk.view is not None)
    assert desk.scene is not None
    said: list[str] = []
    desk.said.connect(said.append)
    scene = desk.scene
    desk.busy_changed.connect(lambda text, *_: window.status.stop.click() if text.strip() else None)
    window.menus.actions["open-as-one"].trigger()
    qtbot.waitUntil(lambda: bool(said))
    assert isinstance(window.status.stop, QToolButton)
    assert desk.scene is scene
    assert desk.tiles.cloud is None
