"""What is sent to a model server and what it answers: one frame's points, and boxes; docs/detectors.md has both."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np

from lidar_label.detectors.description import Description
from lidar_label.detectors.detections import Detections
from lidar_label.detectors.gather import View
from lidar_label.errors import LidarLabelError

REQUEST = "lidar-label/points/1"
ANSWER = "lidar-label/boxes/1"
_MOST_BOXES = 20_000


class BadAnswer(LidarLabelError, ValueError):
    """A server answered something else than boxes."""


def request_of(view: View, description: Description) -> bytes:
    """Return a frame as JSON: its points, its time and where it is; no names of files, drives or people."""
    points = np.ascontiguousarray(view.points, dtype="<f4")
    pose = view.world_SE3_model
    return json.dumps(
        {
            "schema": REQUEST,
            "frame": view.frame,
            "timestamp_ns": view.timestamp_ns,
            "classes": list(description.classes),
            "points": {
                "fields": list(description.wanted.fields),
                "count": len(points),
                "dtype": "float32-little-endian",
                "data": base64.b64encode(points.tobytes()).decode("ascii"),
            },
            "world_from_points": {"rotation_wxyz": pose.rotation.tolist(), "translation": pose.translation.tolist()},
        },
        separators=(",", ":"),
    ).encode()


def boxes_from(answer: bytes, description: Description) -> Detections:
    """Return the boxes of an answer.

    Raises
    ------
    BadAnswer
        If it is no such answer; it says which box and which value.
    """
    try:
        told = json.loads(answer)
    except (ValueError, RecursionError):
        start = answer[:60].decode("utf-8", "replace")
        raise BadAnswer(f"the server answered no JSON: it begins {start!r}") from None
    if not isinstance(told, dict) or told.get("schema") != ANSWER or not isinstance(told.get("boxes"), list):
        raise BadAnswer(
            f'the server answered JSON without "schema": "{ANSWER}" and a list "boxes"', hint="see docs/detectors.md"
        )
    rows = told["boxes"]
    if len(rows) > _MOST_BOXES:
        raise BadAnswer(f"the server answered {len(rows)} boxes for a frame, and at most {_MOST_BOXES} are taken")
    boxes, scores, labels = np.empty((len(rows), 7)), np.empty(len(rows)), np.empty(len(rows), dtype=np.int64)
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise BadAnswer(f"box {number} of the server's answer is no object")
        boxes[number, :3] = _numbers(row, number, "center", 3)
        boxes[number, 3:6] = _numbers(row, number, "size", 3)
        boxes[number, 6] = _number(row.get("yaw"), number, "yaw")
        scores[number] = _number(row.get("score", 1.0), number, "score")
        if scores[number] < 0 or scores[number] > 1:
            raise BadAnswer(f"box {number} of the server's answer has score {scores[number]:g}, which is not 0 to 1")
        name = row.get("class")
        if not isinstance(name, str) or name not in description.classes:
            known = ", ".join(description.classes)
            raise BadAnswer(f"box {number} of the server's answer is of class {name!r:.60}, and known are {known}")
        labels[number] = description.classes.index(name)
    return Detections(boxes=boxes, scores=scores, labels=labels)


def _numbers(row: dict[str, Any], number: int, key: str, count: int) -> list[float]:
    values = row.get(key)
    if not isinstance(values, list) or len(values) != count:
        raise BadAnswer(f'box {number} of the server\'s answer needs "{key}": {count} numbers, not {values!r:.60}')
    return [_number(value, number, key) for value in values]


def _number(value: object, number: int, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadAnswer(f"box {number} of the server's answer has {value!r:.60} for {key}, which is no number")
    try:
        return float(value)
    except OverflowError:
        return float("inf")
