"""A street corner with three boxes and three cameras, in real widgets of a known size."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPoint, QPointF, QRect, Qt
from PyQt6.QtGui import QColor, QImage, QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.views.cameras import CameraStrip
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.views.top_view import TopView
from lidar_label.gui.vtk.view3d import View3D
from lidar_label.model import SE3, Box, Frame, Image, Labels, Pinhole, PointCloud, Scene, Sensor, Sweep, Track

GROUND = -1.8
# category, name, x, y, yaw in the ego frame, size
OBJECTS = (
    ("vehicle.car", "near", 10.0, 4.0, 0.3, (4.4, 1.9, 1.5)),
    ("vehicle.truck", "far", 22.0, -7.0, -1.2, (8.0, 2.5, 3.0)),
    ("human.pedestrian", "walker", 8.0, -4.0, 2.0, (0.8, 0.7, 1.8)),
)
LENS = Pinhole(width=320, height=200, fx=160, fy=160, cx=160, cy=100, distortion=(-0.1, 0.01, 0.0, 0.0))
SENSORS = {
    "LIDAR": Sensor(channel="LIDAR", kind="lidar", ego_SE3_sensor=SE3.identity("ego", "LIDAR")),
    "CAM_FRONT": Sensor(
        channel="CAM_FRONT", kind="camera", camera=LENS,
        ego_SE3_sensor=SE3("ego", "CAM_FRONT", (0.5, -0.5, 0.5, -0.5), (1.5, 0.0, -0.2)),
    ),
    "CAM_BACK": Sensor(
        channel="CAM_BACK", kind="camera", camera=LENS,
        ego_SE3_sensor=SE3("ego", "CAM_BACK", (0.5, -0.5, -0.5, 0.5), (-1.5, 0.0, -0.2)),
    ),
    "CAM_SIDE": Sensor(channel="CAM_SIDE", kind="camera", ego_SE3_sensor=SE3.identity("ego", "CAM_SIDE")),
}  # fmt: skip


def pose_of(index: int) -> SE3:
    return SE3.from_yaw("world", "ego", 0.4, (100.0 + 2.0 * index, 50.0, 3.0))


def picture() -> bytes:
    image = QImage(320, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#203040"))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return data.data()


def cloud() -> PointCloud:
    random = np.random.default_rng(5)
    parts = [np.column_stack([random.uniform(-30, 30, (6000, 2)), random.normal(GROUND, 0.01, 6000)])]
    for _, _, x, y, yaw, size in OBJECTS:
        local = random.uniform(-0.5, 0.5, (300, 3)) * size * (0.95, 0.95, 0.95)
        turn = np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])
        parts.append(local @ turn.T + (x, y, GROUND + size[2] / 2))
    xyz = np.vstack(parts).astype(np.float32)
    return PointCloud(xyz, {"intensity": random.uniform(0, 255, len(xyz)).astype(np.float32)})


def corner_scene(
    *, frames: int = 3, missing: Sequence[str] = (), gate: threading.Event | None = None
) -> tuple[Scene, Labels]:
    """The scene and its labels; `missing` pictures cannot be read, the last cloud waits for `gate`."""

    def slow_cloud() -> PointCloud:
        assert gate is not None
        assert gate.wait(30)
        return cloud()

    def no_picture() -> bytes:
        return b"this is no picture"

    made, boxes = [], []
    tracks = [Track(category=category, name=name, token=name) for category, name, *_ in OBJECTS]
    for i in range(frames):
        shared = {"timestamp_ns": 10**9 + i * 10**8, "world_SE3_ego": pose_of(i), "frame": i}
        images = {
            channel: Image(
                sensor=sensor, load=no_picture if channel in missing else picture, suffix=".png",
                timestamp_ns=10**9 + i * 10**8 + 40_000_000, frame=i,
                world_SE3_ego=SE3.from_yaw("world", "ego", 0.4, pose_of(i).translation + np.array([0.3, 0.1, 0.0])),
            )
            for channel, sensor in SENSORS.items() if sensor.kind == "camera"
        }  # fmt: skip
        sweep = Sweep(
            sensor=SENSORS["LIDAR"], load=slow_cloud if gate is not None and i == frames - 1 else cloud, **shared
        )
        made.append(Frame(index=i, timestamp_ns=shared["timestamp_ns"], sweeps={"LIDAR": sweep}, images=images))
        for track, (_, _, x, y, yaw, size) in zip(tracks, OBJECTS, strict=True):
            pose = pose_of(i) @ SE3.from_yaw("ego", "box", yaw, (x, y, GROUND + size[2] / 2))
            boxes.append(Box(track=track.token, frame=i, world_SE3_box=pose, size=size))
    return Scene(name="corner", frames=made, sensors=SENSORS), Labels(tracks, boxes)


class Corner:
    """The desk on the street corner with its three views, and a hand on the mouse."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.main, self.top, self.cameras = View3D(desk), TopView(desk), CameraStrip(desk)
        self.stage = Stage.of(desk)
        self.edits: list[str] = []
        desk.edited.connect(lambda: self.edits.append("edit"))
        for view, size in ((self.main, (800, 600)), (self.top, (600, 600)), (self.cameras, (960, 220))):
            view.resize(*size)
            view.show()
            qtbot.waitExposed(view)
        qtbot.waitUntil(lambda: not self.cameras.is_projecting)

    def close(self) -> None:
        for view in (self.main, self.top, self.cameras):
            view.close()
            view.deleteLater()

    def box(self, name: str) -> Box:
        return next(box for box in self.desk.boxes if box.track == name)

    def index(self, name: str) -> int:
        return next(i for i, box in enumerate(self.stage.boxes) if box.track == name)

    def pixel(self, place: Sequence[float] | np.ndarray) -> QPointF:
        """Where a place of the ego frame is in the 3D view."""
        (uv,), _ = self.main.camera.project([place], self.main.width(), self.main.height())
        return QPointF(*uv.tolist())

    def top_pixel(self, x: float, y: float) -> QPointF:
        return QPointF(*self.top.to_pixels(np.array([[x, y]]))[0].tolist())

    def place(self, name: str, local: Sequence[float]) -> np.ndarray:
        """A place of a box's frame, in units of its half sizes, in the ego frame."""
        index, arrays = self.index(name), self.stage.arrays
        return arrays.placed(index, np.array([local]) * arrays.sizes[index] / 2)[0]

    def labelled(self, view: QWidget, name: str) -> QRect:
        """Where a view writes the label of a box: what differs in its picture when the label is empty."""
        label, index = self.stage.label, self.index(name)
        with_it = view.grab().toImage()
        self.stage.label = lambda at: "" if at == index else label(at)  # type: ignore[method-assign]
        without = view.grab().toImage()
        self.stage.label = label  # type: ignore[method-assign]
        both = [
            np.frombuffer(image.constBits().asarray(image.sizeInBytes()), np.uint8).reshape(
                image.height(), image.bytesPerLine() // 4, 4
            )
            for image in (with_it, without)
        ]
        rows, columns = np.nonzero((both[0] != both[1]).any(axis=2))
        return QRect(QPoint(columns.min(), rows.min()), QPoint(columns.max(), rows.max())) if len(rows) else QRect()

    def settle(self, edits: int) -> None:
        self.qtbot.waitUntil(lambda: len(self.edits) >= edits)


LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier


def send(
    widget: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton,
    keys: Qt.KeyboardModifier = NONE,
) -> None:  # fmt: skip
    event = QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, keys)
    QApplication.sendEvent(widget, event)


class Mouse:
    """Real mouse events with buttons held, which QTest.mouseMove does not send."""

    def press(
        self, widget: QWidget, at: QPointF, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE
    ) -> None:
        self.move(widget, at)
        send(widget, QEvent.Type.MouseButtonPress, at, button, button, keys)

    def move(
        self,
        widget: QWidget,
        at: QPointF,
        held: Qt.MouseButton = Qt.MouseButton.NoButton,
        keys: Qt.KeyboardModifier = NONE,
    ) -> None:
        send(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, held, keys)

    def release(self, widget: QWidget, at: QPointF, button: Qt.MouseButton = LEFT) -> None:
        send(widget, QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def click(self, widget: QWidget, at: QPointF) -> None:
        self.press(widget, at)
        self.release(widget, at)

    def drag(
        self,
        widget: QWidget,
        start: QPointF,
        end: QPointF,
        button: Qt.MouseButton = LEFT,
        keys: Qt.KeyboardModifier = NONE,
    ) -> None:
        self.press(widget, start, button, keys)
        for part in (0.3, 0.7, 1.0):
            self.move(widget, start + (end - start) * part, button, keys)
        self.release(widget, end, button)


@pytest.fixture
def mouse() -> Mouse:
    return Mouse()


@pytest.fixture
def make_corner(qtbot: QtBot, open_desk: Callable[..., Desk]) -> Iterator[Callable[..., Corner]]:
    made: list[Corner] = []

    def make(**options: object) -> Corner:
        scene, labels = corner_scene(**options)
        desk = open_desk(scene, labels)
        qtbot.waitUntil(lambda: len(desk.boxes) == len(OBJECTS))
        made.append(Corner(desk, qtbot))
        return made[-1]

    yield make
    for corner in made:
        corner.close()


@pytest.fixture
def corner(make_corner: Callable[..., Corner]) -> Corner:
    return make_corner()


@pytest.fixture
def point() -> Callable[[float, float], QPoint]:
    return lambda x, y: QPoint(round(x), round(y))
