"""Part of scripts/effort: an annotator by rules, who sets few boxes and lets propagation do the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from propagation_data import Drive, row_of

from lidar_label.assist.propagate import propagate
from lidar_label.kernels.rotated_iou import iou_of_pairs
from lidar_label.model import Box, Source

FEWEST, GOOD = 10, 0.7  # points of a box that counts, and its overlap in space with the truth
NEW_S, CORRECTION_S, DELETION_S, LOOK_S = 23.0, 8.0, 2.0, 1.0
PAGE = 24  # boxes that one look at the batch view takes in
_MOST_ROUNDS = 40


@dataclass(slots=True)
class Work:
    """What was done by hand, and what came of it."""

    objects: int = 0
    new: int = 0
    corrections: int = 0
    deletions: int = 0
    looks: int = 0
    boxes: int = 0
    good: int = 0
    unseen: int = 0
    """Boxes under 0.7 that the machine was sure of and only the last look found."""
    hard: list[str] = field(default_factory=list)

    @property
    def by_hand(self) -> int:
        """Boxes that were set or set right."""
        return self.new + self.corrections

    @property
    def seconds(self) -> float:
        """By the rules of the measure."""
        deleting, looking = self.deletions * DELETION_S, self.looks * LOOK_S
        return self.new * NEW_S + self.corrections * CORRECTION_S + deleting + looking

    def add(self, other: Work) -> None:
        """Add the work on another track or drive."""
        for name in ("objects", "new", "corrections", "deletions", "looks", "boxes", "good", "unseen"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.hard += other.hard


def annotate(drive: Drive, category: str, boxes: Sequence[Box]) -> Work:
    """Label one object until every box of 10 points or more lies at 0.7.

    The first box is set where most is seen of the object. It is carried on both ways; at a box the machine is not
    sure of, the annotator looks, and corrects it where it lies badly, or lets the machine go on to the next sure one.
    In the end all boxes are looked through a page at a time; one that lies badly is corrected, and carried on from
    there.
    """
    truth = {box.frame: box for box in boxes}
    asked = {frame for frame, box in truth.items() if (box.num_lidar_pts or 0) >= FEWEST}
    work = Work(boxes=len(asked))
    if not asked:
        return work
    work.objects = 1
    first, last = min(asked), max(asked)
    start = max((truth[frame] for frame in asked), key=lambda box: box.num_lidar_pts or 0)
    track = _Track(drive, category, truth, asked, (first, last), work)
    track.set_by_hand(start.frame, new=True)
    track.carry(start.frame, 1)
    track.carry(start.frame, -1)
    for _ in range(_MOST_ROUNDS):
        work.looks += -(-len(track.made) // PAGE)
        bad = track.bad()
        if not bad:
            break
        # The nearest to what is right, so that the machine goes on from a frame it knew.
        frame = min(bad, key=lambda f: min(abs(f - known) for known in track.keys))
        way = 1 if frame > min(track.keys, key=lambda known: abs(known - frame)) else -1
        work.unseen += 1
        track.set_by_hand(frame)
        track.carry(frame, way)
    work.good = len(asked) - len(track.bad())
    if work.by_hand > 4:
        work.hard.append(f"{drive.title} {category} {work.by_hand}/{work.boxes}")
    return work


@dataclass(slots=True, eq=False)
class _Track:
    drive: Drive
    category: str
    truth: Mapping[int, Box]
    asked: set[int]
    span: tuple[int, int]
    work: Work
    keys: dict[int, Box] = field(default_factory=dict)
    made: dict[int, Box] = field(default_factory=dict)

    def set_by_hand(self, frame: int, *, new: bool = False) -> None:
        if new:
            self.work.new += 1
        else:
            self.work.corrections += 1
        self.keys[frame] = replace(self.truth[frame], source=Source.HUMAN, is_keyframe=True, num_lidar_pts=None)
        self.made[frame] = self.keys[frame]

    def carry(self, start: int, way: int) -> None:
        """Carry the track on from a key frame to the next one, or the end; look at what the machine asks."""
        beyond = [frame for frame in self.keys if (frame - start) * way > 0]
        end = (min(beyond) - 1 if way > 0 else max(beyond) + 1) if beyond else self.span[way > 0]
        at = start
        while (end - at) * way > 0:
            frames = list(range(at + way, end + way, way))
            corrected = asking = False
            for step in propagate(
                list(self.keys.values()), frames, self.drive.times_ns, self.drive.points, category=self.category
            ):
                frame = step.box.frame
                self.made[frame] = step.box
                if step.reason is None:
                    asking = False
                    continue
                self.work.looks += not asking  # told to go on, the machine asks again after the next sure frame
                asking = True
                if frame in self.asked and overlap(step.box, self.truth[frame]) < GOOD:
                    self.set_by_hand(frame)
                    at, corrected = frame, True
                    break
            if not corrected:
                return

    def bad(self) -> list[int]:
        """Return the frames whose boxes are asked for and lie badly."""
        return [frame for frame in sorted(self.asked)
                if frame not in self.made or overlap(self.made[frame], self.truth[frame]) < GOOD]  # fmt: skip


def overlap(one: Box, other: Box) -> float:
    """Return the overlap of two boxes in space."""
    return float(iou_of_pairs(row_of(one)[None], row_of(other)[None])[0])


def linear(drive: Drive, boxes: Sequence[Box]) -> Work:
    """Label one object with the fewest key frames between which straight lines bring every box to 0.7.

    Before the first and after the last key frame the box stays where it is.
    """
    asked = [box for box in boxes if (box.num_lidar_pts or 0) >= FEWEST]
    work = Work(boxes=len(asked), good=len(asked), looks=-(-len(asked) // PAGE))
    if not asked:
        return work
    times = np.array([drive.times_ns[box.frame] for box in asked]) * 1e-9
    rows = np.array([row_of(box) for box in asked])
    rows[:, 6] = np.unwrap(rows[:, 6])
    count = len(rows)
    stays = (iou_of_pairs(np.repeat(rows[:1], count, axis=0), rows) >= GOOD).all()
    best = 1 if stays else _fewest(rows, times)
    work.objects, work.new, work.corrections = 1, 1, best - 1
    return work


def _fewest(rows: np.ndarray, times: np.ndarray) -> int:
    count = len(rows)
    holds = iou_of_pairs(np.repeat(rows, count, axis=0), np.tile(rows, (count, 1))).reshape(count, count) >= GOOD
    keys = np.array([1 if holds[k, :k].all() else count for k in range(count)])
    for k in range(1, count):
        for j in range(k - 1, -1, -1):
            if keys[j] + 1 < keys[k] and _straight(rows, times, j, k):
                keys[k] = keys[j] + 1
    return min(int(keys[k]) for k in range(count) if holds[k, k:].all())


def _straight(rows: np.ndarray, times: np.ndarray, j: int, k: int) -> bool:
    if k - j < 2:
        return True
    share = ((times[j + 1 : k] - times[j]) / (times[k] - times[j]))[:, None]
    return bool((iou_of_pairs(rows[j] + (rows[k] - rows[j]) * share, rows[j + 1 : k]) >= GOOD).all())
