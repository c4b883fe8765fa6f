"""Top view of tiles: points on a grid drawn from above into keys, the highest of each pixel on top.

A pixel is one whole number: how far its point lies below the ceiling above its colour. The smallest wins, so that a
picture does not depend on the order in which tiles are drawn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Keys = NDArray[np.int64]

NOTHING = np.int64(2**63 - 1)
_MOST_PIXELS = 1 << 28
_DEEPEST = 2**31 - 2


class Sheet(NamedTuple):
    """Where a picture from above lies.

    Parameters
    ----------
    left, bottom : float, metres
        Its lower left corner: the picture's right is `-y` of the points, its up is `x`.
    metres_per_pixel : float, above 0
    ceiling : float, metres
        No point is told from another above it, nor 2,147 km below it.
    side : int, pixels
        Of the square a point is drawn as.
    """

    left: float
    bottom: float
    metres_per_pixel: float
    ceiling: float
    side: int = 1


def new_sheet_keys(width: int, height: int) -> Keys:
    """Return keys of an empty picture, (height, width)."""
    if width < 1 or height < 1 or width * height > _MOST_PIXELS:
        raise ValueError(f"a picture needs 1 to {_MOST_PIXELS} pixels, got {width} x {height}")
    return np.full((height, width), NOTHING, np.int64)


def splat_sheet(
    keys: Keys,
    grid: NDArray[np.uint16],
    colors: NDArray[np.uint8],
    corner: NDArray[np.float64],
    step: NDArray[np.float64],
    sheet: Sheet,
) -> None:
    """Draw points that lie at ``corner + grid * step`` into keys.

    Parameters
    ----------
    keys : (H, W) int64
        Of `new_sheet_keys`; changed.
    grid : (N, 3) uint16
    colors : (N, 4) uint8
        RGBA; a point with alpha 0 is left out, any other alpha is opaque.
    corner, step : (3,) float64, metres
    sheet : Sheet

    Raises
    ------
    ValueError
        If a shape, dtype or number is not as above.
    """
    if keys.ndim != 2 or keys.dtype != np.int64 or not keys.flags.c_contiguous:
        raise ValueError(f"keys needs (H, W) int64 without gaps, got {keys.shape} {keys.dtype}")
    if grid.ndim != 2 or grid.shape[1] != 3 or grid.dtype != np.uint16:
        raise ValueError(f"grid needs (N, 3) uint16, got {grid.shape} {grid.dtype}")
    if colors.shape != (len(grid), 4) or colors.dtype != np.uint8:
        raise ValueError(f"colors needs ({len(grid)}, 4) uint8, got {colors.shape} {colors.dtype}")
    numbers = np.array([*corner, *step, *sheet], dtype=np.float64)
    if numbers.shape != (11,) or not np.isfinite(numbers).all() or sheet.metres_per_pixel <= 0:
        raise ValueError("corner, step and sheet need finite numbers, and pixels of some size")
    if not 1 <= sheet.side <= max(keys.shape):
        raise ValueError(f"side needs 1 pixel up to the picture's side, got {sheet.side}")
    places, paint = np.require(grid, requirements=["C"]).view(), np.require(colors, requirements=["C"]).view()
    places.flags.writeable = paint.flags.writeable = False  # one signature, whatever was given
    _splat(keys, places, paint, numbers, int(sheet.side))


def sheet_picture(keys: Keys, background: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return keys as a picture, (H, W, 4) uint8 RGBA, with `background` where no point falls."""
    picture = (keys & 0xFFFFFFFF).astype("<u4")
    picture[keys == NOTHING] = np.array([*background, 255], np.uint8).view("<u4")[0]
    return np.ascontiguousarray(picture).view(np.uint8).reshape(*keys.shape, 4)


@njit(cache=True, nogil=True, error_model="numpy")
def _splat(
    keys: Keys, grid: NDArray[np.uint16], colors: NDArray[np.uint8], numbers: NDArray[np.float64], side: int
) -> None:
    height, width = keys.shape
    per_metre = 1.0 / numbers[8]
    across0, across1 = (-numbers[1] - numbers[6]) * per_metre, -numbers[4] * per_metre
    up0, up1 = (numbers[0] - numbers[7]) * per_metre, numbers[3] * per_metre
    deep0, deep1 = (numbers[9] - numbers[2]) * 1000.0, -numbers[5] * 1000.0
    shift = (side - 1) / 2
    for n in range(len(grid)):
        across, up = across0 + across1 * grid[n, 1], up0 + up1 * grid[n, 0]
        if not (-side <= across < width + side and -side <= up < height + side) or colors[n, 3] == 0:
            continue
        deep = np.int64(min(max(deep0 + deep1 * grid[n, 2], 0.0), _DEEPEST))
        key = (
            (deep << 32)
            | (np.int64(255) << 24)
            | (np.int64(colors[n, 2]) << 16)
            | (np.int64(colors[n, 1]) << 8)
            | np.int64(colors[n, 0])
        )
        left, top = int(np.floor(across - shift)), height - 1 - int(np.floor(up + shift))
        for row in range(max(top, 0), min(top + side, height)):
            for column in range(max(left, 0), min(left + side, width)):
                if key < keys[row, column]:
                    keys[row, column] = key
