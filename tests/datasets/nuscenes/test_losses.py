"""What nuScenes cannot hold is said before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lidar_label.datasets import Drive, format_named
from lidar_label.model import Fisheye, Labels, PointCloud, Source


def test_a_plain_drive_loses_nothing(make: Callable[..., Any]) -> None:
    made = make()
    boxes = [replace(b, source=Source.IMPORTED) for b in made.drive.labels.boxes()]
    drive = replace(made.drive, labels=Labels(made.drive.labels.tracks, boxes))
    assert format_named("nuscenes").losses([drive]) == []


def test_what_cannot_be_held_is_said(make: Callable[..., Any]) -> None:
    made = make(distortion=(-0.1, 0.01, 0.0, 0.0))
    scene = made.drive.scene
    front = scene.sensors["CAM_FRONT"]
    lens = Fisheye(width=64, height=48, fx=30, fy=30, cx=32, cy=24)
    sensors = {**scene.sensors, "CAM_FRONT": replace(front, camera=lens)}

    def with_time() -> PointCloud:
        return PointCloud(np.ones((5, 3), np.float32), {"time_s": np.zeros(5)})

    frames = [
        replace(f, sweeps={"LIDAR_TOP": replace(f.sweep(), load=with_time)}, name=str(f.index)) for f in scene.frames
    ]
    boxes = [
        replace(b, source=Source.HUMAN, score=0.5, attributes={**b.attributes, "speed": 3.0, "color": "red"})
        for b in made.drive.labels.boxes()
    ]
    scene = replace(scene, sensors=sensors, frames=frames, has_poses=False, has_timestamps=False, is_sequence=False)
    codes = {
        f.code
        for f in format_named("nuscenes").losses([Drive(scene=scene, labels=Labels(made.drive.labels.tracks, boxes))])
    }
    assert codes >= {
        "distortion", "fisheye", "frame-names", "no-sequence", "made-up-times", "no-poses", "point-fields",
        "attribute-lost", "attribute-renamed", "many-attributes", "scores", "sources",
    }  # fmt: skip


def test_boxes_without_a_velocity_and_impossible_ones_are_reported(make: Callable[..., Any]) -> None:
    made = make(frames=6)
    boxes = [b for b in made.drive.labels.boxes() if not (b.track == "parked" and 0 < b.frame < 5)]
    boxes = [replace(b, world_SE3_box=replace_center(b, (500, 0, 0))) if b.token == "box-car-3" else b for b in boxes]
    found = format_named("nuscenes").losses(
        [Drive(scene=made.drive.scene, labels=Labels(made.drive.labels.tracks, boxes))]
    )
    messages = {f.code: f.message for f in found}
    assert "parked" in messages["no-velocity"]
    assert "lead car" in messages["too-fast"]


def replace_center(box: Any, by: tuple[float, float, float]) -> Any:
    pose = box.world_SE3_box
    return type(pose)(pose.dst, pose.src, pose.rotation, pose.translation + np.array(by))
