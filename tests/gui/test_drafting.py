"""A draft by a model in the desk: asked first, run beside the window, one step of undo; a server only when told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from lidar_label.datasets import Drive, WriteOptions, write_dataset
from lidar_label.gui.desk import Desk
from lidar_label.gui.drafting import DraftDialog
from lidar_label.gui.drafting_points import PointsDraftDialog
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.tracks import TracksPanel
from lidar_label.gui.shell.tracks_filter import MACHINE
from lidar_label.gui.shell.tracks_model import SCORE
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.model import SE3, Box, Labels, PointCloud, Scene, Source, Track, driving_taxonomy
from tests.detectors.nets import MEAN, described, mean_net
from tests.detectors.servers import TEXT, hangs, said, served

LEFT = Qt.MouseButton.LeftButton
FRAMES = 6


def around_a_car(index: int) -> PointCloud:
    """Points about one place that stands still in world, 20 m before the first frame's LiDAR."""
    near, half = np.array([20 - index, 3, -0.8]), np.array([2, 1, 1])
    xyz = np.random.default_rng(index).uniform(near - half, near + half, (400, 3))
    return PointCloud(xyz.astype(np.float32), {"intensity": np.ones(400, np.float32)})


@pytest.fixture
def window(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Window]:  # fmt: skip
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    made = Window(open_desk(make_scene(FRAMES, load=around_a_car), Labels()), Settings(), Language())
    qtbot.addWidget(made)
    made.resize(1300, 800)
    made.show()
    yield made
    made.close()


def chosen(window: Window, file: Path, command: str = "draft-model") -> None:
    """Run the command and name a file in the dialog that it opens, as a person types it."""

    def name() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert field is not None
        field.setText(str(file))
        QTest.keyClick(field, Qt.Key.Key_Return)

    QTimer.singleShot(100, name)
    window.menus.actions[command].trigger()


def asked(window: Window, file: Path, qtbot: QtBot) -> tuple[DraftDialog, QPushButton]:
    chosen(window, file)
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(DraftDialog)))
    dialog = next(one for one in window.findChildren(DraftDialog) if one.isVisible())
    button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
    assert button is not None
    return dialog, button


def test_a_network_drafts_and_one_undo_takes_it_back(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    mean_net(tmp_path / "net.onnx")
    desk, told = window.desk, list[str]()
    desk.said.connect(told.append)
    dialog, button = asked(window, described(tmp_path, MEAN), qtbot)
    assert (button.text(), dialog.finds.text()) == ("Draft", "Car → vehicle.car\nPerson → left out")
    assert not dialog.address.isVisible()
    assert "sent" not in dialog.told.text()
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: len(desk.boxes) == 1)
    (box,) = desk.boxes
    assert box.source == Source.MACHINE
    assert not box.is_keyframe
    np.testing.assert_allclose(box.center, [120, 53, 1.0], atol=0.3)
    qtbot.waitUntil(lambda: told[-1:] == [f"1 tracks with {FRAMES} boxes drafted; one undo takes them back"])
    assert desk.undo_title == "Draft by Mean of points"
    desk.undo()
    qtbot.waitUntil(lambda: not desk.boxes and not desk.tracks)


def test_a_server_is_sent_nothing_before_a_person_says_so(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    desk, told, said_so = window.desk, list[str](), list[str]()
    desk.failed.connect(told.append)
    desk.said.connect(said_so.append)
    with served() as (address, handler):
        handler.answers = [said('{"schema": "lidar-label/boxes/1", "boxes": []}')]
        file = described(tmp_path, f'{TEXT}address = "{address}"\n')
        dialog, button = asked(window, file, qtbot)
        host = address.rpartition("/")[0]
        assert f"are sent to {host}." in dialog.told.text()
        assert button.text() == "Send the points and draft"
        dialog.address.setText("file:///etc/passwd")
        assert not button.isEnabled()
        dialog.address.setText(address)
        dialog.reject()
        assert not handler.asked

        _, button = asked(window, file, qtbot)
        QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(lambda: said_so[-1:] == ["The model found nothing"])
        assert [told["frame"] for _, told in handler.asked] == list(range(FRAMES))

        handler.answers = [said("rubbish")]
        _, button = asked(window, file, qtbot)
        QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(lambda: bool(told))
        assert "at frame 0 of made-up" in told[-1]
        assert "no JSON" in told[-1]
        assert not desk.tracks


def test_a_draft_is_stopped_while_a_server_hangs(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    with served() as (address, handler):
        handler.answers = [hangs]
        text = TEXT.replace("answer_seconds = 0.5", "answer_seconds = 60.0")
        _, button = asked(window, described(tmp_path, f'{text}address = "{address}"\n'), qtbot)
        QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(lambda: bool(handler.asked))
        assert isinstance(window.status.stop, QToolButton)
        QTest.mouseClick(window.status.stop, LEFT)
        qtbot.waitUntil(lambda: not window.status.stop.isVisible())
        assert not window.desk.tracks
        qtbot.waitUntil(lambda: not any(thread.name == "detector" for thread in threading.enumerate()))


def test_a_description_that_is_wrong_is_told(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    told: list[str] = []
    window.desk.failed.connect(told.append)
    file = tmp_path / "model.toml"
    file.write_text('kind = "onnx"\nclases = ["car"]\n')
    chosen(window, file)
    qtbot.waitUntil(lambda: bool(told))
    assert "classes: this key is missing" in told[0]


def test_detections_become_tracks_and_one_undo_takes_them_back(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    desk, told = window.desk, list[str]()
    desk.said.connect(told.append)
    assert desk.scene is not None
    track = Track(category="vehicle.car")
    pose = SE3.from_yaw("world", "box", 0.0, (120.0, 53.0, 1.0))
    boxes = [
        Box(track=track.token, frame=frame, world_SE3_box=pose, size=(4.0, 2.0, 1.6), score=0.9, source=Source.MACHINE)
        for frame in range(FRAMES)
    ]
    found = Drive(scene=desk.scene, labels=Labels([track], boxes))
    write_dataset("openlabel", tmp_path / "found", [found], driving_taxonomy(), WriteOptions())
    (file,) = (tmp_path / "found").rglob("*.json")
    chosen(window, file, "draft-found")
    qtbot.waitUntil(lambda: len(desk.boxes) == 1)
    assert desk.boxes[0].source == Source.MACHINE
    qtbot.waitUntil(lambda: told[-1:] == [f"1 tracks with {FRAMES} boxes made of detections; one undo takes them back"])
    desk.undo()
    qtbot.waitUntil(lambda: not desk.boxes and not desk.tracks)

    (tmp_path / "none.txt").write_text("nothing")
    failed = list[str]()
    desk.failed.connect(failed.append)
    chosen(window, tmp_path / "none.txt", "draft-found")
    qtbot.waitUntil(lambda: bool(failed))
    assert "none.txt" in failed[0]
    assert not desk.tracks


def test_points_alone_make_a_draft_that_is_accepted_and_taken_back(window: Window, qtbot: QtBot) -> None:
    desk, told = window.desk, list[str]()
    desk.said.connect(told.append)

    def drafted(least: float) -> str:
        told.clear()
        window.menus.actions["draft-points"].trigger()
        dialog = next(one for one in window.findChildren(PointsDraftDialog) if one.isVisible())
        dialog.within.setValue(40)
        dialog.least.setValue(least)
        button = dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)
        assert button is not None
        QTest.mouseClick(button, LEFT)
        qtbot.waitUntil(lambda: bool(told))
        return told[-1]

    assert drafted(1.0) == "No road users were found"
    assert not desk.boxes
    assert not desk.tracks
    assert drafted(0.0).endswith("boxes drafted; one undo takes them back")
    qtbot.waitUntil(lambda: bool(desk.boxes))
    by_machine = {Source.MACHINE, Source.PROPAGATED}
    assert {box.source for box in desk.boxes} <= by_machine

    panel = window.findChild(TracksPanel)
    assert panel is not None
    panel.bar.wishes[MACHINE].click()
    panel.table.sortByColumn(SCORE, Qt.SortOrder.DescendingOrder)
    many = len(desk.tracks)
    scores = [float(panel.proxy.index(row, SCORE).data()) for row in range(panel.proxy.rowCount())]
    assert not panel.table.isColumnHidden(SCORE)
    assert len(scores) == many
    assert scores == sorted(scores, reverse=True)
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.menus.actions["accept-sure"].trigger()
    qtbot.waitUntil(lambda: panel.proxy.rowCount() == 0)  # nothing is left that a person has not accepted
    assert {box.source for box in desk.boxes} == {Source.HUMAN}
    desk.undo()
    qtbot.waitUntil(lambda: panel.proxy.rowCount() == many)
    assert {box.source for box in desk.boxes} <= by_machine
    desk.undo()
    qtbot.waitUntil(lambda: not desk.boxes and not desk.tracks)
