"""Part of scripts/lift: the lifts, what came of each, and the tables."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lift_data import Object, Shot

from lidar_label.assist.lift import Eye, LiftView, Mark, lift
from lidar_label.errors import LidarLabelError
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import Category, with_usual_look

FEWEST = 5
_GROUPS = {"car": "cars", "vehicle": "lorries, buses, vans", "person": "people", "rider": "riders, bicycles"}
_USUAL = {"car": (4.6, 1.9, 1.7), "vehicle": (7.0, 2.5, 3.0), "person": (0.7, 0.7, 1.75), "rider": (1.7, 0.6, 1.3)}
_BANDS = (("0 to 20 m", 0.0, 20.0), ("20 to 40 m", 20.0, 40.0), ("from 40 m", 40.0, math.inf), ("all", 0.0, math.inf))
_SETS = {"KITTI object": "KITTI", "KITTI raw": "KITTI"}
_PLACES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one object's marks; overlaps in space."""

    title: str
    group: str
    range_m: float
    score: float = 0.0
    iou: float = 0.0
    ambiguous: bool = False
    is_lifted: bool = False
    ms: float = 0.0
    """With its share of the time that its frame took to make ready."""


def lifted(shots: Iterable[Shot]) -> list[Result]:
    """Lift the marks of every object that has enough points."""
    found: list[Result] = []
    for shot in shots:
        asked = [thing for thing in shot.objects if thing.group in _GROUPS and thing.points >= FEWEST]
        if not asked:
            continue
        began = time.perf_counter()
        view = LiftView.of(shot.xyz, shot.origins)
        eyes = {channel: Eye(eye.camera, eye.camera_SE3_ego) for channel, eye in shot.eyes.items()}
        for eye in eyes.values():
            view.picture(eye)
        ready = (time.perf_counter() - began) * 1e3 / len(asked)
        found += [_lifted(shot, thing, view, eyes, ready) for thing in asked]
    return found


def _lifted(shot: Shot, thing: Object, view: LiftView, eyes: dict[str, Eye], ready_ms: float) -> Result:
    told: dict[str, Any] = {
        "title": _SETS.get(shot.title, shot.title),
        "group": thing.group,
        "range_m": float(np.hypot(*(thing.row[:2] - shot.origins[0, :2]))),
    }
    usual = with_usual_look(Category(name=thing.category)).size or _USUAL[thing.group]
    began = time.perf_counter()
    try:
        marks = [Mark.of_rect(eyes[channel], rect) for channel, rect in thing.marks.items()]
        answer = lift(view, marks, usual, headings=(0.0,))
    except LidarLabelError:
        return Result(**told, ms=(time.perf_counter() - began) * 1e3 + ready_ms)
    spent = (time.perf_counter() - began) * 1e3 + ready_ms
    iou = float(iou_of_pairs(answer.row[None], thing.row[None], "3d")[0])
    return Result(**told, score=answer.score, iou=iou, ambiguous=answer.ambiguous, is_lifted=True, ms=spent)


def average_precision(results: Sequence[Result], least: float) -> float:
    """Return KITTI's average precision at 40 places of recall, where overlaps from `least` on are right."""
    order = sorted((r for r in results if r.is_lifted), key=lambda r: -r.score)
    right = np.cumsum([r.iou >= least for r in order])
    precision, recall = right / np.arange(1, len(order) + 1), right / max(len(results), 1)
    places = np.arange(1, _PLACES + 1) / _PLACES
    return float(np.mean([precision[recall >= place - 1e-9].max(initial=0.0) for place in places]))


def rows_of(results: Sequence[Result]) -> list[dict[str, Any]]:
    """Return a row for each kind, set and range."""
    rows = []
    for group, name in _GROUPS.items():
        for title in dict.fromkeys(r.title for r in results):
            for band, low, high in _BANDS:
                own = [r for r in results if (r.group, r.title) == (group, title) and low <= r.range_m < high]
                if own:
                    rows.append(_row(own, name, title, band))
    return rows


def _row(own: Sequence[Result], kind: str, title: str, band: str) -> dict[str, Any]:
    iou, ms = np.array([r.iou for r in own]), np.array([r.ms for r in own])
    return {
        "kind": kind, "set": title, "range": band, "objects": len(own),
        "ap_0.5": average_precision(own, 0.5), "ap_0.7": average_precision(own, 0.7),
        "at_0.5": float((iou >= 0.5).mean()), "at_0.7": float((iou >= 0.7).mean()), "mean_iou": float(iou.mean()),
        "ambiguous": float(np.mean([r.ambiguous for r in own])),
        "not_lifted": float(np.mean([not r.is_lifted for r in own])),
        "ms_mean": float(ms.mean()), "ms_median": float(np.median(ms)), "ms_95": float(np.percentile(ms, 95)),
    }  # fmt: skip


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a table in Markdown."""
    lines = [
        "| kind | set | range | objects | AP3D at 0.5 | at 0.7 | share at 0.5 | at 0.7 | mean IoU | ambiguous | "
        "not lifted | ms (mean) | ms (median) | ms (95 %) |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {r['kind']} | {r['set']} | {r['range']} | {r['objects']} "
        f"| {100 * r['ap_0.5']:.1f} | {100 * r['ap_0.7']:.1f} "
        f"| {r['at_0.5']:.0%} | {r['at_0.7']:.0%} | {r['mean_iou']:.2f} | {r['ambiguous']:.0%} | {r['not_lifted']:.0%} "
        f"| {r['ms_mean']:.1f} | {r['ms_median']:.1f} | {r['ms_95']:.1f} |"
        for r in rows
    ]
    return "\n".join(lines)


def page(rows: Sequence[dict[str, Any]], made: int) -> str:
    """Return docs/lift.md."""
    return _PAGE.replace("{made}", str(made)) + "\n" + table(rows) + "\n"


_PAGE = """# Lift: from 2D labels to 3D boxes, and back

`lidar-label lift PROJECT 2D_LABELS` makes a 3D box of each 2D label: COCO's JSON (boxes, polygons, masks, also packed),
KITTI's label text (its 2D fields; rows need no 3D box), or the tables of nuImages. A picture is found by the end of its
path, or as `scene/camera/frame`. Labels of one object in several cameras are lifted together: those with the same
`track_id`, and those of one kind whose boxes meet in space. `--class NAME=CATEGORY` says what a class becomes, `--class
NAME=` leaves it out. The boxes are machine-made until a person accepts them, and one undo takes all of them back. Where
another object explains a label about as well, its box is doubted as "ambiguous". What cannot be lifted is said, with
the reason and the place: a picture or a calibration that is not there, a label outside of its picture, nothing but
ground in it.

`lidar-label lift PROJECT FILE.json --back` writes the other way: the tight 2D box and the outline of every 3D box in
every picture, through the true lens, cut at the near plane and at the border, with `truncated` (the share that the
border cuts off) and `occluded` (the share of what faces the camera that other boxes hide).

In the desk: Track > Lift 2D labels to boxes asks what each class becomes and says how many labels are of the open
drive; it runs beside the window, can be stopped, and is one step of undo. With the tool for boxes (B) a drag in a
picture draws a rectangle, Shift and a drag an outline; Alt+T goes through what else may be meant. Drawn about the same
object in another camera's picture while its box is selected, both pictures make the box anew. While points are painted
(Shift+P), G keeps to the ground: a polygon (P) that is drawn on the road in a picture, or in any other view, is laid on
the ground's surface, shown there in all views with its area, and the points of the ground in it get the class.

## How

Of the points that lie in a label and stand on the ground, those that hang together may be the object. Which of these
parts are likely is told cheaply: they fill the label, stand where its lower side meets the ground, and are as large as
the kind at their distance. To the likeliest, and to others where that is not clear, boxes of the kind are fitted that
explain its points as from a click and whose own pictures lie on the label, at once: points lie near the sides that face
the sensor, rays went past and not through, the bottom stands on the ground, and the four sides of the label say how
wide and high it is where no point does. How well both agree says which part is meant, and how likely it is right; all
weights were measured on four made-up drives (731 to 734).

## Figures

By `scripts/lift --made {made} --write`: made-up drives from 735 on, on which nothing was chosen. KITTI has its own 2D
boxes; elsewhere they are the tight boxes of the 3D labels in each camera, each a mark. Objects count from 25 pixels of
height and 5 points on. AP3D is KITTI's at 40 places of recall, by the lift's own score. Milliseconds are of one box
with its share of what its frame takes to make ready.
"""
