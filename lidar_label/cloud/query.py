"""Which points of a tile store lie in a region: exact over all points, whatever is on the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.layout import POINTS
from lidar_label.cloud.regions import CUT, INSIDE, OUTSIDE, Ray, Region
from lidar_label.cloud.store import AGAIN, TileStore
from lidar_label.errors import UnreadableFile
from lidar_label.kernels.grid_points import sorted_numbers
from lidar_label.kernels.regions import first_on_ray
from lidar_label.model import Floats

Ints = NDArray[np.int64]
Column = NDArray[Any]
Mask = NDArray[np.bool_]
Verdicts = NDArray[np.uint8]
T = TypeVar("T")
_SPARSE = 8  # numbers that lie further apart on average are sorted, others marked in a row of bits
_FEW = 4  # tiles that one thread is quicker with
_THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """A point that a ray met.

    Parameters
    ----------
    index : int
        Its number in the source.
    xyz : (3,) float64, metres
        Its exact position, in source coordinates.
    along, off : float, metres
        How far along the ray it lies, and how far from it.
    tile, place : int
        Where the store has it.
    """

    index: int
    xyz: Floats
    along: float
    off: float
    tile: int
    place: int


def query(store: TileStore, region: Region) -> Ints:
    """Return the numbers in the source of all points in a region, (N,) rising.

    They are those that a pass over every point of the source would give: tiles that lie wholly inside are taken as
    they are, those that the border may cut are tested point by point at the source's exact coordinates.

    Raises
    ------
    UnreadableFile
        If the store's file is cut off, or counts points that are not there.
    """
    verdicts = _verdicts(store, region)
    whole, cut = np.flatnonzero(verdicts == INSIDE), np.flatnonzero(verdicts == CUT)
    ends = np.cumsum(store.tiles["count"][whole], dtype=np.int64)
    inside = np.empty(int(ends[-1]) if len(ends) else 0, dtype=store.index.index_dtype)
    tasks = [*((int(tile), -1) for tile in cut), *((int(tile), place) for place, tile in enumerate(whole))]

    def take(task: tuple[int, int]) -> Column | None:
        tile, place = task
        if place < 0:
            return _held_numbers(store, region, tile)
        store.index_of(tile, out=inside[ends[place] - int(store.tiles["count"][tile]) : ends[place]])
        return None

    parts = [part for part in _shared(take, tasks) if part is not None and len(part)]
    return _in_order(store, [inside, *parts] if len(inside) else parts)


def count(store: TileStore, region: Region) -> int:
    """Return how many points lie in a region; takes no memory for them."""
    verdicts = _verdicts(store, region)
    whole = int(store.tiles["count"][verdicts == INSIDE].sum(dtype=np.int64))
    cut = np.flatnonzero(verdicts == CUT).tolist()
    return whole + sum(_shared(lambda tile: int(np.count_nonzero(_held(store, region, tile))), cut))


def held_by_tile(store: TileStore, region: Region) -> Iterator[tuple[int, Mask | None]]:
    """Yield each tile with points in a region, and which of its points they are, (N,) bool; None for all of them."""
    verdicts = _verdicts(store, region)
    for tile in np.flatnonzero(verdicts != OUTSIDE).tolist():
        if verdicts[tile] == INSIDE:
            yield tile, None
            continue
        held = _held(store, region, tile)
        if held.any():
            yield tile, held


def pick(store: TileStore, ray: Ray) -> Pick | None:
    """Return the point that a ray meets first, of all that lie within its cone; None where there is none.

    Of several at the same distance it is the one nearest to the ray, then the one with the lowest number.
    """
    low, high = _bounds(store)
    found = np.flatnonzero(_verdicts(store, ray) != OUTSIDE)
    starts = ray.starts(low[found], high[found])
    best: Pick | None = None
    for place in np.argsort(starts, kind="stable").tolist():
        if best is not None and starts[place] > best.along:
            break
        tile = int(found[place])
        points, index = store.exact(tile, reuse=True), store.index_of(tile)
        at, along, square = first_on_ray(points, index, ray.origin, ray.direction, ray.radius, ray.slope)
        if at < 0:
            continue
        other = Pick(int(index[at]), points[at].copy(), along, float(np.sqrt(square)), tile, at)
        if best is None or (other.along, other.off, other.index) < (best.along, best.off, best.index):
            best = other
    return best


def _bounds(store: TileStore) -> tuple[Floats, Floats]:
    return np.ascontiguousarray(store.tiles["low"]), np.ascontiguousarray(store.tiles["high"])


def _verdicts(store: TileStore, region: Region) -> Verdicts:
    verdicts = region.against(*_bounds(store))
    verdicts[~store.valid] = OUTSIDE
    return verdicts


def _held(store: TileStore, region: Region, tile: int) -> Mask:
    row = store.tiles[tile]
    return region.near(row["low"], row["high"]).holds(store.exact(tile, reuse=True))


def _held_numbers(store: TileStore, region: Region, tile: int) -> Column:
    held = _held(store, region, tile)
    return store.index_of(tile)[held] if held.any() else np.empty(0, dtype=store.index.index_dtype)


def _shared(work: Callable[[Any], T], tasks: list[Any]) -> list[T]:
    """Do many pieces of work on a few threads; the order of what they give is that of the pieces."""
    if len(tasks) <= _FEW or _THREADS == 1:
        return [work(task) for task in tasks]
    shares = [tasks[first::_THREADS] for first in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        done = list(pool.map(lambda share: [work(task) for task in share], shares))
    return [done[number % _THREADS][number // _THREADS] for number in range(len(tasks))]


def _in_order(store: TileStore, parts: list[Column]) -> Ints:
    if not parts:
        return np.empty(0, dtype=np.int64)
    numbers = parts[0] if len(parts) == 1 else np.concatenate(parts)
    reach = int(numbers.max()) - int(numbers.min()) + 1
    if reach > _SPARSE * len(numbers):
        numbers.sort()
        return numbers.astype(np.int64)
    try:
        return sorted_numbers(numbers, store.points)
    except ValueError:
        text = "two points of the store have the same number"
        raise UnreadableFile(text, where=store.folder / POINTS, hint=AGAIN) from None
