"""Where pictures lie beside each other: their order about the vehicle, and rows that let them be large."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QRect

GAP = 2
_LARGE_SHARE = 0.62
# Left to right as the driver sees the street; a channel's name says where it looks.
_PLACES = ("FRONT_LEFT", "FRONT_RIGHT", "FRONT", "BACK_LEFT", "BACK_RIGHT", "BACK", "REAR", "LEFT", "RIGHT")
_ORDER = ("FRONT_LEFT", "LEFT", "FRONT", "", "FRONT_RIGHT", "RIGHT", "BACK_LEFT", "BACK", "REAR", "BACK_RIGHT")


def grid(aspects: Sequence[float], area: QRect) -> list[QRect]:
    """Return a place in `area` for each picture, in rows that let them be as large as they can."""
    if not aspects:
        return []
    aspect = sum(aspects) / len(aspects)

    def picture_width(columns: int) -> float:
        rows = -(-len(aspects) // columns)
        return min(area.width() / columns, area.height() / rows * aspect)

    columns = max(range(1, len(aspects) + 1), key=picture_width)
    rows = -(-len(aspects) // columns)
    width, height = (area.width() - GAP * (columns - 1)) / columns, (area.height() - GAP * (rows - 1)) / rows
    places = []
    for n in range(len(aspects)):
        row, column = divmod(n, columns)
        x, y = area.x() + round(column * (width + GAP)), area.y() + round(row * (height + GAP))
        places.append(QRect(x, y, round(width), round(height)))
    return places


def beside_large(aspect: float, area: QRect, *, is_alone: bool) -> tuple[QRect, QRect]:
    """Return the place of a large picture and what is left beside it."""
    wide = area.width() if is_alone else min(round(area.height() * aspect), round(area.width() * _LARGE_SHARE))
    rest = QRect(area)
    rest.setLeft(area.right() if is_alone else area.left() + wide + GAP)
    return QRect(area.left(), area.top(), wide, area.height()), rest


def place_of(channel: str) -> tuple[int, str]:
    """Return what channels are sorted by: left to right as the driver sees the street, then what lies behind."""
    looks = next((place for place in _PLACES if place in channel.upper()), "")
    return _ORDER.index(looks), channel
