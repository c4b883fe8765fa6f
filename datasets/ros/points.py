"""The points of a cloud message: each value where its field's offset says, in rows of the message's own step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.ros.messages import CloudMessage
from lidar_label.errors import UnreadableFile
from lidar_label.model import PointCloud

Column = NDArray[Any]
_AXES = ("x", "y", "z")
_RINGS = ("ring", "line", "channel", "laser_id")
_TIMES = ("t", "time", "timestamp", "time_stamp", "timeStamp", "offset_time", "time_offset")
_EPOCH_NS = 10**17  # whole numbers above it are nanoseconds since 1970, those below since the sweep began
_EPOCH_S = 1e8
_MOST_VALUES = 1024


def cloud_points(cloud: CloudMessage, stamp_ns: int, origin: Point3 = (0.0, 0.0, 0.0)) -> PointCloud:
    """Return the points of a message with every field it has.

    Points without a return stay, so that an index is one into the message. Laser numbers are ``ring`` whatever
    their driver calls them, per-point times are ``time_s`` after `stamp_ns`, packed colours ``r, g, b``; all
    others keep their names. A field of several values becomes ``NAME_0``, ``NAME_1``.

    Parameters
    ----------
    cloud : CloudMessage
    stamp_ns : int
        Time of the sweep, which per-point times are relative to.
    origin : (x, y, z), metres
        Taken off positions, for clouds that are in a world far from its origin.

    Raises
    ------
    UnreadableFile
        If a field lies outside its point, the rows outside the data, or x, y or z is absent.
    """
    columns = _columns(cloud)
    lacking = [axis for axis in _AXES if axis not in columns]
    if lacking:
        raise UnreadableFile(f"the points have no {', '.join(lacking)}, only {', '.join(columns) or 'nothing'}")
    axes = [columns.pop(axis) for axis in _AXES]
    xyz = np.empty((len(axes[0]), 3), dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        if cloud.pose is None and not any(origin):
            for i, values in enumerate(axes):
                xyz[:, i] = values
        else:
            wide = np.column_stack([values.astype(np.float64) for values in axes])
            xyz[:] = (cloud.pose.apply(wide) if cloud.pose is not None else wide) - origin
    return PointCloud(xyz, _named(columns, stamp_ns))


def _columns(cloud: CloudMessage) -> dict[str, Column]:
    """Return each field as a column of its own, in the machine's byte order."""
    rows = _rows(cloud)
    order = ">" if cloud.is_bigendian else "<"
    found: dict[str, Column] = {}
    for field in cloud.fields:
        if not field.name.strip("_ "):
            continue  # padding, as PCD files name it
        dtype = np.dtype(f"{order}{field.dtype}")
        count = field.count or 1  # some drivers leave it 0, meaning 1
        if count > _MOST_VALUES or field.offset + count * dtype.itemsize > cloud.point_step:
            end = field.offset + count * dtype.itemsize
            raise UnreadableFile(
                f"field {field.name!r} would end at byte {end} of a point that has {cloud.point_step}",
                hint="the driver wrote a wrong offset; reading it would take the next point's values",
            )
        for i in range(count):
            name = field.name if count == 1 else f"{field.name}_{i}"
            start = field.offset + i * dtype.itemsize
            values = rows[:, start : start + dtype.itemsize]
            column = np.ascontiguousarray(values).view(dtype).reshape(-1).astype(dtype.newbyteorder("="), copy=False)
            found[_unique(name, found)] = column
    return found


def _rows(cloud: CloudMessage) -> Column:
    """Return the bytes of each point, (N, point_step) uint8, without what rows of an image-like cloud are padded by."""
    width, height, step, data = cloud.width, cloud.height, cloud.point_step, cloud.data
    if not width * height:
        return np.zeros((0, max(step, 1)), dtype=np.uint8)
    if step <= 0:
        raise UnreadableFile(f"a point would take {step} bytes")
    dense, row = width * step, cloud.row_step
    # A single row needs no step; and some drivers count it wrongly while the data has no padding.
    if height == 1 or (row < dense and len(data) == dense * height):
        row = dense
    if row < dense:
        raise UnreadableFile(f"{width} points of {step} bytes do not fit in a row of {row} bytes")
    if row * (height - 1) + dense > len(data):
        raise UnreadableFile(
            f"{width} x {height} points of {step} bytes are promised and {len(data)} bytes are there", hint="cut off"
        )
    table = np.ndarray((height, width, step), np.uint8, buffer=data, strides=(row, step, 1))
    return table.reshape(-1, step)


def _unique(name: str, taken: dict[str, Column]) -> str:
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}_{number}", number + 1
    return unique


def _named(columns: dict[str, Column], stamp_ns: int) -> dict[str, Column]:
    """Return fields under the names that mean the same everywhere."""
    fields = dict(columns)
    _rename(fields, "ring", _RINGS, lambda values: values if values.dtype.kind in "iu" else None)
    _rename(fields, "time_s", _TIMES, lambda values: _seconds(values, stamp_ns))
    for packed in ("rgb", "rgba"):
        if packed in fields and fields[packed].dtype.itemsize == 4 and not {"r", "g", "b"} & set(fields):
            parts = np.ascontiguousarray(fields.pop(packed).view("u4").astype("<u4")).view(np.uint8).reshape(-1, 4)
            names = ("b", "g", "r", "a") if packed == "rgba" else ("b", "g", "r")
            fields |= {name: np.ascontiguousarray(parts[:, i]) for i, name in enumerate(names)}
    return fields


def _rename(
    fields: dict[str, Column], name: str, others: tuple[str, ...], change: Callable[[Column], Column | None]
) -> None:
    """Give the first field that means it the usual name, unless the points have that already."""
    for other in others:
        if other in fields and (name == other or name not in fields):
            changed = change(fields[other])
            if changed is not None:
                del fields[other]
                fields[name] = changed
                return


def _seconds(values: Column, stamp_ns: int) -> Column:
    """Return per-point times in seconds after the sweep's own time.

    Whole numbers are nanoseconds, since the sweep's time or since 1970 (Ouster, Livox, Autoware); others are
    seconds, likewise (Velodyne; Hesai, RoboSense).
    """
    if not len(values):
        return values.astype(np.float64)
    if values.dtype.kind in "iu":
        if int(values.max()) >= _EPOCH_NS:
            return (values.astype(np.int64) - stamp_ns) * 1e-9
        return values * 1e-9
    finite = values[np.isfinite(values)]
    if values.dtype.itemsize == 8 and len(finite) and float(np.abs(finite).max()) >= _EPOCH_S:
        return values - stamp_ns * 1e-9
    return values
