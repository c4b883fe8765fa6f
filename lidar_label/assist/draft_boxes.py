"""Boxes around candidates: of a vehicle by the engine of a click, of people and riders by their rectangle."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lidar_label.assist.click import boxes_of
from lidar_label.assist.click_kinds import KINDS, Kind
from lidar_label.assist.click_seen import Seen
from lidar_label.assist.draft_candidates import Candidate, Standing
from lidar_label.assist.fit_rectangle import fit_rectangle
from lidar_label.kernels.click_cells import voxels
from lidar_label.model import Floats

Group = Literal["vehicle", "person", "rider"]

_YAWS, _REFINED = 18, 3
_POINTS, _OTHERS, _OTHERS_M = 160, 60, 2.0
_OWN_ODDS, _OTHER_ODDS = 2.0, -3.0  # the logarithm of the odds that a point is of the object
_FINE_M, _FINE_BY_RANGE = 0.08, 0.002
_PERSON, _RIDER = (0.65, 0.6), (1.75, 0.65)


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A box that may be a road user.

    Parameters
    ----------
    group : "vehicle", "person" or "rider"
    kind : str
        Of a vehicle: car, van, truck or bus.
    row : (7,) float64
        In the ego frame: centre x, y, z; length, width, height (metres); yaw (radians).
    features : (F,) float64
        What says how likely it is to be right; see `_features`.
    """

    group: Group
    kind: str
    row: Floats
    features: Floats


FEATURES = (
    "worth", "points", "density", "range", "held", "beside", "tall", "top", "longer", "wider", "length", "width",
    "height", "low", "depth", "spread",
)  # fmt: skip


def proposals(standing: Standing, candidate: Candidate, headings: Sequence[float]) -> Iterator[Proposal]:
    """Yield the boxes that a candidate may be, one of each group that it may be of.

    Parameters
    ----------
    standing : Standing
    candidate : Candidate
    headings : sequence of float, radians
        Directions that objects have here, in the ego frame.
    """
    c = candidate
    if c.length <= 1.5 and c.width <= 1.2 and 0.9 <= c.top <= 2.25:
        yield _upright(standing, c, "person", _PERSON, headings)
    if 0.5 <= c.length <= 2.6 and c.width <= 1.3 and 0.85 <= c.top <= 2.25:
        yield _upright(standing, c, "rider", _RIDER, headings)
    if c.length >= 0.9 and c.top >= 0.55 and c.top < 4.65:
        found = _vehicle(standing, c, headings)
        if found is not None:
            yield found


def _vehicle(standing: Standing, c: Candidate, headings: Sequence[float]) -> Proposal | None:
    kinds = [kind for kind in KINDS if _fits(kind, c)]
    if not kinds:
        return None
    found = boxes_of(seen_of(standing, c), kinds, headings, yaws=_YAWS, refined=_REFINED)
    if not found:
        return None
    first = found[0]
    return Proposal("vehicle", first.kind, first.row, _features(standing, c, first.row, first.worth))


def _fits(kind: Kind, c: Candidate) -> bool:
    if not kind.may_have_top(c.top) or c.length > 1.1 * kind.longest:
        return False
    return not kind.is_high or c.top > 2.0  # a lorry that low is hidden: it is not worth a guess


def seen_of(standing: Standing, c: Candidate) -> Seen:
    """Return what the engine of a click looks at, of one cluster and what is beside it."""
    level, own = standing.level, c.own
    middle = level[own, :2].mean(axis=0)
    away = float(np.hypot(*(middle - standing.origins[0, :2])))
    flat = level[own]
    _, kept, _ = voxels(flat, max(_FINE_M, _FINE_BY_RANGE * away), 0.25, len(own))
    kept = kept[:: max(-(-len(kept) // _POINTS), 1)]
    near = standing.grid.near(flat[:, :2], _OTHERS_M)
    others = np.setdiff1d(near, own, assume_unique=True)
    others = others[:: max(-(-len(others) // _OTHERS), 1)]
    which = np.concatenate([own, others])
    odds = np.full(len(which), _OTHER_ODDS)
    odds[: len(own)] = _OWN_ODDS
    gaps = np.where(odds > 0, 0.0, 9.0)
    seed = flat[int(np.argmin(((flat[:, :2] - middle) ** 2).sum(axis=1))), :2]
    return Seen(
        standing.indices[which], level[which], odds, gaps, 1.0,
        np.concatenate([kept, np.arange(len(own), len(which))]), seed.copy(), float(level[own, 2].max()),
        c.ground, standing.origins[:, :2].copy(), standing.free,
        standing.corner,
    )  # fmt: skip


def _upright(
    standing: Standing, c: Candidate, group: Group, usual: tuple[float, float], headings: Sequence[float]
) -> Proposal:
    flat = standing.level[c.own, :2]
    found = fit_rectangle(flat, standing.origins[0, :2], usual, headings if group == "rider" else ())
    height = c.top + 0.03
    z = c.ground.at(found.x, found.y) + height / 2
    row = np.array([found.x, found.y, z, found.length, found.width, height, found.yaw])
    return Proposal(group, group, row, _features(standing, c, row, found.score * 10))


def _features(standing: Standing, c: Candidate, row: Floats, worth: float) -> Floats:
    """Return what tells a road user from what else stands about, as `FEATURES` names it."""
    points = standing.level[c.own]
    x, y, yaw, length, width = row[0], row[1], row[6], row[3], row[4]
    away = float(np.hypot(x - standing.origins[0, 0], y - standing.origins[0, 1]))
    cos, sin = math.cos(yaw), math.sin(yaw)
    on = np.abs(cos * (points[:, 0] - x) + sin * (points[:, 1] - y))
    off = np.abs(cos * (points[:, 1] - y) - sin * (points[:, 0] - x))
    inside = (on < length / 2 + 0.1) & (off < width / 2 + 0.1)
    depth = np.minimum(length / 2 - on, width / 2 - off)[inside]
    heights = points[:, 2]
    count = len(points)
    return np.array([
        worth / 10, math.log(count) / 3, (math.log(count) + 2 * math.log(max(away, 3.0) / 20)) / 3, away / 50,
        inside.mean(), math.log1p(c.beside), c.tall, c.top, math.log(max(c.length, 0.2) / length),
        math.log(max(c.width, 0.1) / width), math.log(length), math.log(width), math.log(row[5]),
        (heights < 0.6).mean(), depth.mean() if len(depth) else 0.0, heights.std(),
    ])  # fmt: skip
