"""What a click in the 3D view does while a tool is in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtCore import QPointF

from lidar_label.gui.making import Maker
from lidar_label.gui.views.measure import Measure
from lidar_label.gui.vtk import picking
from lidar_label.model import Floats

if TYPE_CHECKING:
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.views.stage import Stage
    from lidar_label.gui.vtk.view3d import View3D

TOOLS = ("click", "measure")


def clicked(view: View3D, desk: Desk, stage: Stage, at: QPointF, *, goes_on: bool = False) -> None:
    """Fit a box to what is under a pixel, with `goes_on` for the selected track; or measure from there."""
    if desk.tool == "measure":
        Measure.of(desk).add(_point(view, desk, stage, at))
    else:
        Maker.of(desk).click(view.place_at(at.x(), at.y()), goes_on=goes_on)


def _point(view: View3D, desk: Desk, stage: Stage, at: QPointF) -> Floats | None:
    """Return the very point that is seen at a pixel, else the place on the ground."""
    x, y, wide, high = at.x(), at.y(), view.width(), view.height()
    if not stage.tiles.is_active:
        found = picking.point_at(view.camera, stage.seen_xyz, x, y, wide, high)
        return found if found is not None else picking.ground_at(view.camera, stage.ground, x, y, wide, high)
    shown = view.canvas.shown
    place = picking.point_in(view.camera, shown.painted.depth, x, y, wide, high) if shown is not None else None
    if place is None:
        return picking.ground_at(view.camera, stage.ground, x, y, wide, high)
    return Measure.of(desk).point_on(place, view.camera.ray(x, y, wide, high))
