"""Small steps of a box along its own axes, as keys make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scipy.spatial.transform import Rotation

from lidar_label.model import SE3, Box

SHORTEST_SIDE_M = 0.05


def nudged(
    box: Box,
    *,
    dx: float = 0.0,
    dy: float = 0.0,
    dz: float = 0.0,
    dyaw: float = 0.0,
    dl: float = 0.0,
    dw: float = 0.0,
    dh: float = 0.0,
) -> Box:
    """Return the box moved along its own axes, turned about its own +z and resized.

    Parameters
    ----------
    dx, dy, dz : float, metres
        Forward, to its left, up.
    dyaw : float, radians
        Counter-clockwise, seen from above.
    dl, dw, dh : float, metres
        Added to length, width and height; a side never gets below 5 cm. Height grows upwards
        from the bottom face, which stands on the ground.
    """
    length, width, height = box.size
    size = (max(length + dl, SHORTEST_SIDE_M), max(width + dw, SHORTEST_SIDE_M), max(height + dh, SHORTEST_SIDE_M))
    lift = (size[2] - height) / 2
    turn = Rotation.from_euler("z", dyaw).as_quat(scalar_first=True)
    pose = box.world_SE3_box @ SE3("box", "box", turn, (dx, dy, dz + lift))
    return replace(box, world_SE3_box=pose, size=size, num_lidar_pts=None, num_radar_pts=None)


def nudged_together(
    boxes: Sequence[Box],
    *,
    dx: float = 0.0,
    dy: float = 0.0,
    dz: float = 0.0,
    dyaw: float = 0.0,
    dl: float = 0.0,
    dw: float = 0.0,
    dh: float = 0.0,
) -> tuple[Box, ...]:
    """Return boxes moved along the axes of the first, each turned and resized for itself."""
    first = boxes[0]
    if len(boxes) == 1:
        return (nudged(first, dx=dx, dy=dy, dz=dz, dyaw=dyaw, dl=dl, dw=dw, dh=dh),)
    moved = nudged(first, dx=dx, dy=dy, dz=dz)
    step = moved.world_SE3_box.translation - first.world_SE3_box.translation
    made = []
    for box in boxes:
        pose = SE3("world", "box", box.world_SE3_box.rotation, box.world_SE3_box.translation + step)
        made.append(nudged(replace(box, world_SE3_box=pose), dyaw=dyaw, dl=dl, dw=dw, dh=dh))
    return tuple(made)
