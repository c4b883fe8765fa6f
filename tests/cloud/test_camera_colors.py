"""Colours of merged sweeps: what the cameras of each point's own frame saw there."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image as Encoder

from lidar_label.cloud.camera_colors import UNSEEN
from lidar_label.cloud.sources import MergedSweeps
from lidar_label.model import Pinhole, PointCloud, Scene

RED, BLUE, GREY = [255, 0, 0], [0, 0, 255], [UNSEEN] * 3


def halves(left: list[int], right: list[int]) -> bytes:
    """Return a picture of 40 x 30 pixels with a colour on either side."""
    pixels = np.empty((30, 40, 3), np.uint8)
    pixels[:, :20], pixels[:, 20:] = left, right
    store = io.BytesIO()
    Encoder.fromarray(pixels).save(store, "PNG")
    return store.getvalue()


@pytest.fixture
def scene(small_drive: Callable[..., Any]) -> Scene:
    """Two frames, each with points ahead to the left and right, behind the left one, behind the vehicle, and none."""
    made: Scene = small_drive("seen", frames=2).scene
    xyz = np.array([[10, 2, 0], [10, -2, 0], [20, 4, 0], [-10, 2, 0], [np.nan] * 3], np.float32)
    for frame in made.frames:
        sweep, image = frame.sweeps["LIDAR_TOP"], frame.images["CAM_FRONT"]
        lens = Pinhole(width=40, height=30, fx=30.0, fy=30.0, cx=19.5, cy=14.5)
        picture = halves(RED, BLUE) if frame.index == 0 else halves(BLUE, RED)
        frame.sweeps["LIDAR_TOP"] = replace(sweep, load=lambda: PointCloud(xyz, {}))  # type: ignore[index]
        frame.images["CAM_FRONT"] = replace(  # type: ignore[index]
            image, sensor=replace(image.sensor, camera=lens), load=lambda picture=picture: picture
        )
    return made


def colors_of(scene: Scene) -> list[list[int]]:
    chunks = list(MergedSweeps(scene).chunks(2))
    return np.concatenate([np.stack([chunk.fields[name] for name in "rgb"], axis=1) for chunk in chunks]).tolist()


def test_points_have_the_colours_of_their_own_frame_where_a_camera_sees_them(scene: Scene) -> None:
    assert colors_of(scene) == [RED, BLUE, GREY, GREY, GREY, BLUE, RED, GREY, GREY, GREY]


def test_a_picture_that_cannot_be_read_gives_no_colour(scene: Scene) -> None:
    frame = scene.frames[0]
    frame.images["CAM_FRONT"] = replace(frame.images["CAM_FRONT"], load=lambda: b"no picture")  # type: ignore[index]
    assert colors_of(scene)[:5] == [GREY] * 5
    assert colors_of(scene)[5] == BLUE


def test_without_cameras_there_are_no_colours(scene: Scene) -> None:
    bare = replace(scene, frames=[replace(frame, images={}) for frame in scene.frames])
    assert set(MergedSweeps(bare).fields) == {"frame"}
