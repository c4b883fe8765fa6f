"""Top view: a cloud drawn from above, the highest point of each pixel on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels import plain
from lidar_label.kernels.compiled import compiled

Colors = NDArray[np.uint8]
Words = NDArray[np.uint32]  # the four bytes of a colour as one

_MOST_PIXELS = 1 << 28


def splat_top(
    xyz: NDArray[Any],
    colors: Colors,
    x0: float,
    y0: float,
    metres_per_pixel: float,
    width: int,
    height: int,
    point_size: int = 1,
    background: Sequence[int] = (0, 0, 0, 255),
) -> Colors:
    """Draw points as seen from above: x to the right and y up in the picture.

    Parameters
    ----------
    xyz : (N, 3) float32 or float64, metres
        In the frame the picture is drawn in.
    colors : (N, 3) or (N, 4) uint8
        RGB or RGBA of each point; a point's alpha is written as it is, not blended.
    x0, y0 : float, metres
        Where the lower left corner of the picture lies.
    metres_per_pixel : float, above 0
    width, height : int, pixels
    point_size : int, pixels
        Side of the square a point is drawn as.
    background : three or four int, 0 to 255
        RGB or RGBA where no point falls.

    Returns
    -------
    (height, width, 4) uint8
        RGBA; row 0 is the top. Of two points in one pixel the higher wins, of two as high the one
        that comes first. Points with a value that is not finite are left out.

    Raises
    ------
    ValueError
        If a shape, dtype or number is not as above.
    """
    cloud, paint = _checked(xyz, colors)
    if not (np.isfinite(x0) and np.isfinite(y0)):
        raise ValueError(f"x0 and y0 need finite numbers, got {x0} and {y0}")
    if not (np.isfinite(metres_per_pixel) and metres_per_pixel > 0):
        raise ValueError(f"metres_per_pixel needs a number above 0, got {metres_per_pixel}")
    if width < 1 or height < 1 or width * height > _MOST_PIXELS:
        raise ValueError(f"width and height need a picture of 1 to {_MOST_PIXELS} pixels, got {width} x {height}")
    if not 1 <= point_size <= max(width, height):
        raise ValueError(f"point_size needs 1 pixel up to the picture's side, got {point_size}")
    if len(background) not in (3, 4) or any(not 0 <= part <= 255 for part in background):
        raise ValueError(f"background needs three or four numbers from 0 to 255, got {tuple(background)}")

    ground = np.full(4, 255, dtype=np.uint8)
    ground[: len(background)] = background
    picture = np.full((height, width), ground.view(np.uint32)[0], dtype=np.uint32)
    depth = np.full((height, width), -np.inf, dtype=cloud.dtype)
    rgba = np.ascontiguousarray(paint)
    if paint.shape[1] == 3:
        rgba = np.full((len(paint), 4), 255, dtype=np.uint8)
        rgba[:, :3] = paint
    words = rgba.view(np.uint32).reshape(-1)
    _splat(
        np.ascontiguousarray(cloud),
        words,
        float(x0),
        float(y0),
        1.0 / metres_per_pixel,
        int(point_size),
        picture,
        depth,
    )
    return picture.view(np.uint8).reshape(height, width, 4)


def _checked(xyz: NDArray[Any], colors: Colors) -> tuple[NDArray[Any], Colors]:
    cloud, paint = np.asarray(xyz), np.asarray(colors)
    if cloud.ndim != 2 or cloud.shape[1] != 3:
        raise ValueError(f"xyz needs shape (N, 3), got {cloud.shape}")
    if cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"xyz needs dtype float32 or float64, got {cloud.dtype}")
    if paint.ndim != 2 or paint.shape[1] not in (3, 4) or paint.dtype != np.uint8:
        raise ValueError(f"colors needs (N, 3) or (N, 4) uint8, got {paint.shape} {paint.dtype}")
    if len(paint) != len(cloud):
        raise ValueError(f"colors needs one row a point, got {len(paint)} for {len(cloud)} points")
    return cloud, paint


@compiled(plain=plain.splat_top)
def _splat(
    xyz: NDArray[Any],
    words: Words,
    x0: float,
    y0: float,
    pixels_per_metre: float,
    side: int,
    picture: Words,
    depth: NDArray[Any],
) -> None:
    height, width = depth.shape
    for n in range(len(xyz)):
        z = xyz[n, 2]
        across = (xyz[n, 0] - x0) * pixels_per_metre
        up = (xyz[n, 1] - y0) * pixels_per_metre
        # Compared as floats first: a far or NaN point has no pixel number at all.
        if not (-side <= across < width + side and -side <= up < height + side and -np.inf < z < np.inf):
            continue
        left = int(np.floor(across - (side - 1) / 2))
        top = height - 1 - int(np.floor(up + (side - 1) / 2))
        for row in range(max(top, 0), min(top + side, height)):
            for column in range(max(left, 0), min(left + side, width)):
                if z > depth[row, column]:
                    depth[row, column] = z
                    picture[row, column] = words[n]
