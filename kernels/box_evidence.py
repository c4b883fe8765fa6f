"""How points lie about boxes: how many are inside, just outside, and close under the faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]


def points_about_boxes(
    points: Floats, centers: Floats, rotations: Floats, sizes: Floats, margin: float, skin: float
) -> tuple[NDArray[np.int64], Floats]:
    """Count the points in, beside and close under the sides of boxes.

    Parameters
    ----------
    points : (N, 3) float64, metres
        Rising in x.
    centers : (M, 3) float64, metres
        Geometric centres, in the frame of the points.
    rotations : (M, 3, 3) float64
        Columns are a box's x, y and z axes.
    sizes : (M, 3) float64, metres
        Length, width and height.
    margin : float, metres
        How far outside a point counts as beside a box.
    skin : float, metres
        How far under a side a point counts as close.

    Returns
    -------
    counts : (M, 3) int64
        Points inside; within `margin` around the sides and the top, but not inside; inside and within `skin` of one
        of the four sides.
    upper : (M, 2) float64, metres
        The least and the greatest x, along the box, of the points inside that lie above seven tenths of its height;
        NaN where there are none.

    Raises
    ------
    ValueError
        If a shape is not as above.
    """
    given = [np.ascontiguousarray(a, dtype=np.float64) for a in (points, centers, rotations, sizes)]
    boxes = len(given[1])
    shapes = [(len(given[0]), 3), (boxes, 3), (boxes, 3, 3), (boxes, 3)]
    for name, array, shape in zip(("points", "centers", "rotations", "sizes"), given, shapes, strict=True):
        if array.shape != shape:
            raise ValueError(f"{name} needs shape {shape}, got {array.shape}")
    counts = np.zeros((boxes, 3), dtype=np.int64)
    upper = np.full((boxes, 2), np.nan)
    _count(given[0], given[1], given[2], given[3], float(margin), float(skin), counts, upper)
    return counts, upper


@compiled()
def _count(
    points: Floats,
    centers: Floats,
    rotations: Floats,
    sizes: Floats,
    margin: float,
    skin: float,
    counts: NDArray[np.int64],
    upper: Floats,
) -> None:
    """Points rise in x, so that those of a box lie between two of them."""
    for m in range(len(centers)):
        half = sizes[m] / 2
        reach = np.sqrt((half * half).sum()) + margin
        first = np.searchsorted(points[:, 0], centers[m, 0] - reach)
        last = np.searchsorted(points[:, 0], centers[m, 0] + reach)
        for n in range(first, last):
            if abs(points[n, 1] - centers[m, 1]) <= reach and abs(points[n, 2] - centers[m, 2]) <= reach:
                at = (points[n] - centers[m]) @ rotations[m]
                _note(at, half, margin, skin, counts[m], upper[m])


@compiled(inner=True)
def _note(at: Floats, half: Floats, margin: float, skin: float, counts: NDArray[np.int64], upper: Floats) -> None:
    """Count a point at a place in a box's own frame."""
    x, y = abs(at[0]), abs(at[1])
    if x <= half[0] and y <= half[1] and abs(at[2]) <= half[2]:
        counts[0] += 1
        counts[2] += x >= half[0] - skin or y >= half[1] - skin
        if at[2] > 0.4 * half[2]:
            upper[0] = min(upper[0], at[0]) if upper[0] == upper[0] else at[0]
            upper[1] = max(upper[1], at[0]) if upper[1] == upper[1] else at[0]
    elif x <= half[0] + margin and y <= half[1] + margin and -half[2] <= at[2] <= half[2] + margin:
        counts[1] += 1
