"""A drive in which one car is hidden for two frames while another stands; both are labelled in a real window."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from lidar_label.gui.desk import Desk
from lidar_label.gui.opening import open_scene
from lidar_label.gui.propagating import Propagating
from lidar_label.gui.propagating_many import CarryingMany
from lidar_label.gui.shell.settings import Settings
from lidar_label.gui.shell.window import Window
from lidar_label.gui.translate import Language
from lidar_label.gui.worker import Worker
from lidar_label.jobs import Project
from lidar_label.model import SE3, Box, Floats, Frame, Labels, PointCloud, Scene, Source, Sweep, Track
from tests.gui.conftest import LIDAR, MemoryProject

FRAMES, HIDDEN = 12, (6, 7)
CAR = (4.2, 1.8, 1.5)
EGO = SE3("world", "ego", (1, 0, 0, 0), (100.0, 50.0, 0.0))
PATIENCE_S = 120.0  # the first run of a kernel compiles it
ALT, CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


def car_pose(frame: int) -> SE3:
    """Where the car is that drives by, at 8 m/s."""
    return SE3.from_yaw("world", "box", 0.0, (104.0 + 0.8 * frame, 56.0, 0.75))


PARKED = SE3.from_yaw("world", "box", 0.2, (108.0, 44.0, 0.75))


def shell(random: np.random.Generator, pose: SE3, count: int) -> Floats:
    """Points on those faces of a car that the sensor sees, in world, but for its lowest part."""
    seen_from = pose.inverse.apply(EGO.apply(np.array([[0.0, 0.0, 1.8]])))[0]
    points = random.uniform(-0.5, 0.5, (count, 3)) * CAR
    axis = random.integers(0, 3, count)
    points[np.arange(count), axis] = np.sign(seen_from[axis]) * np.array(CAR)[axis] / 2
    return pose.apply(points[points[:, 2] > -0.5])


class Drive:
    """The points of the drive; a frame can be held back until it is let go."""

    def __init__(self, hidden: Sequence[int] = HIDDEN, step_ns: int = 100_000_000) -> None:
        self.hidden, self.step_ns = hidden, step_ns
        self.held, self.gate = -1, threading.Event()
        self.asked = threading.Event()

    def load(self, frame: int) -> PointCloud:
        if frame == self.held:
            self.asked.set()
            self.gate.wait(PATIENCE_S)
        random = np.random.default_rng(frame)
        ground = EGO.apply(np.column_stack([random.uniform(-25, 25, (3000, 2)), np.zeros(3000)]))
        parts = [ground, shell(random, PARKED, 300)]
        if frame not in self.hidden:
            parts.append(shell(random, car_pose(frame), 400))
        way = LIDAR.ego_SE3_sensor.inverse @ EGO.inverse
        return PointCloud(way.apply(np.concatenate(parts)).astype(np.float32), {})

    def scene(self) -> Scene:
        frames = []
        for i in range(FRAMES):
            time_ns = 1_000_000_000 + self.step_ns * i
            sweep = Sweep(
                sensor=LIDAR, timestamp_ns=time_ns, world_SE3_ego=EGO, frame=i, load=lambda i=i: self.load(i)
            )  # fmt: skip
            frames.append(Frame(index=i, timestamp_ns=time_ns, sweeps={"LIDAR_TOP": sweep}, images={}))
        return Scene(name="by", frames=frames, sensors={"LIDAR_TOP": LIDAR})


def labels() -> Labels:
    """The car's first box, and two pieces of the parked one that overlap in a frame."""
    tracks = [Track(category="vehicle.car", name=name, token=token) for name, token in (("7", "car"), ("8", "p"))]
    tracks.append(Track(category="vehicle.truck", name="9", token="q"))
    boxes = [Box(track="car", frame=0, world_SE3_box=car_pose(0), size=CAR)]
    between = {"is_keyframe": False, "source": Source.INTERPOLATED}
    boxes += [
        Box(track="p", frame=f, world_SE3_box=PARKED, size=CAR, **({} if f in (0, 4) else between)) for f in range(5)
    ]
    boxes += [Box(track="q", frame=f, world_SE3_box=PARKED, size=CAR, **({} if f == 8 else between)) for f in (4, 5, 8)]
    return Labels(tracks, boxes)


class Loop:
    """The window, and a hand on its keys."""

    def __init__(self, window: Window, drive: Drive | None = None) -> None:
        self.window, self.desk, self.drive = window, window.desk, drive or Drive()
        self.said: list[str] = []
        self.desk.said.connect(self.said.append)
        self.failed: list[str] = []
        self.desk.failed.connect(self.failed.append)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        if QApplication.activeWindow() is None:  # as after a dialog, where no window manager is at work
            self.window.activateWindow()
            QTest.qWaitForWindowActive(self.window)
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self.key(key, modifiers)
        self.settle()

    def settle(self) -> None:
        """Wait until every thread rests, the shown frame is here, and every edit is in the project file."""
        desk, quiet, until = self.desk, 0, time.monotonic() + PATIENCE_S
        while quiet < 3:
            QTest.qWait(5)
            desk.flush()
            workers = [worker for root in (desk, self.window) for worker in root.findChildren(Worker)]
            busy = any(w.pending for w in workers) or desk.view is None or desk.view.index != desk.index
            quiet = 0 if busy or Propagating.of(desk).is_running or CarryingMany.of(desk).is_running else quiet + 1
            assert time.monotonic() < until, "the desk does not come to rest"

    def wait(self, until: Callable[[], bool]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not until():
            QTest.qWait(5)
            assert time.monotonic() < end, "it does not come"

    def stored(self, track: str = "car") -> dict[int, Box]:
        """The boxes of a track as the project file has them."""
        assert self.desk.project is not None
        return {box.frame: box for box in self.desk.project.session.store.boxes_of_track(track)}

    def rows(self) -> list[Any]:
        """Every row of tracks and boxes."""
        assert self.desk.project is not None
        store = self.desk.project.session.store
        return [sorted(map(str, store.find_rows(t, "scene", (self.desk.scene_token,)))) for t in ("track", "box")]

    def undo_all(self) -> int:
        count = 0
        while self.desk.undo_title:
            self.press(Qt.Key.Key_Z, CTRL)
            count += 1
        return count


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> None:
    """One window for each file keeps its threads from test to test."""


@pytest.fixture(scope="module")
def drive() -> Drive:
    """What the window is opened on."""
    return Drive()


@pytest.fixture(scope="module")
def _loop(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, drive: Drive) -> Iterator[Loop]:
    folder = tmp_path_factory.mktemp("carrying")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        project = cast("Project", MemoryProject(folder / "made.lidarlabel", drive.scene(), labels()))
        desk = Desk(author="tester")
        window = Window(desk, Settings(), Language())
        window.resize(900, 600)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        desk.show(open_scene(project, project.refs[0].token))
        made = Loop(window, drive)
        made.settle()
        yield made
        window.close()
        window.deleteLater()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def loop(_loop: Loop) -> Iterator[Loop]:
    """The window with the first labels, at frame 0, the car selected; afterwards everything is undone."""
    _loop.drive.held = -1
    _loop.window.centre.cover(None)
    assert _loop.window.views is not None
    _loop.window.views.main.setFocus()
    _loop.desk.go_to(0)
    _loop.desk.select("car")
    _loop.settle()
    _loop.said.clear()
    _loop.failed.clear()
    yield _loop
    _loop.drive.gate.set()
    _loop.settle()
    _loop.undo_all()
