"""Top view of tiles: points on a grid drawn from above into keys, the highest of each pixel on top.

A pixel is one whole number: how far its point lies below the ceiling above its colour. The smallest wins, so that a
picture does not depend on the order in which tiles are drawn.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.tile_table import Tiles, colors_at, grid_at

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


def splat_sheet(keys: Keys, tiles: Tiles, sheet: Sheet, limits: NDArray[np.float64] | None = None) -> None:
    """Draw the points of tiles into keys.

    Parameters
    ----------
    keys : (H, W) int64
        Of `new_sheet_keys`; changed.
    tiles : Tiles
    sheet : Sheet
    limits : (2, 3) float64, metres, optional
        The low and the high corner of what is drawn, in the points' frame; may be infinite.

    Raises
    ------
    ValueError
        If a shape, dtype or number is not as above.
    """
    if keys.ndim != 2 or keys.dtype != np.int64 or not keys.flags.c_contiguous:
        raise ValueError(f"keys needs (H, W) int64 without gaps, got {keys.shape} {keys.dtype}")
    numbers, places = np.array(sheet, dtype=np.float64), np.stack([tiles.corners, tiles.steps], axis=1)
    if not (np.isfinite(numbers).all() and np.isfinite(places).all()) or sheet.metres_per_pixel <= 0:
        raise ValueError("corners, steps and sheet need finite numbers, and pixels of some size")
    if not 1 <= sheet.side <= max(keys.shape):
        raise ValueError(f"side needs 1 pixel up to the picture's side, got {sheet.side}")
    cut = np.array([[-np.inf] * 3, [np.inf] * 3]) if limits is None else np.array(limits, dtype=np.float64)
    if cut.shape != (2, 3) or np.isnan(cut).any():
        raise ValueError(f"limits needs (2, 3) numbers, got {cut.shape}")
    _splat(keys, tiles.places, tiles.starts, places, numbers, int(sheet.side), cut, limits is not None)


def sheet_picture(keys: Keys, background: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Return keys as a picture, (H, W, 4) uint8 RGBA, with `background` where no point falls."""
    picture = np.empty((*keys.shape, 4), np.uint8)
    _uncover(
        keys.reshape(-1), np.array([*background, 255], np.uint8).view(np.uint32)[0], picture.reshape(-1).view(np.uint32)
    )
    return picture


@compiled(error_model="numpy")
def _splat(
    keys: Keys,
    lies: NDArray[np.int64],
    starts: NDArray[np.int64],
    places: NDArray[np.float64],
    numbers: NDArray[np.float64],
    side: int,
    cut: NDArray[np.float64],
    is_cut: bool,
) -> None:
    height, width = keys.shape
    per_metre = 1.0 / numbers[2]
    shift = (side - 1) / 2
    for tile in range(len(places)):
        corner, step = places[tile, 0], places[tile, 1]
        across0, across1 = (-corner[1] - numbers[0]) * per_metre, -step[1] * per_metre
        up0, up1 = (corner[0] - numbers[1]) * per_metre, step[0] * per_metre
        deep0, deep1 = (numbers[3] - corner[2]) * 1000.0, -step[2] * 1000.0
        count = starts[tile + 1] - starts[tile]
        grid, colors = grid_at(lies[tile, 0], count), colors_at(lies[tile, 1], count)
        for n in range(count):
            i, j, k = grid[3 * n], grid[3 * n + 1], grid[3 * n + 2]
            across, up = across0 + across1 * j, up0 + up1 * i
            if not (-side <= across < width + side and -side <= up < height + side) or colors[n] >> 24 == 0:
                continue
            if is_cut:
                x, y, z = corner[0] + step[0] * i, corner[1] + step[1] * j, corner[2] + step[2] * k
                if not (cut[0, 0] <= x <= cut[1, 0] and cut[0, 1] <= y <= cut[1, 1] and cut[0, 2] <= z <= cut[1, 2]):
                    continue
            deep = np.int64(min(max(deep0 + deep1 * k, 0.0), _DEEPEST))
            key = (deep << 32) | np.int64(colors[n] | np.uint32(0xFF000000))
            left, top = int(np.floor(across - shift)), height - 1 - int(np.floor(up + shift))
            for row in range(max(top, 0), min(top + side, height)):
                for column in range(max(left, 0), min(left + side, width)):
                    if key < keys[row, column]:
                        keys[row, column] = key


@compiled(error_model="numpy")
def _uncover(keys: Keys, background: np.uint32, picture: NDArray[np.uint32]) -> None:
    for k in range(len(keys)):
        key = keys[k]
        picture[k] = background if key == NOTHING else np.uint32(key & 0xFFFFFFFF)
