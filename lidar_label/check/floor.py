"""Floor: the ground of a frame as a coarse grid, where no finer surface is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.cloud import Points
from lidar_label.kernels.lowest import lowest_of_cells
from lidar_label.model import Floats

_CELL_M = 2.0
_RANGE_M = 80.0
_CELLS = int(2 * _RANGE_M / _CELL_M)
_RISE_M = 0.3  # over the middle of the cells around: more is a thing that stands there


@dataclass(frozen=True, eq=False)
class Floor:
    """The ground's height in cells of two metres, NaN where nothing near tells; `corner` is where they begin."""

    surface: NDArray[np.float32]
    corner: Floats
    cell: float = _CELL_M

    @staticmethod
    def of(points: Points) -> Floor:
        """Return the floor under points: the lowest of a cell, at most a little over the middle of the cells around."""
        from scipy import ndimage

        corner = points.eyes[0, :2] - _RANGE_M
        grid = lowest_of_cells(points.xyz, (float(corner[0]), float(corner[1])), _CELL_M, _CELLS).astype(np.float32)
        known = np.isfinite(grid)
        middle = np.float32(np.median(grid[known])) if known.any() else np.float32(0.0)
        filled = np.where(known, grid, middle)
        smooth = ndimage.median_filter(filled, 5)
        filled = np.where(known, filled, smooth)  # the middle again, once holes have taken their neighbours' height
        smooth = ndimage.median_filter(filled, 5)
        surface = np.clip(filled, smooth - 2 * _RISE_M, smooth + _RISE_M)
        near = ndimage.binary_dilation(known, iterations=3)
        return Floor(np.where(near, surface, np.nan).astype(np.float32), corner)

    def at(self, xy: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
        """Return the ground's height at places, (N,) metres; (N, 2) are from the points' origin."""
        columns = np.floor((xy[:, 0] - self.corner[0]) / _CELL_M).astype(np.int64)
        rows = np.floor((xy[:, 1] - self.corner[1]) / _CELL_M).astype(np.int64)
        inside = (columns >= 0) & (columns < _CELLS) & (rows >= 0) & (rows < _CELLS)
        found = self.surface[np.where(inside, columns, 0), np.where(inside, rows, 0)]
        return np.where(inside, found, np.float32(np.nan))
