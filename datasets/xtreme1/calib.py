"""Cameras as Xtreme1 has them: focal lengths, and a pose of 16 numbers whose order and direction nobody vouches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import read_json
from lidar_label.datasets.values import is_number, mapping, number, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats, Pinhole

_ZERO = 1e-6
_KNOWN = {
    "camera_internal", "cameraInternal", "camera_external", "cameraExternal", "rowMajor", "width", "height", "name",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraConfig:
    """One camera of one frame: `camera_SE3_lidar`, what else was said, and what was found out about its numbers.

    `camera` is None where the file says no size of the picture, so that it has to be asked for; both are None for a
    camera that is not calibrated. `inverted` is how much more upright the camera would be if the pose were meant the
    other way round: 2 at most, below 0 where it would be less so.
    """

    name: str
    internal: tuple[float, float, float, float] | None
    size: tuple[int, int] | None
    camera_SE3_lidar: SE3 | None
    by_column: bool
    contradicts_flag: bool
    inverted: float
    unknown: tuple[str, ...]

    def lens(self, size: tuple[int, int]) -> Pinhole | None:
        """Return the lens over a picture of this size."""
        if self.internal is None:
            return None
        fx, fy, cx, cy = self.internal
        return Pinhole(width=size[0], height=size[1], fx=fx, fy=fy, cx=cx, cy=cy)


def read_cameras(path: Path, matrix: str, direction: str) -> list[CameraConfig]:
    """Read ``camera_config/NAME.json``: the cameras of one frame in the order of their folders.

    Parameters
    ----------
    path : Path
    matrix : "auto", "row" or "column"
        How the 16 numbers run.
    direction : "lidar-to-camera" or "camera-to-lidar"
        What they do to a point.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or a number is missing or none, or a pose is no rigid transform.
    """
    content = read_json(path)
    rows = content if isinstance(content, list) else [content]
    return [_camera(row, matrix, direction, f"{path}, camera {index}") for index, row in enumerate(rows)]


def _camera(value: object, matrix: str, direction: str, where: str) -> CameraConfig:
    row: Mapping[str, Any] = {} if value is None else mapping(value, "a camera", where)
    internal = row.get("camera_internal", row.get("cameraInternal"))
    external = row.get("camera_external", row.get("cameraExternal"))
    width, height = row.get("width"), row.get("height")
    size = None
    if is_number(width) and is_number(height) and width > 0 and height > 0:
        size = (int(width), int(height))
    pose, by_column, contradicts, inverted = None, False, False, 0.0
    if external:
        found = _sixteen(external, where)
        pose, by_column, contradicts = _pose(found, row.get("rowMajor") is not False, matrix, where)
        if direction == "camera-to-lidar":
            pose = SE3("camera", "lidar", pose.inverse.rotation, pose.inverse.translation)
        inverted = _upright(pose.rotation_matrix.T) - _upright(pose.rotation_matrix)
    lens = _internal(internal, where) if internal else None
    return CameraConfig(
        name=text(row.get("name")), internal=lens, size=size, camera_SE3_lidar=pose, by_column=by_column,
        contradicts_flag=contradicts, inverted=inverted,
        unknown=tuple(sorted(key for key, v in row.items() if key not in _KNOWN and _says_something(v))),
    )  # fmt: skip


def _internal(value: object, where: str) -> tuple[float, float, float, float]:
    if isinstance(value, list):  # a matrix of three columns, or four
        flat = _flat(value)
        columns = 4 if len(flat) == 12 else 3
        found = numbers(flat, 3 * columns, "camera_internal", where)
        fx, cx, fy, cy = found[0], found[2], found[columns + 1], found[columns + 2]
    else:
        row = mapping(value, "camera_internal", where)
        fx, fy, cx, cy = (number(row.get(key), f"camera_internal.{key}", where) for key in ("fx", "fy", "cx", "cy"))
    if fx <= 0 or fy <= 0:
        raise UnreadableFile(f"focal lengths are above 0, got {fx:g} and {fy:g}", where=where)
    return fx, fy, cx, cy


def _sixteen(value: object, where: str) -> list[float]:
    """Return the numbers of a pose, also where they are in lists of their own or lack the row 0 0 0 1."""
    flat = _flat(value)
    if len(flat) == 12:
        return [*numbers(flat, 12, "camera_external", where), 0.0, 0.0, 0.0, 1.0]
    return numbers(flat, 16, "camera_external", where)


def _flat(value: object) -> list[object]:
    rows = value if isinstance(value, list) else [value]
    return [item for row in rows for item in (row if isinstance(row, list) else [row])]


def _pose(values: Sequence[float], flag: bool, matrix: str, where: str) -> tuple[SE3, bool, bool]:
    """Return a pose, whether its numbers run down the columns, and whether that is against what the file says."""
    as_rows = np.reshape(np.array(values, dtype=np.float64), (4, 4))
    by_column = not flag
    contradicts = False
    if matrix != "auto":
        by_column = matrix == "column"
    elif _ends(as_rows) != _ends(as_rows.T):  # only one way has 0 0 0 1 below
        contradicts = _ends(as_rows) == by_column
        by_column = not _ends(as_rows)
    try:
        return SE3.from_matrix("camera", "lidar", as_rows.T if by_column else as_rows), by_column, contradicts
    except InvalidValue as error:
        hint = error.hint or "its 16 numbers may run down the columns: --assume matrix=column"
        raise UnreadableFile(f"camera_external is no rigid transform: {error.what}", where=where, hint=hint) from None


def _ends(matrix: Floats) -> bool:
    return bool(np.abs(matrix[3] - (0, 0, 0, 1)).max() <= _ZERO)


def _upright(camera_R_lidar: Floats) -> float:
    """Return how far a camera's down is the LiDAR's down: 1 upright, 0 on its side, -1 head down."""
    return -float(camera_R_lidar[1, 2])


def _says_something(value: object) -> bool:
    """Say whether a value of an unknown key is more than nothing, none or zeros."""
    if isinstance(value, list):
        return any(_says_something(item) for item in value)
    if isinstance(value, dict):
        return any(_says_something(item) for item in value.values())
    return bool(value)
