"""A small drive made by hand, with everything a nuScenes folder can hold."""

from __future__ import annotations

import io
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from lidar_label.datasets import Drive, write_dataset
from lidar_label.model import (
    SE3,
    Attribute,
    Box,
    Category,
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

START_NS = 1_700_000_000_000_000_000
STEP_NS = 500_000_000


@dataclass
class Made:
    """The drive and its taxonomy."""

    drive: Drive
    taxonomy: Taxonomy


def cloud_of(seed: int) -> PointCloud:
    """Points spread evenly over 60 x 60 x 4 metres, so that boxes hold some."""
    rng = np.random.default_rng(seed)
    xyz = rng.uniform((-30, -30, -2), (30, 30, 2), (6000, 3)).astype(np.float32)
    intensity = rng.uniform(0, 255, 6000).astype(np.float32)
    return PointCloud(xyz, {"intensity": intensity, "ring": (np.arange(6000) % 32).astype(np.float32)})


def png(seed: int) -> bytes:
    buffer = io.BytesIO()
    Picture.new("RGB", (64, 48), (seed % 256, 80, 120)).save(buffer, format="PNG")
    return buffer.getvalue()


def ego_at(time_ns: int) -> SE3:
    """A vehicle that drives a slow bend, a little tilted."""
    t = (time_ns - START_NS) * 1e-9
    tilt = SE3("ego", "ego", (math.cos(0.01), math.sin(0.01), 0, 0), (0, 0, 0))
    return SE3.from_yaw("world", "ego", 0.3 + 0.05 * t, (400 + 5 * t, 1200 + t, 0.2)) @ tilt


@pytest.fixture(scope="session")
def make() -> Callable[..., Made]:
    """Make the drive; keyword arguments change it."""
    return make_drive


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the drive lies in our writing; nobody changes it."""
    made = make_drive()
    folder = tmp_path_factory.mktemp("whole") / "out"
    write_dataset("nuscenes", folder, [made.drive], made.taxonomy)
    return folder


@pytest.fixture
def root(tmp_path: Path, whole: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(whole, tmp_path / "out"))


def make_drive(
    *,
    name: str = "scene-0103",
    frames: int = 4,
    between: bool = True,
    cameras: bool = True,
    lidar: str = "LIDAR_TOP",
    distortion: tuple[float, ...] = (),
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0),
    seed: int = 0,
    tag: str = "",
) -> Made:
    top = Sensor(
        channel=lidar,
        kind="lidar",
        ego_SE3_sensor=SE3.from_yaw("ego", lidar, -math.pi / 2, (0.9, 0.0, 1.8)),
        token=f"{tag}calibrated-lidar",
    )
    sensors = {lidar: top}
    views = {"CAM_FRONT": 0.0, "CAM_BACK": math.pi} if cameras else {}
    for channel, yaw in views.items():
        look = SE3("ego", channel, (0.5, -0.5, 0.5, -0.5), (0, 0, 0))
        sensors[channel] = Sensor(
            channel=channel,
            kind="camera",
            ego_SE3_sensor=SE3.from_yaw("ego", "ego", yaw, (1.5, 0.0, 1.5)) @ look,
            camera=Pinhole(width=64, height=48, fx=40, fy=41, cx=31.5, cy=23.5, distortion=distortion),
            token=f"{tag}calibrated-{channel}",
        )
    counter = iter(range(10_000))

    def sweep(index: int, time_ns: int, key: bool) -> Sweep:
        number = next(counter)
        return Sweep(
            sensor=top,
            timestamp_ns=time_ns,
            world_SE3_ego=ego_at(time_ns),
            frame=index,
            is_keyframe=key,
            token=f"{tag}data-{number}",
            load=partial(cloud_of, seed + number),
        )

    def image(channel: str, index: int, time_ns: int, key: bool) -> Image:
        number = next(counter)
        return Image(
            sensor=sensors[channel],
            timestamp_ns=time_ns,
            world_SE3_ego=ego_at(time_ns),
            frame=index,
            is_keyframe=key,
            token=f"{tag}data-{number}",
            load=partial(png, seed + number),
            suffix=".png",
        )

    made_frames, others = [], []
    for index in range(frames):
        time_ns = START_NS + index * STEP_NS
        if between:
            for part in range(1, 5) if index else ():
                others.append(sweep(index, time_ns - part * 100_000_000, False))
                others += [image(channel, index, time_ns - part * 100_000_000 - 7000, False) for channel in views]
        made_frames.append(
            Frame(
                index=index,
                timestamp_ns=time_ns,
                sweeps={lidar: sweep(index, time_ns, True)},
                images={channel: image(channel, index, time_ns - 20_000_000, True) for channel in views},
                token=f"{tag}sample-{index}",
            )
        )
    scene = Scene(
        name=name,
        frames=made_frames,
        sensors=sensors,
        between=sorted(others, key=lambda r: r.timestamp_ns),
        origin=offset,
        description="made by hand; turns, rain",
        log={"logfile": "n1-2024", "vehicle": "n1", "date_captured": "2024-01-01", "location": "boston-seaport"},
        token=f"{tag}scene",
    )
    taxonomy = Taxonomy(
        [
            Category(name="vehicle.car", description="cars", token="cat-car"),
            Category(name="human.pedestrian.adult", token="cat-adult"),
            Category(name="animal", token="cat-unused"),
        ],
        [
            Attribute(name="vehicle.moving", description="it moves", token="att-moving"),
            Attribute(name="vehicle.parked", token="att-parked"),
        ],
        [
            Visibility(token=str(i), level=f"v{a}-{b}")
            for i, a, b in ((1, 0, 40), (2, 40, 60), (3, 60, 80), (4, 80, 100))
        ],
    )
    tracks = [
        Track(category="vehicle.car", name="lead car", token=f"{tag}car"),
        Track(category="vehicle.car", token=f"{tag}parked"),
        Track(category="human.pedestrian.adult", token=f"{tag}walker"),
    ]
    boxes = []
    for index in range(frames):
        t = index * STEP_NS * 1e-9
        boxes.append(
            Box(
                track=f"{tag}car",
                frame=index,
                world_SE3_box=ego_at(START_NS)
                @ SE3("ego", "box", (math.cos(0.02), 0.0, math.sin(0.02), 0.0), (12 + 6 * t, 2.0, 0.8)),
                size=(4.5, 1.9, 1.6),
                attributes={"vehicle.moving": True},
                visibility="4",
                num_radar_pts=3,
                token=f"{tag}box-car-{index}",
            )
        )
        boxes.append(
            Box(
                track=f"{tag}parked",
                frame=index,
                world_SE3_box=ego_at(START_NS) @ SE3.from_yaw("ego", "box", 3.1, (-8.0, -6.0, 0.9)),
                size=(4.0, 1.8, 1.5),
                attributes={"vehicle.parked": True},
                token=f"{tag}box-parked-{index}",
            )
        )
        if index != 1:  # a gap
            boxes.append(
                Box(
                    track=f"{tag}walker",
                    frame=index,
                    world_SE3_box=ego_at(START_NS) @ SE3.from_yaw("ego", "box", -1.0, (6.0, 5.0 + t, 1.0)),
                    size=(0.7, 0.6, 1.8),
                    visibility="2",
                    token=f"{tag}box-walker-{index}",
                )
            )
    return Made(Drive(scene=scene, labels=Labels(tracks, boxes)), taxonomy)
