"""Clouds of nuScenes and its relatives: rows of float32 or PCD, with what the tables know of them beside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.bin import NUSCENES_FIELDS, read_bin
from lidar_label.datasets.files import read_bytes, read_json
from lidar_label.datasets.values import is_number, mapping
from lidar_label.errors import UnreadableFile
from lidar_label.model import PointCloud

SUFFIXES = (".bin", ".pcd")
_MOST_VALUES = 64
_NEAR_NS = 10_000_000_000  # points of a sweep are taken within seconds of it
_UNITS_NS = (1000, 1, 1_000_000_000)


@dataclass(frozen=True, slots=True)
class CloudFile:
    """Where a sweep lies, and what is known of it.

    Parameters
    ----------
    path : Path
    timestamp_ns : int
        Of the sweep, which the times of its points are relative to.
    fields : tuple of str
        What a person said the values of a .bin are; empty for the five of nuScenes.
    info : Path or None
        T4's file that says how many values a point has.
    classes : Path or None
        The class of each point, one byte each (lidarseg).
    """

    path: Path
    timestamp_ns: int
    fields: tuple[str, ...] = ()
    info: Path | None = None
    classes: Path | None = None


def read_cloud(file: CloudFile) -> PointCloud:
    """Read a LiDAR or radar file by its ending: .bin is rows of float32, .pcd says itself what it is.

    Raises
    ------
    MissingFile, UnreadableFile
        If a file is not there, is not what its kind promises, or has not one class a point.
    """
    path = file.path
    if path.suffix == ".pcd":
        from lidar_label.datasets.clouds.pcd import read_pcd

        cloud = read_pcd(path)
        cloud = PointCloud(cloud.xyz, _with_times(dict(cloud.fields), file.timestamp_ns))
    elif path.suffix == ".bin":
        cloud = read_bin(path, file.fields or _layout(file.info))
    else:
        known = ", ".join(SUFFIXES)
        raise UnreadableFile(f"point files of kind {path.suffix!r} are not known", where=path, hint=f"known: {known}")
    if file.classes is None:
        return cloud
    return PointCloud(cloud.xyz, {**cloud.fields, "semantic_class": _classes(file.classes, len(cloud))})


def _layout(info: Path | None) -> tuple[str, ...]:
    """Return the values of a point: the five of nuScenes, or as many as T4's file says."""
    if info is None:
        return NUSCENES_FIELDS
    count = mapping(read_json(info), "the file", info).get("num_pts_feats", len(NUSCENES_FIELDS))
    if not is_number(count) or count != int(count) or not 3 <= count <= _MOST_VALUES:
        raise UnreadableFile(f"num_pts_feats is {count!r:.40}, which is no number of values of a point", where=info)
    names = (*NUSCENES_FIELDS, *(f"value_{i}" for i in range(len(NUSCENES_FIELDS), int(count))))
    return names[: int(count)]


def _with_times(fields: dict[str, NDArray[Any]], sweep_ns: int) -> dict[str, NDArray[Any]]:
    """Return fields with the absolute times of points (TruckScenes: microseconds) as seconds after the sweep."""
    stamps = fields.get("timestamp")
    if stamps is None or "time_s" in fields or not len(stamps) or stamps.dtype.kind not in "iuf":
        return fields
    with np.errstate(invalid="ignore"):
        first = float(stamps[np.isfinite(stamps)][0]) if np.isfinite(stamps).any() else 0.0
    for unit in _UNITS_NS:
        if first and abs(first * unit - sweep_ns) < _NEAR_NS:
            # Taken off in the stamps' own unit, whole before it becomes a float, which has no microseconds since 1970.
            if stamps.dtype.kind in "iu":
                whole = (stamps.astype(np.int64) - sweep_ns // unit) * (unit * 1e-9)
                seconds = whole - sweep_ns % unit * 1e-9
            else:
                seconds = (stamps - sweep_ns / unit) * (unit * 1e-9)
            return {**{name: values for name, values in fields.items() if name != "timestamp"}, "time_s": seconds}
    return fields


def _classes(path: Path, points: int) -> NDArray[np.uint8]:
    """Return the class of each point: the index of a category, one byte each."""
    data = read_bytes(path)
    if len(data) != points:
        raise UnreadableFile(
            f"{len(data)} bytes of classes are not one for each of {points} points",
            where=path,
            hint="it belongs to another cloud, or holds another type",
        )
    return np.frombuffer(data, dtype=np.uint8)
