"""Fixtures of the desk's tests: made-up scenes in memory, and a watch for what is left running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PyQt6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QTimer
from PyQt6.QtGui import QColor, QImage
from PyQt6.QtWidgets import QApplication

from lidar_label.model import SE3, Frame, Image, Pinhole, PointCloud, Scene, Sensor, Sweep

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


@pytest.fixture(autouse=True)
def _nothing_is_left_over(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a thread, a window or a running timer behind."""
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
