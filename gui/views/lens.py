"""Boxes and clouds through a real lens, many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.camera_colors import lens_of
from lidar_label.kernels.camera_dots import Window, nearest_dots
from lidar_label.model import SE3, Camera, Image


def camera_SE3_ego(image: Image, world_SE3_ego: SE3) -> SE3:
    """Return the way from the frame's vehicle to a picture's camera, each at its own time."""
    return image.world_SE3_sensor.inverse @ world_SE3_ego


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """The points of a cloud that are drawn in one picture: the nearest of each cell.

    Parameters
    ----------
    uv : (K, 2) float32, pixels of the picture
    index : (K,) int32
        Which point of the cloud each is.
    window : Window
        The cells.
    chosen : bool
        Whether only some points were looked at, as those in boxes.
    """

    uv: NDArray[np.float32]
    index: NDArray[np.int32]
    window: Window
    chosen: bool = False


def dots_in(
    camera: Camera,
    camera_SE3_points: SE3,
    xyz: NDArray[np.float32],
    window: Window,
    chosen: NDArray[np.bool_] | None = None,
) -> Dots:
    """Project a cloud into a picture and keep the nearest point of each cell."""
    way = camera_SE3_points
    uv, index = nearest_dots(xyz, way.rotation_matrix, way.translation, lens_of(camera), window, chosen)
    return Dots(uv, index, window, chosen is not None)
