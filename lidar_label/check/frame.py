"""Row: the boxes of one frame as columns, and how much of them lies in each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lidar_label.check.course import yaws_of
from lidar_label.check.limits import Limits, limits_of
from lidar_label.check.subject import Subject
from lidar_label.kernels.rotated_iou import iou_matrix
from lidar_label.model import Box, Floats, Track

_TOUCH = 0.02  # shares below are what rounding and tight neighbours bring


@dataclass(frozen=True, eq=False)
class Row:
    """The boxes of one frame with their tracks and limits, in one order."""

    subject: Subject
    frame: int
    boxes: tuple[Box, ...]
    tracks: tuple[Track, ...]
    limits: tuple[Limits, ...]

    @staticmethod
    def of(subject: Subject, frame: int, boxes: Sequence[Box]) -> Row:
        """Return the row of a frame's boxes."""
        tracks = tuple(subject.labels.track(box.track) for box in boxes)
        limits = tuple(limits_of(subject.category(track.category)) for track in tracks)
        return Row(subject, frame, tuple(boxes), tracks, limits)

    @cached_property
    def table(self) -> Floats:
        """Centre x, y, z, length, width, height and yaw of each box, (N, 7)."""
        centers = np.array([box.world_SE3_box.translation for box in self.boxes]).reshape(-1, 3)
        sizes = np.array([box.size for box in self.boxes]).reshape(-1, 3)
        return np.column_stack([centers, sizes, yaws_of(self.boxes)])

    @cached_property
    def shared(self) -> tuple[tuple[int, int, float], ...]:
        """Pairs of boxes that meet, the lower index first, with the share of the smaller that lies in the other."""
        rows = self.table
        if len(rows) < 2:
            return ()
        iou = np.triu(iou_matrix(rows, rows, "3d", threads=1), 1)
        volumes = rows[:, 3:6].prod(axis=1)
        found = []
        for i, j in np.argwhere(iou > 0.0).tolist():
            common = iou[i, j] * (volumes[i] + volumes[j]) / (1.0 + iou[i, j])
            share = float(common / min(volumes[i], volumes[j]))
            if share > _TOUCH:
                found.append((i, j, share))
        return tuple(found)
