"""What a detector found in a frame, and what of it is kept: sane, sure enough, and each thing once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lidar_label.detectors.description import Description
from lidar_label.detectors.gather import View
from lidar_label.detectors.outputs import Meaning
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import SE3, Box, Finding, Floats
from lidar_label.model.box import MAX_SIDE_M
from lidar_label.progress import Progress

_FARTHEST_M = 1e5
_CANDIDATES = 4096  # boxes of a class that are compared with each other


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Detections:
    """Boxes in the detector's own frame, geometric centres.

    Parameters
    ----------
    boxes : (N, 7) float64, metres and radians
        Centre x, y, z; length, width, height; yaw, counterclockwise from +x.
    scores : (N,) float64, 0 to 1
    labels : (N,) int64
        Indices of the description's classes.
    dropped : int
        Boxes that were none: not finite, or of an impossible size.
    """

    boxes: Floats
    scores: Floats
    labels: NDArray[np.int64]
    dropped: int = 0


class Detector(Protocol):
    """What finds boxes in the points of a frame. `findings` is what it has to say of itself."""

    description: Description
    findings: list[Finding]

    def detect(self, view: View, progress: Progress) -> Detections:
        """Return all it found.

        Raises
        ------
        LidarLabelError
            If it fails, or gives what its description does not say.
        Cancelled
            If the progress was stopped.
        """
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


def nothing(dropped: int = 0) -> Detections:
    """Return detections without any."""
    return Detections(boxes=np.empty((0, 7)), scores=np.empty(0), labels=np.empty(0, np.int64), dropped=dropped)


def meant(boxes: Floats, meaning: Meaning) -> Floats:
    """Return boxes whose z and yaw are as the project's are, of those of a detector; (N, 7)."""
    made = np.array(boxes, dtype=np.float64)
    if meaning.origin == "bottom":
        made[:, 2] += made[:, 5] / 2
    sense = 1.0 if meaning.yaw_sense == "counterclockwise" else -1.0
    made[:, 6] = math.radians(meaning.yaw_zero_deg) + sense * made[:, 6]
    return made


def kept(found: Detections, description: Description) -> Detections:
    """Return the detections that are sane, sure enough and no copies of surer ones, the surest first.

    Of boxes of one class that overlap from above by more than `Description.overlap`, the surest stays.
    """
    boxes, scores = found.boxes, found.scores
    with np.errstate(invalid="ignore"):
        sane = np.isfinite(boxes).all(axis=1) & np.isfinite(scores) & (np.abs(boxes[:, :3]) < _FARTHEST_M).all(axis=1)
        sane &= ((boxes[:, 3:6] > 0) & (boxes[:, 3:6] <= MAX_SIDE_M)).all(axis=1)
        likely = scores >= np.array(description.least)[found.labels]
    sure, odd = sane & likely, ~sane & (likely | ~np.isfinite(scores))  # networks pad with boxes of size and score 0
    chosen: list[int] = []
    for label, name in enumerate(description.classes):
        if description.categories[name]:
            chosen += _once(boxes, scores, np.flatnonzero(sure & (found.labels == label)), description.overlap)
    best = np.array(sorted(chosen, key=lambda row: (-scores[row], row))[: description.most], dtype=np.int64)
    return Detections(
        boxes=boxes[best], scores=scores[best], labels=found.labels[best],
        dropped=found.dropped + int(np.count_nonzero(odd)),
    )  # fmt: skip


def _once(boxes: Floats, scores: Floats, rows: NDArray[np.int64], overlap: float) -> list[int]:
    """Return those of the rows that no surer row covers."""
    order = rows[np.argsort(-scores[rows], kind="stable")][:_CANDIDATES]
    if overlap >= 1 or len(order) < 2:
        return [int(row) for row in order]
    common = iou_matrix(boxes[order], boxes[order], "bev") > overlap
    stays = np.ones(len(order), dtype=bool)
    for place in range(len(order)):
        if stays[place]:
            stays[place + 1 :] &= ~common[place, place + 1 :]
    return [int(row) for row in order[stays]]


def boxes_of(found: Detections, view: View, description: Description) -> list[Box]:
    """Return detections as boxes in world; the name of its class stands for a box's track."""
    made: list[Box] = []
    for box, score, label in zip(found.boxes.tolist(), found.scores.tolist(), found.labels.tolist(), strict=True):
        model_SE3_box = SE3.from_yaw(view.world_SE3_model.src, "box", box[6], box[:3])
        made.append(
            Box(
                track=description.classes[label],
                frame=view.frame,
                world_SE3_box=view.world_SE3_model @ model_SE3_box,
                size=(box[3], box[4], box[5]),
                score=min(1.0, max(0.0, score)),
            )
        )
    return made
