"""Tracks out of a detector's boxes: which are the same thing, and where it was when it was not found."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from lidar_label.assist.tracking_associate import Detections
from lidar_label.assist.tracking_offline import track_boxes
from lidar_label.assist.tracking_refine import Tracklet
from lidar_label.assist.tracking_rules import rules_of
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Box, Floats, Source, Track

__all__ = ["track_detections"]

_MOST_ODDS = 20.0  # a score of 1 is no certainty
_BLIND_S = 0.35  # since or until it was seen, from which a person should look
_UNSURE = 2.0  # log-odds a metre that the place of a box without a detection may be off


def track_detections(
    detections: Sequence[Sequence[Box]],
    times_ns: Sequence[int],
    *,
    categories: str | Mapping[str, str],
    sensors: Sequence[ArrayLike] | None = None,
    least_score: float = 0.27,
) -> list[tuple[Track, list[Box]]]:
    """Make tracks of what a detector found, frame by frame.

    Detections are joined by overlap in space and by motion, each category by itself. Then, with the whole drive known:
    pieces of one track are put together, its size is the median, its way and heading are smoothed, frames in which it
    was not found are filled, it is carried back a little before its first, and a track on top of a surer one goes.

    Parameters
    ----------
    detections : sequence of sequences of Box, by frame
        With scores, 0 to 1; one without a score counts as sure. Poses in world, so that what stands still does.
    times_ns : sequence of int
        Time of each frame, rising.
    categories : str, or mapping of str to str
        The category of every detection, or of each `Box.track`.
    sensors : sequence of (3,) float, optional
        Where the LiDAR was in world, by frame. With it, the sides that were seen stay where they were seen when a box
        gets the size of its track, and far detections count less.
    least_score : float
        How likely a track has to be to be kept, 0 to 1.

    Returns
    -------
    list of (Track, list of Box)
        The surest first. Boxes by frame: `source` is MACHINE where there was a detection and PROPAGATED where there was
        none, `is_keyframe` False, `score` how likely it is that the thing is there, `doubt` "occluded" where it was
        not seen for a while.

    Raises
    ------
    InvalidValue
        If a frame has no time, times do not rise, or a box has no category.
    """
    if len(detections) > len(times_ns):
        raise InvalidValue(f"there are detections for {len(detections)} frames and times for {len(times_ns)}")
    seconds = np.array([time - times_ns[0] for time in times_ns], dtype=np.float64) * 1e-9
    if (np.diff(seconds) <= 0).any():
        raise InvalidValue("the times of the frames do not rise")
    if sensors is not None and len(sensors) < len(detections):
        raise InvalidValue(f"there are detections for {len(detections)} frames and places for {len(sensors)}")
    by_category: dict[str, list[tuple[int, Box]]] = defaultdict(list)
    for frame, boxes in enumerate(detections):
        for box in boxes:
            by_category[_category(box, categories)].append((frame, box))
    made: list[tuple[float, Track, list[Box]]] = []
    for category, rows in by_category.items():
        found = _arrays(rows, sensors)
        for tracklet in track_boxes(found, seconds, rules_of(category), odds(least_score)):
            track = Track(category=category)
            made.append((tracklet.evidence, track, _boxes(tracklet, track, rows, seconds)))
    made.sort(key=lambda one: -one[0])
    return [(track, boxes) for _, track, boxes in made]


def odds(score: float | None) -> float:
    """Return the log-odds of a score; of none, those of a certain one."""
    if score is None:
        return _MOST_ODDS
    if score <= 0 or score >= 1:
        return math.copysign(_MOST_ODDS, score - 0.5)
    return min(_MOST_ODDS, max(-_MOST_ODDS, math.log(score / (1 - score))))


def chance(evidence: float) -> float:
    """Return the score of some log-odds."""
    return 1 / (1 + math.exp(-min(_MOST_ODDS, max(-_MOST_ODDS, evidence))))


def _category(box: Box, categories: str | Mapping[str, str]) -> str:
    found = categories if isinstance(categories, str) else categories.get(box.track)
    if not found:
        raise InvalidValue("a detection has no category", where=f"track {box.track}")
    return found


def _arrays(rows: Sequence[tuple[int, Box]], sensors: Sequence[ArrayLike] | None) -> Detections:
    sensor: Floats = np.full((len(rows), 3), np.nan)
    if sensors is not None:
        sensor = np.array([np.asarray(sensors[frame], dtype=np.float64) for frame, _ in rows]).reshape(-1, 3)
    return Detections(
        frame=np.array([frame for frame, _ in rows], dtype=np.int64),
        boxes=np.array([(*box.center, *box.size, box.yaw) for _, box in rows], dtype=np.float64),
        evidence=np.array([odds(box.score) for _, box in rows]),
        sensor=sensor,
    )


def _boxes(tracklet: Tracklet, track: Track, rows: Sequence[tuple[int, Box]], seconds: Floats) -> list[Box]:
    """Return a tracklet as boxes; one that was found keeps its attributes."""
    made: list[Box] = []
    known = seconds[tracklet.frame[tracklet.row >= 0]]
    size = tuple(tracklet.boxes[0, 3:6].tolist())
    for frame, row, box, spread in zip(
        tracklet.frame.tolist(), tracklet.row.tolist(), tracklet.boxes.tolist(), tracklet.spread_m.tolist(), strict=True
    ):
        pose = SE3.from_yaw("world", "box", box[6], box[:3])
        plain = Box(track=track.token, frame=frame, world_SE3_box=pose, size=(size[0], size[1], size[2]))
        if row >= 0:
            seen = rows[row][1]
            made.append(
                replace(
                    plain,
                    is_keyframe=False,
                    source=Source.MACHINE,
                    score=chance(tracklet.evidence),
                    attributes=seen.attributes,
                    visibility=seen.visibility,
                )
            )
        else:
            score = chance(tracklet.evidence - _UNSURE * spread)
            doubt = "occluded" if np.abs(seconds[frame] - known).min() > _BLIND_S else ""
            made.append(replace(plain, is_keyframe=False, source=Source.PROPAGATED, score=score, doubt=doubt))
    return made
