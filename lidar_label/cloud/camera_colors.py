"""Camera colours: what the cameras of a frame saw of points in the world."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import LidarLabelError
from lidar_label.kernels.camera_dots import FISHEYE, PINHOLE, Lens
from lidar_label.kernels.occlusion import seen_points
from lidar_label.kernels.projection import project_points
from lidar_label.model import NEAR_M, Camera, Fisheye, Floats, Frame, Image, Pinhole

UNSEEN = 96
"""The grey of what no camera saw."""
_CELL_PART = 0.004  # of the focal length: about a quarter of a degree
_WIDE = 960  # pixels that are enough: points lie farther apart than those


def has_colors(frame: Frame) -> bool:
    """Say whether a frame has pictures of which it is known where the cameras look."""
    return any(image.sensor.camera is not None and image.is_present for image in frame.images.values())


def camera_colors(frame: Frame, xyz: Floats) -> NDArray[np.uint8]:
    """Return the colour of each point in the pictures of a frame; one that cannot be read is passed over.

    Of several cameras that see a point the one has it that looks at it most straight, which bends least there.

    Parameters
    ----------
    frame : Frame
    xyz : (N, 3) float64, metres, world
        May be NaN.

    Returns
    -------
    (N, 3) uint8
        Red, green, blue; `UNSEEN` where no camera sees the point.
    """
    made = np.full((len(xyz), 3), UNSEEN, np.uint8)
    best = np.full(len(xyz), -1.0)
    for image in frame.images.values():
        camera = image.sensor.camera
        pixels = _pixels(image) if camera is not None and len(xyz) else None
        if camera is None or pixels is None:
            continue
        way, lens = image.world_SE3_sensor.inverse, lens_of(camera)
        found = project_points(xyz, way.rotation_matrix, way.translation, lens, camera.width, camera.height)
        cell = max(_CELL_PART * max(lens.fx, lens.fy), 1.0)
        seen = np.flatnonzero(seen_points(found.uv, found.depth, found.inside, camera.width, camera.height, cell))
        away = np.linalg.norm(way.apply(xyz[seen]), axis=1)
        straight = found.depth[seen] / np.maximum(away, 1e-9)
        better = straight > best[seen]
        seen = seen[better]
        best[seen] = straight[better]
        high, wide = pixels.shape[:2]
        columns = ((found.uv[seen, 0] + 0.5) * wide / camera.width).astype(np.intp)
        rows = ((found.uv[seen, 1] + 0.5) * high / camera.height).astype(np.intp)
        made[seen] = pixels[np.clip(rows, 0, high - 1), np.clip(columns, 0, wide - 1)]
    return made


@lru_cache(maxsize=256)
def lens_of(camera: Camera) -> Lens:
    """Return a lens as the kernels take it."""
    if not isinstance(camera, Pinhole | Fisheye):
        raise TypeError(f"no kernel knows a lens of kind {type(camera).__name__}")
    bend = np.zeros(8)
    bend[: len(camera.distortion)] = camera.distortion
    kind = FISHEYE if isinstance(camera, Fisheye) else PINHOLE
    widest = camera.widest if camera.distortion or kind == FISHEYE else np.inf
    return Lens(kind, camera.fx, camera.fy, camera.cx, camera.cy, bend, widest, NEAR_M)


def _pixels(image: Image) -> NDArray[np.uint8] | None:
    """Return a picture, (H, W, 3), where it is large in fewer pixels than it has; None where it cannot be read."""
    from PIL import Image as Decoder

    try:
        with Decoder.open(io.BytesIO(image.encoded())) as opened:
            opened.draft("RGB", (_WIDE, _WIDE * opened.height // max(opened.width, 1)))
            return np.asarray(opened.convert("RGB"))
    except (LidarLabelError, OSError, ValueError, SyntaxError):
        return None
