"""The region that the views are held to, drawn in the view from above."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QPointF

from lidar_label.gui.desk import Desk

_LEAST_M = 0.5


def show_region(desk: Desk, start: QPointF, end: QPointF) -> None:
    """Show only what lies in a rectangle of the ego frame, metres, and put the tool away; a click shows everything."""
    (x0, x1), (y0, y1) = sorted((start.x(), end.x())), sorted((start.y(), end.y()))
    region = (x0, y0, x1, y1) if min(x1 - x0, y1 - y0) >= _LEAST_M else None
    desk.set_tool("select")
    desk.set_clip(replace(desk.clip, region=region))
