"""Which points a hand means that paints on a view: those under the mask, and of these what nothing stands before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage, QPainter, QPainterPath, QPen

from lidar_label.gui.painters.base import Crop
from lidar_label.gui.views.clipping import shown_by
from lidar_label.model import Floats

Mask = NDArray[np.bool_]
Project = Callable[[NDArray[np.float32]], tuple[Floats, Floats]]
"""Gives pixels of a view, (N, 2), and how far ahead of the eye each point is, (N,) metres."""

_CELL = 8  # pixels in which the nearest point counts as what is seen


def mask_of(path: QPainterPath, width: int, height: int, radius: float = 0.0) -> Mask:
    """Return the pixels inside of a path, or with a radius those about its line, (H, W)."""
    image = QImage(max(width, 1), max(height, 1), QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    if radius > 0:
        pen = QPen(Qt.GlobalColor.white, 2 * radius)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, pen)
    else:
        painter.fillPath(path, Qt.GlobalColor.white)
    painter.end()
    bits = image.constBits()
    if bits is None:
        return np.zeros((image.height(), image.width()), np.bool_)
    memory: Any = bits.asarray(image.sizeInBytes())
    rows = np.frombuffer(memory, np.uint8)
    made: Mask = rows.reshape(image.height(), image.bytesPerLine())[:, : image.width()] > 127
    return made


def picked(
    xyz: NDArray[np.float32], mask: Mask, project: Project, depth: float | None, crop: Crop | None
) -> NDArray[np.intp]:
    """Return which points are painted, rising.

    Parameters
    ----------
    xyz : (N, 3) float32, metres, ego frame
    mask : (H, W) bool
        Pixels of the view that are painted on.
    project : callable
    depth : float, metres, or None
        How far behind the first point that is seen at a place others are painted, too; None for all of them.
    crop : Crop or None
        What is shown: nothing else is painted.
    """
    shown = np.flatnonzero(shown_by(crop, xyz)) if crop is not None else np.arange(len(xyz))
    uv, ahead = project(xyz[shown])
    with np.errstate(invalid="ignore"):
        near = np.isfinite(uv).all(axis=1) & (uv >= 0).all(axis=1) & (uv < mask.shape[::-1]).all(axis=1)
    shown, uv, ahead = shown[near], uv[near], ahead[near]
    meant = mask[uv[:, 1].astype(np.intp), uv[:, 0].astype(np.intp)]
    if depth is not None and meant.any():
        meant &= ahead <= _first(uv, ahead, mask.shape) + depth
    found: NDArray[np.intp] = shown[meant]
    return found


def _first(uv: Floats, ahead: Floats, shape: tuple[int, ...]) -> Floats:
    """Return how far ahead the nearest point about each one's pixel is: the least of two grids half a cell apart."""
    least = np.full(len(uv), np.inf)
    columns, rows = shape[1] // _CELL + 2, shape[0] // _CELL + 2
    for shift in (0, _CELL // 2):
        cells = (uv + shift).astype(np.intp) // _CELL
        flat = cells[:, 1] * columns + cells[:, 0]
        grid = np.full(columns * rows, np.inf)
        np.minimum.at(grid, flat, ahead)
        least = np.minimum(least, grid[flat])
    return least
