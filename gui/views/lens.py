"""Boxes and clouds through a real lens, many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.geometry import clip_near, clip_rect
from lidar_label.kernels.camera_dots import FISHEYE, PINHOLE, Lens, Window, nearest_dots
from lidar_label.model import NEAR_M, SE3, Camera, Fisheye, Floats, Image, Pinhole

_BENT_PIECES = 16


def camera_SE3_ego(image: Image, world_SE3_ego: SE3) -> SE3:
    """Return the way from the frame's vehicle to a picture's camera, each at its own time."""
    return image.world_SE3_sensor.inverse @ world_SE3_ego


def lens_segments(camera: Camera, starts: Floats, ends: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Project straight segments of the camera's frame as the lens bends them.

    Each is cut at the near plane, into pieces where the lens bends, where the lens cannot see, and
    at the image's edges with a margin. The same picture as `Camera.polyline` gives, for many.

    Parameters
    ----------
    camera : Camera
    starts, ends : (N, 3) float64, metres, camera frame

    Returns
    -------
    segments : (K, 2, 2) float64, pixels
    kept : (K,) int
        Which segment each piece is of.
    """
    wide = isinstance(camera, Fisheye)  # it may see behind its own plane
    if wide:
        kept = np.arange(len(starts))
    else:
        starts, ends, kept = clip_near(starts, ends, NEAR_M * (1 + 1e-9))
    pieces = _BENT_PIECES if wide or camera.distortion else 1
    along = np.linspace(0.0, 1.0, pieces + 1)[:, None]
    points = starts[:, None] + (ends - starts)[:, None] * along
    uv, seen = camera.project(points.reshape(-1, 3))
    uv, seen = uv.reshape(len(starts), pieces + 1, 2), seen.reshape(len(starts), pieces + 1)
    segments = np.stack([uv[:, :-1], uv[:, 1:]], axis=2)
    drawn = seen[:, :-1] & seen[:, 1:]
    owners = np.broadcast_to(kept[:, None], drawn.shape)[drawn]
    edge = np.array([camera.width, camera.height], dtype=np.float64)
    cut, inside = clip_rect(segments[drawn], -0.1 * edge, 1.1 * edge)
    return cut, owners[inside]


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
    uv, index = nearest_dots(xyz, way.rotation_matrix, way.translation, _numbers(camera), window, chosen)
    return Dots(uv, index, window, chosen is not None)


@lru_cache(maxsize=256)
def _numbers(camera: Camera) -> Lens:
    """Return a lens as the kernels take it."""
    if not isinstance(camera, Pinhole | Fisheye):
        raise TypeError(f"no kernel knows a lens of kind {type(camera).__name__}")
    bend = np.zeros(8)
    bend[: len(camera.distortion)] = camera.distortion
    kind = FISHEYE if isinstance(camera, Fisheye) else PINHOLE
    widest = camera.widest if camera.distortion or kind == FISHEYE else np.inf
    return Lens(kind, camera.fx, camera.fy, camera.cx, camera.cy, bend, widest, NEAR_M)
