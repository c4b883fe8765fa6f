"""Part of scripts/propagation: carry boxes on by three methods, and hold them against the labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from propagation_data import Drive, row_of

from lidar_label.assist.propagate import Step, propagate
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import SE3, Box

ONE, TWO = "one box", "two boxes"  # what a method is told
METHODS = {ONE: ("ours", "copy"), TWO: ("ours", "velocity")}
FEWEST = 10  # points of a box that shows something
ANY = 3  # points, under which a box shows nothing at all


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """A box of one method in a labelled frame."""

    drive: str
    category: str
    told: str
    method: str
    iou: float
    """From above."""
    flagged: bool
    points: int
    """Seen in the box it starts at or in the true one, whichever are fewer."""
    step: Step | None = None
    truth: Box | None = None


def carried(drive: Drive, told: str = ONE, *, fewest: int = 0) -> list[Carried]:
    """Carry the first box of each track on to its last label.

    Told of two boxes, a method knows the last label before the first frame with points as well or, where there is
    none, starts at the second frame. With `fewest`, a track starts at its first box of so many points, and only boxes
    of so many count. The tracks that show most come first, since things that show little go by those about them.
    """
    found: list[Carried] = []
    known: dict[int, list[Box]] = {}  # what is told of every track, and then what was made of those before
    chosen: list[tuple[str, Sequence[Box], list[Box]]] = []
    for category, all_boxes in drive.tracks:
        boxes = [b for b in all_boxes if b.frame in drive.frames and (not fewest or (b.num_lidar_pts or 0) >= fewest)]
        if len(boxes) >= 2:
            chosen.append((category, all_boxes, boxes))
            known.setdefault(boxes[0].frame, []).append(boxes[0])
    for category, all_boxes, boxes in sorted(chosen, key=lambda track: -drive.seen(track[2][0])):
        before = [box for box in all_boxes if box.frame < boxes[0].frame][-1:]
        seeds = boxes[:1] if told == ONE else [*before, boxes[0]] if before else boxes[:2]
        start = seeds[-1]
        labelled = [box for box in boxes if box.frame > start.frame]
        if not labelled:
            continue
        frames = [f for f in drive.frames if start.frame < f <= boxes[-1].frame]
        steps = {
            step.box.frame: step
            for step in propagate(
                seeds, frames, drive.times_ns, drive.points, category=category, has_poses=drive.has_poses,
                others=lambda frame: known.get(frame, ()),
            )
        }  # fmt: skip
        for frame, step in steps.items():
            known.setdefault(frame, []).append(step.box)
        at_start = drive.seen(start)
        for truth in labelled:
            other = start if told == ONE else _at_velocity(drive, seeds, truth.frame)
            step = steps[truth.frame]
            for method, box in zip(METHODS[told], (step.box, other), strict=True):
                iou = float(iou_of_pairs(row_of(box)[None], row_of(truth)[None], "bev")[0])
                mine = step if method == "ours" else None
                flagged = mine is not None and mine.reason is not None
                points = min(at_start, drive.seen(truth))
                found.append(Carried(drive.title, category, told, method, iou, flagged, points, mine, truth))
    return found


def _at_velocity(drive: Drive, seeds: Sequence[Box], frame: int) -> Box:
    """Return the second of two boxes, moved on at the speed between them."""
    before, start = seeds
    span = (drive.times_ns[start.frame] - drive.times_ns[before.frame]) * 1e-9
    ahead = (drive.times_ns[frame] - drive.times_ns[start.frame]) * 1e-9
    place = start.center + (start.center - before.center) / span * ahead
    return start.moved(SE3("world", "box", start.world_SE3_box.rotation, place))


def summed(found: Sequence[Carried]) -> list[dict[str, Any]]:
    """Return a row for each drive, what was told, and method, and for all drives."""
    rows = []
    drives = list(dict.fromkeys(one.drive for one in found))
    for told, methods in METHODS.items():
        for drive in [*drives, "all"]:
            for method in methods:
                ious = np.array([
                    one.iou for one in found
                    if (one.told, one.method) == (told, method) and drive in (one.drive, "all")
                ])  # fmt: skip
                if len(ious):
                    rows.append({
                        "drive": drive, "told": told, "method": method, "boxes": len(ious),
                        "mean_bev_iou": float(ious.mean()), "share_at_0.7": float((ious >= 0.7).mean()),
                    })  # fmt: skip
    return rows


def unsure(title: str, found: Sequence[Carried], fewest: int = 0) -> dict[str, Any]:
    """Return how much of what lies badly was flagged, and of what lies well, among boxes of so many points."""
    ours = [one for one in found if one.method == "ours" and one.points >= fewest]
    bad, flagged = np.array([one.iou < 0.7 for one in ours]), np.array([one.flagged for one in ours])
    return {
        "drives": title, "fewest_points": fewest, "boxes": len(ours), "bad": int(bad.sum()),
        "bad_flagged": float(flagged[bad].mean()) if bad.any() else 1.0,
        "good_flagged": float(flagged[~bad].mean()) if not bad.all() else 0.0,
    }  # fmt: skip
