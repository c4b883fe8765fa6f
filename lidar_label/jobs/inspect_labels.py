"""Of the import report: labels by category, and how many points their boxes hold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

import numpy as np

from lidar_label.kernels.points_in_boxes import count_points_in_boxes
from lidar_label.model import Floats, Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryInfo:
    """The labels of one category.

    `counted` boxes lie in frames whose points were read; `empty` of them hold no point, and the
    others' numbers have the median `median_points`. `size` is the mean length, width and height.
    """

    category: str
    tracks: int
    boxes: int
    key_boxes: int
    size: tuple[float, float, float] | None
    counted: int = 0
    empty: int = 0
    median_points: float | None = None


@dataclass(slots=True)
class LabelStats:
    """Counts labels; `add` brings the points of a frame to its boxes."""

    labels: Labels
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, frame: int, world: Floats) -> None:
        """Count which of the points, (N, 3) in world, lie in each box of a frame."""
        boxes = self.labels.in_frame(frame)
        if not boxes:
            return
        origin = boxes[0].center  # near the boxes, so that nothing is lost in the sums
        inside = count_points_in_boxes(
            world - origin,
            np.array([box.center - origin for box in boxes]),
            np.array([box.world_SE3_box.rotation_matrix for box in boxes]),
            np.array([box.size for box in boxes]),
        )
        for box, number in zip(boxes, inside.tolist(), strict=True):
            self.counts[self.labels.track(box.track).category].append(number)

    def infos(self) -> list[CategoryInfo]:
        """Return what was found of each category, the most frequent first."""
        tracks: dict[str, int] = defaultdict(int)
        boxes: dict[str, int] = defaultdict(int)
        keys: dict[str, int] = defaultdict(int)
        sizes: dict[str, Floats] = defaultdict(lambda: np.zeros(3))
        category_of = {track.token: track.category for track in self.labels.tracks}
        for track in self.labels.tracks:
            tracks[track.category] += 1
        for box in self.labels.boxes():
            category = category_of[box.track]
            boxes[category] += 1
            keys[category] += box.is_keyframe
            sizes[category] += box.size
        found = [
            _info(name, tracks[name], boxes[name], keys[name], sizes[name], self.counts.get(name, []))
            for name in tracks
        ]
        return sorted(found, key=lambda info: (-info.boxes, info.category))


def _info(name: str, tracks: int, boxes: int, keys: int, sizes: Floats, counts: list[int]) -> CategoryInfo:
    held = [number for number in counts if number]
    length, width, height = (sizes / max(boxes, 1)).tolist()
    return CategoryInfo(
        category=name,
        tracks=tracks,
        boxes=boxes,
        key_boxes=keys,
        size=(length, width, height) if boxes else None,
        counted=len(counts),
        empty=len(counts) - len(held),
        median_points=float(median(held)) if held else None,
    )
