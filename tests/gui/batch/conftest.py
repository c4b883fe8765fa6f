"""A drive with a car that is seen, its track in a batch page, and a hand on the mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from lidar_label.gui.batch.page import BatchPage
from lidar_label.gui.desk import Desk
from lidar_label.model import SE3, Box, Labels, PointCloud, Scene, Track

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CAR = (4.5, 1.9, 1.6)
READ: list[int] = []


def seen_car(index: int) -> PointCloud:
    """The ground and the surface of a car 10 m ahead and 2 m to the left, as the LiDAR 1.8 m up sees them."""
    READ.append(index)
    random = np.random.default_rng(index)
    half = np.array(CAR) / 2 - 0.01
    surface = random.uniform(-1, 1, (600, 3))
    surface[np.arange(600), random.integers(0, 3, 600)] = random.choice([-1.0, 1.0], 600)
    car = surface * half + (10.0, 2.0, 0.8 - 1.8)
    ground = np.column_stack([random.uniform(0, 20, (1500, 1)), random.uniform(-8, 12, (1500, 1)), np.full(1500, -1.8)])
    return PointCloud(np.concatenate([car, ground]).astype(np.float32), {})


def car_labels(frames: int) -> Labels:
    """One car with a box in each frame, every fifth a key frame, and the rest interpolated."""
    from lidar_label.model import Source

    track = Track(category="vehicle.car", name="7", token="car")
    boxes = []
    for i in range(frames):
        pose = SE3("world", "box", (1, 0, 0, 0), (110.0 + i, 52.0, 0.8))
        is_key = i % 5 == 0 or i == frames - 1
        source = Source.HUMAN if is_key else Source.INTERPOLATED
        boxes.append(Box(track="car", frame=i, world_SE3_box=pose, size=CAR, is_keyframe=is_key, source=source))
    return Labels([track], boxes)


class Batch:
    """A page with a track in it."""

    def __init__(self, desk: Desk, page: BatchPage, qtbot: QtBot) -> None:
        self.desk, self.page, self.qtbot = desk, page, qtbot
        self.grid = page.grid
        self.edits = 0
        self.load = seen_car
        self.read = READ
        """The frames that were read, in order."""
        desk.edited.connect(self._count)

    def _count(self) -> None:
        self.edits += 1

    @property
    def view(self) -> QWidget:
        found = self.grid.viewport()
        assert found is not None
        return found

    def box(self, frame: int) -> Box:
        found = self.grid.box_in(frame)
        assert found is not None
        return found

    def rows(self) -> list[dict[str, object]]:
        """Every row of a box and a track as the project file has it."""
        assert self.desk.project is not None
        store = self.desk.project.session.store
        found = [
            dict(row) for name in ("box", "track") for row in store.find_rows(name, "scene", (self.desk.scene_token,))
        ]
        return sorted(found, key=lambda row: (str(row.get("track")), int(str(row.get("frame", -1)))))

    def pixel(self, frame: int, view: str, local: tuple[float, float, float]) -> QPointF:
        """Where a place of a cell's own frame is in the viewport; metres from the middle of the box."""
        u, v = self.grid.plan.to_pixels(view, np.array([local]))[0].tolist()
        return self.grid.area_of_frame(frame).topLeft().toPointF() + QPointF(u, v)

    def edge(self, frame: int, view: str, way: tuple[float, float, float]) -> QPointF:
        """Where an edge or a corner is: halves of the size along each axis."""
        half = np.array(self.box(frame).size) / 2 * way
        return self.pixel(frame, view, (float(half[0]), float(half[1]), float(half[2])))

    def click(self, frame: int, keys: Qt.KeyboardModifier = NONE) -> None:
        at = self.edge(frame, "top", (0.0, 0.0, 0.0))
        self.send(QEvent.Type.MouseButtonPress, at, LEFT, keys)
        self.send(QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.NoButton, keys)

    def send(self, kind: QEvent.Type, at: QPointF, held: Qt.MouseButton, keys: Qt.KeyboardModifier = NONE) -> None:
        button = LEFT if kind != QEvent.Type.MouseMove else Qt.MouseButton.NoButton
        QApplication.sendEvent(self.view, QMouseEvent(kind, at, self.view.mapToGlobal(at), button, held, keys))

    def drag(self, start: QPointF, end: QPointF, *, release: bool = True) -> None:
        self.send(QEvent.Type.MouseMove, start, Qt.MouseButton.NoButton)
        self.send(QEvent.Type.MouseButtonPress, start, LEFT)
        for part in (0.3, 0.7, 1.0):
            self.send(QEvent.Type.MouseMove, start + (end - start) * part, LEFT)
        if release:
            self.send(QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        self.qtbot.keyClick(self.grid, key, keys)

    def settle(self, edits: int = 1) -> None:
        """Wait until so many edits are stored and shown."""
        self.qtbot.waitUntil(lambda: self.edits >= edits and not self.desk._store.pending)

    def wait_for_points(self) -> None:
        self.qtbot.waitUntil(lambda: all(self.page.loader.get(self.grid.boxes[at]) for at in self.grid.in_sight()))


@pytest.fixture
def make_batch(
    open_desk: Callable[..., Desk], make_scene: Callable[..., Scene], qtbot: QtBot
) -> Iterator[Callable[..., Batch]]:
    pages: list[BatchPage] = []

    def make(frames: int = 12, labels: Labels | None = None, size: tuple[int, int] = (1000, 700)) -> Batch:
        desk = open_desk(make_scene(frames, load=seen_car, cameras=False), labels or car_labels(frames))
        page = BatchPage(desk)
        pages.append(page)
        page.resize(*size)
        desk.select("car")
        page.show()
        qtbot.waitExposed(page)
        made = Batch(desk, page, qtbot)
        qtbot.waitUntil(lambda: len(page.grid.boxes) > 0)
        READ.clear()
        return made

    yield make
    for page in pages:
        page.loader.close()
        page.close()
        page.deleteLater()
