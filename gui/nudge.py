"""Small steps of a box along its own axes, as keys make them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypedDict, Unpack

from lidar_label.model import SE3, Box
from lidar_label.model.turns import turn_about

SHORTEST_SIDE_M = 0.05


class Step(TypedDict, total=False):
    """A small step; what is not named stays as it is.

    dx, dy, dz : metres forward, to the box's left, and up. dyaw : radians, counter-clockwise seen from above.
    dl, dw, dh : metres added to length, width and height.
    """

    dx: float
    dy: float
    dz: float
    dyaw: float
    dl: float
    dw: float
    dh: float


def nudged(box: Box, **step: Unpack[Step]) -> Box:
    """Return the box moved along its own axes, turned about its own +z and resized.

    A side never gets below 5 cm. Height grows upwards from the bottom face, which stands on the ground.
    """
    length, width, height = box.size
    size = (
        max(length + step.get("dl", 0.0), SHORTEST_SIDE_M),
        max(width + step.get("dw", 0.0), SHORTEST_SIDE_M),
        max(height + step.get("dh", 0.0), SHORTEST_SIDE_M),
    )
    lift = (size[2] - height) / 2
    turn = turn_about("z", step.get("dyaw", 0.0))
    way = (step.get("dx", 0.0), step.get("dy", 0.0), step.get("dz", 0.0) + lift)
    pose = box.world_SE3_box @ SE3("box", "box", turn, way)
    return replace(box, world_SE3_box=pose, size=size, num_lidar_pts=None, num_radar_pts=None)


def nudged_together(boxes: Sequence[Box], **step: Unpack[Step]) -> tuple[Box, ...]:
    """Return boxes moved along the axes of the first, each turned and resized for itself."""
    first = boxes[0]
    if len(boxes) == 1:
        return (nudged(first, **step),)
    moved = nudged(first, dx=step.get("dx", 0.0), dy=step.get("dy", 0.0), dz=step.get("dz", 0.0))
    along = moved.world_SE3_box.translation - first.world_SE3_box.translation
    own: Step = {**step, "dx": 0.0, "dy": 0.0, "dz": 0.0}
    made = []
    for box in boxes:
        pose = SE3("world", "box", box.world_SE3_box.rotation, box.world_SE3_box.translation + along)
        made.append(nudged(replace(box, world_SE3_box=pose), **own))
    return tuple(made)
