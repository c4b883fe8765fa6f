"""Which cursor the top view shows over what a press would take."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from lidar_label.gui.views import handles, paint
from lidar_label.gui.views.stage import Stage
from lidar_label.model import Floats


def show_cursor(
    view: QWidget, stage: Stage, to_pixels: Callable[[Floats], Floats], name: str, *, over_box: bool
) -> None:
    """Show in a view what a press takes: a handle by its name, a box, or with a tool a place."""
    if stage.desk.tool != "select":
        view.setCursor(Qt.CursorShape.CrossCursor)
    elif name == handles.MOVE:
        view.setCursor(Qt.CursorShape.SizeAllCursor)
    elif name in handles.SIGNS:
        arrays, index = stage.arrays, stage.selected
        local = handles.position(name, arrays.sizes[index].tolist())
        ends = to_pixels(arrays.placed(index, np.stack([np.zeros(3), local])))
        view.setCursor(paint.resize_cursor(ends[1] - ends[0]))
    elif name or over_box:
        view.setCursor(Qt.CursorShape.PointingHandCursor)
    else:
        view.unsetCursor()
