"""SUSTechPOINTS' JSON files of cameras and of the vehicle's poses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.euler import angles_of, quaternion_of
from lidar_label.datasets.files import read_json
from lidar_label.datasets.values import is_number
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats

# The tool has one mounting of the LiDAR on the vehicle built in: turned half round, 0.4 m up.
INS_SE3_LIDAR = SE3("ins", "ego", (0.0, 0.0, 0.0, 1.0), (0.0, 0.0, 0.4))


@dataclass(frozen=True, slots=True, eq=False)
class CameraFile:
    """One camera: ``camera_SE3_lidar`` as a (4, 4) matrix, and the focal lengths and centre in pixels."""

    extrinsic: Floats
    fx: float
    fy: float
    cx: float
    cy: float


def read_camera(path: Path) -> CameraFile:
    """Read ``calib/camera/NAME.json``: `extrinsic` row by row, LiDAR to camera, and `intrinsic`.

    Raises
    ------
    MissingFile, UnreadableFile
        If it is not there, an entry is missing or has a wrong length, or the extrinsic is no rigid
        transform.
    """
    content = _object(path)
    extrinsic = _matrix(content, "extrinsic", 4, path)
    rigid(extrinsic, "camera", "ego", path, "extrinsic")
    k = _matrix(content, "intrinsic", 3, path)
    if np.abs(k[2] - (0, 0, 1)).max() > 1e-6 or k[0, 0] <= 0 or k[1, 1] <= 0:
        raise UnreadableFile(f"intrinsic is no camera matrix: {k.tolist()}", where=path)
    return CameraFile(extrinsic, float(k[0, 0]), float(k[1, 1]), float(k[0, 2]), float(k[1, 2]))


def read_frame_correction(path: Path) -> Floats:
    """Read ``calib/camera/NAME/FRAME.json``: a transform of the LiDAR's points ahead of the extrinsic."""
    matrix = _matrix(_object(path), "lidar_transform", 4, path)
    rigid(matrix, "ego", "ego", path, "lidar_transform")
    return matrix


def read_pose(path: Path) -> SE3:
    """Read ``ego_pose/FRAME.json`` or ``lidar_pose/FRAME.json`` as ``world_SE3_ego``, ego being the LiDAR.

    Either `lidarPose`, sixteen numbers row by row, or `x`, `y`, `z` in metres with `roll`, `pitch`
    and `azimuth` in degrees, azimuth clockwise from north and the vehicle's y ahead.

    References
    ----------
    The tool's own world.js (lidar to ego to UTM) and the NovAtel SPAN convention it follows.
    """
    content = _object(path)
    if "lidarPose" in content:
        return rigid(_matrix(content, "lidarPose", 4, path), "world", "ego", path, "lidarPose")
    values = {name: _number(content, name, path) for name in ("x", "y", "z", "roll", "pitch", "azimuth")}
    angles = [-values["azimuth"], values["pitch"], values["roll"]]
    turn = quaternion_of(angles, "ZXY", degrees=True)
    place = (values["x"], values["y"], values["z"])
    return SE3("world", "ins", turn, place) @ INS_SE3_LIDAR


def pose_content(world_SE3_ego: SE3) -> dict[str, float]:
    """Return a pose as `read_pose` reads it back."""
    world_SE3_ins = world_SE3_ego @ INS_SE3_LIDAR.inverse
    azimuth, pitch, roll = angles_of(world_SE3_ins.rotation, "ZXY", degrees=True)
    x, y, z = world_SE3_ins.translation.tolist()
    return {"x": x, "y": y, "z": z, "roll": roll, "pitch": pitch, "azimuth": math.fmod(360.0 - azimuth, 360.0)}


def rigid(matrix: Floats, dst: str, src: str, path: Path, name: str) -> SE3:
    """Return a matrix as a transform; raise `UnreadableFile` with the file where it is none."""
    try:
        return SE3.from_matrix(dst, src, matrix)
    except InvalidValue as error:
        raise UnreadableFile(f"{name} is no rigid transform: {error.what}", where=path, hint=error.hint) from None


def _object(path: Path) -> dict[str, Any]:
    content = read_json(path)
    if not isinstance(content, dict):
        raise UnreadableFile("the file holds no JSON object", where=path)
    return content


def _number(content: dict[str, Any], name: str, path: Path) -> float:
    value = content.get(name)
    if isinstance(value, str):  # the tool's own files have numbers as text in places
        try:
            value = float(value)
        except ValueError:
            value = None
    if not is_number(value):
        raise UnreadableFile(f"{name} is {content.get(name)!r}, which is no number", where=path)
    return float(value)


def _matrix(content: dict[str, Any], name: str, side: int, path: Path) -> Floats:
    values = content.get(name)
    if isinstance(values, list) and len(values) == side and all(isinstance(row, list) for row in values):
        values = [value for row in values for value in row]
    if not isinstance(values, list) or len(values) != side * side:
        size = len(values) if isinstance(values, list) else "none"
        raise UnreadableFile(f"{name} needs {side * side} numbers row by row, found {size}", where=path)
    if not all(is_number(value) for value in values):
        raise UnreadableFile(f"{name} has a value that is no number", where=path)
    return np.array(values, dtype=np.float64).reshape(side, side)
