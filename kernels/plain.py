"""Plain twins: in NumPy what a first picture needs of compiled code, for as long as that is being loaded.

Each takes what its compiled twin takes, and gives the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Single = NDArray[np.float32]
Words = NDArray[np.uint32]
Keys = NDArray[np.int64]

_NONE = -(2**63)  # less than any rank


def transform(
    points: NDArray[Any], turn: NDArray[np.float64], shift: NDArray[np.float64], moved: NDArray[np.float32]
) -> None:
    """Turn points, then shift them; as `rigid` does."""
    x, y, z = np.asarray(points, np.float64).T
    for axis in range(3):
        moved[:, axis] = turn[axis, 0] * x + turn[axis, 1] * y + turn[axis, 2] * z + shift[axis]


def color(values: NDArray[Any], low: float, high: float, rgba: Words, colors: Words, grey: np.uint32) -> None:
    """Colour values by their place between two; as `colorize` does."""
    scale = 255.0 / (high - low) if high > low else 0.0
    number = np.asarray(values, np.float64)
    inside = np.clip(number, low, high)  # so that nothing is too large for a whole number
    place = np.minimum(np.nan_to_num((inside - low) * scale) + 0.5, 255.0).astype(np.int64)
    place[number >= high] = 255
    place[number <= low] = 0
    colors[:] = np.where(np.isnan(number), grey, rgba[place])


def splat_top(
    xyz: NDArray[Any],
    words: Words,
    x0: float,
    y0: float,
    pixels_per_metre: float,
    side: int,
    picture: Words,
    depth: NDArray[Any],
) -> None:
    """Draw points from above, of a pixel the highest, of those the first; as `top_view` does."""
    height, width = depth.shape
    across, up = (xyz[:, 0] - x0) * pixels_per_metre, (xyz[:, 1] - y0) * pixels_per_metre
    seen = (across >= -side) & (across < width + side) & (up >= -side) & (up < height + side) & np.isfinite(xyz[:, 2])
    kept = np.flatnonzero(seen)
    if not len(kept):
        return
    left = np.floor(across[kept] - (side - 1) / 2).astype(np.int64)
    top = height - 1 - np.floor(up[kept] + (side - 1) / 2).astype(np.int64)
    ranks, order = _ranks(xyz[kept, 2])
    best = np.full(height * width, _NONE, np.int64)
    for row in range(side):
        for column in range(side):
            y, x = top + row, left + column
            inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
            np.maximum.at(best, y[inside] * width + x[inside], ranks[inside])
    hit = np.flatnonzero(best != _NONE)
    winners = kept[(best[hit] & 0xFFFFFFFF ^ 0xFFFFFFFF) if order is None else order[best[hit]]]
    picture.reshape(-1)[hit], depth.reshape(-1)[hit] = words[winners], xyz[winners, 2]


def _ranks(heights: NDArray[Any]) -> tuple[Keys, Keys | None]:
    """Return numbers that grow with the height, of equal heights the first the greatest, and the points by number.

    Of float32 they are made of the bits, which takes less time than sorting; then the lower half tells the point.
    """
    count = len(heights)
    if heights.dtype != np.float32:
        order = np.argsort(-heights, kind="stable")[::-1]
        ranks = np.empty(count, np.int64)
        ranks[order] = np.arange(count)
        return ranks, order
    bits = (heights + np.float32(0.0)).view(np.int32)  # of 0.0 and -0.0 none is higher
    bits ^= (bits >> 31) & np.int32(0x7FFFFFFF)  # below zero, more bits are less
    return (bits.astype(np.int64) << 32) | (0xFFFFFFFF - np.arange(count)), None


def splat_xyz(
    keys: Keys, xyz: Single, colors: Words, place: Single, matrix: Single, limits: Single, frame: Single
) -> None:
    """Mark the cells that points fall in with the nearest of them; as `splat` does."""
    x, y, z = ((xyz.reshape(-1, 3) - place[0]) - place[1]).T
    (a, b, c), (d, e, f), (g, h, i) = matrix
    ahead = g * x + h * y + i * z
    with np.errstate(all="ignore"):  # what lies in the eye's own plane is left out below
        scale = np.float32(1.0) / ahead
        u = frame[0] + (a * x + b * y + c * z) * scale
        v = frame[1] + (d * x + e * y + f * z) * scale
    rows, columns = keys.shape
    seen = (ahead > frame[2]) & (ahead < frame[3]) & (u >= 0) & (u < columns) & (v >= 0) & (v < rows)
    for axis, along in enumerate((x, y, z)):
        seen &= (along >= limits[0, axis]) & (along <= limits[1, axis])
    seen &= colors >> np.uint32(24) != 0
    cells = v[seen].astype(np.int64) * columns + u[seen].astype(np.int64)
    marks = (ahead[seen].view(np.int32).astype(np.int64) << 32) | colors[seen].astype(np.int64)
    np.minimum.at(keys.reshape(-1), cells, marks)


def resolve(
    keys: Keys, rows: Keys, color: Words, depth: NDArray[np.int32], first: int, last: int, nowhere: np.int32
) -> None:
    """Turn keys into rows of a picture, each pixel the smallest of as many around it as `rows` has; as `splat` does."""
    side, width = len(rows), color.shape[1]
    high = keys[:, first : last + side - 1].min(axis=0)
    wide = np.min([high[k : k + last - first] for k in range(side)], axis=0)
    least = np.min([wide[:, k : k + width] for k in range(side)], axis=0)
    rgba, ahead = (least & 0xFFFFFFFF).astype(np.uint32), (least >> 32).astype(np.int32)
    red, blue = (rgba & np.uint32(0xFF)) << np.uint32(16), (rgba >> np.uint32(16)) & np.uint32(0xFF)
    opaque = np.where(ahead != nowhere, np.uint32(0xFF000000), np.uint32(0))
    color[first:last], depth[first:last] = (rgba & np.uint32(0xFF00)) | red | blue | opaque, ahead
