"""What a click looks at beside the shown cloud: the frames next to it, and which points are in no box yet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.desk import Desk
from lidar_label.gui.loader import FrameLoader, FrameView
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.model import SE3

Points = NDArray[np.float32]

_STEPS = (-1, 1, -2, 2, -3, 3)
_FACE_M = 0.1  # what lies on a face may be of the next object


def beside(desk: Desk, view: FrameView) -> list[tuple[Points, SE3]]:
    """Return the clouds of frames next to a frame that are in memory, and the ways from there to it."""
    loader = desk.findChild(FrameLoader)
    if desk.scene is None or not desk.scene.has_poses or loader is None:
        return []
    there = (loader.get(view.index + step) for step in _STEPS)
    return [(other.xyz, view.world_SE3_ego.inverse @ other.world_SE3_ego) for other in there if other is not None]


def in_none(boxes: BoxArrays, xyz: Points) -> Points:
    """Return the points that lie in no box."""
    if not len(boxes):
        return xyz
    from lidar_label.kernels.points_in_boxes import box_of_points

    sides = np.maximum(boxes.sizes - _FACE_M, _FACE_M)
    found: Points = xyz[box_of_points(xyz, boxes.centers, boxes.rotations, sides) < 0]
    return found
