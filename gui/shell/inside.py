"""Which points lie in a box: what the box panel and the status bar count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.around import around
from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameView
from lidar_label.kernels.near_box import points_between
from lidar_label.model import SE3, Box

_last: list[tuple[FrameView, Box, int]] = []  # the panel and the status bar ask for the same, several times a step


def points_inside(xyz: NDArray[np.float32], world_SE3_ego: SE3, box: Box) -> int:
    """Count the points in a box; a point on a face counts.

    Parameters
    ----------
    xyz : (N, 3) float32, metres
        In the ego frame that `world_SE3_ego` places.
    """
    pose = world_SE3_ego.inverse @ box.world_SE3_box
    half = np.asarray(box.size) / 2
    near = around(xyz, pose.translation, float(np.linalg.norm(half)))
    inside, _ = points_between(near, pose.translation, pose.rotation_matrix.T, -half, half)
    return len(inside)


def count_inside(desk: Desk, view: FrameView, box: Box) -> int | None:
    """Count the points of a frame in a box; of a big cloud all of them, and None while they are being counted."""
    if desk.tiles.phase == "tiles":
        return desk.tiles.count(box)
    if not _last or _last[0][0] is not view or _last[0][1] is not box:
        _last[:] = [(view, box, points_inside(view.xyz, view.world_SE3_ego, box))]
    return _last[0][2]
