"""Tiles out of plain arrays, for tests of what draws them."""

from __future__ import annotations

import numpy as np

from lidar_label.kernels.tile_table import Tiles, TileTable

Tile = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def tiles_of(*tiles: Tile) -> Tiles:
    """Put tiles, each a grid with its colours, corner and step, into a table and take them whole."""
    table = TileTable(len(tiles))
    for n, tile in enumerate(tiles):
        table.put(n, *tile)
    return table.take(np.arange(len(tiles)), np.array([len(grid) for grid, *_ in tiles], np.int64))
