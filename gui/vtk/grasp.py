"""Grasp: which handle of the selected box a press in the 3D view takes, and the way on which it is dragged."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import QPointF

from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage
from lidar_label.gui.vtk import picking
from lidar_label.gui.vtk.overlay import handle_pixels
from lidar_label.model import Floats


class Grasp(NamedTuple):
    """A handle, what it moves along, and where on that it was taken, (3,) metres."""

    name: str
    track: picking.Track
    start: Floats


def seen_handles(stage: Stage, camera: Orbit, width: int, height: int) -> dict[str, Floats]:
    """Return the pixels of the handles that can be taken."""
    if stage.selected < 0 or not stage.can_edit or stage.desk.tool != "select":
        return {}
    return handle_pixels(camera, stage.arrays, stage.selected, width, height)


def grasp(stage: Stage, camera: Orbit, width: int, height: int, at: QPointF, *, lifts: bool) -> Grasp | None:
    """Return what a press at a pixel takes; where the person `lifts`, the box itself serves as a handle too."""
    index, arrays = stage.selected, stage.arrays
    name = paint.nearest(at, seen_handles(stage, camera, width, height).items())
    if not name and lifts and index >= 0 and index in arrays.hits(*camera.ray(at.x(), at.y(), width, height)):
        name = handles.LIFT
    if not name:
        return None
    if name == handles.MOVE and lifts:
        name = "bottom"
    axes, size = arrays.rotations[index], arrays.sizes[index].tolist()
    spot = arrays.placed(index, handles.position(name, size)[None])[0]
    if name in handles.FACES:
        axis = int(np.flatnonzero(handles.FACES[name])[0])
        track = picking.Track(spot, axes[:, axis], is_line=True)
    else:
        track = picking.Track(spot, axes[:, 2], is_line=name == handles.LIFT)
    start = track.at(camera, at.x(), at.y(), width, height)
    return None if start is None else Grasp(name, track, start)
