"""The rows of scripts/tracking: both trackers on the same detections, class by class and overlap by overlap."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tracking_baseline import track_plainly
from tracking_kitti import (
    CLASSES,
    Sequence,
    ignored_regions,
    in_level,
    in_world,
    level_boxes,
    rects_of,
    truth_of,
    write_tracks,
)
from tracking_noise import noisy_detections

from lidar_label.assist.tracking_associate import Detections, associate
from lidar_label.assist.tracking_offline import track_boxes
from lidar_label.assist.tracking_rules import rules_of
from lidar_label.check.mot import Comparison, Objects, score_tracks
from lidar_label.model import Floats

OVERLAPS = (0.25, 0.5, 0.7)
_OURS, _PLAIN = "ours", "AB3DMOT-style"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Detections of one class in one sequence, in the level frame; `odds` are the detector's own scores."""

    frame: np.ndarray
    boxes: Floats
    odds: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tracked:
    """What a tracker made of them, in the level frame, and the seconds it took; `joining` is association alone."""

    frame: np.ndarray
    track: np.ndarray
    boxes: Floats
    score: Floats
    seconds: float
    joining: float


def judged(sequences: list[Sequence], detections: Path | None, write: Path | None = None) -> list[dict[str, Any]]:
    """Return a row for each tracker, class and least overlap."""
    rows: list[dict[str, Any]] = []
    for category in CLASSES:
        found = [_found(sequence, category, detections, seed) for seed, sequence in enumerate(sequences)]
        counted = any((~truth_of(sequence, category).ignored).any() for sequence in sequences)
        if not counted or not any(len(one.frame) for one in found):
            continue
        _ours(sequences[0], found[0], category)  # compile first
        for method, tracker in ((_PLAIN, _plain), (_OURS, _ours)):
            made = [tracker(*pair, category) for pair in zip(sequences, found, strict=True)]
            compared = [_compared(*pair, category) for pair in zip(sequences, made, strict=True)]
            frames = sum(sequence.frames for sequence in sequences)
            for overlap in OVERLAPS:
                score = score_tracks(compared, least_iou=overlap)
                rows.append(
                    {
                        "class": category,
                        "overlap": overlap,
                        "method": method,
                        **score.as_dict(),
                        "frames_per_s": frames / max(1e-9, sum(one.seconds for one in made)),
                        "association_frames_per_s": frames / max(1e-9, sum(one.joining for one in made)),
                    }
                )
            if write is not None:
                for sequence, one in zip(sequences, made, strict=True):
                    file = write / method / category / f"{sequence.name}.txt"
                    write_tracks(file, sequence, category, one.frame, one.track, one.boxes, one.score)
    return rows


def _found(sequence: Sequence, category: str, folder: Path | None, seed: int) -> _Found:
    if folder is None:
        frame, boxes, odds = noisy_detections(truth_of(sequence, category), sequence.frames, category, seed)
        return _Found(frame=frame, boxes=boxes, odds=odds)
    files = sorted(folder.glob(f"*{category}*/{sequence.name}.txt"))
    if len(files) != 1:
        named = f"{len(files)} files" if files else "no file"
        raise SystemExit(f"{folder} has {named} *{category}*/{sequence.name}.txt, and one is needed")
    text = files[0].read_text()
    cells = np.loadtxt(text.splitlines(), delimiter=",", ndmin=2) if text.strip() else np.zeros((0, 15))
    cells = cells[np.argsort(cells[:, 0], kind="stable")]
    cells = cells[cells[:, 0] < sequence.frames]
    return _Found(frame=cells[:, 0].astype(np.int64), boxes=level_boxes(cells[:, 7:14]), odds=cells[:, 6])


def _plain(sequence: Sequence, found: _Found, category: str) -> _Tracked:
    began = time.thread_time()
    who, boxes = track_plainly(found.frame, found.boxes, sequence.world_from_level, category)
    spent = time.thread_time() - began
    return _Tracked(
        frame=who[:, 0], track=who[:, 1], boxes=boxes, score=found.odds[who[:, 2]], seconds=spent, joining=spent
    )


def _ours(sequence: Sequence, found: _Found, category: str) -> _Tracked:
    seconds = np.array(sequence.times_ns) * 1e-9
    seen = Detections(
        frame=found.frame,
        boxes=in_world(sequence, found.frame, found.boxes),
        evidence=found.odds,
        sensor=sequence.world_from_level[found.frame, :3, 3],
    )
    rules = rules_of(category)
    began = time.thread_time()
    associate(seen, seconds, rules)
    joining = time.thread_time() - began
    began = time.thread_time()
    tracks = track_boxes(seen, seconds, rules)
    spent = time.thread_time() - began
    lengths = [len(track.frame) for track in tracks]
    frame = np.concatenate([np.zeros(0, dtype=np.int64), *(track.frame for track in tracks)])
    boxes = np.concatenate([np.zeros((0, 7)), *(track.boxes for track in tracks)])
    return _Tracked(
        frame=frame,
        track=np.repeat(np.arange(len(tracks)), lengths),
        boxes=in_level(sequence, frame, boxes),
        score=np.repeat([track.evidence for track in tracks], lengths),
        seconds=spent,
        joining=joining,
    )


def _compared(sequence: Sequence, made: _Tracked, category: str) -> Comparison:
    """Return the comparison, without boxes that show nowhere in the picture: there nobody labelled."""
    rect = rects_of(sequence, made.boxes)
    shown = (rect[:, 2] > rect[:, 0]) & (rect[:, 3] > rect[:, 1])
    frame = made.frame[shown]
    tracks = Objects(
        frame=frame,
        track=made.track[shown],
        boxes=made.boxes[shown],
        ignored=ignored_regions(sequence, frame, rect[shown]),
        score=made.score[shown],
    )
    return Comparison(truth=truth_of(sequence, category), tracks=tracks)


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as text."""
    names = ("sAMOTA", "AMOTA", "AMOTP", "MOTA", "MOTP", "IDS", "FRAG", "FP", "FN")
    lines = ["class       IoU   tracker        " + "".join(f"{name:>8}" for name in names) + "  association"]
    for row in rows:
        cells = "".join(f"{row[name]:8d}" if isinstance(row[name], int) else f"{row[name]:8.2f}" for name in names)
        speed = f"{row['association_frames_per_s']:8.0f} frames/s"
        lines.append(f"{row['class']:<12}{row['overlap']:<6.2f}{row['method']:<15}{cells}{speed}")
    return "\n".join(lines)
