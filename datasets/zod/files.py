"""The files of one ZOD scene: clouds, poses, calibration, objects, and the times that names of files have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.files import read_json
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.objects import Find
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.values import attribute, is_number, listed, mapping, number, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Fisheye, Floats, PointCloud, check_size

_OWN_NAMES = {"diode_index": "ring"}
_MICRO = 1e-6
_LATEST_S = 2**63 / 1e9
_ORIENTATION = tuple(f"orientation_3d_q{part}" for part in "wxyz")
_SIZE = tuple(f"size_3d_{side}" for side in ("length", "width", "height"))
_PLACED = {*_ORIENTATION, *_SIZE, "location_3d", "class", "annotation_uuid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledObject:
    """One object with a box in the LiDAR's frame."""

    category: str
    ident: str
    lidar_SE3_box: SE3
    size: tuple[float, float, float]
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rig:
    """Where the LiDAR and the camera are on the vehicle, and the camera's lens."""

    ego_SE3_lidar: SE3
    ego_SE3_camera: SE3
    lens: Fisheye


def files_by_name(folder: Path, suffixes: Sequence[str], find: Find) -> dict[int, Path]:
    """Return the files of a folder by their time in nanoseconds, which ends their names: ``ID_CAR_TIME.npy``."""
    found: dict[int, Path] = {}
    odd = 0
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.suffix.lower() in suffixes and not path.name.startswith("."):
            stamp = path.stem.rsplit("_", 1)[-1]
            time_ns = parse_time(stamp) if "T" in stamp else None
            if time_ns is None:
                odd += 1
            else:
                found[time_ns] = path
    if odd:
        find("warning", "untimed-file", f"{odd} files are left out, since their names end in no time", folder)
    return found


def read_sweep(path: Path) -> PointCloud:
    """Read a cloud: points in the LiDAR's frame (x right, y ahead), with the time of each beside that of the file."""
    cloud = open_cloud(path, "npy").read((0.0, 0.0, 0.0))
    fields: dict[str, NDArray[Any]] = {}
    for name, values in cloud.fields.items():
        if name == "timestamp":
            fields["time_s"] = values * _MICRO
        else:
            fields[_OWN_NAMES.get(name, name)] = values
    return PointCloud(cloud.xyz, fields)


def read_poses(path: Path) -> Trajectory:
    """Read ``ego_motion.json``: the vehicle in a world of the recording's own, at times in seconds since 1970."""
    content = mapping(read_json(path), "the motion", path)
    seconds = np.array(
        [number(value, "timestamps", path) for value in listed(content.get("timestamps"), "timestamps", path)]
    )
    rows = listed(content.get("poses"), "poses", path)
    if len(rows) != len(seconds):
        raise UnreadableFile(f"{len(rows)} poses have {len(seconds)} times", where=path)
    if len(seconds) and not (np.abs(seconds) < _LATEST_S).all():
        raise UnreadableFile("a time is beyond 64 bits", where=path)
    poses = [_rigid("world", "ego", row, f"{path}, pose {i}") for i, row in enumerate(rows)]
    turns = np.array([pose.rotation for pose in poses]).reshape(-1, 4)
    places = np.array([pose.translation for pose in poses]).reshape(-1, 3)
    # A float of so many seconds holds the microseconds.
    return Trajectory(np.round(seconds * 1e6).astype(np.int64) * 1000, turns, places, path)


def read_rig(path: Path, lidar: str, camera: str) -> Rig:
    """Read ``calibration.json``: its part FC has the mountings of both sensors, and a Kannala-Brandt lens.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or an entry is missing or cannot be.
    """
    content = mapping(mapping(read_json(path), "the calibration", path).get("FC"), "FC", path)
    matrix = listed(content.get("intrinsics"), "intrinsics", path)
    k = [[number(value, "intrinsics", path) for value in listed(row, "intrinsics", path)[:3]] for row in matrix[:3]]
    if [len(row) for row in k] != [3, 3, 3]:
        raise UnreadableFile("intrinsics need three rows of three numbers or more", where=path)
    width, height = numbers(content.get("image_dimensions"), 2, "image_dimensions", path)
    k1, k2, k3, k4 = numbers(content.get("distortion"), 4, "distortion", path)
    try:
        lens = Fisheye(
            width=round(width), height=round(height), fx=k[0][0], fy=k[1][1], cx=k[0][2], cy=k[1][2],
            distortion=(k1, k2, k3, k4),
        )  # fmt: skip
    except (InvalidValue, OverflowError) as error:
        raise UnreadableFile(f"the lens cannot be: {error}", where=path) from None
    return Rig(
        _rigid("ego", lidar, content.get("lidar_extrinsics"), f"{path}, lidar_extrinsics"),
        _rigid("ego", camera, content.get("extrinsics"), f"{path}, extrinsics"),
        lens,
    )


def read_objects(path: Path) -> tuple[list[LabelledObject], int]:
    """Read ``annotations/object_detection.json``: the objects with 3D boxes, and how many have none.

    A box's length is along its +x, which is its heading; its place is its centre.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or an entry is missing or cannot be.
    """
    found: list[LabelledObject] = []
    flat = 0
    for i, row in enumerate(listed(read_json(path), "a file of objects", path)):
        where = f"{path}, object {i}"
        said = mapping(mapping(row, "an object", where).get("properties"), "properties", where)
        if said.get("location_3d") is None:
            flat += 1
        else:
            found.append(_object(said, where))
    return found, flat


def _object(said: Mapping[str, Any], where: str) -> LabelledObject:
    category = text(said.get("class"))
    if not category:
        raise UnreadableFile("an object has no class", where=where)
    place = mapping(said["location_3d"], "location_3d", where).get("coordinates")
    try:
        return LabelledObject(
            category=category,
            ident=text(said.get("annotation_uuid")),
            lidar_SE3_box=SE3(
                "lidar", "box", [number(said.get(name), name, where) for name in _ORIENTATION],
                numbers(place, 3, "location_3d", where),
            ),
            size=check_size([number(said.get(name), name, where) for name in _SIZE]),
            attributes={
                name: kept
                for name, value in said.items()
                if name not in _PLACED and (kept := attribute(value)) is not None
            },
        )  # fmt: skip
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None


def _rigid(dst: str, src: str, value: object, where: str) -> SE3:
    rows = [listed(row, "a row", where) for row in listed(value, "a transform", where)]
    flat = [item for row in rows for item in row]
    if [len(row) for row in rows] != [4, 4, 4, 4] or not all(is_number(item) for item in flat):
        raise UnreadableFile("a transform needs four rows of four numbers", where=where)
    matrix: Floats = np.array(flat, dtype=np.float64).reshape(4, 4)
    try:
        return SE3.from_matrix(dst, src, matrix)
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None
