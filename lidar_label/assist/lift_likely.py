"""Which parts of what lies in marks may be the object, told cheaply before boxes are fitted to any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lidar_label.assist.click_kinds import Size
from lidar_label.assist.lift_look import LiftView, Part
from lidar_label.assist.lift_marks import Mark
from lidar_label.model import Floats

LOOKS = ("across", "down", "aside", "tall", "foot", "wide")
_WEIGHTS = np.array([0.3, 1.1, -4.0, -1.3, -0.5, -1.2])  # from made-up drives 731 to 734, whose ground is exact: a foot
# counts half of what it does there
_POINTS = 200  # of a part that are looked at
_LEAST = 0.02  # of a side that is filled
_MOST = 6.0  # that one deviation counts
_TALL, _FOOT, _WIDE = 0.3, 0.2, 0.3  # deviations of logarithms


def worth_of_parts(view: LiftView, parts: Sequence[Part], marks: Sequence[Mark], usual: Size) -> Floats:
    """Return how likely each part is the object, as log odds beside each other, (P,).

    It fills the marks as they lie in the pictures, stands where their lower sides meet the ground, and at its
    distance they are as high and as wide as its kind.
    """
    found: Floats = looks_of_parts(view, parts, marks, usual) @ _WEIGHTS
    return found


def looks_of_parts(view: LiftView, parts: Sequence[Part], marks: Sequence[Mark], usual: Size) -> Floats:
    """Return what is seen of each part, (P, 6); see `LOOKS`."""
    found = np.zeros((len(parts), len(LOOKS)))
    some = [part.indices[:: len(part.indices) // _POINTS + 1] for part in parts]
    held = np.concatenate(some)
    of = np.repeat(np.arange(len(parts)), [len(own) for own in some])
    for mark in marks:
        found += _in_mark(view, held, of, len(parts), mark, usual)
    return found


def _in_mark(
    view: LiftView, held: NDArray[np.intp], of: NDArray[np.intp], parts: int, mark: Mark, usual: Size
) -> Floats:
    """Return how parts lie in one mark, (parts, 6)."""
    picture = view.picture(mark.eye)
    place = picture.place[held]
    seen = place >= 0
    uv, of, held = picture.uv[place[seen]], of[seen], held[seen]
    found = np.zeros((parts, len(LOOKS)))
    if not len(of):
        return found
    begins = np.flatnonzero(np.diff(of, prepend=-1))
    rows, middle = of[begins], (begins + np.append(begins[1:], len(of)) - 1) // 2
    low, high = np.array(mark.rect[:2]), np.array(mark.rect[2:])
    span, centre = high - low, (low + high) / 2
    sides = np.minimum(np.maximum.reduceat(uv, begins), high) - np.maximum(np.minimum.reduceat(uv, begins), low)
    found[rows, :2] = np.log(np.clip(sides / span, _LEAST, 1.0))
    median = uv[np.lexsort((uv[:, 0], of))[middle], 0]
    found[rows, 2] = np.abs(median - centre[0]) / span[0]
    way = mark.eye.camera_SE3_ego.inverse
    corners = [[centre[0], low[1]], [centre[0], high[1]], [low[0], centre[1]], [high[0], centre[1]]]
    rays = mark.eye.camera.rays(corners) @ way.rotation_matrix.T
    if not mark.shows_all or not np.isfinite(rays).all():
        return found
    flat = view.xyz[held, :2] - way.translation[:2]
    distance = np.hypot(flat[:, 0], flat[:, 1])
    away = distance[np.lexsort((distance, of))[middle]].astype(np.float64)
    climb = rays[:, 2] / np.maximum(np.hypot(rays[:, 0], rays[:, 1]), 1e-6)
    is_open = mark.open_sides
    if not (is_open[1] or is_open[3]):
        found[rows, 3] = _off(away * max(climb[0] - climb[1], 1e-4), usual[2], usual[2], _TALL)
    if not is_open[3] and climb[1] < 0:
        ground = view.surface.height(view.xyz[held[begins], :2].astype(np.float64))
        foot = np.maximum((way.translation[2] - np.where(np.isfinite(ground), ground, np.nan)) / -climb[1], 0.1)
        found[rows, 4] = np.nan_to_num(_off(foot, away, away, _FOOT))
    if not (is_open[0] or is_open[2]):
        turn = np.arctan2(rays[3, 1], rays[3, 0]) - np.arctan2(rays[2, 1], rays[2, 0])
        wide = away * abs((turn + np.pi) % (2 * np.pi) - np.pi)
        found[rows, 5] = _off(wide, min(usual[:2]), float(np.hypot(*usual[:2])), _WIDE)
    return found


def _off(value: Floats, least: Floats | float, most: Floats | float, deviation: float) -> Floats:
    """Return what it costs that values are not between two others, as a bell curve of logarithms has it."""
    off = np.log(np.maximum(value, 1e-3)) - np.log(np.clip(value, least, most))
    return np.asarray(np.minimum(0.5 * (off / deviation) ** 2, _MOST))
