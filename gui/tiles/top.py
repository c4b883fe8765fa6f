"""Tiles from straight above, as the top view shows them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
from PyQt6.QtGui import QImage

from lidar_label.gui.painters.base import Crop
from lidar_label.gui.tiles.drawing import Kept, TileDrawing
from lidar_label.gui.views import paint
from lidar_label.gui.views.colors import BACKGROUND
from lidar_label.kernels.top_grid import Sheet, new_sheet_keys, sheet_picture, splat_sheet

if TYPE_CHECKING:
    from lidar_label.gui.views.prepare import TopPlace

_FINE_M = 0.06  # metres a pixel from which points are drawn smaller
_EVERY_S = 0.4  # while tiles come in


def draw(tiles: TileDrawing, place: TopPlace, crop: Crop | None = None) -> QImage:
    """Return the tiles over what the top view looks at; of the points of a pixel the highest."""
    scale, ratio = place.metres_per_pixel, place.ratio
    width, height = max(round(place.width * ratio), 1), max(round(place.height * ratio), 1)
    (x, y), high, wide = place.center, place.height * scale / 2, place.width * scale / 2
    wanted = (place, crop)
    kept = tiles.kept if tiles.kept is not None and tiles.kept.place == wanted else None
    if kept is not None and tiles.is_waiting("top") and time.monotonic() - kept.drawn_s < _EVERY_S:
        tiles.look_again()
        return kept.picture
    seen = tiles.seen_from_above((x - high, y - wide), (x + high, y + wide), scale / ratio)
    if kept is not None and seen.batches == kept.seen.batches:
        return kept.picture
    side = min(max(1, round((place.point_size - 0.5) * ratio * (1.0 if scale < _FINE_M else 0.5))), width, height)
    sheet = Sheet(-y - wide, x - high, scale / ratio, tiles.ceiling, side)

    limits = None if crop is None else np.array([crop.low, crop.high])

    def drawn() -> Kept:
        keys = new_sheet_keys(width, height)
        for tiles_seen in seen.batches:
            splat_sheet(keys, tiles_seen, sheet, limits)
        return Kept(wanted, seen, paint.picture_of(sheet_picture(keys, BACKGROUND), ratio), time.monotonic())

    if kept is None:  # somebody moves it: an old picture would lie in a wrong place
        tiles.kept = kept = drawn()
    else:
        tiles.redraw(drawn)
    return kept.picture
