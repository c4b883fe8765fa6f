"""Part of scripts/clicks: the clicks, what came of each, and the tables."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from clicks_baseline import closest_rectangle
from clicks_data import Shot, Thing
from numpy.typing import NDArray

from lidar_label.errors import LidarLabelError
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import Floats

FEWEST = 20
_GOOD = 0.7
_BY_POINTS = (20, 50, 100, 300, 1000, 10**9)
_SURE = (0.0, 0.5, 0.7, 0.85, 0.95, 1.01)

Answer = tuple[Floats, NDArray[np.intp], float]
"""The box as the kernels take it, the points taken for the object's, and how sure it is."""
Clicker = Callable[[Shot, Thing, Floats], Sequence[Answer]]
"""Answers, the likeliest first; raises where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """What came of a click; overlaps seen from above."""

    title: str
    shot: str
    category: str
    kind: str
    points: int
    range_m: float
    iou: float = 0.0
    best_iou: float = 0.0
    """Of the first four answers, the best."""
    yaw_deg: float = math.nan
    """Of the line of its length, 0 to 90."""
    plain_iou: float = 0.0
    """Of L-shape fitting by closeness, given the same points."""
    plain_yaw_deg: float = math.nan
    sure: float = 0.0
    ms: float = 0.0
    refused: str = ""


def clicked(shots: Iterable[Shot], clicker: Clicker, *, each: int = 1, seed: int = 0) -> list[Click]:
    """Click at random points of every object that has enough."""
    found: list[Click] = []
    for shot in shots:
        for number, thing in enumerate(shot.things):
            if len(thing.indices) < FEWEST:
                continue
            random = np.random.default_rng([seed, number])
            chosen = shot.xyz[random.choice(thing.indices, each)].astype(np.float64)
            found.extend(_click(shot, thing, point, clicker) for point in chosen)
    return found


def _click(shot: Shot, thing: Thing, point: Floats, clicker: Clicker) -> Click:
    told: dict[str, Any] = {
        "title": shot.title,
        "shot": shot.name,
        "category": thing.category,
        "kind": thing.kind,
        "points": len(thing.indices),
        "range_m": float(np.hypot(*(thing.pose.translation - shot.origin)[:2])),
    }
    began = time.perf_counter()
    try:
        answers = clicker(shot, thing, point)
    except LidarLabelError as error:
        return Click(**told, ms=(time.perf_counter() - began) * 1e3, refused=str(error))
    spent = (time.perf_counter() - began) * 1e3
    truth = thing.row
    overlaps = [_overlap(row, truth) for row, _, _ in answers[:4]]
    first, indices, sure = answers[0]
    plain = closest_rectangle(shot.xyz[indices, :2].astype(np.float64))
    return Click(
        **told,
        iou=overlaps[0],
        best_iou=max(overlaps),
        yaw_deg=_between(first[6], truth[6]),
        plain_iou=_overlap(np.array([*plain[:2], truth[2], *plain[2:4], truth[5], plain[4]]), truth),
        plain_yaw_deg=_between(plain[4], truth[6]),
        sure=sure,
        ms=spent,
    )


def _overlap(one: Floats, other: Floats) -> float:
    return float(iou_of_pairs(one[None], other[None], "bev")[0])


def _between(one: float, other: float) -> float:
    """Return by how much two lines differ, degrees from 0 to 90."""
    return math.degrees(abs((one - other + math.pi / 2) % math.pi - math.pi / 2))


def summed(clicks: Sequence[Click], name: str, **told: Any) -> dict[str, Any]:  # noqa: ANN401 - goes into JSON
    """Return one row of a table."""
    iou, plain = np.array([c.iou for c in clicks]), np.array([c.plain_iou for c in clicks])
    answered = [c for c in clicks if not c.refused]
    return {
        "name": name,
        **told,
        "clicks": len(clicks),
        "mean_iou": float(iou.mean()),
        "at_0.7": float((iou >= _GOOD).mean()),
        "best_of_4_at_0.7": float(np.mean([c.best_iou >= _GOOD for c in clicks])),
        "yaw_deg": float(np.median([c.yaw_deg for c in answered])) if answered else math.nan,
        "yaw_mean_deg": float(np.mean([c.yaw_deg for c in answered])) if answered else math.nan,
        "plain_mean_iou": float(plain.mean()),
        "plain_at_0.7": float((plain >= _GOOD).mean()),
        "plain_yaw_deg": float(np.median([c.plain_yaw_deg for c in answered])) if answered else math.nan,
        "refused": float(np.mean([bool(c.refused) for c in clicks])),
        "ms_median": float(np.median([c.ms for c in clicks])),
        "ms_95": float(np.percentile([c.ms for c in clicks], 95)),
    }


def rows_of(clicks: Sequence[Click]) -> list[dict[str, Any]]:
    """Return the rows: by set and kind, by category, by points, and by how sure it was."""
    rows = []
    titles = list(dict.fromkeys(c.title for c in clicks))
    for kind in ("vehicle", "rider", "person", "other"):
        for title in titles:
            rows += _row(clicks, f"{kind}: {title}", lambda c: (c.kind, c.title) == (kind, title))  # noqa: B023
    for category in sorted({c.category for c in clicks}):
        rows += _row(clicks, f"category {category}", lambda c: c.category == category)  # noqa: B023
    for low, high in pairwise(_BY_POINTS):
        span = f"{low} to {high - 1}" if high < 10**9 else f"from {low}"
        rows += _row(clicks, f"vehicles, points {span}",
                     lambda c: c.kind == "vehicle" and low <= c.points < high)  # noqa: B023  # fmt: skip
    for below, above in pairwise(_SURE):
        rows += _row(clicks, f"sure {below:.2f} to {min(above, 1.0):.2f}",
                     lambda c: not c.refused and below <= c.sure < above)  # noqa: B023  # fmt: skip
    return rows


def _row(clicks: Sequence[Click], name: str, fits: Callable[[Click], bool]) -> list[dict[str, Any]]:
    chosen = [click for click in clicks if fits(click)]
    return [summed(chosen, name)] if chosen else []


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as text."""
    lines = [f"{'':<34}clicks   IoU  at 0.7  of 4   yaw | closeness: IoU  at 0.7   yaw | refused  ms median  95 %"]
    lines += [
        f"{row['name']:<34}{row['clicks']:6d} {row['mean_iou']:5.3f} {row['at_0.7']:7.1%}"
        f"{row['best_of_4_at_0.7']:6.0%}{row['yaw_deg']:6.1f} | {row['plain_mean_iou']:14.3f} "
        f"{row['plain_at_0.7']:7.1%}{row['plain_yaw_deg']:6.1f} | {row['refused']:7.1%}"
        f"{row['ms_median']:11.1f}{row['ms_95']:6.1f}"
        for row in rows
    ]
    return "\n".join(lines)
