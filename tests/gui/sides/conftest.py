"""A street with one car whose points are known to the centimetre, and a hand on the mouse over the side views."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.desk import Desk
from lidar_label.gui.fitting import Fitting
from lidar_label.gui.sides.column import SideViews
from lidar_label.gui.views.stage import Stage
from lidar_label.model import SE3, Box, Floats, Labels, PointCloud, Scene, Track

GROUND, YAW, CAR = 0.0, 0.3, (4.0, 1.8, 1.4)
PLACE = np.array([12.0, 5.0, GROUND + CAR[2] / 2])  # of the car, in the ego frame
DRAWN = (4.6, 2.2, 1.7)  # the box as it is stored: too large on every side
LIDAR_HEIGHT = 1.8
NONE, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def turn(yaw: float) -> Floats:
    return np.array([[np.cos(yaw), -np.sin(yaw), 0], [np.sin(yaw), np.cos(yaw), 0], [0, 0, 1]])


def car_points() -> Floats:
    """Points on the six faces of the car, in its own frame; the underside has none."""
    made = []
    for axis in range(3):
        for sign in (1, -1) if axis < 2 else (1,):
            ticks = [np.linspace(-0.5, 0.5, 25) * CAR[a] if a != axis else [sign * CAR[axis] / 2] for a in range(3)]
            made.append(np.stack(np.meshgrid(*ticks), axis=-1).reshape(-1, 3))
    return np.concatenate(made)


def cloud(_: int) -> PointCloud:
    random = np.random.default_rng(3)
    ground = np.column_stack([random.uniform(-25, 25, (9000, 2)), random.normal(GROUND, 0.01, 9000)])
    xyz = np.concatenate([ground, car_points() @ turn(YAW).T + PLACE])
    return PointCloud((xyz - (0, 0, LIDAR_HEIGHT)).astype(np.float32), {})


def labels() -> Labels:
    car, other = Track(category="vehicle.car", name="1", token="car"), Track(category="vehicle.truck", token="other")
    boxes = []
    for frame in range(3):
        world_SE3_ego = SE3("world", "ego", (1, 0, 0, 0), (100.0 + frame, 50.0, 0.0))
        pose = world_SE3_ego @ SE3.from_yaw("ego", "box", YAW, PLACE + np.array([0, 0, (DRAWN[2] - CAR[2]) / 2]))
        boxes.append(Box(track="car", frame=frame, world_SE3_box=pose, size=DRAWN, is_keyframe=frame != 1))
    pose = SE3.from_yaw("world", "box", 0.1, (113.0, 60.0, 1.0))
    return Labels([car, other], [*boxes, Box(track="other", frame=0, world_SE3_box=pose, size=(5, 2, 2))])


class Bench:
    """The side views of a desk in a window, and what is stored."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        self.desk, self.qtbot = desk, qtbot
        self.sides = SideViews(desk)
        self.stage, self.fitting = Stage.of(desk), Fitting.of(desk)
        self.said: list[str] = []
        desk.said.connect(self.said.append)
        self.sides.resize(290, 720)
        self.sides.show()
        qtbot.waitExposed(self.sides)
        desk.select("car")
        self.settle()

    @property
    def box(self) -> Box:
        found = self.desk.selected_box
        assert found is not None
        return found

    def settle(self) -> None:
        """Wait until every edit is stored and shown."""
        self.desk.flush()
        self.qtbot.waitUntil(lambda: self.desk._store.pending == 0)

    def rows(self) -> list[object]:
        """Everything that is stored of the tracks."""
        assert self.desk.project is not None
        store = self.desk.project.session.store
        tracks = list(store.tracks(self.desk.scene_token))
        return [*tracks, *(box for track in tracks for box in store.boxes_of_track(track.token))]

    def undo(self) -> None:
        self.desk.undo()
        self.settle()

    def faces(self, box: Box | None = None) -> Floats:
        """How far front, left, top and rear, right, bottom lie along the first box's axes from the car, (6,) metres."""
        axes, corners = turn(YAW), (box or self.box).corners() - (100.0 + self.desk.index, 50.0, 0.0) - PLACE
        along = corners @ axes
        return np.concatenate([along.max(axis=0), -along.min(axis=0)])


def send(
    widget: QWidget, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton,
    keys: Qt.KeyboardModifier = NONE,
) -> None:  # fmt: skip
    QApplication.sendEvent(widget, QMouseEvent(kind, at, widget.mapToGlobal(at), button, held, keys))


class Mouse:
    """Real mouse events with buttons held, which QTest.mouseMove does not send."""

    def move(self, widget: QWidget, at: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        send(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, keys)

    def hold(
        self, widget: QWidget, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = LEFT,
    ) -> None:  # fmt: skip
        self.move(widget, start, keys)
        send(widget, QEvent.Type.MouseButtonPress, start, button, button, keys)
        for part in (0.4, 1.0):
            send(widget, QEvent.Type.MouseMove, start + (end - start) * part, Qt.MouseButton.NoButton, button, keys)

    def release(self, widget: QWidget, at: QPointF, button: Qt.MouseButton = LEFT) -> None:
        send(widget, QEvent.Type.MouseButtonRelease, at, button, Qt.MouseButton.NoButton)

    def drag(
        self, widget: QWidget, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = NONE,
        button: Qt.MouseButton = LEFT,
    ) -> None:  # fmt: skip
        self.hold(widget, start, end, keys, button)
        self.release(widget, end, button)

    def double_click(self, widget: QWidget, at: QPointF) -> None:
        self.move(widget, at)
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            send(widget, kind, at, LEFT, LEFT)
            self.release(widget, at)


@pytest.fixture
def mouse() -> Mouse:
    return Mouse()


@pytest.fixture
def bench(
    qtbot: QtBot, open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], failures: list[str]
) -> Iterator[Bench]:
    made = Bench(open_desk(make_scene(3, load=cloud, cameras=False), labels()), qtbot)
    yield made
    made.settle()
    made.sides.close()
    made.sides.deleteLater()
    assert failures == []
