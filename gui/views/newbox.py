"""A new box from a rectangle drawn on the ground: its height from the points in it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lidar_label.model import SE3, Taxonomy

Size = tuple[float, float, float]

USUAL_SIZE: Size = (4.5, 1.9, 1.6)
CLICK_M = 0.25
_CLEARANCE_M = 0.25  # points higher than this over the ground belong to an object
_FEWEST = 5
_LOWEST_M, _HIGHEST_M = 0.3, 6.0


def usual_size(taxonomy: Taxonomy, category: str) -> Size:
    """Return the usual size of a category; a car's where nobody has said."""
    size = taxonomy.category(category).size if category in taxonomy else None
    return size or USUAL_SIZE


def ground_at(xyz: NDArray[np.float32], x: float, y: float, default: float, radius: float = 3.0) -> float:
    """Return the ground's height near a place in the cloud's frame; `default` where there are no points."""
    near = xyz[(np.abs(xyz[:, 0] - x) < radius) & (np.abs(xyz[:, 1] - y) < radius), 2]
    near = near[np.abs(near - default) < 2.0]
    return float(np.percentile(near, 10)) if len(near) >= _FEWEST else default


def box_from_rectangle(
    xyz: NDArray[np.float32],
    start: tuple[float, float],
    end: tuple[float, float],
    world_SE3_ego: SE3,
    usual: Size,
    ground: float,
) -> tuple[SE3, Size]:
    """Return pose and size of the box over a rectangle that was drawn from one corner to the other.

    Parameters
    ----------
    xyz : (N, 3) float32, metres, ego frame
    start, end : (x, y), metres, ego frame
        Opposite corners; the sides run along the vehicle's axes. A rectangle of less than 25 cm is
        a click, which gives a box of the usual size there.
    world_SE3_ego : SE3
    usual : (length, width, height), metres
        Of the category; its height is taken where too few points tell.
    ground : float, metres
        Height of the ground in the ego frame where no points are near.

    Returns
    -------
    world_SE3_box : SE3
        Level, with the longer side along the heading.
    size : (length, width, height), metres
    """
    (x0, y0), (x1, y1) = start, end
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    along, across = abs(x1 - x0), abs(y1 - y0)
    click = max(along, across) < CLICK_M
    if click:
        along, across = usual[:2]
    along, across = max(along, 0.1), max(across, 0.1)
    sideways = across > along and not click
    floor = ground_at(xyz, x, y, ground, max(along, across) / 2 + 1.5)
    height = usual[2]
    inside = xyz[(np.abs(xyz[:, 0] - x) <= along / 2) & (np.abs(xyz[:, 1] - y) <= across / 2), 2] - floor
    tall = inside[(inside > _CLEARANCE_M) & (inside < _HIGHEST_M)]
    if len(tall) >= _FEWEST:
        height = float(np.clip(np.percentile(tall, 99) + 0.05, _LOWEST_M, _HIGHEST_M))
    center = world_SE3_ego.apply([[x, y, floor + height / 2]])[0]
    yaw = world_SE3_ego.yaw + (math.pi / 2 if sideways else 0.0)
    size = (across, along, height) if sideways else (along, across, height)
    return SE3.from_yaw("world", "box", yaw, center), size
