"""DGP's clouds: .npz arrays whose columns the scene names, or .ply."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.dgp.scene_file import Datum
from lidar_label.datasets.npy import read_npz
from lidar_label.errors import UnreadableFile
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
    if datum.path.suffix.lower() == ".ply":
        return open_cloud(datum.path).read((0.0, 0.0, 0.0))
    values = read_npz(datum.path, "data")
    if values.dtype.names is not None:
        columns = {name.lower(): values[name].reshape(-1) for name in values.dtype.names}
    else:
        if values.ndim != 2 or values.dtype.kind not in "fiu":
            text = f"a cloud needs rows of numbers, got shape {values.shape} of {values.dtype}"
            raise UnreadableFile(text, where=datum.path)
        names = _names(datum, values.shape[1])
        columns = {name: values[:, i] for i, name in enumerate(names)}
    lacking = [axis for axis in "xyz" if axis not in columns]
    if lacking or any(column.dtype.kind not in "fiu" for column in columns.values()):
        raise UnreadableFile(f"a cloud needs numbers for x, y and z; there are {', '.join(columns)}", where=datum.path)
    xyz = np.empty((len(columns["x"]), 3), dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for i, axis in enumerate("xyz"):
            xyz[:, i] = columns[axis]
    fields: dict[str, NDArray[Any]] = {}
    for name, column in columns.items():
        if name == "timestamp":
            fields["time_s"] = (column.astype(np.float64) - (datum.time_ns + base_ns) * 1e-3) * _MICRO
        elif name not in "xyz":
            fields[_OURS.get(name, name)] = _least(column)
    return PointCloud(xyz, fields)


def _names(datum: Datum, count: int) -> list[str]:
    names = [_CHANNELS[int(name)] if name.isdigit() and int(name) < len(_CHANNELS) else name for name in datum.names]
    if not names:
        names = ["X", "Y", "Z", "INTENSITY", *(f"value_{i}" for i in range(4, count))][:count]
    plain = [name.lower() for name in names]
    if len(plain) != count or len(set(plain)) != count:
        text = f"a point has {count} values and the scene names {len(plain)}: {', '.join(names[:20])}"
        raise UnreadableFile(text, where=datum.path)
    return plain


def _least(column: NDArray[Any]) -> NDArray[Any]:
    """Return a column of float64 as float32 where that holds all its values."""
    if column.dtype != np.float64:
        return np.ascontiguousarray(column)
    with np.errstate(over="ignore"):
        less = column.astype(np.float32)
    return less if np.array_equal(less, column, equal_nan=True) else np.ascontiguousarray(column)
