"""Cuboids of Ground Truth: yaw counted its own way, tracks by object-id, names of objects by their class."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import numpy as np

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.euler import angles_of, quaternion_of
from lidar_label.datasets.objects import Find, TrackBook, take_facts
from lidar_label.datasets.sagemaker.format import CLOCKWISE, REVERSED
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import attribute, is_number, listed, mapping, number, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Box, Labels, Scene, Track, wrap_angle

UNKNOWN = "unknown"
NAME = "object-name"
_ATTRIBUTES = "label-category-attributes"
_CENTER = ("center-x", "center-y", "center-z")
_SIZE = ("length", "width", "height")
_TURN = ("yaw", "pitch", "roll")
_OWN = {_ATTRIBUTES, NAME, "object-id", "class-id", *_CENTER, *_SIZE, *_TURN}
_LONGEST = 18
_ORDER = "ZYX"  # yaw, pitch about the turned y, roll about the turned x


def heading_of(yaw: float, counted: str) -> float:
    """Return the heading about +z that a cuboid's yaw means, in (-pi, pi]; the same turns a heading into a yaw.

    Parameters
    ----------
    yaw : float
        Radians, of any size.
    counted : "reversed", "clockwise" or "counter-clockwise"
        Half a turn less the heading, the heading's negative, or the heading.
    """
    if counted == REVERSED:
        return wrap_angle(math.pi - wrap_angle(yaw))
    return wrap_angle(-yaw if counted == CLOCKWISE else yaw)


def entries_of(content: object, where: object) -> list[Mapping[str, Any]]:
    """Return what a file of labels says of each frame; of a job with pictures, what it says of the cloud."""
    found = mapping(content, "a file of labels", where)
    if "tracking-annotations" not in found and isinstance(found.get("lidar"), Mapping):
        found = found["lidar"]
    rows = listed(found.get("tracking-annotations"), "tracking-annotations", where)
    return [mapping(row, "a frame's annotations", f"{where}, frame {number_}") for number_, row in enumerate(rows)]


def object_names(objects: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the name of each object, ``CLASS:NUMBER``, counted as they are met: first its key, then its category."""
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    for key, category in objects:
        if key not in found:
            counts[category] += 1
            found[key] = f"{category}:{counts[category]}"
    return found


class CuboidReader:
    """Collects the cuboids of a scene, frame by frame.

    `taken_off` is what the files say was taken off the world that they speak of.
    """

    def __init__(
        self, scene: Scene, counted: str, find: Find, *, in_world: bool, taken_off: Point3 = (0.0, 0.0, 0.0)
    ) -> None:
        self._scene, self._counted, self._find, self._in_world = scene, counted, find, in_world
        self._origin = np.array(scene.origin) - np.array(taken_off)
        self._book = TrackBook(find)
        self._boxes: list[Box] = []
        self._names: dict[str, tuple[str, str]] = {}  # of tracks by token: category and the name they were given
        self._tilted = 0

    def add(self, frame: int, cuboids: object, class_map: Mapping[str, str], where: str) -> None:
        """Take in the cuboids of a frame.

        Raises
        ------
        UnreadableFile
            If one has no place, size or turn, or is none.
        """
        for row, given in enumerate(listed(cuboids or [], "annotations", where)):
            place = f"{where}, cuboid {row}"
            cuboid = mapping(given, "a cuboid", place)
            name = text(cuboid.get(NAME))
            category = class_map.get(text(cuboid.get("class-id")), "") or name.rpartition(":")[0] or name
            if not category:
                category = UNKNOWN
                text_ = f"cuboids without a class are called {UNKNOWN}"
                self._find("warning", "no-category", text_, self._scene.name)
            if self._scene.is_sequence:
                track = self._book.track(frame, text(cuboid.get("object-id")) or name, category, place)
            else:
                track = self._book.alone(category)
            self._names.setdefault(track.token, (track.category, name))
            attributes = _attributes(cuboid, place)
            facts = take_facts(attributes)
            try:
                self._boxes.append(
                    Box(
                        track=track.token, frame=frame, world_SE3_box=self._pose(frame, cuboid, place),
                        size=tuple(number(cuboid.get(key), key, place) for key in _SIZE),  # type: ignore[arg-type]
                        attributes=attributes, score=facts.score, visibility=facts.visibility, source=facts.source,
                        num_lidar_pts=facts.num_lidar_pts, num_radar_pts=facts.num_radar_pts,
                    )
                )  # fmt: skip
            except InvalidValue as error:
                raise UnreadableFile(f"a cuboid is none: {error.what}", where=place) from None

    def _pose(self, frame: int, cuboid: Mapping[str, Any], where: str) -> SE3:
        center = [number(cuboid.get(key), key, where) for key in _CENTER]
        yaw, pitch, roll = (number(cuboid.get(key, 0 if key != "yaw" else None), key, where) for key in _TURN)
        self._tilted += pitch != 0 or roll != 0
        turn = quaternion_of((heading_of(yaw, self._counted), wrap_angle(pitch), wrap_angle(roll)), _ORDER)
        if self._in_world:
            return SE3("world", "box", turn, np.array(center) - self._origin)
        return self._scene.frames[frame].world_SE3_ego @ SE3("ego", "box", turn, center)

    def labels(self) -> Labels:
        """Return what was collected, and tell how it was understood."""
        where = self._scene.name
        if self._boxes:
            text_ = f"yaw is taken as {_MEANINGS[self._counted]} (--assume yaw=...)"
            self._find("info", "assumed", text_, where)
        if self._tilted:
            text_ = f"{self._tilted} cuboids lean; they turn by yaw, then pitch about their y, then roll about their x"
            self._find("info", "assumed", text_, where)
        counted = self._counted_names()
        return steady_labels(self._scene, [self._named(track, counted) for track in self._book.tracks], self._boxes)

    def _counted_names(self) -> dict[str, str]:
        """Return the names that objects get by counting: in a drive all through, else anew in each frame."""
        found: dict[str, str] = {}
        for _, boxes in groupby(self._boxes, lambda box: 0 if self._scene.is_sequence else box.frame):
            found |= object_names((box.track, self._names[box.track][0]) for box in boxes)
        return found

    def _named(self, track: Track, counted: Mapping[str, str]) -> Track:
        """Return a track with the name that its object was given, where that is not what counting gives."""
        name = self._names[track.token][1]
        if not name or name in (counted[track.token], track.name):
            return track
        return replace(track, attributes={**track.attributes, NAME: name})


_MEANINGS = {
    REVERSED: "half a turn less the heading, as the service documents what it writes",
    CLOCKWISE: "the heading's negative",
    "counter-clockwise": "the heading",
}


def _attributes(cuboid: Mapping[str, Any], where: str) -> dict[str, AttributeValue]:
    """Return a cuboid's attributes, and what else it says that has no place of its own."""
    given = mapping(cuboid.get(_ATTRIBUTES) or {}, _ATTRIBUTES, where)
    rest = {key: value for key, value in cuboid.items() if key not in _OWN and key not in given}
    found = {key: attribute(value) for key, value in {**given, **rest}.items()}
    return {key: value for key, value in found.items() if key and value is not None}


def frame_rows(entries: Sequence[Mapping[str, Any]], numbers: Sequence[object], where: object) -> list[int]:
    """Return for each entry of a file of labels the frame of its sequence.

    A ``frame-number`` is the place in the sequence; where it cannot be, the number that the sequence gives a frame
    (`numbers`); without one, entries are in the frames' order.

    Raises
    ------
    UnreadableFile
        If neither fits, or two entries are of one frame.
    """
    said = [entry.get("frame-number", entry.get("frame-no")) for entry in entries]
    if all(value is None for value in said):
        rows = list(range(len(entries)))
    else:
        asked = [_whole(value) for value in said]
        places = {int(value): row for row, value in enumerate(numbers) if is_number(value)}
        if all(0 <= value < len(numbers) for value in asked):
            rows = asked
        else:
            rows = [places.get(value, -1) for value in asked]
    odd = next((row for row, frame in enumerate(rows) if not 0 <= frame < len(numbers)), None)
    if odd is not None:
        raise UnreadableFile(f"entry {odd} of the labels is of no frame of the sequence", where=where)
    if len(set(rows)) < len(rows):
        raise UnreadableFile("two entries of the labels are of one frame", where=where)
    return rows


def _whole(value: object) -> int:
    """Return a number, also as text; -1 where it is none."""
    if isinstance(value, str) and value.isdecimal() and len(value) < _LONGEST:
        return int(value)
    return int(value) if is_number(value) else -1


def cuboid_of(pose: SE3, size: tuple[float, float, float]) -> dict[str, float]:
    """Return the numbers of a cuboid as the service has them; `pose` is in its world."""
    heading, pitch, roll = angles_of(pose.rotation, _ORDER)
    turn = (heading_of(heading, REVERSED), pitch, roll)
    values = zip((*_CENTER, *_SIZE, *_TURN), (*pose.translation.tolist(), *size, *turn), strict=True)
    return {name: float(value) for name, value in values}
