"""Part of scripts/draft: what it takes by hand to set a draft right, beside labelling from nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from annotator import FEWEST, GOOD, PAGE, Work, _Track, annotate, overlap
from propagation_data import Drive, of_scene

from lidar_label.assist.draft import Drafted
from lidar_label.model import Box, Labels, Scene

_LEAST_SCORE = 0.3
_MOST_ROUNDS = 40


@dataclass(slots=True)
class Effort:
    """The work on a drive from nothing, and with a draft."""

    nothing: Work = field(default_factory=Work)
    draft: Work = field(default_factory=Work)
    drafted: int = 0
    """Objects of which a track of the draft was taken."""
    objects: int = 0


def effort_of(
    title: str, scene: Scene, labels: Labels, tracks: Sequence[Drafted], every: int, is_asked: Callable[[Box], bool]
) -> Effort:
    """Label a drive's road users both ways by the rules of scripts/effort; every so manieth object alone.

    Each drafted track costs a look, and a deletion where it is of nothing; those are shared among the objects.
    Labels say how many points a box holds; a box that is not asked for is neither labelled nor looked at.
    """
    from draft_run import class_of

    effort = Effort()
    drive = of_scene(title, scene, [])
    labelled = {box.frame for track in labels.tracks for box in labels.of_track(track.token)}
    known = [one for one in tracks if one.score >= _LEAST_SCORE
             and any(box.frame in labelled and is_asked(box) for box in one.boxes)]  # fmt: skip
    objects = []
    for track in labels.tracks:
        boxes = [box for box in labels.of_track(track.token) if is_asked(box)]
        if class_of(track.category) and any((box.num_lidar_pts or 0) >= FEWEST for box in boxes):
            objects.append((track.category, boxes))
    taken: set[int] = set()
    for number, (category, boxes) in enumerate(objects):
        found = _best(boxes, known, taken)
        if found is not None:
            taken.add(found)
            effort.drafted += 1
        if number % every:
            continue
        effort.objects += 1
        nothing = annotate(drive, category, boxes)
        effort.nothing.add(nothing)
        effort.draft.add(_corrected(drive, category, boxes, known[found].boxes) if found is not None else nothing)
    share = effort.objects / max(len(objects), 1)
    effort.draft.looks += round(len(known) * share)
    effort.draft.deletions += round((len(known) - len(taken)) * share)
    effort.drafted = round(effort.drafted * share)
    return effort


def _best(boxes: Sequence[Box], tracks: Sequence[Drafted], taken: set[int]) -> int | None:
    """Return the track that lies on the object in most frames, in a fifth of them at least."""
    truth = {box.frame: box for box in boxes}
    best: tuple[int, int] | None = None
    for number, track in enumerate(tracks):
        if number in taken:
            continue
        on = sum(_lies_on(box, truth[box.frame]) for box in track.boxes if box.frame in truth)
        if on > len(truth) / 5 and (best is None or on > best[0]):
            best = on, number
    return None if best is None else best[1]


def _lies_on(box: Box, truth: Box) -> bool:
    return bool(np.hypot(*(box.center - truth.center)[:2]) < 3) and overlap(box, truth) > 0.3


def _corrected(drive: Drive, category: str, boxes: Sequence[Box], drafted: Sequence[Box]) -> Work:
    """Set a drafted track right: it is looked through a page at a time, a bad box corrected and carried on."""
    truth = {box.frame: box for box in boxes}
    asked = {frame for frame, box in truth.items() if (box.num_lidar_pts or 0) >= FEWEST}
    work = Work(boxes=len(asked))
    track = _Track(drive, category, truth, asked, (min(asked), max(asked)), work)
    track.made = {box.frame: box for box in drafted if min(asked) <= box.frame <= max(asked)}
    sure = {frame for frame in track.made if frame in asked and overlap(track.made[frame], truth[frame]) >= GOOD}
    for _ in range(_MOST_ROUNDS):
        work.looks += -(-max(len(track.made), 1) // PAGE)
        bad = track.bad()
        if not bad:
            break
        known = set(track.keys) | (sure if not track.keys else set())
        frame = min(bad, key=lambda f: min((abs(f - k) for k in known), default=0))
        track.set_by_hand(frame)
        kept = dict(track.made)
        for way in (1, -1):
            track.carry(frame, way)
        good = {f for f, b in kept.items() if f in asked and overlap(b, truth[f]) >= GOOD}
        track.made.update({f: kept[f] for f in good})  # what was right is not carried over
    work.good = len(asked) - len(track.bad())
    return work
