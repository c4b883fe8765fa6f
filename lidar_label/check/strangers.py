"""Strangers: things in the points that no box holds, followed from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.cloud import Points
from lidar_label.check.floor import Floor
from lidar_label.kernels.heaps import rectangles_about, standing_points
from lidar_label.model import Floats

_CELL_M = 0.25
_RANGE_M = 45.0
_OFF_GROUND_M, _LOW_M, _HIGH_M = 0.35, 0.7, 4.0
_FEWEST = 20
_LONGEST_M = 9.0
_LOST_S = 0.8  # not seen for so long: what is there now is something else
_NEAR_M, _FIRST_M_S = 0.9, 20.0  # of where a thing is expected; how fast one may be that was seen once


@dataclass(frozen=True, slots=True)
class Stranger:
    """A heap of points off the ground that stands alone: its middle in world, its size, and how many points it has."""

    frame: int
    center: tuple[float, float, float]
    size: tuple[float, float, float]
    points: int


@dataclass(eq=False)
class Strangers:
    """What no box holds in a scene, frame by frame; `times` are the frames' seconds."""

    times: Floats
    found: list[Stranger] = field(default_factory=list)

    @cached_property
    def chains(self) -> list[list[Stranger]]:
        """The same things from frame to frame: nearest first, along their own motion."""
        by_frame: dict[int, list[Stranger]] = {}
        for stranger in self.found:
            by_frame.setdefault(stranger.frame, []).append(stranger)
        done: list[list[Stranger]] = []
        alive: list[list[Stranger]] = []
        for frame in sorted(by_frame):
            now = float(self.times[frame])
            done += [chain for chain in alive if now - self.times[chain[-1].frame] > _LOST_S]
            alive = [chain for chain in alive if now - self.times[chain[-1].frame] <= _LOST_S]
            here = by_frame[frame]
            taken: set[int] = set()
            for chain, away in zip(alive, self._apart(alive, here, frame), strict=True):
                near = _NEAR_M
                if len(chain) == 1:
                    near += _FIRST_M_S * (now - float(self.times[chain[-1].frame]))
                for k in np.argsort(away).tolist():
                    if away[k] >= near:
                        break
                    if k not in taken and _alike(here[k], chain[-1]):
                        chain.append(here[k])
                        taken.add(k)
                        break
            alive += [[stranger] for k, stranger in enumerate(here) if k not in taken]
        return done + alive

    def _apart(self, chains: list[list[Stranger]], here: list[Stranger], frame: int) -> Floats:
        """Return how far each of the heaps of a frame is from where each chain would be."""
        expected = np.array([self._expected(chain, frame) for chain in chains]).reshape(-1, 1, 2)
        places = np.array([stranger.center[:2] for stranger in here])
        return np.asarray(np.hypot(*(places - expected).transpose(2, 0, 1)))

    def _expected(self, chain: list[Stranger], frame: int) -> tuple[float, float]:
        last = chain[-1]
        if len(chain) < 2:
            return last.center[0], last.center[1]
        before = chain[-2]
        share = (self.times[frame] - self.times[last.frame]) / (self.times[last.frame] - self.times[before.frame])
        return (
            last.center[0] + (last.center[0] - before.center[0]) * share,
            last.center[1] + (last.center[1] - before.center[1]) * share,
        )


def _alike(one: Stranger, other: Stranger) -> bool:
    sizes = zip(one.size, other.size, strict=True)
    near = all(abs(a - b) < 0.5 + 0.25 * max(a, b) for a, b in sizes)
    return near and max(one.points, other.points) < 5 * min(one.points, other.points)


def strangers_in(points: Points, owner: NDArray[np.int32], floor: Floor, frame: int) -> list[Stranger]:
    """Return what stands alone in a frame and no box holds.

    Parameters
    ----------
    points : Points
    owner : (N,) int32
        The box that holds each point, -1 for none.
    floor : Floor
    frame : int
    """
    from scipy import ndimage

    begin = points.eyes[0, :2] - _RANGE_M
    cells = int(2 * _RANGE_M / _CELL_M)
    corner = (float(floor.corner[0]), float(floor.corner[1]))
    index, up, place = standing_points(
        points.xyz, owner, floor.surface, corner, floor.cell, (float(begin[0]), float(begin[1])), _CELL_M, cells,
        _OFF_GROUND_M,
    )  # fmt: skip
    taken = np.zeros(cells * cells, dtype=np.bool_)
    taken[place] = True
    label, count = ndimage.label(taken.reshape(cells, cells), np.ones((3, 3)))
    if not count:
        return []
    which = label.ravel()[place] - 1
    numbers = np.bincount(which, minlength=count)
    spans = [max(s.stop - s.start for s in bounds) * _CELL_M for bounds in ndimage.find_objects(label)]
    order = np.argsort(which, kind="stable")
    ends = np.concatenate([[0], np.cumsum(numbers)])
    high = np.maximum.reduceat(up[order], ends[:-1])  # no heap is without a point
    fits = (numbers >= _FEWEST) & (np.array(spans) <= _LONGEST_M) & (high <= _HIGH_M) & (high >= _LOW_M)
    heaps = np.flatnonzero(fits)
    parts = [order[ends[k] : ends[k + 1]] for k in heaps]
    own = index[np.concatenate(parts)] if parts else np.zeros(0, np.int64)
    rectangles = rectangles_about(points.xyz, own, np.concatenate([[0], np.cumsum(numbers[heaps])]))
    found = []
    for part, k, (x, y, length, width) in zip(parts, heaps, rectangles.tolist(), strict=True):
        z = float(np.median(points.xyz[index[part], 2] - up[part])) + float(high[k]) / 2
        x, y, z = (points.origin + np.array([x, y, z])).tolist()
        found.append(Stranger(frame, (x, y, z), (length, width, float(high[k])), int(numbers[k])))
    return found
