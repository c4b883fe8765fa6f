"""PandaSet clouds: from world into the frame of the sensor, with the class of each point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.pandaset.dataframes import PickledFrame, read_frame
from lidar_label.errors import UnreadableFile
from lidar_label.model import SE3, PointCloud

_POINT_NAMES = {"i": "intensity"}
_MOST_CLASSES = 65_535


def read_cloud(
    path: Path,
    world_SE3_lidar: SE3,
    origin: Sequence[float],
    time_ns: int,
    *,
    semseg: Path | None = None,
) -> PointCloud:
    """Read a cloud, whose points are in world, into the frame of the sensor.

    Parameters
    ----------
    path : Path
    world_SE3_lidar : SE3
        Of the moment `time_ns`, in a world that `origin` was taken off.
    semseg : Path, optional
        The frame with the class of each point.
    """
    frame = read_frame(path)
    world = np.column_stack([frame.native(axis).astype(np.float64) for axis in "xyz"])
    with np.errstate(over="ignore", invalid="ignore"):  # what is no place stays none
        points = world_SE3_lidar.inverse.apply(world - np.array(origin)).astype(np.float32)
        fields = {
            _POINT_NAMES.get(name, name): frame.native(name) for name in frame.names if name not in ("x", "y", "z", "t")
        }
        if "t" in frame.names:
            fields["time_s"] = frame.native("t").astype(np.float64) - time_ns * 1e-9
    if semseg is not None:
        fields["semantic_class"] = _classes(frame, read_frame(semseg))
    return PointCloud(points, fields)


def _classes(cloud: PickledFrame, classes: PickledFrame) -> NDArray[np.uint16]:
    """Return the class of each point, joined by the index of the frames; 0 where none was given."""
    numbers = classes.floats("class")
    if not ((numbers >= 0) & (numbers <= _MOST_CLASSES) & (numbers == np.floor(numbers))).all():
        raise UnreadableFile("a class is no whole number of 0 or more", where=classes.path)
    found = numbers.astype(np.uint16)
    if np.array_equal(cloud.index, classes.index):
        return found
    try:
        places = {name: place for place, name in enumerate(cloud.index.tolist())}
        rows = [places[name] for name in classes.index.tolist()]
    except (KeyError, TypeError):
        raise UnreadableFile("it names points that the cloud has not", where=classes.path) from None
    joined = np.zeros(cloud.rows, dtype=np.uint16)
    joined[rows] = found
    return joined
