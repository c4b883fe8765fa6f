"""A tiny made-up drive that has one of everything, to see what a format keeps of it."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import (
    SE3,
    Attribute,
    Box,
    Camera,
    Category,
    Fisheye,
    Frame,
    Image,
    Labels,
    Pinhole,
    PointCloud,
    Scene,
    Sensor,
    Source,
    Sweep,
    Taxonomy,
    Track,
    Visibility,
)

_START_NS = 1_700_000_000_000_000_000
_STEP_NS = 100_000_000
_SIZE = (64, 48)
_POINTS = 60
_AHEAD = (0.5, -0.5, 0.5, -0.5)  # a camera's z along the vehicle's x, its y down
_LENS = {"width": _SIZE[0], "height": _SIZE[1], "fx": 40.0, "fy": 40.0, "cx": 32.0, "cy": 24.0}


def make_everything() -> tuple[Scene, Labels, Taxonomy]:
    """Make three frames with two LiDARs, a radar, three lenses, recordings between, and labels of every kind.

    It is the same at every call. World lies far from its origin (`Scene.origin`); sweeps have every
    usual field and times of points, boxes lean, are hidden, have scores and attributes of each kind.
    """
    sensors = _sensors()
    frames = [_frame(sensors, index) for index in range(3)]
    between: list[Sweep | Image] = [
        _sweep(sensors["LIDAR_TOP"], 1, 0.5, is_key=False),
        _image(sensors["CAM_FRONT"], 1, 0.5, is_key=False),
    ]
    scene = Scene(
        name="everything",
        frames=frames,
        sensors=sensors,
        between=between,
        origin=(500_000.0, 4_000_000.0, 100.0),
        description="one of everything",
        log={"logfile": "log-1", "vehicle": "van", "date_captured": "2023-11-14", "location": "nowhere"},
        token="everything",
    )
    return scene, _labels(), _taxonomy()


def _sensors() -> dict[str, Sensor]:
    def sensor(channel: str, kind: str, place: tuple[float, float, float], lens: Camera | None = None) -> Sensor:
        turn = _AHEAD if kind == "camera" else (1.0, 0.0, 0.0, 0.0)
        mounting = SE3("ego", channel, turn, place)
        return Sensor(channel=channel, kind=kind, ego_SE3_sensor=mounting, camera=lens, token=channel)  # type: ignore[arg-type]

    bent = Pinhole(**_LENS, distortion=(-0.1, 0.01, 0.001, 0.002))  # type: ignore[arg-type]
    made = [
        sensor("LIDAR_TOP", "lidar", (0.9, 0.0, 1.8)),
        sensor("LIDAR_SIDE", "lidar", (0.5, 0.9, 1.0)),
        sensor("RADAR_FRONT", "radar", (3.4, 0.0, 0.5)),
        sensor("CAM_FRONT", "camera", (1.5, 0.0, 1.5), Pinhole(**_LENS)),  # type: ignore[arg-type]
        sensor("CAM_BENT", "camera", (1.5, 0.5, 1.5), bent),
        sensor("CAM_FISHEYE", "camera", (1.5, -0.5, 1.5), Fisheye(**_LENS)),  # type: ignore[arg-type]
    ]
    return {found.channel: found for found in made}


def _pose(at: float) -> SE3:
    """Return where the vehicle is after so many frames: it drives ahead and turns left."""
    return SE3.from_yaw("world", "ego", 0.02 * at, (8.0 * at, 0.1 * at, 0.0))


def _frame(sensors: dict[str, Sensor], index: int) -> Frame:
    return Frame(
        index=index,
        timestamp_ns=_START_NS + index * _STEP_NS,
        sweeps={c: _sweep(s, index, index) for c, s in sensors.items() if s.kind != "camera"},
        images={c: _image(s, index, index) for c, s in sensors.items() if s.kind == "camera"},
        name=f"{index:06d}",
        token=f"frame-{index}",
    )


def _sweep(sensor: Sensor, frame: int, at: float, *, is_key: bool = True) -> Sweep:
    return Sweep(
        sensor=sensor,
        timestamp_ns=_START_NS + round(at * _STEP_NS),
        world_SE3_ego=_pose(at),
        frame=frame,
        is_keyframe=is_key,
        load=partial(_cloud, sensor.kind, round(at * 10)),
        token=f"{sensor.channel}-{at}",
    )


def _image(sensor: Sensor, frame: int, at: float, *, is_key: bool = True) -> Image:
    return Image(
        sensor=sensor,
        timestamp_ns=_START_NS + round(at * _STEP_NS),
        world_SE3_ego=_pose(at),
        frame=frame,
        is_keyframe=is_key,
        load=partial(_picture, round(at * 10)),
        suffix=".png",
        token=f"{sensor.channel}-{at}",
    )


def _cloud(kind: str, seed: int) -> PointCloud:
    random = np.random.default_rng(seed)
    xyz = random.uniform((2, -20, -1.5), (40, 20, 2), (_POINTS, 3)).astype(np.float32)
    if kind == "radar":
        speeds = random.uniform(-10, 10, (2, _POINTS)).astype(np.float32)
        return PointCloud(xyz, {"vx_comp": speeds[0], "vy_comp": speeds[1]})
    fields: dict[str, NDArray[Any]] = {
        "intensity": random.uniform(0, 255, _POINTS).astype(np.float32),
        "ring": random.integers(0, 32, _POINTS).astype(np.uint8),
        "time_s": np.linspace(0.0, 0.09, _POINTS).astype(np.float32),
        "echo": random.integers(0, 3, _POINTS).astype(np.uint8),
        "semantic_class": random.integers(0, 5, _POINTS).astype(np.uint16),
        "instance_id": random.integers(0, 9, _POINTS).astype(np.uint16),
    }
    return PointCloud(xyz, fields)


def _picture(seed: int) -> bytes:
    from PIL import Image as Encoder

    pixels = np.full((_SIZE[1], _SIZE[0], 3), (seed * 20 % 256, 90, 160), dtype=np.uint8)
    file = io.BytesIO()
    Encoder.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _labels() -> Labels:
    tracks = [
        Track(category="car", name="7", attributes={"model": "estate"}, token="car"),
        Track(category="traffic cone", name="cone", token="cone"),
        Track(category="行人", name="3", token="walker"),
    ]
    boxes = [
        Box(
            track="car", frame=i, size=(4.5, 1.9, 1.6),
            world_SE3_box=SE3.from_yaw("world", "box", 0.3, (20.0 + i, 3, 0.8)),
            attributes={"parked": i == 0, "lane": "left", "speed": 8.5}, visibility="2", is_keyframe=i != 1,
            source=Source.INTERPOLATED if i == 1 else Source.HUMAN, score=0.9, num_lidar_pts=5 + i, token=f"car-{i}",
        )
        for i in range(3)
    ]  # fmt: skip
    leaning = SE3("world", "box", (0.9961947, 0.0, 0.0871557, 0.0), (15.0, -4.0, 0.4))
    boxes.append(Box(track="cone", frame=0, size=(0.4, 0.4, 0.8), world_SE3_box=leaning, token="cone-0"))
    for i in (0, 2):  # with a gap
        pose = SE3.from_yaw("world", "box", -1.2, (18.0, 6.0 + i, 0.9))
        boxes.append(Box(track="walker", frame=i, size=(0.7, 0.7, 1.8), world_SE3_box=pose, token=f"walker-{i}"))
    return Labels(tracks, boxes)


def _taxonomy() -> Taxonomy:
    return Taxonomy(
        [Category(name=name, token=f"category-{name}") for name in ("car", "traffic cone", "行人")],
        [
            Attribute(name="parked", token="parked"),
            Attribute(name="lane", kind="choice", values=("left", "right"), token="lane"),
            Attribute(name="speed", kind="number", token="speed"),
            Attribute(name="model", kind="text", per="track", token="model"),
        ],
        [Visibility(token="1", level="v0-40"), Visibility(token="2", level="v40-60")],
    )
