"""Projection: where points fall in a picture, how deep they lie and which are in it, in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.camera_dots import FISHEYE, PINHOLE, Lens, fisheye_way, pinhole_way
from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.threads import in_pieces

Floats = NDArray[np.float64]

_LEAST = 1 << 16  # points for a thread
_NUMBERS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Projected:
    """Points in a picture.

    Parameters
    ----------
    uv : (N, 2) float64, pixels
        Pixel centres are at whole numbers; NaN where the lens cannot see the point.
    depth : (N,) float64, metres
        Along the optical axis, also of what is not seen.
    inside : (N,) bool
        Whether the lens sees the point and its pixel lies in the picture.
    """

    uv: Floats
    depth: Floats
    inside: NDArray[np.bool_]


def project_points(
    points: NDArray[Any],
    rotation: ArrayLike,
    translation: ArrayLike,
    lens: Lens,
    width: int,
    height: int,
    *,
    threads: int | None = None,
) -> Projected:
    """Project points through a lens with its distortion; the same as `lidar_label.model.Camera.project`.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
    rotation, translation : (3, 3), (3,) float, metres
        From the frame of the points to the camera's: x right, y down, z along the optical axis.
    lens : Lens
    width, height : int, pixels
    threads : int, optional
        At most so many; the result is the same with any number.

    Returns
    -------
    Projected

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.

    References
    ----------
    D. C. Brown, "Decentering distortion of lenses", 1966; J. Kannala and S. Brandt, "A generic camera model and
    calibration method for conventional, wide-angle, and fish-eye lenses", 2006.
    """
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"points needs (N, 3) float32 or float64, got {cloud.shape} {cloud.dtype}")
    cloud = np.ascontiguousarray(cloud).view()
    cloud.flags.writeable = False  # to Numba a type of its own: then there is one
    turn, shift = np.array(rotation, dtype=np.float64), np.array(translation, dtype=np.float64)
    if turn.shape != (3, 3) or shift.shape != (3,):
        raise ValueError(f"a rotation and a translation are (3, 3) and (3,), got {turn.shape} and {shift.shape}")
    bend = np.array(lens.bend, dtype=np.float64)
    if bend.shape != (_NUMBERS,) or lens.kind not in (PINHOLE, FISHEYE):
        raise ValueError(f"a lens has {_NUMBERS} numbers and a kind, got {bend.shape} and {lens.kind}")
    if width < 1 or height < 1:
        raise ValueError(f"a picture has 1 x 1 pixels or more, got {width} x {height}")
    numbers = np.array([lens.fx, lens.fy, lens.cx, lens.cy, lens.widest, lens.near, width, height], dtype=np.float64)
    uv, depth = np.empty((len(cloud), 2)), np.empty(len(cloud))
    inside = np.empty(len(cloud), dtype=np.bool_)

    def work(start: int, stop: int) -> None:
        piece = slice(start, stop)
        _project(cloud[piece], turn, shift, lens.kind, numbers, bend, uv[piece], depth[piece], inside[piece])

    in_pieces(work, len(cloud), _LEAST, threads)
    return Projected(uv, depth, inside)


@compiled()
def _project(
    points: NDArray[Any],
    turn: Floats,
    shift: Floats,
    kind: int,
    numbers: Floats,
    bend: Floats,
    uv: Floats,
    depth: Floats,
    inside: NDArray[np.bool_],
) -> None:
    fx, fy, cx, cy, widest, near = numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]
    right, bottom = numbers[6] - 0.5, numbers[7] - 0.5
    for n in range(len(points)):
        px, py, pz = points[n, 0], points[n, 1], points[n, 2]
        x = turn[0, 0] * px + turn[0, 1] * py + turn[0, 2] * pz + shift[0]
        y = turn[1, 0] * px + turn[1, 1] * py + turn[1, 2] * pz + shift[1]
        z = turn[2, 0] * px + turn[2, 1] * py + turn[2, 2] * pz + shift[2]
        depth[n] = z
        a = b = np.nan
        if np.isfinite(x) & np.isfinite(y) & np.isfinite(z):
            if kind == FISHEYE:
                if np.sqrt(x * x + y * y + z * z) >= near:
                    a, b = fisheye_way(x, y, z, bend, widest)
            elif z >= near:
                a, b = pinhole_way(x, y, z, bend, widest)
        u, v = a * fx + cx, b * fy + cy
        uv[n, 0], uv[n, 1] = u, v
        inside[n] = (u >= -0.5) & (v >= -0.5) & (u < right) & (v < bottom)
