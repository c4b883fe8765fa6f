"""Pictured: points in the colours that the cameras saw there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

from lidar_label.cloud.camera_colors import lens_of
from lidar_label.gui.views.colors import Colors
from lidar_label.gui.views.lens import camera_SE3_ego
from lidar_label.kernels.occlusion import seen_points
from lidar_label.kernels.projection import project_points

if TYPE_CHECKING:
    from lidar_label.gui.loader import FrameView

_RGB = QImage.Format.Format_RGB888  # here: PyQt makes an enum at its first use, and threads must not race for it
_CELL_PART = 0.004  # of the focal length: about a quarter of a degree


def pictured(view: FrameView, xyz: NDArray[np.float32], others: Colors) -> Colors:
    """Give points the colour of the pixel they fall on, where a camera sees them; the rest keep that of `others`.

    Of several cameras that see a point the one has it that looks at it most straight, which bends least there.

    Parameters
    ----------
    view : FrameView
        Whose pictures these are.
    xyz : (N, 3) float32, metres, ego frame of the view
    others : (N, 4) uint8
    """
    made = others.copy()
    best = np.full(len(xyz), -1.0)
    for channel, image in view.frame.images.items():
        camera, picture = image.sensor.camera, view.images.get(channel)
        if camera is None or picture is None or picture.isNull() or not len(xyz):
            continue
        way, lens = camera_SE3_ego(image, view.world_SE3_ego), lens_of(camera)
        width, height = camera.width, camera.height
        found = project_points(xyz, way.rotation_matrix, way.translation, lens, width, height)
        cell = max(_CELL_PART * max(lens.fx, lens.fy), 1.0)
        seen = np.flatnonzero(seen_points(found.uv, found.depth, found.inside, width, height, cell))
        away = np.linalg.norm(way.apply(xyz[seen]), axis=1)
        straight = found.depth[seen] / np.maximum(away, 1e-9)
        better = straight > best[seen]
        seen = seen[better]
        best[seen] = straight[better]
        pixels = _rgb(picture)
        columns = ((found.uv[seen, 0] + 0.5) * picture.width() / width).astype(np.intp)
        rows = ((found.uv[seen, 1] + 0.5) * picture.height() / height).astype(np.intp)
        made[seen, :3] = pixels[np.clip(rows, 0, len(pixels) - 1), np.clip(columns, 0, pixels.shape[1] - 1)]
    return made


def _rgb(picture: QImage) -> NDArray[np.uint8]:
    """Return the pixels of a picture, (H, W, 3), red first."""
    image = picture.convertToFormat(_RGB)
    bits = image.constBits()
    if bits is None:
        return np.zeros((1, 1, 3), np.uint8)
    memory: Any = bits.asarray(image.sizeInBytes())
    rows = np.frombuffer(memory, np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels: NDArray[np.uint8] = rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
    return pixels
