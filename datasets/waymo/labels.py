"""The boxes of a Waymo segment: upright, in the vehicle's frame of their moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.poses import poses_in_world
from lidar_label.datasets.waymo.calibration import CATEGORIES
from lidar_label.datasets.waymo.parquet import read_columns
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Attribute, AttributeValue, Box, Scene, Source

_PART = "[LiDARBoxComponent]"
_KEYS = ("key.frame_timestamp_micros", "key.laser_object_id", f"{_PART}.type")
_PLACE = tuple(f"{_PART}.box.center.{axis}" for axis in "xyz")
_SIZE = tuple(f"{_PART}.box.size.{axis}" for axis in "xyz")
_HEADING = f"{_PART}.box.heading"
_COUNT = f"{_PART}.num_lidar_points_in_box"
_OTHERS = {
    "num_top_lidar_points": f"{_PART}.num_top_lidar_points_in_box",
    **{f"{what}_{axis}": f"{_PART}.{what}.{axis}" for what in ("speed", "acceleration") for axis in "xyz"},
    **{f"difficulty_{task}": f"{_PART}.difficulty_level.{task}" for task in ("detection", "tracking")},
}
ATTRIBUTES = tuple(Attribute(name=name, kind="number") for name in _OTHERS)
_US_NS = 1000


def read_boxes(path: Path, scene: Scene, book: TrackBook) -> list[Box]:
    """Read ``lidar_box``; a box is put into world by the pose of its frame.

    Raises
    ------
    UnreadableFile
        If a value cannot be, or a box is of a moment that is no frame.
    """
    table = read_columns(path, (*_KEYS, *_PLACE, *_SIZE, _HEADING), (_COUNT, *_OTHERS.values()))
    index = {frame.timestamp_ns: frame.index for frame in scene.frames}
    times, idents, types = table.whole(_KEYS[0]), table.texts(_KEYS[1]), table.whole(_KEYS[2]).tolist()
    places, sizes = table.floats(*_PLACE), table.floats(*_SIZE)
    half = table.floats(_HEADING) / 2
    turns = np.column_stack([np.cos(half), np.zeros((table.rows, 2)), np.sin(half)])
    counts = table.known(_COUNT)
    others = {name: table.known(column) for name, column in _OTHERS.items()}
    poses: dict[int, SE3] = {}
    for time in np.unique(times).tolist():
        rows = np.flatnonzero(times == time)
        pose = scene.frames[index[time * _US_NS]].world_SE3_ego
        poses.update(zip(rows.tolist(), poses_in_world(pose, turns[rows], places[rows]), strict=True))
    boxes: list[Box] = []
    for row in range(table.rows):
        where = f"{path}, row {row}"
        frame = index[int(times[row]) * _US_NS]
        category = CATEGORIES.get(types[row], f"Type {types[row]}")
        count = counts[row]
        try:
            boxes.append(
                Box(
                    track=book.track(frame, idents[row], category, where).token, frame=frame, world_SE3_box=poses[row],
                    size=tuple(sizes[row].tolist()), source=Source.IMPORTED,
                    num_lidar_pts=count if isinstance(count, int) else None,
                    attributes=_attributes({name: cells[row] for name, cells in others.items()}),
                )
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None
    return boxes


def _attributes(cells: dict[str, int | float | str | None]) -> dict[str, AttributeValue]:
    """Return what else is said of a box; a difficulty of 0 says that nobody knows."""
    return {
        name: value
        for name, value in cells.items()
        if value is not None and not (name.startswith("difficulty_") and value == 0)
    }
