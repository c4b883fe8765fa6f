"""Two rules that tables and drives share: sensors that are not on the vehicle, and a vehicle that jumps."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.sanity.rule import FolderRule, Said
from lidar_label.model import Floats

_MOUNT_M, _SPEED_M_S, _LEAST_S = 20.0, 90.0, 0.05
Find = Callable[[Any], Iterable[Said]]


def sensor_far(find: Find) -> FolderRule:
    """Return the rule on sensors that are not on the vehicle, as `find` finds them."""
    return FolderRule("sensor-far", "Sensor that is not on the vehicle", "error",
                      "Extrinsics in millimetres, or of another frame, put points and boxes apart.", find)  # fmt: skip


def pose_jump(find: Find) -> FolderRule:
    """Return the rule on a vehicle that jumps, as `find` finds it."""
    return FolderRule("pose-jump", "Vehicle that jumps", "error",
                      "A pose in another unit or of another drive throws a frame's boxes far away.", find)  # fmt: skip


def too_far(places: Floats) -> NDArray[np.bool_]:
    """Mark the places (N, 3) on the vehicle, in metres, that are off any."""
    return np.asarray(np.linalg.norm(places, axis=1) > _MOUNT_M)


def jumps(places: Floats, seconds: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Return after which of (N, 3) places the next one is too far to be driven to, and the ways, (N - 1,) metres."""
    way = np.linalg.norm(np.diff(places, axis=0), axis=1)
    return np.flatnonzero(way > _SPEED_M_S * np.maximum(np.diff(seconds), _LEAST_S)), way
