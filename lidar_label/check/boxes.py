"""Rules on single boxes: where they are, how large, and whether one is there twice."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.spatial import cKDTree

from lidar_label.check.subject import Remark, Subject, by_track
from lidar_label.model import AttributeValue, Box, wrap_angle

FAR_M = 500.0
SIZE_FACTOR = 3.0
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
    egos = [frame.world_SE3_ego.translation for frame in subject.scene.frames]
    found = (
        (box, f"the box is more than {FAR_M:.0f} m from the car")
        for box in subject.placed()
        if np.linalg.norm(box.center - egos[box.frame]) > FAR_M
    )
    yield from by_track(subject, found)


def odd_sizes(subject: Subject) -> Iterator[Remark]:
    """Find boxes with a side far from the usual one of their category."""
    usual = {category.name: category.size for category in subject.taxonomy.categories}

    def found() -> Iterator[tuple[Box, str]]:
        for track in subject.labels.tracks:
            prior = usual.get(track.category)
            if prior is None:
                continue
            for box in subject.labels.of_track(track.token):
                for name, side, wanted in zip(("length", "width", "height"), box.size, prior, strict=True):
                    if not wanted / SIZE_FACTOR <= side <= wanted * SIZE_FACTOR:
                        yield box, f"a {name} of {side:.2f} m is odd for {track.category!r}, usually {wanted:.2f} m"

    yield from by_track(subject, found())


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
        yield Remark(f"in {count}, track {other} has nearly the same box", subject.labels.track(one), where[0])


def _alike(one: Box, other: Box) -> bool:
    sides = zip(one.size, other.size, strict=True)
    turn = abs(wrap_angle(2 * (one.yaw - other.yaw))) / 2  # front and back look the same
    return turn <= SAME_YAW_RAD and all(max(a, b) <= SAME_SIZE_RATIO * min(a, b) for a, b in sides)


def empty_tracks(subject: Subject) -> Iterator[Remark]:
    """Find tracks without any box."""
    for track in subject.labels.tracks:
        if not subject.labels.of_track(track.token):
            yield Remark("the track has no box", track)
