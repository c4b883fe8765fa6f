"""What lies far under the ground that was found, as land is seen from a bridge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lidar_label.kernels.compiled import compiled
from lidar_label.kernels.ground_cells import RIM, Cloud, Dealt, Floats, Ints, Slots
from lidar_label.kernels.ground_grow import Grown


def deal_lower(dealt: Dealt, grown: Grown, deep: float, cells: int, points: int) -> Dealt:
    """Return those points that lie far under the ground, of cells in which no ground was seen.

    Parameters
    ----------
    dealt : Dealt
        Its `slot` is used up.
    grown : Grown
        Of its cells.
    deep : float, metres
        How far under the ground of a cell its points must lie.
    cells, points : int
        How many there are, as `mark_ground` returned them.

    Returns
    -------
    Dealt
        Cells without such points are left out.
    """
    at, starts, lines = (
        np.empty((cells, 2), np.int32),
        np.empty(cells + 1, np.uint32),
        np.empty((points, 4), np.float32),
    )
    _take_lower(*dealt, grown.is_ground, grown.heights, deep, at, starts, lines)
    return Dealt(dealt.slot, at, starts, lines)


@compiled(error_model="numpy")
def _take_lower(
    slot: Slots, at: Ints, starts: Slots, lines: Cloud, is_ground: NDArray[np.bool_], heights: Floats, deep: float,
    kept_at: Ints, kept_starts: Slots, kept: Cloud,
) -> None:  # fmt: skip
    flat = slot.reshape(-1)
    for cell in range(len(flat)):
        flat[cell] = len(kept_at)
    found, to = 0, 0
    for k in range(len(at)):
        if is_ground[k]:
            continue
        begin, bottom = to, heights[k] - deep
        for n in range(starts[k], starts[k + 1]):
            if lines[n, 2] < bottom:
                for part in range(4):
                    kept[to, part] = lines[n, part]
                to += 1
        if to > begin:
            slot[at[k, 1] + RIM, at[k, 0] + RIM] = found
            kept_at[found, 0], kept_at[found, 1], kept_starts[found] = at[k, 0], at[k, 1], begin
            found += 1
    kept_starts[found] = to
