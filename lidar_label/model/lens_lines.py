"""Straight lines as a lens shows them: cut at the near plane, bent, cut where sight ends and at the picture's edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lidar_label.model.camera import NEAR_M, Camera, Fisheye
from lidar_label.model.se3 import Floats

# Pieces of a line that looks less than so wide, radians; with them no chord leaves its arc by a pixel.
_PIECES = ((0.1, 4), (0.5, 12), (np.inf, 48))
_HALVINGS = 14  # of a piece, to where sight ends: some thousandths of a pixel
_MARGIN = 0.3  # of the picture's size about it
_LEAST_AWAY_M = 1e-3  # of a line through the camera itself


def lens_segments(camera: Camera, starts: Floats, ends: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Project straight segments of the camera's frame as the lens bends them.

    Each is cut at the near plane, where the lens cannot see, and at the image's edges with a margin. Where the lens
    bends, it is cut into pieces that look equally wide from the camera, more of them the wider it looks.

    Parameters
    ----------
    camera : Camera
    starts, ends : (N, 3) float64, metres, camera frame

    Returns
    -------
    segments : (K, 2, 2) float64, pixels
    kept : (K,) int
        Which segment each piece is of.
    """
    wide = isinstance(camera, Fisheye)  # it may see behind its own plane
    if wide:
        kept = np.arange(len(starts))
    else:
        starts, ends, kept = clip_near(starts, ends, NEAR_M * (1 + 1e-9))
    if wide or camera.distortion:
        segments, of = _bent(camera, starts, ends)
    else:
        uv, _ = camera.project(np.concatenate([starts, ends]))
        segments, of = np.stack([uv[: len(starts)], uv[len(starts) :]], axis=1), np.arange(len(starts))
    edge = np.array([camera.width, camera.height], dtype=np.float64)
    cut, inside = clip_rect(segments, -0.1 * edge, 1.1 * edge)
    return cut, kept[of[inside]]


def _bent(camera: Camera, starts: Floats, ends: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """Return segments as the chains of pieces a bent lens shows, and which each piece is of."""
    sweep = _Sweep.of(starts, ends)
    angle = sweep.last - sweep.first
    drawn, owners = [np.empty((0, 2, 2))], [np.empty(0, np.intp)]
    cut, sights, blinds = [np.empty(0, np.intp)], [np.empty(0)], [np.empty(0)]
    below = 0.0
    for widest, pieces in _PIECES:
        chosen = np.flatnonzero((angle >= below) & (angle < widest))
        below = widest
        own = sweep.some(chosen)
        turn = own.first[:, None] + (own.last - own.first)[:, None] * np.linspace(0.0, 1.0, pieces + 1)
        uv, seen = _see(camera, own.points(turn))
        whole = seen[:, :-1] & seen[:, 1:]
        drawn.append(np.stack([uv[:, :-1], uv[:, 1:]], axis=2)[whole])
        owners.append(np.broadcast_to(chosen[:, None], whole.shape)[whole])
        row, column = np.nonzero(seen[:, :-1] != seen[:, 1:])
        begins = seen[row, column + 1]
        cut.append(chosen[row])
        sights.append(turn[row, column + begins])
        blinds.append(turn[row, column + ~begins])
    edges, of = _to_the_edge(camera, sweep, np.concatenate(cut), np.concatenate(sights), np.concatenate(blinds))
    return np.concatenate([*drawn, edges]), np.concatenate([*owners, of])


def _to_the_edge(
    camera: Camera, sweep: _Sweep, names: NDArray[np.intp], sight: Floats, blind: Floats
) -> tuple[Floats, NDArray[np.intp]]:
    """Return pieces in which sight begins or ends as far as it goes, found by halving; those in the picture alone."""
    seen_at, _ = _see(camera, sweep.some(names).points(sight[:, None]))
    edge = np.array([camera.width, camera.height])
    about = ((seen_at[:, 0] > -_MARGIN * edge) & (seen_at[:, 0] < (1 + _MARGIN) * edge)).all(axis=1)
    names, sight, blind, begin = names[about], sight[about], blind[about], seen_at[about]
    if not len(names):
        return np.empty((0, 2, 2)), names
    own = sweep.some(names)
    for _ in range(_HALVINGS):
        middle = (sight + blind) / 2
        sees = _see(camera, own.points(middle[:, None]))[1][:, 0]
        sight, blind = np.where(sees, middle, sight), np.where(sees, blind, middle)
    return np.concatenate([begin, _see(camera, own.points(sight[:, None]))[0]], axis=1), names


def _see(camera: Camera, points: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    uv, seen = camera.project(points.reshape(-1, 3))
    return uv.reshape(*points.shape[:-1], 2), seen.reshape(points.shape[:-1])


@dataclass(frozen=True, slots=True, eq=False)
class _Sweep:
    """Segments by the angle that a look along each turns through: equal turns are about equally long in a picture.

    A place is `foot` + `away` * tan(turn) * `way`; `foot` is the line's nearest to the camera.
    """

    foot: Floats
    way: Floats
    away: Floats
    first: Floats
    last: Floats

    @classmethod
    def of(cls, starts: Floats, ends: Floats) -> _Sweep:
        """Return the sweeps of (N, 3) segments."""
        along = ends - starts
        long = np.linalg.norm(along, axis=1)
        way = along / np.maximum(long, 1e-12)[:, None]
        at = np.einsum("ni,ni->n", starts, way)
        foot = starts - way * at[:, None]
        away = np.maximum(np.linalg.norm(foot, axis=1), _LEAST_AWAY_M)
        return cls(foot, way, away, np.arctan(at / away), np.arctan((at + long) / away))

    def some(self, chosen: NDArray[np.intp]) -> _Sweep:
        """Return some of them."""
        parts = (self.foot, self.way, self.away, self.first, self.last)
        return _Sweep(*(part[chosen] for part in parts))

    def points(self, turn: Floats) -> Floats:
        """Return the places, (N, K, 3), at turns, (N, K)."""
        placed: Floats = self.foot[:, None] + (self.away[:, None] * np.tan(turn))[:, :, None] * self.way[:, None]
        return placed


def clip_near(starts: Floats, ends: Floats, near: float) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Cut segments where their third coordinate falls below `near`.

    Returns
    -------
    starts, ends : (K, 3) float64
    kept : (K,) int
        Which of the segments given each one is; those wholly below are left out.
    """
    a, b = starts[:, 2] < near, ends[:, 2] < near
    kept = np.flatnonzero(~(a & b))
    starts, ends = starts[kept].copy(), ends[kept].copy()
    for low, other, cut in ((starts, ends, a[kept]), (ends, starts, b[kept])):
        part = (near - low[cut, 2]) / (other[cut, 2] - low[cut, 2])
        low[cut] += (other[cut] - low[cut]) * part[:, None]
    return starts, ends, kept


def clip_rect(segments: Floats, low: ArrayLike, high: ArrayLike) -> tuple[Floats, NDArray[np.intp]]:
    """Cut (K, 2, 2) segments to a rectangle, so that no pen is sent far outside a picture.

    Returns the parts inside and which segment each is.

    References
    ----------
    Y.-D. Liang and B. Barsky, "A new concept and method for line clipping", 1984.
    """
    first, way = segments[:, 0], segments[:, 1] - segments[:, 0]
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (low - first) / way, (high - first) / way
    inside = (first >= low) & (first <= high)
    still = way == 0
    enter = np.where(still, np.where(inside, 0.0, np.inf), np.minimum(one, two)).max(axis=1, initial=0.0)
    leave = np.where(still, np.where(inside, 1.0, -np.inf), np.maximum(one, two)).min(axis=1, initial=1.0)
    kept = np.flatnonzero(enter <= leave)
    start = first[kept] + way[kept] * enter[kept, None]
    end = first[kept] + way[kept] * leave[kept, None]
    return np.stack([start, end], axis=1), kept
