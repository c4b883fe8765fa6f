"""A real drive: a car's first box, carried on in the window, lies where people labelled it in the last frame."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.datasets.kitti.labels import read_object_labels
from lidar_label.gui.desk import Desk
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.jobs.importing import import_drive
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box
from tests.gui.carrying.conftest import ALT, Loop

DRIVE = "kitti_raw/2011_09_26/2011_09_26_drive_0052_sync"
FIRST, LAST = {0: "001497"}, {7: "004587"}
AHEAD = 0  # of the labelled objects: the car in the same lane


@pytest.fixture
def loop(shared_data: Path, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loop]:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    project = tmp_path / "drive.lidarlabel"
    import_drive(shared_data / DRIVE, project)
    window = Window(Desk(author="tester"), Settings(), Language())
    window.resize(900, 600)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    window.open(project)
    made = Loop(window)
    made.settle()
    yield made
    window.close()
    window.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def label(loop: Loop, shared_data: Path, of: dict[int, str]) -> Box:
    """The car as people labelled it for the object benchmark, in world."""
    (index, stem), scene = next(iter(of.items())), loop.desk.scene
    assert scene is not None
    folder = shared_data / DRIVE
    found = read_object_labels(folder / "object_label_2" / f"{stem}.txt", folder / "object_calib" / f"{stem}.txt")
    lidar, velo = scene.world_SE3_lidar(index), found[AHEAD].velo_SE3_box
    pose = lidar @ SE3(lidar.src, "box", velo.rotation, velo.translation)
    return Box(track="label", frame=index, world_SE3_box=pose, size=found[AHEAD].size)


def row(box: Box) -> np.ndarray:
    return np.array([[*box.center, *box.size, box.yaw]])


def test_a_real_car_is_carried_to_its_last_label(loop: Loop, shared_data: Path) -> None:
    first, last = label(loop, shared_data, FIRST), label(loop, shared_data, LAST)
    loop.desk.add_box(first.world_SE3_box, first.size)
    loop.settle()
    for _ in range(3):  # a person who is asked says yes
        loop.press(Qt.Key.Key_D, ALT)
    made = loop.stored(loop.desk.selected)
    assert list(made) == list(range(8))
    assert float(iou_of_pairs(row(made[7]), row(last), "bev")[0]) >= 0.7
    assert loop.undo_all() >= 2
    assert loop.desk.tracks == {}
    assert not loop.failed
