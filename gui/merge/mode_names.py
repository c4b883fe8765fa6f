"""What the ways to colour points are called."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from lidar_label.gui.look import FIELD, ColorMode


def name_of_mode(mode: ColorMode) -> str:
    """Return the name of a colour mode in the language in use; of a field its own."""
    names = {
        "height": QCoreApplication.translate("Colors", "Height over the ground"),
        "intensity": QCoreApplication.translate("Colors", "Intensity"),
        "track": QCoreApplication.translate("Colors", "Track"),
        "category": QCoreApplication.translate("Colors", "Category"),
        "time": QCoreApplication.translate("Colors", "Time"),
        "camera": QCoreApplication.translate("Colors", "Pictures"),
    }
    return names.get(mode, mode.removeprefix(FIELD))
