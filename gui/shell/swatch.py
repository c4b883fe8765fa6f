"""A small square of a colour, for lists and menus of categories."""

from __future__ import annotations

from PyQt6.QtGui import QIcon, QPixmap

from lidar_label.gui.look import on_dark


def swatch(color: str) -> QIcon:
    """Return a small square of a colour."""
    square = QPixmap(12, 12)
    square.fill(on_dark(color))
    return QIcon(square)
