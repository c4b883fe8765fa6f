"""Around: the points of a cloud about a place, looked for once for all who ask about the same box."""

from __future__ import annotations

import weakref

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.near_box import points_between
from lidar_label.model import Floats

_MORE = 1.3  # of what the first one asks for: the others need as much, or a little more
_LEAST_M = 6.0  # the side views of a car ask for as much; less spares no time
_HELD = 2  # the frame's own cloud, and the one it is merged to

_kept: list[tuple[weakref.ref[NDArray[np.float32]], Floats, float, NDArray[np.float32]]] = []


def around(xyz: NDArray[np.float32], center: Floats, reach: float) -> NDArray[np.float32]:
    """Return points of a cloud that hold all those within a distance of a place, in their order.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        Kept by what it is and not by what it holds: it must not change.
    center : (3,) float64, metres
    reach : float, metres
        Along each axis of the cloud's frame.
    """
    for cloud, middle, wide, found in _kept:
        if cloud() is xyz and float(np.abs(middle - center).max()) + reach <= wide:
            return found
    wide = max(_MORE * reach, _LEAST_M)
    limits = np.full(3, wide)
    _, which = points_between(xyz, center, np.eye(3), -limits, limits)
    found = xyz[which]
    others = [kept for kept in _kept if kept[0]() is not None and kept[0]() is not xyz]
    _kept[:] = [(weakref.ref(xyz), np.array(center), wide, found), *others[: _HELD - 1]]
    return found
