"""Which cursor says what a press in the 3D view would do."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QCursor

from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.orbit import Orbit
from lidar_label.gui.views.stage import Stage


def cursor_over(
    name: str, stage: Stage, camera: Orbit, width: int, height: int, *, drawing: bool, over_box: bool
) -> QCursor | Qt.CursorShape | None:
    """Return the cursor over a handle, or over a box, of a widget's size; None for the usual one."""
    if drawing:
        return Qt.CursorShape.CrossCursor
    if name == handles.MOVE:
        return Qt.CursorShape.SizeAllCursor
    if name in handles.FACES:
        index, arrays = stage.selected, stage.arrays
        axis = arrays.rotations[index] @ np.array(handles.FACES[name], dtype=np.float64)
        uv, _ = camera.project(np.stack([arrays.centers[index], arrays.centers[index] + axis]), width, height)
        return paint.resize_cursor(uv[1] - uv[0])
    return Qt.CursorShape.PointingHandCursor if name or over_box else None
