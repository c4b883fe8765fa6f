"""Resize: a box in another size about the corner that was seen best."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lidar_label.model import SE3, Box, Floats


def resized(box: Box, size: tuple[float, float, float], sensor: Floats) -> Box:
    """Return the box in another size; the sides that face the sensor and the floor stay where they are.

    Parameters
    ----------
    box : Box
    size : (length, width, height), metres
    sensor : (3,) float, metres
        Where the points were seen from, in world.

    Returns
    -------
    Box
        The same one where it has that size already. Counts of points that the source stated are dropped.
    """
    if box.size == size:
        return box
    local = box.world_SE3_box.inverse.apply(np.asarray(sensor, dtype=np.float64)[None])[0]
    keeps = np.where(local >= 0, 1.0, -1.0)
    keeps[2] = -1.0
    shift = keeps * (np.array(box.size) - size) / 2
    pose = box.world_SE3_box @ SE3("box", "box", (1.0, 0.0, 0.0, 0.0), shift)
    return replace(box, world_SE3_box=pose, size=size, num_lidar_pts=None, num_radar_pts=None)
