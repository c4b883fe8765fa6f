"""What the side views say: from where they look, and what a drag does."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from lidar_label.gui.views import handles
from lidar_label.gui.views.handles import Mode


def title(name: str, *, flipped: bool, locked: bool = False) -> str:
    """Return from where a view looks at the box, and whether all boxes of its track have one size."""
    if name == "top":
        above = QCoreApplication.translate("Sides", "From above")
        return f"{above} · {QCoreApplication.translate('Sides', 'one size in the track')}" if locked else above
    texts = {
        ("side", False): QCoreApplication.translate("Sides", "From the right"),
        ("side", True): QCoreApplication.translate("Sides", "From the left"),
        ("rear", False): QCoreApplication.translate("Sides", "From the rear"),
        ("rear", True): QCoreApplication.translate("Sides", "From the front"),
    }
    return texts[name, flipped]


def deed(handle: str, mode: Mode) -> str:
    """Return what a drag of a handle does; empty for none."""
    if not handle:
        return ""
    if handle in handles.TURNS:
        return QCoreApplication.translate("Sides", "Turn the box")
    if handle in (handles.SLIDE, handles.MOVE):
        return QCoreApplication.translate("Sides", "Move the box")
    if mode == "fit":
        return QCoreApplication.translate("Sides", "To the points: the side stops at them")
    if mode == "keep":
        return QCoreApplication.translate("Sides", "Slide: the side goes there, the size stays")
    return QCoreApplication.translate("Sides", "Resize. Ctrl: to the points, Shift: slide")
