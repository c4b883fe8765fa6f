"""What lies far under the ground that was found, as land is seen from a bridge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import Cloud, Dealt, Floats, Slots
from lidar_label.kernels.ground_grow import Grown


def deal_lower(dealt: Dealt, grown: Grown, deep: float) -> Dealt:
    """Return those points that lie far under the ground, of cells in which no ground was seen.

    Parameters
    ----------
    dealt : Dealt
    grown : Grown
        Of its cells.
    deep : float, metres
        How far under the ground of a cell its points must lie.

    Returns
    -------
    Dealt
        By the same cells, of which most have no points now.
    """
    starts = np.zeros_like(dealt.starts)
    _count_lower(dealt.starts, dealt.lines, grown.is_ground, grown.heights, deep, starts)
    np.cumsum(starts, out=starts)
    lines = np.empty((starts[-1], 4), np.float32)
    _take_lower(dealt.starts, dealt.lines, grown.heights, deep, starts, lines)
    return dealt._replace(starts=starts, lines=lines)


@compiled(error_model="numpy")
def _count_lower(
    starts: Slots, lines: Cloud, is_ground: NDArray[np.bool_], heights: Floats, deep: float, counts: Slots
) -> None:  # fmt: skip
    """Fill in how many points of each cell are so low, one place farther on."""
    for k in range(len(starts) - 1):
        most, count = heights[k] - deep, 0
        if not is_ground[k]:
            for n in range(starts[k], starts[k + 1]):
                count += lines[n, 2] < most
        counts[k + 1] = count


@compiled(error_model="numpy")
def _take_lower(starts: Slots, lines: Cloud, heights: Floats, deep: float, to: Slots, taken: Cloud) -> None:
    for k in range(len(starts) - 1):
        at = to[k]
        if at == to[k + 1]:
            continue
        for n in range(starts[k], starts[k + 1]):
            if lines[n, 2] < heights[k] - deep:
                for part in range(4):
                    taken[at, part] = lines[n, part]
                at += np.uint32(1)
