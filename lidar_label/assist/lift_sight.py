"""Marks as the kernel of lifting takes them: each with a lens without distortion that does about the mark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lidar_label.assist.lift_marks import Mark
from lidar_label.errors import InvalidValue
from lidar_label.kernels.lift_boxes import MARK_NUMBERS
from lidar_label.model import Floats, Pinhole

_OFF_PIXELS, _OFF_SHARE = 1.5, 0.015  # what a side drawn by hand, and the lens's own calibration, are off by
_SEEN_SHARE = 0.3  # of a mask, which shows only what is seen: a box may reach so much farther


def numbers_of(marks: Sequence[Mark]) -> Floats:
    """Return marks as `kernels.lift_boxes` takes them, (K, 32)."""
    found = np.zeros((len(marks), MARK_NUMBERS))
    for row, mark in zip(found, marks, strict=True):
        camera, way = mark.eye.camera, mark.eye.camera_SE3_ego
        rect, turn = np.array(mark.rect), np.eye(3)
        lens = np.array([camera.fx, camera.fy, camera.cx, camera.cy])
        if not (isinstance(camera, Pinhole) and not camera.distortion):
            turn, lens, rect = _about(mark)
        row[:9] = (turn @ way.rotation_matrix).ravel()
        row[9:12] = turn @ way.translation
        row[12:16], row[16:20], row[20:24] = lens, rect, mark.open_sides
        span = np.tile(np.subtract(mark.rect[2:], mark.rect[:2]), 2)
        row[24:28] = _OFF_PIXELS + _OFF_SHARE * span
        row[28:32] = row[24:28] + (0.0 if mark.shows_all else _SEEN_SHARE * span)
    return found


def _about(mark: Mark) -> tuple[Floats, Floats, Floats]:
    """Return a turn of the camera to a mark, a plain lens there (fx, fy, cx, cy), and the mark's rectangle in it."""
    left, top, right, bottom = mark.rect
    u, v = (left + right) / 2, (top + bottom) / 2
    rays = _rays(mark, np.array([[u, v], [left, v], [u, top], [right, v], [u, bottom]]))
    ahead = rays[0]
    across = np.cross((0.0, 1.0, 0.0), ahead)
    if np.linalg.norm(across) < 1e-3:
        across = np.array([1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    turn = np.stack([across, np.cross(ahead, across), ahead])
    seen = rays[1:] @ turn.T
    flat = seen[:, :2] / np.maximum(seen[:, 2:], 0.05)
    fx = (right - left) / max(flat[2, 0] - flat[0, 0], 1e-6)
    fy = (bottom - top) / max(flat[3, 1] - flat[1, 1], 1e-6)
    rect = np.array([fx * flat[0, 0], fy * flat[1, 1], fx * flat[2, 0], fy * flat[3, 1]])
    return turn, np.array([fx, fy, 0.0, 0.0]), rect


def _rays(mark: Mark, places: Floats) -> Floats:
    """Return the rays of places, drawn in to the mark's middle where the lens has none."""
    for _ in range(8):
        rays = mark.eye.camera.rays(places)
        if np.isfinite(rays).all():
            return rays
        places = places[0] + (places - places[0]) * 0.8
    raise InvalidValue("the mark lies where the lens sees nothing", hint="is the calibration right?")
