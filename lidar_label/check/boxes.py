"""Rules on single boxes: where they are, how large, and whether one is there twice."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.spatial import cKDTree

from lidar_label.check.frame import Row
from lidar_label.check.rule import Rule, table
from lidar_label.check.subject import Remark, Subject, by_track
from lidar_label.model import AttributeValue, Box, wrap_angle

FAR_M = 500.0
SAME_CENTER_M = 0.3
SAME_SIZE_RATIO = 1.15
SAME_YAW_RAD = 0.2


def outside_the_scene(subject: Subject) -> Iterator[Remark]:
    """Find boxes in frames the scene does not have."""
    count = len(subject.scene.frames)
    found = (
        (box, f"the box is in a frame that the scene, with {count} frames, does not have")
        for box in subject.labels.boxes()
        if box.frame >= count
    )
    yield from by_track(subject, found)


def not_finite(subject: Subject) -> Iterator[Remark]:
    """Find numbers that are NaN or infinite."""
    for track in subject.labels.tracks:
        for name in _broken(track.attributes):
            yield Remark(f"attribute {name!r} is not a finite number", track)
    for box in subject.labels.boxes():
        pose = box.world_SE3_box
        numbers = (*pose.translation.tolist(), *pose.rotation.tolist(), *box.size, box.score or 0.0)
        if not all(math.isfinite(number) for number in numbers):
            yield Remark("the box has a number that is not finite", subject.labels.track(box.track), box.frame)
        for name in _broken(box.attributes):
            yield Remark(f"attribute {name!r} is not a finite number", subject.labels.track(box.track), box.frame)


def _broken(attributes: Mapping[str, AttributeValue]) -> list[str]:
    return [name for name, value in attributes.items() if isinstance(value, float) and not math.isfinite(value)]


def doubtful(subject: Subject) -> Iterator[Remark]:
    """Find boxes that the machine is not sure of and no person has looked at."""
    found = (
        (box, f"the machine asks a person to look at the box: {box.doubt.replace('-', ' ')}")
        for box in subject.placed()
        if box.doubt
    )
    yield from by_track(subject, found)


def far_away(subject: Subject) -> Iterator[Remark]:
    """Find boxes that no sensor could have seen."""
    frames = subject.scene.frames
    egos = {index: frames[index].world_SE3_ego.translation for index in {box.frame for box in subject.placed()}}
    found = (
        (box, f"the box is more than {FAR_M:.0f} m from the car")
        for box in subject.placed()
        if math.dist(box.center, egos[box.frame]) > FAR_M
    )
    yield from by_track(subject, found)


def doubled(subject: Subject) -> Iterator[Remark]:
    """Find pairs of tracks with nearly the same box in a frame."""
    frames: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index in range(len(subject.scene.frames)):
        boxes = subject.labels.in_frame(index)
        if len(boxes) < 2:
            continue
        tree = cKDTree(np.array([box.center for box in boxes]))
        for i, j in sorted(tree.query_pairs(SAME_CENTER_M)):
            if _alike(boxes[i], boxes[j]):
                one, other = sorted((boxes[i].track, boxes[j].track))
                frames[one, other].append(index)
    for (one, other), where in frames.items():
        count = f"{len(where)} frames" if len(where) > 1 else "a frame"
        message = f"in {count}, track {other} has nearly the same box"
        yield Remark(
            message, subject.labels.track(one), where[0], frames=tuple(where), other=subject.labels.track(other)
        )


def _alike(one: Box, other: Box) -> bool:
    sides = zip(one.size, other.size, strict=True)
    turn = abs(wrap_angle(2 * (one.yaw - other.yaw))) / 2  # front and back look the same
    return turn <= SAME_YAW_RAD and all(max(a, b) <= SAME_SIZE_RATIO * min(a, b) for a, b in sides)


def overlaps(row: Row) -> Iterator[Remark]:
    """Find boxes of which a good part lies in another box."""
    for i, j, share in row.shared:
        most = max(row.limits[i].overlap, row.limits[j].overlap)
        if share <= most or (_alike(row.boxes[i], row.boxes[j]) and _same_place(row.boxes[i], row.boxes[j])):
            continue
        other = row.tracks[j]
        message = f"{100 * share:.0f} % of the smaller box lie in that of track {other.name or other.token}"
        yield Remark(message, row.tracks[i], row.frame, share, most, other=other)


def _same_place(one: Box, other: Box) -> bool:
    return float(np.linalg.norm(one.center - other.center)) <= SAME_CENTER_M


def empty_tracks(subject: Subject) -> Iterator[Remark]:
    """Find tracks without any box."""
    for track in subject.labels.tracks:
        if not subject.labels.of_track(track.token):
            yield Remark("the track has no box", track)


RULES = table(
    Rule(
        "frame-outside",
        "Box outside the scene",
        "error",
        "A box in a frame that does not exist has no place in any export.",
        outside_the_scene,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "not-finite",
        "Number that is not finite",
        "error",
        "NaN and infinity are no places and no JSON; readers fail on them.",
        not_finite,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "far-box",
        "Box far from the car",
        "warning",
        "No sensor sees an object 500 m away: a pose or a unit is probably wrong.",
        far_away,
        leaves=True,
    ),
    Rule(
        "double-box",
        "Two tracks with the same boxes",
        "warning",
        "One object labelled twice counts as a false detection for every model that sees it once.",
        doubled,
        "scene",
        leaves=True,
    ),
    Rule(
        "overlap",
        "Boxes that lie in each other",
        "warning",
        "Two things cannot be in one place: one of the boxes is too large, or moved.",
        overlaps,
        "frame",
        trust=0.9,
    ),
    Rule(
        "empty-track",
        "Track without a box",
        "warning",
        "It is lost on export, since formats hold tracks only through their boxes.",
        empty_tracks,
        view="table",
        trust=1.0,
        leaves=True,
    ),
    Rule(
        "doubtful-box",
        "Box that the machine is not sure of",
        "warning",
        "Where too little was seen the motion alone placed it, and nobody has looked at it since.",
        doubtful,
        trust=0.6,
        leaves=True,
    ),
)
