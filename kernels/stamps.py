"""Stamps: small squares of colour written into a picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels import plain_dots
from lidar_label.kernels.compiled import compiled


def stamp(pixels: NDArray[np.uint8], spots: NDArray[np.int64], colors: NDArray[np.uint8], side: int) -> None:
    """Write squares; of two in one place the later one stays.

    Parameters
    ----------
    pixels : (H, W, 4) uint8
        Changed.
    spots : (N, 2) int64, pixels
        Column and row of the upper left pixel of each square; they may lie outside.
    colors : (N, 4) uint8
    side : int, pixels

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8 or not pixels.flags.c_contiguous:
        raise ValueError(f"pixels needs (H, W, 4) uint8 without gaps, got {pixels.shape} {pixels.dtype}")
    places = np.ascontiguousarray(spots, np.int64)
    if places.shape != (len(colors), 2) or colors.shape != (len(places), 4) or colors.dtype != np.uint8:
        raise ValueError(f"spots needs (N, 2) and colors (N, 4) uint8, got {places.shape} and {colors.shape}")
    shades = np.ascontiguousarray(colors).view(np.uint32).reshape(-1)
    _stamp(pixels.view(np.uint32)[:, :, 0], places, shades, max(side, 0))


@compiled(plain=plain_dots.stamp)
def _stamp(pixels: NDArray[np.uint32], spots: NDArray[np.int64], colors: NDArray[np.uint32], side: int) -> None:
    height, width = pixels.shape
    for n in range(len(spots)):
        x, y = spots[n, 0], spots[n, 1]
        if x >= width or y >= height or x <= -side or y <= -side:
            continue
        for row in range(max(y, 0), min(y + side, height)):
            for column in range(max(x, 0), min(x + side, width)):
                pixels[row, column] = colors[n]
