"""The lowest point of each cell of a flat grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled

Floats = NDArray[np.float64]


def lowest_of_cells(points: NDArray[np.float32], corner: tuple[float, float], cell: float, cells: int) -> Floats:
    """Return the height of the lowest point over each cell of a square grid.

    Parameters
    ----------
    points : (N, 3) float32, metres
    corner : (x, y), metres
        Where the grid begins, in the frame of the points.
    cell : float, metres
        The side of a cell.
    cells : int
        How many there are along each side.

    Returns
    -------
    (cells, cells) float64, metres
        By x, then y; infinite where no point is.

    Raises
    ------
    ValueError
        If the shape or dtype of the points is not as above, or a cell has no size.
    """
    cloud = np.ascontiguousarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype != np.float32:
        raise ValueError(f"points needs (N, 3) float32, got {cloud.shape} {cloud.dtype}")
    if not cell > 0 or cells < 1:
        raise ValueError(f"a grid needs cells with a size, got {cells} of {cell} m")
    found = np.full((cells, cells), np.inf)
    view = cloud.view()
    view.flags.writeable = False  # a type of its own to Numba: one is enough
    _lowest(view, float(corner[0]), float(corner[1]), float(cell), found)
    return found


@compiled()
def _lowest(points: NDArray[Any], x0: float, y0: float, cell: float, found: Floats) -> None:
    cells = found.shape[0]
    for n in range(len(points)):
        x, y = (points[n, 0] - x0) / cell, (points[n, 1] - y0) / cell
        if x >= 0 and y >= 0 and x < cells and y < cells and points[n, 2] < found[int(x), int(y)]:
            found[int(x), int(y)] = points[n, 2]
