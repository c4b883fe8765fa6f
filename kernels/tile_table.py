"""Tile table: where in memory the points of many tiles lie, so that a kernel goes through thousands of them at once.

A list of arrays would be walked in Python, and points that are joined first would be copied for each picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.compiled import compiled

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """The first points of some tiles; made by `TileTable.take` alone, and never changed.

    Attributes
    ----------
    places : (K, 2) int64
        Addresses of a tile's grid and of its colours.
    starts : (K + 1,) int64
        Where each tile begins if all points that are drawn lie in a row, and where that ends.
    corners, steps : (K, 3) float64, metres
        A point lies at ``corner + grid * step``.
    owners : (K,) object
        The arrays themselves, grid and colours: while this is kept their memory is.
    looks : (K, 2) int64
        The tile's number, and which look of it this is: the same numbers begin with the same points and colours.
    """

    places: Ints
    starts: Ints
    corners: Floats
    steps: Floats
    owners: NDArray[np.object_]
    looks: Ints

    def __len__(self) -> int:
        """Return how many points there are in all."""
        return int(self.starts[-1])

    @property
    def counts(self) -> Ints:
        """How many points of each tile are drawn, the first ones, (K,)."""
        return np.diff(self.starts)

    def part(self, share: float) -> Tiles:
        """Return the same tiles with fewer of their points, 0 to 1."""
        if share >= 1.0:
            return self
        counts = np.rint(self.counts * max(share, 0.0)).astype(np.int64)
        return Tiles(self.places, _starts(counts), self.corners, self.steps, self.owners, self.looks)

    def moved(self, by: ArrayLike) -> Tiles:
        """Return them elsewhere, by (3,) metres."""
        return Tiles(self.places, self.starts, self.corners + np.asarray(by), self.steps, self.owners, self.looks)

    def is_like(self, other: Tiles) -> bool:
        """Say whether the other ones, of the same table, look the same: as much of each, at the same places."""
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in ("looks", "starts", "corners"))


class TileTable:
    """Says of each of `size` tiles where its points are.

    Parameters
    ----------
    size : int
    """

    def __init__(self, size: int) -> None:
        self._places = np.zeros((size, 2), np.int64)
        self._has = np.zeros(size, np.int64)
        self._corners, self._steps = np.zeros((size, 3)), np.ones((size, 3))
        self._owners = np.full(size, None, np.object_)
        self._looks = np.stack([np.arange(size), np.zeros(size, np.int64)], axis=1)

    def put(
        self,
        tile: int,
        grid: NDArray[np.uint16],
        colors: NDArray[np.uint8],
        corner: ArrayLike,
        step: ArrayLike,
        *,
        as_before: bool = False,
    ) -> None:
        """Note the points of a tile; the arrays must not be changed as long as anything shows them.

        Parameters
        ----------
        tile : int
        grid : (N, 3) uint16
        colors : (N, 4) uint8
            RGBA; a point with alpha 0 is left out, any other alpha is opaque.
        corner, step : (3,) float, metres
        as_before : bool
            Whether it begins with the same points in the same colours as what was put there last.

        Raises
        ------
        ValueError
            If a shape or dtype is not as above.
        """
        if grid.ndim != 2 or grid.shape[1] != 3 or grid.dtype != np.uint16:
            raise ValueError(f"grid needs (N, 3) uint16, got {grid.shape} {grid.dtype}")
        if colors.shape != (len(grid), 4) or colors.dtype != np.uint8:
            raise ValueError(f"colors needs ({len(grid)}, 4) uint8, got {colors.shape} {colors.dtype}")
        if np.shape(corner) != (3,) or np.shape(step) != (3,):
            raise ValueError(f"corner and step need (3,), got {np.shape(corner)} and {np.shape(step)}")
        whole = grid if grid.flags.c_contiguous and grid.flags.aligned else np.require(grid, requirements=["C", "A"])
        paint = colors if colors.flags.c_contiguous else np.ascontiguousarray(colors)
        paint = paint if _address(paint) % 4 == 0 else paint.copy()  # a colour is read as one number
        self._places[tile] = _address(whole), _address(paint)
        self._has[tile] = len(grid)
        self._corners[tile], self._steps[tile] = corner, step
        self._owners[tile] = whole, paint
        self._looks[tile, 1] += not as_before

    def drop(self, tile: int) -> None:
        """Forget a tile."""
        self._has[tile], self._owners[tile] = 0, None

    def take(self, tiles: Ints, counts: Ints) -> Tiles:
        """Return of some tiles, (K,), as many of the first points as are wished, (K,), or as there are."""
        wished = np.minimum(counts, self._has[tiles])
        rows, starts = tiles[wished > 0], _starts(wished[wished > 0])
        return Tiles(
            self._places[rows], starts, self._corners[rows], self._steps[rows], self._owners[rows], self._looks[rows]
        )


def _address(array: NDArray[Any]) -> int:
    address: int = array.__array_interface__["data"][0]  # `ctypes.data` takes ten times as long
    return address


def _starts(counts: Ints) -> Ints:
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


carray: Any = None
_pointer: Any = None


def _meet_numba() -> None:
    """Get what the functions below use of Numba."""
    global carray, _pointer
    from numba import types
    from numba.core import cgutils
    from numba.extending import intrinsic
    from numba.np.numpy_support import carray as array_at

    def as_pointer(context: Any, address: Any) -> Any:  # noqa: ANN401, ARG001  Numba's own
        """Take a whole number for an address."""

        def code(_: Any, builder: Any, __: Any, given: Any) -> Any:  # noqa: ANN401
            return builder.inttoptr(given[0], cgutils.voidptr_t)

        return types.voidptr(address), code

    if _pointer is None:
        carray, _pointer = array_at, intrinsic(as_pointer)


@compiled(needs=_meet_numba)
def grid_at(address: int, count: int) -> NDArray[np.uint16]:
    """Return the first `count` places of a tile in a row, (3 * count,)."""
    grid: NDArray[np.uint16] = carray(_pointer(address), 3 * count, np.uint16)
    return grid


@compiled(needs=_meet_numba)
def colors_at(address: int, count: int) -> NDArray[np.uint32]:
    """Return their colours, (count,), each as one number."""
    colors: NDArray[np.uint32] = carray(_pointer(address), count, np.uint32)
    return colors


@compiled()
def tile_of(starts: Ints, point: int) -> int:
    """Return the tile that a point lies in, by where tiles begin in a row of all points."""
    return int(np.searchsorted(starts, point, side="right")) - 1
