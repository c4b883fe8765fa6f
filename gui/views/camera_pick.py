"""What a pixel of a picture looks at: the LiDAR point nearest to it, or the ground behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.geometry import ray_plane
from lidar_label.gui.views.lens import dots_in
from lidar_label.gui.views.stage import Stage
from lidar_label.kernels.camera_dots import Window
from lidar_label.model import SE3, Camera, Floats

REACH = 9.0  # logical pixels
_CLOSE = 3.0
_CELLS = 36
_FARTHEST_M = 200.0
_UP = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A place that was pointed at, (3,) float64, metres, ego frame; and whether a LiDAR point lies there."""

    place: Floats
    is_point: bool


def look_at_pixel(stage: Stage, camera: Camera, camera_SE3_ego: SE3, uv: Floats, pixel: float) -> Found | None:
    """Return what is seen at a pixel of a picture.

    Of the points within reach the nearest to the camera is taken, since those behind it are hidden; the ones that
    are all but under the cursor go before those a little aside.

    Parameters
    ----------
    uv : (2,) float64, pixels of the picture
    pixel : float
        Pixels of the picture that a logical pixel of the screen spans.

    Returns
    -------
    Found or None
        None where neither a point nor the ground is seen.
    """
    index = nearest_point(camera, camera_SE3_ego, stage.xyz, uv, _CLOSE * pixel, REACH * pixel)
    if index >= 0:
        return Found(stage.xyz[index].astype(np.float64), is_point=True)
    place = ground_behind(stage, camera, camera_SE3_ego, uv)
    return None if place is None else Found(place, is_point=False)


def nearest_point(
    camera: Camera, camera_SE3_ego: SE3, xyz: NDArray[np.float32], uv: Floats, close: float, reach: float
) -> int:
    """Return the point that a pixel looks at; -1 where none is within `reach` pixels of the picture."""
    if not len(xyz):
        return -1
    around = Window(uv[0] - reach, uv[1] - reach, 2 * reach, 2 * reach, _CELLS, _CELLS)
    dots = dots_in(camera, camera_SE3_ego, xyz, around)
    aside = np.linalg.norm(dots.uv - uv, axis=1)
    for limit in (close, reach):
        held = dots.index[aside <= limit]
        if len(held):
            away = np.linalg.norm(camera_SE3_ego.apply(xyz[held].astype(np.float64)), axis=1)
            return int(held[away.argmin()])
    return -1


def ground_behind(stage: Stage, camera: Camera, camera_SE3_ego: SE3, uv: Floats) -> Floats | None:
    """Return the place on the ground, ego frame, that a pixel looks at; None above the horizon and far away."""
    back = camera_SE3_ego.inverse
    ray: Floats = back.rotation_matrix @ camera.rays(uv[None])[0]
    if not np.isfinite(ray).all():
        return None
    level, found = stage.ground, None
    for _ in range(3):  # the ground there may be higher or lower than about the vehicle
        found = ray_plane(back.translation, ray, (0.0, 0.0, level), _UP)
        if found is None or np.linalg.norm(found - back.translation) > _FARTHEST_M:
            return None
        level = stage.ground_at(float(found[0]), float(found[1]))
    return found
