"""DGP's clouds: .npz arrays whose columns the scene names, or .ply."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.base import ReadOptions
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.dgp.scene_file import Datum
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import PointCloud

# By number, as files that name the kinds of values by their numbers have them.
_CHANNELS = (
    "X", "Y", "Z", "INTENSITY", "R", "G", "B", "RING", "NORMAL_X", "NORMAL_Y", "NORMAL_Z", "CLASS_ID", "INSTANCE_ID",
    "TIMESTAMP",
)  # fmt: skip
_OURS = {
    "intensity": "intensity", "r": "r", "g": "g", "b": "b", "ring": "ring", "normal_x": "nx", "normal_y": "ny",
    "normal_z": "nz", "class_id": "semantic_class", "instance_id": "instance_id",
}  # fmt: skip
_MICRO = 1e-6


def read_cloud(datum: Datum, base_ns: int) -> PointCloud:
    """Read the cloud of a recording, in its sensor's frame.

    Parameters
    ----------
    datum : Datum
    base_ns : int
        What was taken off the times of its scene: points have theirs in microseconds of UTC.
    """
    names = tuple(
        _CHANNELS[int(name)] if name.isdecimal() and int(name) < len(_CHANNELS) else name for name in datum.names
    )
    archive = datum.path.suffix.lower() == ".npz"
    told = ReadOptions(fields=tuple(name.lower() for name in names) if archive else ())
    try:
        cloud = open_cloud(datum.path, options=told).read((0.0, 0.0, 0.0))
    except InvalidValue as error:
        raise UnreadableFile(f"not the values that the scene names: {error.what}", where=datum.path) from None
    fields: dict[str, NDArray[Any]] = {}
    for name, column in cloud.fields.items():
        if name.lower() == "timestamp":
            fields["time_s"] = (column.astype(np.float64) - (datum.time_ns + base_ns) * 1e-3) * _MICRO
        else:
            fields[_OURS.get(name.lower(), name.lower())] = _least(column)
    return PointCloud(cloud.xyz, fields)


def _least(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column of float64 as float32 where that holds all its values."""
    if column.dtype != np.float64:
        return np.ascontiguousarray(column)
    with np.errstate(over="ignore"):
        less = column.astype(np.float32)
    return less if np.array_equal(less, column, equal_nan=True) else np.ascontiguousarray(column)
