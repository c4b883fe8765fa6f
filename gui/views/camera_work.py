"""What a thread does for pictures that were not made ready: project points, decode all their pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtGui import QImage

from lidar_label.errors import LidarLabelError
from lidar_label.gui.decoding import decode
from lidar_label.gui.loader import FrameView
from lidar_label.gui.views.lens import Dots, camera_SE3_ego, dots_in
from lidar_label.kernels.camera_dots import Window


def project_view(
    view: FrameView, windows: Mapping[str, Window | None], chosen: NDArray[np.bool_] | None = None
) -> dict[str, Dots]:
    """Project a frame's cloud into its pictures, every picture at its own time; only the `chosen` points, (N,) bool."""
    found: dict[str, Dots] = {}
    for channel, window in windows.items():
        image = view.frame.images.get(channel)
        camera = image.sensor.camera if image is not None else None
        if image is not None and camera is not None and window is not None:
            found[channel] = dots_in(camera, camera_SE3_ego(image, view.world_SE3_ego), view.xyz, window, chosen)
    return found


def sharp_pictures(view: FrameView, channels: Sequence[str]) -> dict[str, QImage]:
    """Decode pictures in all their pixels; one whose file has gone meanwhile stays as it is."""
    found = {}
    for channel in channels:
        try:
            picture, _ = decode(view.frame.images[channel].encoded())
        except (LidarLabelError, OSError, MemoryError):
            picture = view.images[channel]
        found[channel] = picture
    return found
