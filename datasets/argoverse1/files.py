"""The files of an Argoverse 1 log: sweeps, poses, boxes, calibration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.files import read_json
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.values import attribute, is_number, listed, mapping, number, numbers, text, xyz
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Pinhole, PointCloud, check_size

_OWN_NAMES = {"laser_number": "ring"}
_PREFIX = "image_raw_"
# The pictures of the cameras around and of the stereo pair, where none is there to look at.
RING_SIZE, STEREO_SIZE = (1920, 1200), (2464, 2056)
_PLACED = ("center", "rotation", "length", "width", "height", "track_label_uuid", "label_class", "timestamp", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledObject:
    """One box in the vehicle's frame; `track` is empty where it has no id."""

    category: str
    track: str
    ego_SE3_box: SE3
    size: tuple[float, float, float]
    score: float | None = None
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MountedCamera:
    """One camera of the calibration; `fault` says why it has no lens."""

    channel: str
    ego_SE3_camera: SE3
    focal: tuple[float, float, float, float]
    bent: tuple[float, float, float]
    fault: str = ""

    def lens(self, size: tuple[int, int], *, distorted: bool) -> Pinhole:
        """Return the lens over a picture; k1, k2, k3 are those of the raw pictures."""
        fx, fy, cx, cy = self.focal
        k1, k2, k3 = self.bent
        return Pinhole(
            width=size[0], height=size[1], fx=fx, fy=fy, cx=cx, cy=cy,
            distortion=(k1, k2, 0.0, 0.0, k3) if distorted else (),
        )  # fmt: skip


def read_sweep(path: Path) -> PointCloud:
    """Read ``lidar/PC_TIME.ply``: points of both LiDARs in the vehicle's frame."""
    cloud = open_cloud(path, "ply").read((0.0, 0.0, 0.0))
    fields: dict[str, NDArray[Any]] = {_OWN_NAMES.get(name, name): values for name, values in cloud.fields.items()}
    return PointCloud(cloud.xyz, fields)


def read_poses(files: Mapping[int, Path], folder: Path) -> Trajectory:
    """Read ``poses/city_SE3_egovehicle_TIME.json``: `rotation` is a quaternion w, x, y, z."""
    turns, places = np.zeros((len(files), 4)), np.zeros((len(files), 3))
    for row, path in enumerate(files.values()):
        content = mapping(read_json(path), "a pose", path)
        turns[row] = numbers(content.get("rotation"), 4, "rotation", path)
        places[row] = numbers(content.get("translation"), 3, "translation", path)
    return Trajectory(np.fromiter(files, dtype=np.int64), turns, places, folder)


def read_objects(path: Path) -> list[LabelledObject]:
    """Read ``per_sweep_annotations_amodal/tracked_object_labels_TIME.json``.

    The centre is the geometric one; the rotation's parts are named.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, or an entry is missing or cannot be.
    """
    return [
        _object(row, f"{path}, object {i}") for i, row in enumerate(listed(read_json(path), "a file of labels", path))
    ]


def _object(value: object, where: str) -> LabelledObject:
    row = mapping(value, "an object", where)
    turn = mapping(row.get("rotation"), "rotation", where)
    kind = row.get("label_class")
    category = text(kind.get("name") if isinstance(kind, Mapping) else kind)
    if not category:
        raise UnreadableFile("an object needs a label_class", where=where)
    score = row.get("score")
    try:
        return LabelledObject(
            category=category,
            track=text(row.get("track_label_uuid")),
            ego_SE3_box=SE3(
                "ego", "box", [number(turn.get(name), f"rotation.{name}", where) for name in "wxyz"],
                xyz(row.get("center"), "center", where),
            ),
            size=check_size([number(row.get(side), side, where) for side in ("length", "width", "height")]),
            score=None if score is None else number(score, "score", where),
            attributes={
                name: kept
                for name, said in row.items()
                if name not in _PLACED and (kept := attribute(said)) is not None
            },
        )  # fmt: skip
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None


def read_cameras(path: Path) -> list[MountedCamera]:
    """Read ``vehicle_calibration_info.json``: where each camera is in the vehicle's frame, and its lens."""
    content = mapping(read_json(path), "a calibration", path)
    return [
        _camera(row, f"{path}, camera {i}")
        for i, row in enumerate(listed(content.get("camera_data_"), "camera_data_", path))
    ]


def _camera(row: object, where: str) -> MountedCamera:
    camera = mapping(row, "a camera", where)
    value = mapping(camera.get("value"), "value", where)
    channel = text(camera.get("key")).removeprefix(_PREFIX)
    if not channel:
        raise UnreadableFile("a camera has no key", where=where)
    pose = mapping(value.get("vehicle_SE3_camera_"), "vehicle_SE3_camera_", where)
    turn = numbers(mapping(pose.get("rotation"), "rotation", where).get("coefficients"), 4, "coefficients", where)
    fx, fy, cx, cy = (
        number(value.get(name), name, where)
        for name in ("focal_length_x_px_", "focal_length_y_px_", "focal_center_x_px_", "focal_center_y_px_")
    )
    bent = value.get("distortion_coefficients_")
    k1, k2, k3 = (0.0, 0.0, 0.0) if bent is None else numbers(bent, 3, "distortion_coefficients_", where)
    skew = value.get("skew_", 0.0)
    try:
        mounted = SE3("ego", channel, turn, numbers(pose.get("translation"), 3, "translation", where))
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None
    fault = "its pixels are skewed, which is not read" if not is_number(skew) or skew else ""
    return MountedCamera(
        channel=channel, ego_SE3_camera=mounted, focal=(fx, fy, cx, cy), bent=(k1, k2, k3), fault=fault
    )
