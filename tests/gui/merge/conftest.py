"""A drive past a parked car while another drives along: every point is known in world, in every frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, Qt
from PyQt6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.merge.merger import Merger
from lidar_label.gui.merge.whole import WholeTrack
from lidar_label.gui.views.stage import Stage
from lidar_label.model import SE3, Box, Floats, Frame, Image, Labels, Pinhole, PointCloud, Scene, Sensor, Sweep, Track

FRAMES = 9
CAR = (4.0, 1.8, 1.4)
LIDAR = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3("ego", "LIDAR_TOP", (1, 0, 0, 0), (0.5, 0, 1.8)))
CAMERA = Sensor(
    channel="CAM_FRONT", kind="camera", camera=Pinhole(width=320, height=200, fx=160, fy=160, cx=160, cy=100),
    ego_SE3_sensor=SE3("ego", "CAM_FRONT", (0.5, -0.5, 0.5, -0.5), (1.5, 0.0, 1.4)),
)  # fmt: skip
PARKED = SE3.from_yaw("world", "box", 0.3, (112.0, 54.5, 0.7))
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def ego_pose(frame: int) -> SE3:
    return SE3.from_yaw("world", "ego", 0.04 * frame, (100.0 + frame, 50.0 + 0.1 * frame, 0.0))


def mover_pose(frame: int) -> SE3:
    return SE3.from_yaw("world", "box", 0.1 * frame, (108.0 + 1.5 * frame, 47.0 + 0.4 * frame, 0.7))


def shell(random: np.random.Generator, count: int) -> Floats:
    """Points on the faces of a car but for its underside, in its own frame."""
    points = random.uniform(-0.5, 0.5, (count, 3)) * CAR
    axis, sign = random.integers(0, 3, count), np.where(random.integers(0, 2, count), 0.5, -0.5)
    sign[axis == 2] = 0.5
    points[np.arange(count), axis] = sign * np.array(CAR)[axis]
    return points


def world_points(frame: int) -> tuple[Floats, np.ndarray]:
    """The points of a frame in world, and what each is of: 0 the ground, 1 the parked car, 2 the one that drives."""
    random = np.random.default_rng(frame)
    ground = ego_pose(frame).apply(np.column_stack([random.uniform(-20, 20, (1500, 2)), np.zeros(1500)]))
    parts = [ground, PARKED.apply(shell(random, 150)), mover_pose(frame).apply(shell(random, 150))]
    return np.concatenate(parts), np.repeat([0, 1, 2], [1500, 150, 150])


def fields(frame: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(1000 + frame)
    return {
        "intensity": random.uniform(0, 1, 1800).astype(np.float32),
        "ring": random.integers(0, 8, 1800).astype(np.uint8),
        "time": np.sort(random.uniform(0, 0.1, 1800)).astype(np.float32),
        "range_rate": random.normal(0, 5, 1800),
    }


def cloud(frame: int) -> PointCloud:
    xyz, _ = world_points(frame)
    local = (ego_pose(frame) @ LIDAR.ego_SE3_sensor).inverse.apply(xyz)
    return PointCloud(local.astype(np.float32), fields(frame))


def picture() -> bytes:
    """The left half red, the right half green."""
    image = QImage(320, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 30, 20))
    painter = QPainter(image)
    painter.fillRect(160, 0, 160, 200, QColor(20, 180, 40))
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return data.data()


def drive(*, cameras: bool = False) -> tuple[Scene, Labels]:
    frames, boxes, encoded = [], [], picture() if cameras else b""
    parked, mover = (
        Track(category="vehicle.car", name="1", token="parked"),
        Track(category="vehicle.truck", token="mover"),
    )
    for i in range(FRAMES):
        shared = {"timestamp_ns": 10**9 + i * 10**8, "world_SE3_ego": ego_pose(i), "frame": i}
        images = {"CAM_FRONT": Image(sensor=CAMERA, load=lambda: encoded, suffix=".png", **shared)} if cameras else {}
        sweep = Sweep(sensor=LIDAR, load=lambda i=i: cloud(i), **shared)
        frames.append(Frame(index=i, timestamp_ns=shared["timestamp_ns"], sweeps={"LIDAR_TOP": sweep}, images=images))
        for track, pose in ((parked, PARKED), (mover, mover_pose(i))):
            boxes.append(Box(track=track.token, frame=i, world_SE3_box=pose, size=CAR, is_keyframe=i % 4 == 0))
    sensors = {"LIDAR_TOP": LIDAR, **({"CAM_FRONT": CAMERA} if cameras else {})}
    return Scene(name="pass", frames=frames, sensors=sensors), Labels([parked, mover], boxes)


class Road:
    """A desk on the drive, at its middle frame."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.stage, self.merger, self.whole = Stage.of(desk), Merger.of(desk), WholeTrack.of(desk)
        self.said: list[str] = []
        desk.said.connect(self.said.append)
        self.go_to(FRAMES // 2)

    def go_to(self, frame: int) -> None:
        self.desk.go_to(frame)
        self.qtbot.waitUntil(
            lambda: self.stage.view is not None and self.stage.view.index == frame and len(self.stage.boxes) == 2
        )

    def merge(self) -> None:
        self.desk.set_merging(True)
        self.merged()

    def merged(self) -> None:
        self.qtbot.waitUntil(lambda: not self.merger.is_merging and self.merger.merged is not None)

    def settle(self) -> None:
        """Wait until every edit is stored and shown."""
        self.desk.flush()
        self.qtbot.waitUntil(lambda: self.desk._store.pending == 0)

    def rows(self) -> list[object]:
        assert self.desk.project is not None
        store = self.desk.project.session.store
        tracks = list(store.tracks(self.desk.scene_token))
        return [*tracks, *(box for track in tracks for box in store.boxes_of_track(track.token))]


def send(widget: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, NONE))


def press(widget: QWidget, at: QPointF) -> None:
    send(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    send(widget, QEvent.Type.MouseButtonPress, at, LEFT, LEFT)


def drag(widget: QWidget, start: QPointF, end: QPointF) -> None:
    press(widget, start)
    for part in (0.4, 1.0):
        send(widget, QEvent.Type.MouseMove, start + (end - start) * part, Qt.MouseButton.NoButton, LEFT)
    send(widget, QEvent.Type.MouseButtonRelease, end, LEFT, Qt.MouseButton.NoButton)


def click(widget: QWidget, at: QPointF) -> None:
    press(widget, at)
    send(widget, QEvent.Type.MouseButtonRelease, at, LEFT, Qt.MouseButton.NoButton)


@pytest.fixture
def road(qtbot: QtBot, open_desk: Callable[..., Desk], failures: list[str]) -> Iterator[Road]:
    made = Road(open_desk(*drive()), qtbot)
    yield made
    made.settle()
    assert failures == []


@pytest.fixture
def show(qtbot: QtBot) -> Iterator[Callable[[QWidget, tuple[int, int]], QWidget]]:
    """Show a view in a size; it is closed after the test."""
    shown: list[QWidget] = []

    def make(view: QWidget, size: tuple[int, int]) -> QWidget:
        view.resize(*size)
        view.show()
        qtbot.waitExposed(view)
        shown.append(view)
        return view

    yield make
    for view in shown:
        view.close()
        view.deleteLater()
