"""The Feather tables of an Argoverse 2 log: sweeps, poses, calibration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.arrow_tables import read_feather
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.poses import Trajectory, check_poses
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Pinhole, PointCloud

QUATERNION = ("qw", "qx", "qy", "qz")
PLACE = ("tx_m", "ty_m", "tz_m")
_OWN_NAMES = {"laser_number": "ring"}
_NS = 1e-9


def read_sweep(path: Path) -> PointCloud:
    """Read ``sensors/lidar/TIME.feather``: points in the vehicle's frame, moved to the time of the sweep.

    The two LiDARs turn half a turn apart: rings 0 to 31 are those of the upper one, 32 to 63 of the lower.
    """
    cloud = open_cloud(path, "feather").read((0.0, 0.0, 0.0))
    fields: dict[str, NDArray[Any]] = {}
    for name, column in cloud.fields.items():
        if name == "offset_ns":
            fields["time_s"] = column * _NS
        else:
            fields[_OWN_NAMES.get(name, name)] = column
    return PointCloud(cloud.xyz, fields)


def read_poses(path: Path) -> Trajectory:
    """Read ``city_SE3_egovehicle.feather``; quaternions are w, x, y, z."""
    table = read_feather(path, ("timestamp_ns", *QUATERNION, *PLACE))
    return Trajectory(table.whole("timestamp_ns"), table.floats(*QUATERNION), table.floats(*PLACE), path)


def read_mountings(path: Path) -> dict[str, SE3]:
    """Read ``calibration/egovehicle_SE3_sensor.feather``: ``ego_SE3_sensor`` by the name of the sensor."""
    table = read_feather(path, ("sensor_name", *QUATERNION, *PLACE))
    names, turns, places = table.texts("sensor_name"), table.floats(*QUATERNION), table.floats(*PLACE)
    check_poses(turns, places, path)
    return {name: SE3("ego", name, turns[row], places[row]) for row, name in enumerate(names)}


def read_lenses(path: Path, *, distorted: bool) -> dict[str, Pinhole]:
    """Read ``calibration/intrinsics.feather``: the lens of each camera by its name.

    Its k1, k2, k3 are those of the raw pictures; the published ones were freed of them.
    """
    table = read_feather(path)
    names = table.texts("sensor_name")
    focal = table.floats("fx_px", "fy_px", "cx_px", "cy_px")
    bent = table.floats("k1", "k2", "k3") if distorted else np.zeros((len(names), 3))
    widths, heights = table.whole("width_px"), table.whole("height_px")
    lenses = {}
    for row, name in enumerate(names):
        fx, fy, cx, cy = focal[row].tolist()
        k1, k2, k3 = bent[row].tolist()
        try:
            lenses[name] = Pinhole(
                width=int(widths[row]), height=int(heights[row]), fx=fx, fy=fy, cx=cx, cy=cy,
                distortion=(k1, k2, 0.0, 0.0, k3) if distorted else (),
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=f"{path}, {name}") from None
    return lenses
