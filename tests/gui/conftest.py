"""Fixtures of the desk's tests: made-up scenes in memory, and a watch for what is left running."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QTimer
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lidar_label.model import (
    SE3,
    Attribute,
    Box,
    Category,
    Finding,
    Frame,
    Image,
    Labels,
    Pinhole,
    PointCloud,
    Scene,
    Sensor,
    Sweep,
    Taxonomy,
    Track,
    Visibility,
)
from tests.gui.looks import is_plain
from tests.gui.patience import PatientBot
from tests.gui.screens import own_screen

if TYPE_CHECKING:
    from lidar_label.gui.desk import Desk
    from lidar_label.jobs import Project
    from lidar_label.store import SceneRef

os.environ.setdefault("LIDAR_LABEL_PAINTER", "splat")  # no test measures by the way
if "PYTEST_XDIST_WORKER" in os.environ:  # before there is a QApplication
    own_screen()

LIDAR = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3("ego", "LIDAR_TOP", (1, 0, 0, 0), (0, 0, 1.8)))
CAMERA = Sensor(
    channel="CAM_FRONT",
    kind="camera",
    ego_SE3_sensor=SE3("ego", "CAM_FRONT", (0.5, -0.5, 0.5, -0.5), (1.0, 0, 1.5)),
    camera=Pinhole(width=64, height=40, fx=50, fy=50, cx=32, cy=20),
)


def picture(color: str) -> bytes:
    """A 64 x 40 PNG of one colour."""
    image = QImage(64, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return data.data()


def cloud(index: int, points: int = 500) -> PointCloud:
    """Points around the vehicle, others in each frame, on a ground 1.8 m below the sensor."""
    random = np.random.default_rng(index)
    xyz = random.uniform((-30, -30, -1.8), (30, 30, 0.5), (points, 3)).astype(np.float32)
    return PointCloud(xyz, {"intensity": random.uniform(0, 1, points).astype(np.float32)})


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's bot, with the patience that a busy machine asks for."""
    return PatientBot(request)


@pytest.fixture(scope="session")
def make_scene() -> Callable[..., Scene]:
    """Make a scene of sweeps and pictures in memory; the vehicle drives 1 m a frame along world's x."""

    def make(
        frames: int = 6,
        *,
        load: Callable[[int], PointCloud] = cloud,
        encoded: Callable[[int], bytes] = lambda _: picture("#336699"),
        times_ns: list[int] | None = None,
        cameras: bool = True,
    ) -> Scene:
        times = times_ns or [1_000_000_000 + 100_000_000 * i for i in range(frames)]
        made = []
        for i, time_ns in enumerate(times):
            pose = SE3("world", "ego", (1, 0, 0, 0), (100.0 + i, 50.0, 0.0))
            shared = {"timestamp_ns": time_ns, "world_SE3_ego": pose, "frame": i}
            sweep = Sweep(sensor=LIDAR, load=lambda i=i: load(i), **shared)
            image = Image(sensor=CAMERA, load=lambda i=i: encoded(i), suffix=".png", **shared)
            images = {"CAM_FRONT": image} if cameras else {}
            made.append(Frame(index=i, timestamp_ns=time_ns, sweeps={"LIDAR_TOP": sweep}, images=images))
        sensors = {"LIDAR_TOP": LIDAR, **({"CAM_FRONT": CAMERA} if cameras else {})}
        return Scene(name="made-up", frames=made, sensors=sensors)

    return make


@pytest.fixture(scope="session", autouse=True)
def _garbage(qapp: QApplication) -> Iterator[object]:
    """As the desk itself has it: windows of earlier tests are taken down on the thread they lived on."""
    from lidar_label.gui.garbage import Garbage

    yield (kept := Garbage())
    kept.deleteLater()


@pytest.fixture(autouse=True)
def _nothing_is_left_over(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a thread, a window, a running timer, or another theme or language behind."""
    assert is_plain(), "an earlier test left its theme or language on"
    threads = set(threading.enumerate())
    windows = set(map(id, qapp.topLevelWidgets()))
    yield
    for _ in range(3):
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        qapp.processEvents()
    left = [t for t in threading.enumerate() if t not in threads and t.is_alive() and not t.daemon]
    assert not left, f"threads left running: {left}"
    shown = [w for w in qapp.topLevelWidgets() if id(w) not in windows and w.isVisible()]
    assert not shown, f"windows left open: {shown}"
    ticking = [timer for timer in qapp.findChildren(QTimer) if timer.isActive()]
    assert not ticking, f"timers left running: {ticking}"
    assert is_plain(), "theme or language left on"


class MemoryProject:
    """A real project file whose drive is a made-up scene in memory."""

    def __init__(self, path: Path, scene: Scene, labels: Labels) -> None:
        from lidar_label.edit import ImportLabels, Session
        from lidar_label.store import ProjectStore, SceneRef

        self.path = path
        self._scene = scene
        self.session = Session(ProjectStore.create(path, TAXONOMY), "tester")
        ref = SceneRef(
            token=scene.token, name=scene.name, path="drive", format="memory", scene=scene.name,
            frames=len(scene.frames), fingerprint="", position=0,
        )  # fmt: skip
        self.session.do(ImportLabels(ref, labels, Taxonomy()))

    @property
    def refs(self) -> tuple[SceneRef, ...]:
        return tuple(self.session.store.scenes())

    def scene(self, token: str) -> Scene:
        assert token == self._scene.token
        return self._scene

    def findings(self, token: str) -> list[Finding]:
        return []

    def close(self) -> None:
        self.session.close()


TAXONOMY = Taxonomy(
    [
        Category(name="vehicle.car", size=(4.5, 1.9, 1.6), color="#ff9900"),
        Category(name="vehicle.truck", size=(9, 2.5, 3.5), color="#3399ff"),
        Category(name="human.pedestrian", size=(0.6, 0.6, 1.75), color="#33cc66"),
    ],
    [Attribute(name="vehicle.parked"), Attribute(name="lane", kind="choice", values=("left", "right"))],
    [Visibility(token="1", level="v0-40"), Visibility(token="4", level="v80-100")],
)


def box_at(track: Track, frame: int, x: float, y: float, **more: object) -> Box:
    """A car-sized box at a place in world."""
    pose = SE3("world", "box", (1, 0, 0, 0), (x, y, 0.8))
    return Box(track=track.token, frame=frame, world_SE3_box=pose, size=(4.5, 1.9, 1.6), **more)


@pytest.fixture
def labels() -> Labels:
    """Two tracks: a car in frames 0 to 3 and a walker in frame 2."""
    car = Track(category="vehicle.car", name="7", token="car")
    walker = Track(category="human.pedestrian", name="anna", token="walker")
    boxes = [box_at(car, i, 110 + i, 52, is_keyframe=i in (0, 3)) for i in range(4)]
    return Labels([car, walker], [*boxes, box_at(walker, 2, 105, 48)])


@pytest.fixture
def open_desk(qtbot: QtBot, tmp_path: Path, make_scene: Callable[..., Scene], labels: Labels) -> Iterator[OpenDesk]:
    """Make a desk on a real project file; it is closed after the test."""
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.opening import open_scene

    desks: list[Desk] = []

    def make(scene: Scene | None = None, found: Labels | None = None, *, wait: bool = True) -> Desk:
        scene = scene or make_scene()
        chosen = labels if found is None else found
        kept = Labels(chosen.tracks, [box for box in chosen.boxes() if box.frame < len(scene.frames)])
        project = MemoryProject(tmp_path / f"made-{len(desks)}.lidarlabel", scene, kept)
        desk = Desk(author="tester")
        desks.append(desk)
        desk.failed.connect(lambda text: FAILURES.append(text))
        desk.show(open_scene(cast("Project", project), scene.token))
        if wait and scene.frames:
            qtbot.waitUntil(lambda: desk.view is not None)
        return desk

    FAILURES.clear()
    yield make
    for desk in desks:
        desk.close()


FAILURES: list[str] = []
OpenDesk = Callable[..., "Desk"]


@pytest.fixture
def failures() -> list[str]:
    """What the desks of this test said in their message strips."""
    return FAILURES
