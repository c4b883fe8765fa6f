"""Frames as they are sent to Scale: the vehicle's pose, cameras and points, each frame a JSON file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.files import parse_json, read_bytes, read_json, text_of
from lidar_label.datasets.moments import UNITS_NS, parse_time
from lidar_label.datasets.values import is_number, listed, mapping, number, text
from lidar_label.datasets.world_frames import given_pose
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Camera, Fisheye, Pinhole, PointCloud

_POINTS = re.compile(rb'"points"\s*:\s*\[')
_FIRST = re.compile(rb"\s*\{[^{}]{1,500}\}")
_LENSES = {"": Pinhole, "brown_conrady": Pinhole, "pinhole": Pinhole, "fisheye": Fisheye}
_RADIAL = ("k1", "k2", "p1", "p2", "k3", "k4", "k5", "k6")
_PLACE = {"x", "y", "z"}
_SECONDS_UNTIL, _STEP = 1e11, 1e3  # a time of this many seconds is the year 5138
# Fields of a point beside its place: the tool's name, ours, what a point without it has.
_FIELDS: tuple[tuple[str, str, type[np.generic], float], ...] = (
    ("i", "intensity", np.float32, np.nan),
    ("d", "d", np.int32, -1),
    ("is_ground", "is_ground", np.uint8, 0),
)


@dataclass(frozen=True, slots=True)
class FrameFile:
    """One frame without its points: what the file says beside them, and where the first of them is in its world."""

    path: Path
    content: Mapping[str, Any]
    has_points: bool
    first_point: Point3 | None

    def pose(self) -> SE3 | None:
        """Return the vehicle in the file's own world; None where it says no place."""
        if self.content.get("device_position") is None and self.content.get("device_heading") is None:
            return None
        return pose_of(
            self.content.get("device_position"), self.content.get("device_heading"), "ego", "device", str(self.path)
        )


def read_frame(path: Path) -> FrameFile:
    """Read a frame's file but for its points, which are cut out before it is parsed: they are most of it."""
    whole = read_bytes(path)
    match = _POINTS.search(whole)
    if match is not None:
        end = whole.find(b"]", match.end())
        try:
            content: object = _parsed(whole[: match.end()] + whole[max(end, match.end()) :], path)
        except UnreadableFile:  # what follows is no point, or the fault is real and will be found again
            content = None
        if isinstance(content, Mapping) and content.get("points") == []:
            first = _FIRST.match(whole, match.end())
            return FrameFile(path, content, True, _place(_parsed(first[0], path) if first else None))
    content = dict(mapping(_parsed(whole, path), "a frame", path))
    points = listed(content.pop("points", None) or [], "points", path)
    return FrameFile(path, content, bool(points), _place(points[0] if points else None))


def _parsed(content: bytes, path: Path) -> object:
    return parse_json(text_of(content, path), path)


def _place(point: object) -> Point3 | None:
    if not isinstance(point, Mapping) or not all(is_number(point.get(axis)) for axis in "xyz"):
        return None
    return (float(point["x"]), float(point["y"]), float(point["z"]))


def read_points(path: Path, place: tuple[SE3, Point3] | None, timestamp_ns: int, unit: str) -> PointCloud:
    """Read the points of a frame.

    `place` is the LiDAR in world and what was taken off the file's; None where points are in the LiDAR's frame.

    Raises
    ------
    UnreadableFile
        If a point has no x, y and z, or one of its values is no number.
    """
    content = mapping(read_json(path), "a frame", path)
    rows = content.get("points")
    rows = listed(rows, "points", path)
    odd = next((n for n, row in enumerate(rows) if not isinstance(row, dict) or not row.keys() >= _PLACE), None)
    if odd is not None:
        raise UnreadableFile("a point needs x, y and z", where=f"{path}, point {odd}")
    try:
        given = np.array([(row["x"], row["y"], row["z"]) for row in rows])
        if given.dtype.kind not in "iuf":
            raise TypeError  # texts would be taken for what they spell
        places = given.astype(np.float64).reshape(-1, 3)
        with np.errstate(over="ignore", invalid="ignore"):  # the file may say anything
            if place is not None:
                world_SE3_lidar, origin = place
                places = world_SE3_lidar.inverse.apply(places - np.array(origin))
            local = places.astype(np.float32)
            fields = _fields(rows, timestamp_ns, unit)
    except (TypeError, ValueError, OverflowError):
        raise UnreadableFile("a value of a point is no number", where=path) from None
    return PointCloud(local, fields)


def _fields(rows: list[dict[str, Any]], timestamp_ns: int, unit: str) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    for theirs, ours, kind, absent in _FIELDS:
        if any(theirs in row for row in rows):
            values = np.array([_value(row.get(theirs), absent) for row in rows], dtype=np.float64)
            found[ours] = values.astype(kind)
    if any("t" in row for row in rows):
        times = [time_ns(row.get("t"), unit) for row in rows]
        late = [np.nan if time is None else (time - timestamp_ns) / UNITS_NS["s"] for time in times]
        found["time_s"] = np.array(late, dtype=np.float32)
    return found


def _value(value: object, absent: float) -> float:
    if value is None:
        return absent
    if not isinstance(value, bool | int | float):
        raise TypeError
    return float(value)


def time_ns(value: object, unit: str) -> int | None:
    """Return a time in whole nanoseconds; with the unit "auto" a number is taken for what puts it near our years."""
    if unit == "auto":
        size = abs(float(value)) if is_number(value) else 0.0
        names = iter(("s", "ms", "us", "ns"))
        unit = next(names)
        while size >= _SECONDS_UNTIL and unit != "ns":
            size, unit = size / _STEP, next(names)
    return parse_time(value, unit)


def pose_of(position: object, heading: object, src: str, what: str, where: str) -> SE3:
    """Return a pose in the file's world: a place, and a quaternion with the keys x, y, z, w; each may be left out."""
    return given_pose(position, heading, src, f"{what}_", where, {axis: axis for axis in "wxyz"})


def lens_of(row: Mapping[str, Any], size: tuple[int, int], where: str) -> Camera | None:
    """Return the lens of a camera over a picture of this size; None where its model is not known here.

    ``scale_factor`` says how many times smaller the picture is than the one that the numbers are of.

    Raises
    ------
    UnreadableFile
        If a number of it is none.
    """
    kind = _LENSES.get(text(row.get("camera_model")).lower())
    if kind is None or any(is_number(row.get(key)) and row[key] for key in ("lx", "ly", "xi")):
        return None
    fx, fy, cx, cy = (number(row.get(key), key, where) for key in ("fx", "fy", "cx", "cy"))
    factor = number(row.get("scale_factor") or 1, "scale_factor", where)
    names = _RADIAL if kind is Pinhole else ("k1", "k2", "k3", "k4")
    bend = [number(row.get(key) or 0, key, where) for key in names]
    if kind is Pinhole:
        bend = bend[: 8 if any(bend[5:]) else 5 if row.get("k3") is not None else 4]
    try:
        if not factor > 0:
            raise InvalidValue(f"scale_factor is above 0, got {factor:g}")
        return kind(
            width=size[0], height=size[1], fx=fx / factor, fy=fy / factor, cx=(cx + 0.5) / factor - 0.5,
            cy=(cy + 0.5) / factor - 0.5, distortion=tuple(bend) if any(bend) else (),
        )  # fmt: skip
    except (InvalidValue, OverflowError) as error:
        raise UnreadableFile(f"a lens is none: {error}", where=where) from None
