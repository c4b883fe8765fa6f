"""Strokes: many smooth lines drawn into a picture, some of them more faintly as one layer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]
_LONGEST = 1e12  # pixels
_SOFT = 0.5  # pixels on either side of an edge over which it fades


def stroke(
    pixels: NDArray[np.uint32],
    segments: Floats,
    colors: NDArray[np.uint32],
    width: float,
    area: tuple[int, int, int, int] | None = None,
    strength: float = 1.0,
) -> None:
    """Draw lines with square ends; where several cross, the last one is seen.

    Qt takes some four times as long for them, and holds up all other threads meanwhile.

    Parameters
    ----------
    pixels : (H, W) uint32
        An opaque picture, changed: the four bytes of a pixel as one number.
    segments : (K, 2, 2) float64, pixels
        Column and row of both ends; the middle of the first pixel is at 0.5. A line with a number that is not finite
        is left out.
    colors : (K,) uint32
        As in the picture.
    width : float, pixels, above 0
    area : (left, top, right, bottom), pixels, optional
        What may be drawn in; the whole picture if not given.
    strength : float, 0 to 1
        How much of what lies below the lines they cover, all together: crossings look like the lines.

    Raises
    ------
    ValueError
        If a shape, dtype or number is not as above.
    """
    if pixels.ndim != 2 or pixels.dtype != np.uint32 or not pixels.flags.c_contiguous:
        raise ValueError(f"pixels needs (H, W) uint32 without gaps, got {pixels.shape} {pixels.dtype}")
    lines, shades = np.ascontiguousarray(segments, np.float64), np.ascontiguousarray(colors, np.uint32)
    if lines.ndim != 3 or lines.shape[1:] != (2, 2) or shades.shape != (len(lines),):
        raise ValueError(f"segments needs (K, 2, 2) and colors (K,), got {lines.shape} and {shades.shape}")
    if not (np.isfinite(width) and width > 0 and 0 <= strength <= 1):
        raise ValueError(f"a width above 0 and a strength from 0 to 1 are needed, got {width} and {strength}")
    left, top, right, bottom = area if area is not None else (0, 0, pixels.shape[1], pixels.shape[0])
    edges = max(left, 0), max(top, 0), min(right, pixels.shape[1]), min(bottom, pixels.shape[0])
    if not len(lines) or edges[0] >= edges[2] or edges[1] >= edges[3]:
        return
    before = pixels.copy() if strength < 1 else pixels
    _stroke(pixels, edges, lines, shades, width / 2)
    if strength < 1:
        _fade(pixels, before, round(strength * 256))


def warm_up() -> None:
    """Compile what the first boxes would otherwise wait for."""
    dot = np.zeros((1, 1), np.uint32)
    for strength in (1.0, 0.5):
        stroke(dot, np.zeros((1, 2, 2)), np.zeros(1, np.uint32), 1.0, None, strength)


@compiled(error_model="numpy")
def _stroke(
    pixels: NDArray[np.uint32],
    edges: tuple[int, int, int, int],
    lines: Floats,
    colors: NDArray[np.uint32],
    half: float,
) -> None:
    left, top, right, bottom = edges
    reach, most = half + _SOFT, min(2.0 * half, 1.0) * 256.0
    for n in range(len(lines)):
        x, y = lines[n, 0, 0] - 0.5, lines[n, 0, 1] - 0.5
        way_x, way_y = lines[n, 1, 0] - 0.5 - x, lines[n, 1, 1] - 0.5 - y
        long = np.hypot(way_x, way_y)
        if not long < _LONGEST:
            continue
        way_x, way_y = (way_x / long, way_y / long) if long > 1e-9 else (1.0, 0.0)
        flat = abs(way_x) >= abs(way_y)  # then a step is a column, and what is coloured in it a few rows
        along, across = (x, y) if flat else (y, x)
        step, slope = (way_x, way_y) if flat else (way_y, way_x)
        start, stop, lowest, highest = (left, right, top, bottom) if flat else (top, bottom, left, right)
        # A square end reaches as far beyond the line as it is wide, so its corners do farther along than its middle.
        beyond = reach * (abs(step) + abs(slope))
        begin, end = min(along, along + step * long), max(along, along + step * long)
        first, last = max(int(np.ceil(begin - beyond)), start), min(int(np.floor(end + beyond)), stop - 1)
        each, span = 1.0 / step, reach / abs(step)
        for i in range(first, last + 1):
            ahead = (i - along) * each
            middle = across + slope * ahead
            low, high = max(int(np.ceil(middle - span)), lowest), min(int(np.floor(middle + span)), highest - 1)
            is_end = i < begin + beyond or i > end - beyond
            for j in range(low, high + 1):
                cover = min((reach - abs((j - middle) * step)) * 256.0, most)
                if is_end:
                    at = ahead + (j - middle) * slope
                    cover *= min(max(min(at, long - at) + reach, 0.0), 1.0)
                row, column = (j, i) if flat else (i, j)
                pixels[row, column] = _mixed(pixels[row, column], colors[n], int(cover))


@compiled()
def _fade(pixels: NDArray[np.uint32], before: NDArray[np.uint32], part: int) -> None:
    """Take back most of what was drawn since."""
    height, width = pixels.shape
    for row in range(height):
        for column in range(width):
            if pixels[row, column] != before[row, column]:
                pixels[row, column] = _mixed(before[row, column], pixels[row, column], part)


@compiled(inline="always")
def _mixed(below: np.uint32, over: np.uint32, part: int) -> np.uint32:
    """Return a colour between two, of which the second has some 256ths; two of its bytes are reckoned at once."""
    under, top = np.int64(below), np.int64(over)
    even, odd = under & 0xFF00FF, (under >> 8) & 0xFF00FF
    even = (even + ((((top & 0xFF00FF) - even) * part) >> 8)) & 0xFF00FF
    odd = (odd + (((((top >> 8) & 0xFF00FF) - odd) * part) >> 8)) & 0xFF00FF
    return np.uint32(odd << 8 | even)
