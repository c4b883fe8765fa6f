"""The calibrations of a Waymo segment, and what its numbers for sensors and objects mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lidar_label.datasets.waymo.parquet import read_columns
from lidar_label.datasets.waymo.range_images import Beams
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats, Pinhole, Sensor

LIDARS = {1: "LIDAR_TOP", 2: "LIDAR_FRONT", 3: "LIDAR_SIDE_LEFT", 4: "LIDAR_SIDE_RIGHT", 5: "LIDAR_REAR"}
CAMERAS = {1: "CAM_FRONT", 2: "CAM_FRONT_LEFT", 3: "CAM_FRONT_RIGHT", 4: "CAM_SIDE_LEFT", 5: "CAM_SIDE_RIGHT"}
CATEGORIES = {0: "Unknown", 1: "Vehicle", 2: "Pedestrian", 3: "Sign", 4: "Cyclist"}
_INTRINSICS = ("f_u", "f_v", "c_u", "c_v", "k1", "k2", "p1", "p2", "k3")
# The files' cameras look along their x, with y to the left and z up.
_LOOKS_ALONG_X = np.array([[0, 0, 1, 0], [-1, 0, 0, 0], [0, -1, 0, 0], [0, 0, 0, 1]], dtype=np.float64)
_HALF_PIXEL = 0.5  # 0 is the left edge of their first pixel, and the middle of ours


def pose_of(dst: str, src: str, numbers: Floats, where: object) -> SE3:
    """Return the transform of sixteen numbers, row by row."""
    try:
        return SE3.from_matrix(dst, src, numbers.reshape(4, 4))
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None


def read_beams(path: Path) -> dict[int, Beams]:
    """Read ``lidar_calibration``: each LiDAR by its number."""
    part = "[LiDARCalibrationComponent]"
    low, high, values = (f"{part}.beam_inclination.{name}" for name in ("min", "max", "values"))
    table = read_columns(path, ("key.laser_name", f"{part}.extrinsic.transform", low, high), (values,))
    found: dict[int, Beams] = {}
    bounds, each = table.floats(low, high), table.ragged(values)
    placed = table.lists(f"{part}.extrinsic.transform", 16)
    for row, number in enumerate(table.whole("key.laser_name").tolist()):
        channel = LIDARS.get(number, f"LIDAR_{number}")
        mounting = pose_of("ego", channel, placed[row], f"{path}, {channel}")
        found[number] = Beams(mounting, float(bounds[row, 0]), float(bounds[row, 1]), each[row])
    return found


def read_cameras(path: Path) -> dict[int, Sensor]:
    """Read ``camera_calibration``: each camera by its number."""
    part = "[CameraCalibrationComponent]"
    names = [f"{part}.intrinsic.{name}" for name in _INTRINSICS]
    sizes = (f"{part}.width", f"{part}.height")
    table = read_columns(path, ("key.camera_name", f"{part}.extrinsic.transform", *names, *sizes))
    found: dict[int, Sensor] = {}
    lenses, placed = table.floats(*names), table.lists(f"{part}.extrinsic.transform", 16)
    widths, heights = (table.whole(name).tolist() for name in sizes)
    for row, number in enumerate(table.whole("key.camera_name").tolist()):
        channel = CAMERAS.get(number, f"CAM_{number}")
        where = f"{path}, {channel}"
        fx, fy, cx, cy, *bent = lenses[row].tolist()
        matrix = (placed[row].reshape(4, 4) @ _LOOKS_ALONG_X).ravel()
        try:
            lens = Pinhole(
                width=widths[row], height=heights[row], fx=fx, fy=fy, cx=cx - _HALF_PIXEL, cy=cy - _HALF_PIXEL,
                distortion=tuple(bent),
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None
        mounting = pose_of("ego", channel, matrix, where)
        found[number] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
    return found
