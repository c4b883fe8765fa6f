"""Clusters of what stands on the ground: candidates for objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.kernels.cluster import cluster_points
from lidar_label.model import Floats

REACH_M, FEWEST = 0.6, 5
SHARP_TO_M = 30.0  # within it neighbouring beams meet an object closer together than `REACH_M`
_SMALLEST = 5
_FINER = (0.57,)  # times the reach: with it what is too large is looked at again
_LARGEST_M = (13.0, 3.2)  # length and width of what is no wall
_BLOCK = 256  # points at a time where the first that will do is looked for

Labels = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """The clusters of a cloud.

    Parameters
    ----------
    labels : (N,) int32
        The cluster of each point, numbered from 0 in the order of their first points; -1 for none.
    count : int
    """

    labels: Labels
    count: int

    def members(self) -> list[NDArray[np.intp]]:
        """Return which points each cluster has, rising."""
        order = np.argsort(self.labels, kind="stable")
        ends = np.searchsorted(self.labels[order], np.arange(self.count + 1))
        return [order[ends[k] : ends[k + 1]] for k in range(self.count)]


def find_clusters(
    points: NDArray[Any],
    chosen: NDArray[np.bool_] | None = None,
    *,
    reach: float = REACH_M,
    fewest: int = FEWEST,
    smallest: int = _SMALLEST,
    origin: ArrayLike | None = None,
    split: bool = False,
) -> Clusters:
    """Find the clusters of points, of one sweep or of several laid together.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        May lie far from their origin, and need not be finite.
    chosen : (N,) bool, optional
        Which of them are looked at; those that are not ground, as a rule.
    reach : float, metres
        How near points of one object lie to each other.
    fewest : int
        Points within reach of one that make it the core of a cluster; see `cluster_points`.
    smallest : int
        Points of a cluster; a smaller one is none.
    origin : (3,) float, metres, optional
        The sensor: beyond 30 m of it the reach grows along the beams and upward as the gaps between beams do, and
        half as fast across. Leave it out for clouds that were laid together.
    split : bool
        Whether what is larger than a lorry, however it is turned, is looked at again with 0.57 times the reach, so that
        what stands close to a wall, under a ceiling or by a neighbour comes off it. On the made-up scenes of
        `scripts/ground` objects are told apart as well with it as without, and in a car park better.

    Returns
    -------
    Clusters

    Raises
    ------
    ValueError
        If a shape or dtype is not as above.
    """
    cloud = _checked(points, chosen)
    first = _first(cloud, chosen)
    local = np.empty(cloud.shape, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):  # what is not finite is of no cluster
        for axis in range(3):  # NumPy is quick along columns that are long
            np.subtract(cloud[:, axis], first[axis], out=local[:, axis], casting="same_kind")
    if chosen is not None:
        local[~chosen] = np.nan
    if origin is not None:
        local = evened(local, np.asarray(origin, np.float64) - first, SHARP_TO_M)
    if split:
        labels = cluster_points(local, reach, fewest, smallest=smallest, finer=_FINER, largest=_LARGEST_M)
    else:
        labels = cluster_points(local, reach, fewest, smallest=smallest)
    return Clusters(labels, int(labels.max(initial=-1)) + 1)


def grow_from(
    points: NDArray[Any], seeds: ArrayLike, *, reach: float = REACH_M, within: float = 15.0
) -> NDArray[np.intp]:
    """Return the points that belong together with any of some seeds.

    Parameters
    ----------
    points : (N, 3) float32 or float64, metres
        Without ground.
    seeds : (S,) int
        Points to begin with.
    reach : float, metres
        The longest step from one point to the next.
    within : float, metres
        How far from the seeds, along each axis, an object may reach.

    Returns
    -------
    (K,) int
        Which points, rising; the seeds that are finite are among them.
    """
    starts = np.unique(np.asarray(seeds, dtype=np.intp).ravel())
    starts = starts[np.isfinite(points[starts]).all(axis=1)]
    if not len(starts):
        return np.empty(0, np.intp)
    low, high = points[starts].min(axis=0) - within, points[starts].max(axis=0) + within
    cloud = _checked(points, None)
    near = np.ones(len(cloud), np.bool_)
    for axis in range(3):
        near &= (cloud[:, axis] >= low[axis]) & (cloud[:, axis] <= high[axis])  # nor is NaN
    index = np.flatnonzero(near)
    labels = cluster_points((cloud[index] - cloud[index[0]]).astype(np.float32), reach)
    grown: NDArray[np.intp] = index[np.isin(labels, labels[np.isin(index, starts)])]
    return grown


def evened(local: NDArray[np.float32], origin: Floats, sharp: float) -> NDArray[np.float32]:
    """Return points, (N, 3), drawn together about a sensor, so that gaps between its beams are alike near and far.

    Up to `sharp` metres they stay where they are. At k times that, lengths along the beam and upward are k times
    shorter, those across k / (1 + log k) times, since beams are closer together around than above each other.
    """
    flat = local[:, :2] - origin[:2].astype(np.float32)
    away = np.hypot(flat[:, 0], flat[:, 1])
    with np.errstate(invalid="ignore"):
        wider = np.maximum(away / np.float32(sharp), 1.0)
        drawn = (1 + np.log(wider)) / wider
    out = np.empty_like(local)
    out[:, :2] = flat * drawn[:, None]
    out[:, 2] = (local[:, 2] - np.float32(origin[2])) / wider
    return out


def _checked(points: NDArray[Any], chosen: NDArray[np.bool_] | None) -> NDArray[Any]:
    cloud = np.asarray(points)
    if cloud.ndim != 2 or cloud.shape[1] != 3 or cloud.dtype not in (np.float32, np.float64):
        raise ValueError(f"points needs (N, 3) float32 or float64, got {cloud.shape} {cloud.dtype}")
    if chosen is not None and (chosen.shape != (len(cloud),) or chosen.dtype != np.bool_):
        raise ValueError(f"chosen needs ({len(cloud)},) bool, got {chosen.shape} {chosen.dtype}")
    return cloud


def _first(cloud: NDArray[Any], chosen: NDArray[np.bool_] | None) -> NDArray[Any]:
    """Return the first of the points that are looked at and finite, (3,); the origin if there is none."""
    index = np.arange(len(cloud)) if chosen is None else np.flatnonzero(chosen)
    for begin in range(0, len(index), _BLOCK):  # as a rule the very first is one
        some = cloud[index[begin : begin + _BLOCK]]
        fine = np.isfinite(some).all(axis=1)
        if fine.any():
            first: NDArray[Any] = some[fine.argmax()].copy()
            return first
    return np.zeros(3, cloud.dtype)
