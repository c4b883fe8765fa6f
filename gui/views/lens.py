"""Boxes and clouds through a real lens, many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.geometry import clip_near, clip_rect
from lidar_label.model import NEAR_M, SE3, Camera, Fisheye, Floats, Image

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
class ImagePoints:
    """The points of a cloud that fall into one picture, farthest first.

    Parameters
    ----------
    uv : (K, 2) float32, pixels of the picture
    index : (K,) int32
        Which point of the cloud each is.
    """

    uv: NDArray[np.float32]
    index: NDArray[np.int32]


def image_points(camera: Camera, camera_SE3_points: SE3, xyz: NDArray[np.float32]) -> ImagePoints:
    """Project a cloud into a picture and keep what falls inside."""
    turn = camera_SE3_points.rotation_matrix.astype(np.float32)
    seen = xyz @ turn.T + camera_SE3_points.translation.astype(np.float32)
    before = np.arange(len(xyz)) if isinstance(camera, Fisheye) else np.flatnonzero(seen[:, 2] >= NEAR_M)
    uv, visible = camera.project(seen[before])
    inside = np.flatnonzero(visible & camera.inside(uv))
    index = before[inside]
    order = np.argsort(-np.einsum("ij,ij->i", seen[index], seen[index]), kind="stable")
    return ImagePoints(uv[inside][order].astype(np.float32), index[order].astype(np.int32))
