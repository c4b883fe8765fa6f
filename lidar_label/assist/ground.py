"""The ground of a cloud: which points lie on it, and its surface."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.assist.ground_surface import GroundSurface, filled
from lidar_label.kernels.ground_cells import MOST_CELLS, Dealt, Room, Square, deal_out, extent_of, shifted
from lidar_label.kernels.ground_grow import Grown, grow_ground
from lidar_label.kernels.ground_lower import deal_lower
from lidar_label.kernels.ground_mark import mark_ground
from lidar_label.kernels.ground_seed import seed_plane
from lidar_label.model import Floats

_CELL_M = 0.6
_FARTHEST_M = 120.0  # from a sensor; a sweep has no ground beyond
_SEED_M = 15.0
_APART_M = 8.0  # places of a sensor that drives on: so far apart each says anew where the ground is
_MOST_PLACES = 400
_SOME = 3_000  # points that say how far a cloud reaches
_SPARE_M = 2.0
_LOWER_M, _LOWER_CELLS = 2.0, 40  # how far under the ground there may be other land, and how much of it must be seen
_STRAY = 0.2  # per cent of points on each side that may lie far outside of a cloud whose sensor is not known

_room = Room()


@dataclass(frozen=True, eq=False)
class GroundFound:
    """The ground of a cloud.

    Parameters
    ----------
    mask : (N,) bool
        Which points lie on the ground.
    """

    mask: NDArray[np.bool_]
    _grid: Square = field(repr=False)
    _shift: Floats = field(repr=False)
    _at: NDArray[np.int32] = field(repr=False)
    _grown: Grown | None = field(repr=False)

    @cached_property
    def surface(self) -> GroundSurface:
        """The ground's surface, in the frame of the points; made when it is first asked for."""
        grid = self._grid
        seen, away = np.full((grid.rows, grid.columns), np.nan), np.zeros((grid.rows, grid.columns))
        if self._grown is not None:
            column, row = self._at.T
            on = self._grown.is_ground[:-1]
            seen[row[on], column[on]] = self._grown.heights[:-1][on] + self._shift[2]
            away[row, column] = self._grown.away
        corner = np.array([grid.x, grid.y]) + 0.5 * grid.cell + self._shift[:2]
        return filled(corner, grid.cell, seen, away)


def find_ground(points: NDArray[Any], origins: ArrayLike | None = None, *, cell: float = _CELL_M) -> GroundFound:
    """Find the ground of a cloud: of one sweep, of several LiDARs at once, or merged over frames.

    From below each sensor the ground is followed over a grid, as far as its height can be foretold from what is
    known: up and down hills, over kerbs, under bridges, on them, and on one storey of a car park. Land far under a
    bridge is marked too, but its surface is that of the road.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        In a frame whose z is up, within some 25 degrees; may lie far from its origin and need not be finite.
    origins : (S, 3) float, metres, optional
        Where the sensors were that saw the points, in their frame: of each LiDAR, and of each frame that was merged.
        Else the ground is looked for in the thick of the cloud.
    cell : float, metres
        The grid's; made larger where the cloud is too wide for it.

    Returns
    -------
    GroundFound
        Points farther than 120 m from every sensor are not ground.

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"points needs (N, 3) float32 or float64, got {cloud.shape} {cloud.dtype}")
    if not (np.isfinite(cell) and cell > 0):
        raise ValueError(f"cell needs a number above 0, got {cell}")
    places = _places(cloud, origins)
    if not len(places):
        grid, nothing = Square(0.0, 0.0, cell, 1, 1), np.zeros((0, 2), np.int32)
        return GroundFound(np.zeros(len(cloud), np.bool_), grid, np.zeros(3), nothing, None)
    shift = np.array([round(part) if part == part else 0.0 for part in places[0].tolist()])
    local = _from(shift, cloud)
    places = _thinned(places - shift)
    grid = _grid_over(local, places, cell, origins is None)
    dealt = deal_out(local, grid, _room)
    seeds = [(place, plane) for place in places if (plane := seed_plane(dealt, grid, place, _SEED_M)) is not None]
    if not seeds:
        seeds = [(place, plane) for place in places if (plane := _level(dealt, place)) is not None]
    if not seeds:
        return GroundFound(np.zeros(len(cloud), np.bool_), grid, shift, dealt.at, None)
    grown = grow_ground(dealt, grid, [place[:2] for place, _ in seeds], [plane for _, plane in seeds])
    mask = np.zeros(len(cloud), np.bool_)
    cells, deep = mark_ground(mask, dealt, grid, grown, _LOWER_M)
    if cells >= _LOWER_CELLS:  # fewer are reflections
        _add_lower(mask, deal_lower(dealt, grown, _LOWER_M, cells, deep), grid)
    return GroundFound(mask, grid, shift, dealt.at, grown)


def _places(cloud: NDArray[Any], origins: ArrayLike | None) -> Floats:
    """Return where the ground is begun at, (S, 3); a height that is not known is NaN."""
    if origins is not None:
        places = np.atleast_2d(np.asarray(origins, dtype=np.float64))
        if places.ndim != 2 or places.shape[1] != 3:
            raise ValueError(f"origins needs (S, 3), got {places.shape}")
        return np.asarray(places[np.isfinite(places).all(axis=1)])
    some = cloud[:: max(len(cloud) // 20_000, 1)].astype(np.float64)
    some = some[np.isfinite(some).all(axis=1)]
    return np.array([[*np.median(some[:, :2], axis=0), np.nan]]) if len(some) else np.zeros((0, 3))


def _from(shift: Floats, cloud: NDArray[Any]) -> NDArray[np.float32]:
    """Return points as seen from a place, with the digits that float32 has there."""
    if cloud.dtype == np.float32 and not shift.any():
        return cloud
    return shifted(cloud, shift, _room)


def _thinned(places: Floats) -> Floats:
    """Return some of the places, so that none is near another."""
    kept: list[Floats] = []
    for place in places:
        if all(np.hypot(*(place - other)[:2]) > _APART_M for other in kept):
            kept.append(place)
        if len(kept) == _MOST_PLACES:
            break
    return np.array(kept)


def _grid_over(local: NDArray[np.float32], places: Floats, cell: float, is_unknown: bool) -> Square:
    """Return the grid about the sensors, or about all but stray points where nobody knows where they were."""
    spare, step = 2 * _SPARE_M, max(len(local) // _SOME, 1)
    if is_unknown:  # then there is a place, and so there are finite points
        some = local[::step, :2].astype(np.float64)
        some = some[np.isfinite(some).all(axis=1)]
        ends = np.percentile(some, (_STRAY, 100 - _STRAY), axis=0) if some.size else places[:, :2].repeat(2, 0)
        low, high = ends.tolist()
        spare += 0.25 * max(high[0] - low[0], high[1] - low[1])
    else:
        near = places[:, :2]
        low, high = (near.min(axis=0) - _FARTHEST_M).tolist(), (near.max(axis=0) + _FARTHEST_M).tolist()
        extent = extent_of(local, step)
        if extent is not None:
            low = [max(low[axis], extent[axis]) for axis in (0, 1)]
            high = [max(min(high[axis], extent[axis + 2]), extent[axis]) for axis in (0, 1)]
    x, y = (math.floor((low[axis] - spare) / cell) * cell for axis in (0, 1))
    wide, deep = high[0] + spare - x, high[1] + spare - y
    while math.ceil(wide / cell) * math.ceil(deep / cell) > MOST_CELLS // 4:
        cell *= 2.0
    return Square(x, y, cell, max(math.ceil(wide / cell), 1), max(math.ceil(deep / cell), 1))


def _add_lower(mask: NDArray[np.bool_], lower: Dealt, grid: Square) -> None:
    """Mark land far under the ground that was found, as is seen from a bridge, where it is wide enough."""
    sides, count = np.sort(np.ascontiguousarray(lower.at.T)), len(lower.at)
    middle = 0.5 * (sides[:, (count - 1) // 2] + sides[:, count // 2]) + 0.5
    place = np.array([grid.x + grid.cell * middle[0], grid.y + grid.cell * middle[1], np.nan])
    plane = seed_plane(lower, grid, place, _FARTHEST_M)
    if plane is not None:
        again = grow_ground(lower, grid, [place[:2]], [plane])
        if again.is_ground.sum() >= _LOWER_CELLS:
            mark_ground(mask, lower, grid, again, _LOWER_M)


def _level(dealt: Dealt, place: Floats) -> tuple[float, float, float] | None:
    """Return a level plane under a place where too few points tell more."""
    if not len(dealt.lines):
        return None
    x, y, z = dealt.points.T.astype(np.float64)
    near = np.hypot(x - place[0], y - place[1]) <= _SEED_M
    low = z[near & ~(z > place[2])] if near.any() else z
    return (0.0, 0.0, float(np.percentile(low, 10))) if len(low) else None
