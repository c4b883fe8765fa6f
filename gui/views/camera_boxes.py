"""Boxes and dots in a camera's picture: which edges the lens sees, and how they are drawn."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QPainter, QPen

from lidar_label.gui.views import paint
from lidar_label.gui.views.boxes import EDGE_ENDS, EDGE_STARTS, BoxArrays
from lidar_label.kernels.straight_lines import straight_lines
from lidar_label.model import SE3, Camera, Floats, Pinhole
from lidar_label.model.camera import NEAR_M
from lidar_label.model.lens_lines import lens_segments

_CROSS_STARTS, _CROSS_ENDS = np.array([0, 1]), np.array([2, 3])
_EACH = len(EDGE_STARTS) + 3  # lines of a box
_MARGIN = 0.1  # of the picture's size about it, as `lens_segments` has it


def seen_edges(camera: Camera, way: SE3, arrays: BoxArrays) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Return the edges of boxes as the lens shows them.

    Parameters
    ----------
    camera : Camera
    way : SE3
        From the frame of the boxes to the camera's.
    arrays : BoxArrays

    Returns
    -------
    segments : (K, 2, 2) float64, pixels of the picture
    owner : (K,) int
        Which box each is of.
    edge : (K,) int
        0 to 3 the front face, to 11 the others, 12 the heading, 13 and 14 the cross on the front.
    """
    if isinstance(camera, Pinhole) and not camera.distortion:
        return _straight_edges(camera, way, arrays)
    near = _before(camera, way.apply(arrays.centers), arrays.sizes)
    starts, ends = (way.apply(lines.reshape(-1, _EACH, 3)[near].reshape(-1, 3)) for lines in _lines(arrays))
    segments, kept = lens_segments(camera, starts, ends)
    return segments, near[kept // _EACH], kept % _EACH


def may_see(camera: Camera, way: SE3, arrays: BoxArrays) -> bool:
    """Say whether any edge of boxes can be in a picture; where that takes long to tell, it says so too."""
    before = _before(camera, way.apply(arrays.centers), arrays.sizes)
    if not len(before) or not isinstance(camera, Pinhole):
        return len(before) > 0
    corners = way.apply(arrays.corners[before].reshape(-1, 3))
    depth = corners[:, 2]
    if (depth < NEAR_M).any() or camera.distortion:
        return True
    x, y = corners[:, 0] / depth * camera.fx + camera.cx, corners[:, 1] / depth * camera.fy + camera.cy
    in_x = (x > 0).reshape(-1, 8).any(axis=1) & (x < camera.width).reshape(-1, 8).any(axis=1)
    in_y = (y > 0).reshape(-1, 8).any(axis=1) & (y < camera.height).reshape(-1, 8).any(axis=1)
    return bool((in_x & in_y).any())


def draw_edges(
    painter: QPainter,
    segments: Floats,
    edges: NDArray[np.bool_],
    front: NDArray[np.bool_],
    pen: QPen,
    thin: float,
    front_width: float,
) -> None:
    """Draw the edges of boxes, and their front faces once more: they say where a box heads."""
    pen.setWidthF(pen.widthF() * thin)
    painter.setPen(pen)
    paint.draw_segments(painter, segments[edges])
    pen.setWidthF(pen.widthF() * front_width)
    painter.setPen(pen)
    paint.draw_segments(painter, segments[front])


def _before(camera: Camera, centers: Floats, sizes: Floats) -> NDArray[np.intp]:
    """Return which boxes may be in the picture: the others, most of all around a vehicle, cost as much to project."""
    reach = np.linalg.norm(sizes, axis=1)  # twice its half, so that the tick ahead of it is in
    if not isinstance(camera, Pinhole):
        return np.arange(len(centers))
    return np.flatnonzero(centers[:, 2] > -reach)


def _straight_edges(camera: Pinhole, way: SE3, arrays: BoxArrays) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Find them for a lens that bends no line: those of all boxes in one pass."""
    starts, ends = _lines(arrays)
    wide, high = float(camera.width), float(camera.height)
    segments, _, kept = straight_lines(
        starts, ends, way.rotation_matrix, way.translation, (camera.fx, camera.fy), (camera.cx, camera.cy), NEAR_M,
        (-_MARGIN * wide, -_MARGIN * high), ((1 + _MARGIN) * wide, (1 + _MARGIN) * high),
    )  # fmt: skip
    return segments, kept // _EACH, kept % _EACH


@lru_cache(maxsize=2)
def _lines(arrays: BoxArrays) -> tuple[Floats, Floats]:
    """Return both ends of all lines of boxes, the same for every camera."""
    corners, (floor, tick) = arrays.corners, arrays.headings()
    starts = np.concatenate([corners[:, EDGE_STARTS], floor[:, None], corners[:, _CROSS_STARTS]], axis=1)
    ends = np.concatenate([corners[:, EDGE_ENDS], tick[:, None], corners[:, _CROSS_ENDS]], axis=1)
    return starts.reshape(-1, 3), ends.reshape(-1, 3)
