"""Boxes and clouds through a real lens, many at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.views.geometry import clip_near, clip_rect
from lidar_label.kernels.camera_dots import FISHEYE, PINHOLE, Lens, Window, nearest_dots
from lidar_label.model import NEAR_M, SE3, Camera, Fisheye, Floats, Image, Pinhole

# Pieces of a line that looks less than so wide, radians; with them no chord leaves its arc by a pixel.
_PIECES = ((0.1, 4), (0.5, 12), (np.inf, 48))
_HALVINGS = 24
_LEAST_AWAY_M = 1e-3  # of a line through the camera itself


def camera_SE3_ego(image: Image, world_SE3_ego: SE3) -> SE3:
    """Return the way from the frame's vehicle to a picture's camera, each at its own time."""
    return image.world_SE3_sensor.inverse @ world_SE3_ego


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
    found: list[tuple[Floats, NDArray[np.intp]]] = []
    below = 0.0
    for widest, pieces in _PIECES:
        chosen = np.flatnonzero((angle >= below) & (angle < widest))
        below = widest
        if len(chosen):
            found.append(_chains(camera, sweep.some(chosen), chosen, pieces))
    if not found:
        return np.empty((0, 2, 2)), np.empty(0, np.intp)
    return np.concatenate([segments for segments, _ in found]), np.concatenate([of for _, of in found])


def _chains(camera: Camera, sweep: _Sweep, names: NDArray[np.intp], pieces: int) -> tuple[Floats, NDArray[np.intp]]:
    share = np.linspace(0.0, 1.0, pieces + 1)
    turn = sweep.first[:, None] + (sweep.last - sweep.first)[:, None] * share
    uv, seen = _see(camera, sweep.points(turn))
    segments = np.stack([uv[:, :-1], uv[:, 1:]], axis=2)
    whole = seen[:, :-1] & seen[:, 1:]
    row, column = np.nonzero(seen[:, :-1] != seen[:, 1:])
    if len(row):  # sight begins or ends in these: halve the way to where it does
        begins = seen[row, column + 1]
        sight = np.where(begins, turn[row, column + 1], turn[row, column])
        blind = np.where(begins, turn[row, column], turn[row, column + 1])
        own = sweep.some(row)
        for _ in range(_HALVINGS):
            middle = (sight + blind) / 2
            sees = _see(camera, own.points(middle[:, None]))[1][:, 0]
            sight, blind = np.where(sees, middle, sight), np.where(sees, blind, middle)
        edge = _see(camera, own.points(sight[:, None]))[0][:, 0]
        segments[row, column, np.where(begins, 0, 1)] = edge
        whole[row, column] = True
    return segments[whole], np.broadcast_to(names[:, None], whole.shape)[whole]


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


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """The points of a cloud that are drawn in one picture: the nearest of each cell.

    Parameters
    ----------
    uv : (K, 2) float32, pixels of the picture
    index : (K,) int32
        Which point of the cloud each is.
    window : Window
        The cells.
    chosen : bool
        Whether only some points were looked at, as those in boxes.
    """

    uv: NDArray[np.float32]
    index: NDArray[np.int32]
    window: Window
    chosen: bool = False


def dots_in(
    camera: Camera,
    camera_SE3_points: SE3,
    xyz: NDArray[np.float32],
    window: Window,
    chosen: NDArray[np.bool_] | None = None,
) -> Dots:
    """Project a cloud into a picture and keep the nearest point of each cell."""
    way = camera_SE3_points
    uv, index = nearest_dots(xyz, way.rotation_matrix, way.translation, _numbers(camera), window, chosen)
    return Dots(uv, index, window, chosen is not None)


@lru_cache(maxsize=256)
def _numbers(camera: Camera) -> Lens:
    """Return a lens as the kernels take it."""
    if not isinstance(camera, Pinhole | Fisheye):
        raise TypeError(f"no kernel knows a lens of kind {type(camera).__name__}")
    bend = np.zeros(8)
    bend[: len(camera.distortion)] = camera.distortion
    kind = FISHEYE if isinstance(camera, Fisheye) else PINHOLE
    widest = camera.widest if camera.distortion or kind == FISHEYE else np.inf
    return Lens(kind, camera.fx, camera.fy, camera.cx, camera.cy, bend, widest, NEAR_M)
