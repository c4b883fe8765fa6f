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

METHODS = ("ours", "copy", "velocity")


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """A box of one method in a labelled frame."""

    drive: str
    category: str
    method: str
    iou: float
    """From above."""
    flagged: bool
    points: int
    step: Step | None = None
    truth: Box | None = None


def carried(drive: Drive, *, fewest: int = 0, methods: Sequence[str] = METHODS) -> list[Carried]:
    """Carry the first box of each track on to its last label.

    With `fewest`, a track starts at its first box of so many points, and only boxes of so many count.
    """
    found: list[Carried] = []
    for category, all_boxes in drive.tracks:
        boxes = [b for b in all_boxes if b.frame in drive.frames and (not fewest or (b.num_lidar_pts or 0) >= fewest)]
        if len(boxes) < 2:
            continue
        start, labelled = boxes[0], {box.frame: box for box in boxes[1:]}
        frames = [f for f in drive.frames if start.frame < f <= boxes[-1].frame]
        made: dict[str, dict[int, Box]] = {"copy": dict.fromkeys(frames, start)}
        made["velocity"] = _at_velocity(drive, start, all_boxes, frames)
        steps: dict[int, Step] = {}
        if "ours" in methods:
            for step in propagate(
                [start], frames, drive.times_ns, drive.points, category=category, has_poses=drive.has_poses
            ):
                steps[step.box.frame] = step
        made["ours"] = {frame: step.box for frame, step in steps.items()}
        for method in methods:
            for frame, truth in labelled.items():
                iou = float(iou_of_pairs(row_of(made[method][frame])[None], row_of(truth)[None], "bev")[0])
                step = steps.get(frame) if method == "ours" else None
                flagged = step is not None and step.reason is not None
                count = truth.num_lidar_pts or 0
                found.append(Carried(drive.title, category, method, iou, flagged, count, step, truth))
    return found


def _at_velocity(drive: Drive, start: Box, boxes: Sequence[Box], frames: Sequence[int]) -> dict[int, Box]:
    """Move a box on at the speed of the last two labels up to it; of the first two where there is none before."""
    before = [box for box in boxes if box.frame < start.frame][-1:]
    after = [box for box in boxes if box.frame > start.frame][:1]
    other = (before or after)[0]
    if not before and len(frames) and after[0].frame == frames[-1]:
        return dict.fromkeys(frames, start)  # told of the only other label, it would be asked for what it was told
    span = (drive.times_ns[other.frame] - drive.times_ns[start.frame]) * 1e-9
    speed = (other.center - start.center) / span
    made = {}
    for frame in frames:
        place = start.center + speed * (drive.times_ns[frame] - drive.times_ns[start.frame]) * 1e-9
        made[frame] = start.moved(SE3("world", "box", start.world_SE3_box.rotation, place))
    return made


def summed(found: Sequence[Carried]) -> list[dict[str, Any]]:
    """Return a row for each drive and method, and for all drives."""
    rows = []
    drives = list(dict.fromkeys(one.drive for one in found))
    for drive in [*drives, "all"]:
        for method in METHODS:
            ious = np.array([one.iou for one in found if one.method == method and drive in (one.drive, "all")])
            rows.append({
                "drive": drive, "method": method, "boxes": len(ious), "mean_bev_iou": float(ious.mean()),
                "share_at_0.7": float((ious >= 0.7).mean()),
            })  # fmt: skip
    return rows


def unsure(title: str, found: Sequence[Carried]) -> dict[str, Any]:
    """Return how much of what lies badly was flagged, and of what lies well."""
    ours = [one for one in found if one.method == "ours"]
    bad, flagged = np.array([one.iou < 0.7 for one in ours]), np.array([one.flagged for one in ours])
    return {
        "drives": title, "boxes": len(ours), "bad": int(bad.sum()),
        "bad_flagged": float(flagged[bad].mean()) if bad.any() else 1.0,
        "good_flagged": float(flagged[~bad].mean()) if not bad.all() else 0.0,
    }  # fmt: skip
