"""Tiles from straight above, as the top view shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt6.QtGui import QImage

from lidar_label.gui.painters.base import together
from lidar_label.gui.tiles.drawing import TileDrawing
from lidar_label.gui.views import paint
from lidar_label.gui.views.colors import BACKGROUND
from lidar_label.kernels.top_grid import Sheet, new_sheet_keys, sheet_picture, splat_sheet

if TYPE_CHECKING:
    from lidar_label.gui.views.prepare import TopPlace

_FINE_M = 0.06  # metres a pixel from which points are drawn smaller


def draw(tiles: TileDrawing, place: TopPlace) -> QImage:
    """Return the tiles over what the top view looks at; of the points of a pixel the highest."""
    scale, ratio = place.metres_per_pixel, place.ratio
    width, height = max(round(place.width * ratio), 1), max(round(place.height * ratio), 1)
    (x, y), high, wide = place.center, place.height * scale / 2, place.width * scale / 2
    seen = tiles.seen_from_above((x - high, y - wide), (x + high, y + wide), scale / ratio)
    side = min(max(1, round((place.point_size - 0.5) * ratio * (1.0 if scale < _FINE_M else 0.5))), width, height)
    ceiling = tiles.ceiling
    sheet = Sheet(-y - wide, x - high, scale / ratio, ceiling, side)
    keys = new_sheet_keys(width, height)
    parts = [(batch, 0, count) for batch, count in zip(seen.batches, seen.counts, strict=True)]
    if parts:
        grid, colors, tiling = together(parts)
        splat_sheet(keys, grid, colors, *tiling, sheet)
    return paint.picture_of(sheet_picture(keys, BACKGROUND), ratio)
