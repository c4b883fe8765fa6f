"""Strangers: things in the points that no box holds, followed from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lidar_label.check.cloud import Points
from lidar_label.check.floor import Floor
from lidar_label.model import Floats

_CELL_M = 0.25
_RANGE_M = 45.0
_OFF_GROUND_M, _HIGH_M = 0.35, 4.0
_FEWEST = 20
_LONGEST_M = 9.0
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

    def chains(self) -> list[list[Stranger]]:
        """Return the same things from frame to frame: nearest first, along their own motion."""
        by_frame: dict[int, list[Stranger]] = {}
        for stranger in self.found:
            by_frame.setdefault(stranger.frame, []).append(stranger)
        done: list[list[Stranger]] = []
        alive: list[list[Stranger]] = []
        for frame in sorted(by_frame):
            left = list(by_frame[frame])
            still: list[list[Stranger]] = []
            for chain in alive:
                if self.times[frame] - self.times[chain[-1].frame] > 0.8:
                    done.append(chain)
                    continue
                at = self._expected(chain, frame)
                near = _NEAR_M
                if len(chain) == 1:
                    near += _FIRST_M_S * float(self.times[frame] - self.times[chain[-1].frame])
                fit = [s for s in left if _apart(s.center, at) < near and _alike(s, chain[-1])]
                best = min(fit, key=lambda s: _apart(s.center, at), default=None)
                if best is not None:
                    chain.append(best)
                    left.remove(best)
                still.append(chain)
            alive = still + [[stranger] for stranger in left]
        return done + alive

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


def _apart(center: tuple[float, float, float], at: tuple[float, float]) -> float:
    return float(np.hypot(center[0] - at[0], center[1] - at[1]))


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

    away = points.xyz[:, :2] - points.eyes[0, :2].astype(np.float32)
    kept = np.flatnonzero((owner < 0) & (np.abs(away) < _RANGE_M).all(axis=1))
    up = points.xyz[kept, 2] - floor.at(points.xyz[kept, :2])
    off = up > _OFF_GROUND_M  # false where nothing is known of the ground
    kept, up = kept[off], up[off]
    cells = int(2 * _RANGE_M / _CELL_M) + 1
    column, row = (((away[kept, k] + _RANGE_M) / _CELL_M).astype(np.int64) for k in (0, 1))
    place = column * cells + row
    taken = np.zeros(cells * cells, dtype=np.bool_)
    taken[place] = True
    label, count = ndimage.label(taken.reshape(cells, cells), np.ones((3, 3)))
    if not count:
        return []
    which = label.ravel()[place]
    numbers = np.bincount(which, minlength=count + 1)
    bounds = ndimage.find_objects(label)
    high = ndimage.maximum(up, which, np.arange(count + 1))
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(numbers)
    found = []
    for k in range(1, count + 1):
        span = max(s.stop - s.start for s in bounds[k - 1]) * _CELL_M
        if numbers[k] < _FEWEST or span > _LONGEST_M or high[k] > _HIGH_M or high[k] < 0.7:
            continue
        part = order[ends[k - 1] : ends[k]]
        own = points.xyz[kept[part]].astype(np.float64)
        center, length, width = _rectangle(own[:, :2])
        z = float(np.median(own[:, 2] - up[part])) + float(high[k]) / 2
        place_in_world = points.origin + np.array([*center, z])
        x, y, z = place_in_world.tolist()
        found.append(Stranger(frame, (x, y, z), (length, width, float(high[k])), int(numbers[k])))
    return found


def _rectangle(xy: Floats) -> tuple[tuple[float, float], float, float]:
    """Return middle, length and width of the narrowest upright rectangle about points."""
    angles = np.linspace(0.0, np.pi / 2, 18, endpoint=False)
    axes = np.stack([np.cos(angles), np.sin(angles)])
    along = xy @ axes
    across = xy @ np.stack([-np.sin(angles), np.cos(angles)])
    long, wide = np.ptp(along, axis=0), np.ptp(across, axis=0)
    best = int(np.argmin(long * wide))
    u, v = (along[:, best].max() + along[:, best].min()) / 2, (across[:, best].max() + across[:, best].min()) / 2
    c, s = axes[:, best]
    sides = sorted((float(long[best]), float(wide[best])), reverse=True)
    return (float(c * u - s * v), float(s * u + c * v)), sides[0], sides[1]
