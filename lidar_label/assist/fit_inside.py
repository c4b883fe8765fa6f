"""Fit a box to what a rectangle that was drawn on the ground encloses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.fit import CannotFit, Fit, Size, clearance, placed
from lidar_label.assist.fit_ground import ground_about
from lidar_label.assist.fit_rectangle import fit_rectangle

_AROUND_M = 3.0
_FEWEST, _LEAST_SHARE = 10, 0.45
_TALLEST_M = 6.0


def fit_inside(
    xyz: NDArray[np.float32],
    corner: tuple[float, float],
    opposite: tuple[float, float],
    sensor_origin: ArrayLike,
    usual_size: Size,
    *,
    headings: Sequence[float] = (),
    ground: float | None = None,
    frame: str = "ego",
) -> Fit:
    """Fit a box to the points inside a rectangle whose sides run along the cloud's x and y.

    The points say how the object is turned, and where its sides towards the sensor are; how far it reaches where
    nothing is seen of it, the rectangle says, which is taken for the bounds of the turned object.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
    corner, opposite : (x, y), metres
        Of the rectangle.
    sensor_origin, usual_size, headings, ground, frame
        See `fit_click`.

    Raises
    ------
    CannotFit
        If too few points stand in it, or they fill little of it.
    """
    low, high = np.minimum(corner, opposite), np.maximum(corner, opposite)
    middle, drawn = (low + high) / 2, np.maximum(high - low, 1e-6)
    reach = float(drawn.max()) / 2 + _AROUND_M
    around = np.flatnonzero((np.abs(xyz[:, :2] - middle) <= reach).all(axis=1))
    around = around[np.isfinite(xyz[around, 2])]
    floor = ground_about(xyz[around], middle, reach, ground)
    over = floor.over(xyz[around])
    flat = xyz[around, :2].astype(np.float64)
    inside = ((flat >= low) & (flat <= high)).all(axis=1) & (over > clearance(usual_size)) & (over < _TALLEST_M)
    found, flat = around[inside], flat[inside]
    if len(found) < _FEWEST:
        raise CannotFit("few", "there are too few points in the rectangle to tell how the object stands")
    if (np.ptp(flat, axis=0) / drawn).max() < _LEAST_SHARE:
        raise CannotFit("few", "the points fill too little of the rectangle to tell how the object stands")
    usual = (max(usual_size[:2]), min(usual_size[:2]))
    origin = np.asarray(sensor_origin, dtype=np.float64)[:2]
    rectangle = fit_rectangle(flat, origin, usual, headings, bounds=drawn)
    return placed(xyz, found, floor, rectangle, usual_size, frame)
