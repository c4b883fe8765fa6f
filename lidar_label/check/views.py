"""Rules on what sensors could see: boxes that no camera of their frame has in its picture, where no LiDAR sees them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject, by_track
from lidar_label.model import Box, Image
from lidar_label.model.box import CORNER_SIGNS
from lidar_label.model.outline import outline

_WIDER_M = 1.0  # than a box: so far something may move between the labels' time and the picture's


def out_of_view(subject: Subject) -> Iterator[Remark]:
    """Find boxes in frames of cameras alone that none of them sees."""

    def unseen() -> Iterator[tuple[Box, str]]:
        for frame in subject.scene.frames:
            images = list(frame.images.values())
            if frame.sweeps or not images or any(image.sensor.camera is None for image in images):
                continue  # a LiDAR looks all around, and has a rule of its own
            boxes = subject.labels.in_frame(frame.index)
            left = np.ones(len(boxes), dtype=np.bool_)
            for image in images:
                left &= ~_seen(image, boxes)
            for box in (boxes[at] for at in np.flatnonzero(left).tolist()):
                if not any(_holds(image, box) for image in images):
                    yield box, "no picture of the frame has any of the box"

    yield from by_track(subject, unseen())


def _seen(image: Image, boxes: tuple[Box, ...]) -> NDArray[np.bool_]:
    """Say of which boxes a picture shows a corner; of the others a closer look may find a part."""
    camera = image.sensor.camera
    if camera is None or not boxes:
        return np.zeros(len(boxes), dtype=np.bool_)
    corners = np.concatenate([box.corners() for box in boxes])
    uv, before = camera.project(image.world_SE3_sensor.inverse.apply(corners))
    held = np.where(np.isfinite(uv).all(axis=1), before, False)
    held &= camera.inside(np.where(held[:, None], uv, -1.0))
    return np.asarray(held.reshape(len(boxes), len(CORNER_SIGNS)).any(axis=1))


def _holds(image: Image, box: Box) -> bool:
    camera = image.sensor.camera
    if camera is None:
        return False
    size = np.add(box.size, 2 * _WIDER_M)
    return outline(camera, image.world_SE3_sensor.inverse @ box.world_SE3_box, size) is not None


RULES = table(
    Rule(
        "out-of-view",
        "Box in no sensor's view",
        "warning",
        "What no camera and no LiDAR looks at was not seen by whoever labelled it, nor can a model see it.",
        out_of_view,
        view="camera",
    ),
)
