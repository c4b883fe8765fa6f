"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from lidar_label.datasets import Drive
from lidar_label.kernels.places import settle
from lidar_label.model import SE3, Box, Frame, Image, Labels, Pinhole, PointCloud, Scene, Sensor, Sweep, Track

ROOT = Path(__file__).resolve().parent.parent

# No test is about how long something takes: on a busy machine anything may. A gate gives the same answer twice: other
# examples than the usual ones are for `pytest --hypothesis-profile=seeking`.
settings.register_profile("gate", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("seeking", deadline=None)
settings.load_profile("gate")
settle()  # says where compiled kernels are kept
# Processes that a test starts with a cache folder of its own need not compile every kernel again.
os.environ.setdefault("NUMBA_CACHE_DIR", numba.config.CACHE_DIR)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real drives to test on; they are not part of the project, so a clone may lack them."""
    folder = Path(os.environ.get("LIDAR_LABEL_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("real sample data is not here: set LIDAR_LABEL_TEST_DATA to a folder that has it")
    return folder


@pytest.fixture(scope="session")
def small_drive() -> Callable[..., Drive]:
    """Make a drive of its own tokens, with one LiDAR, one camera and one car in every frame."""
    return _small_drive


_SECOND = 1_000_000_000
_PICTURE = bytes.fromhex(  # a PNG of one pixel
    "89504e470d0a1a0a0000000d494844520000000100000001080000000"
    "03a7e9b550000000a49444154789c6360000000020001e221bc330000000049454e44ae426082"
)


def _small_drive(name: str, *, frames: int = 2, start_s: int = 0, x: float = 10.0, f: float = 700.0) -> Drive:
    lidar = Sensor(channel="LIDAR_TOP", kind="lidar", ego_SE3_sensor=SE3("ego", "LIDAR_TOP", (1, 0, 0, 0), (0, 0, 1.8)),
                   token=f"lidar-{f}")  # fmt: skip
    looks_ahead = SE3("ego", "CAM_FRONT", (0.5, -0.5, 0.5, -0.5), (0.5, 0, 1.5))
    lens = Pinhole(width=1, height=1, fx=f, fy=f, cx=0.5, cy=0.5)
    camera = Sensor(channel="CAM_FRONT", kind="camera", ego_SE3_sensor=looks_ahead, camera=lens, token=f"camera-{f}")
    rng = np.random.default_rng(len(name))
    made: list[Frame] = []
    track = Track(category="car", name="7", token=f"{name}-track")
    boxes: list[Box] = []
    for index in range(frames):
        time_ns = (start_s + index) * _SECOND
        pose = SE3("world", "ego", (1, 0, 0, 0), (index * 1.0, 0, 0))
        cloud = PointCloud(
            rng.normal(size=(20, 3)).astype(np.float32) * 5 + np.float32(10),
            {"intensity": rng.random(20).astype(np.float32)},
        )
        common = {"timestamp_ns": time_ns, "world_SE3_ego": pose, "frame": index}
        sweep = Sweep(sensor=lidar, load=lambda cloud=cloud: cloud, token=f"{name}-s{index}", **common)
        image = Image(sensor=camera, load=lambda: _PICTURE, suffix=".png", token=f"{name}-i{index}", **common)
        made.append(Frame(index=index, timestamp_ns=time_ns, sweeps={"LIDAR_TOP": sweep}, images={"CAM_FRONT": image},
                          token=f"{name}-f{index}"))  # fmt: skip
        boxes.append(Box(track=track.token, frame=index, size=(4.5, 1.8, 1.6), token=f"{name}-b{index}",
                         world_SE3_box=SE3("world", "box", (1, 0, 0, 0), (x + index, 1, 0.8))))  # fmt: skip
    scene = Scene(name=name, frames=made, sensors={"LIDAR_TOP": lidar, "CAM_FRONT": camera}, token=f"{name}-scene")
    return Drive(scene=scene, labels=Labels([track], boxes))


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings, logs and crash reports of a test away from those of the person who runs it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
