"""Boxes from pictures: what was drawn around an object in one camera's picture, or in several, lifted into space."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.lens import camera_SE3_ego
from lidar_label.model import Box, Floats
from lidar_label.model.outline import outline

if TYPE_CHECKING:
    from lidar_label.assist.lift import Lifted, Mark
    from lidar_label.gui.loader import FrameView

Points = NDArray[np.float32]
_SAME = 0.3  # of a drawn rectangle and a box's own picture in common, from which they are of one object


@dataclass(frozen=True, slots=True, eq=False)
class DrawnIn:
    """What was drawn around one object of a frame, by camera, and the box that was made of it."""

    view: FrameView
    token: str
    marks: Mapping[str, Mark]


def mark_in(view: FrameView, channel: str, drawn: Floats) -> Mark | None:
    """Return what was drawn in a picture as a mark; None where the camera has no lens.

    `drawn` is (4,): opposite corners of a rectangle, or (K, 2): an outline; pixels of the lens's grid.

    Raises
    ------
    InvalidValue
        If it is too small, or lies outside of the picture.
    """
    from lidar_label.assist.lift import Eye, Mark

    image = view.frame.images.get(channel)
    if image is None or image.sensor.camera is None:
        return None
    eye = Eye(image.sensor.camera, camera_SE3_ego(image, view.world_SE3_ego))
    return Mark.of_rect(eye, drawn) if drawn.ndim == 1 else Mark.of_polygon(eye, drawn)


def together(earlier: DrawnIn | None, view: FrameView, box: Box | None, channel: str, mark: Mark) -> dict[str, Mark]:
    """Return a mark with those of other cameras that the selected box was made of, if it is drawn about the same."""
    alone = {channel: mark}
    if earlier is None or box is None or earlier.view is not view or earlier.token != box.token:
        return alone
    seen = outline(mark.eye.camera, mark.eye.camera_SE3_ego @ view.world_SE3_ego.inverse @ box.world_SE3_box, box.size)
    if seen is None or _shared(seen.rect, mark.rect) < _SAME:
        return alone
    return {**earlier.marks, **alone}


def lifted(
    xyz: Callable[[], Points],
    marks: Sequence[Mark],
    origin: Floats,
    usual: tuple[float, float, float],
    headings: Sequence[float],
    ground: float,
) -> Lifted:
    """Lift marks of one object; for a thread."""
    from lidar_label.assist.lift import LiftView, lift

    return lift(LiftView.of(xyz(), origin, ground), marks, usual, headings=headings)


def _shared(one: Sequence[float], other: Sequence[float]) -> float:
    """Return how much of two rectangles (u0, v0, u1, v1) is common to both, 0 to 1."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    common = max(wide, 0.0) * max(high, 0.0)
    every = sum((r[2] - r[0]) * (r[3] - r[1]) for r in (one, other)) - common
    return common / every if every > 0 else 0.0
