"""Cuboids of Scale's responses: turned about world's vertical, their front along y."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lidar_label.datasets.euler import angles_of, quaternion_of
from lidar_label.datasets.objects import Find, TrackBook, take_facts
from lidar_label.datasets.values import attribute, is_number, listed, mapping, number, text, xyz
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Box, Labels, Scene

UNKNOWN = "unknown"
WRAPPERS = ("response", "annotations", "frames")
_PLACED = {"uuid", "label", "position", "dimensions", "yaw", "pitch", "roll", "numberOfPoints", "attributes"}
# Our box looks along its x, theirs along its y.
_THEIRS_SE3_OURS = SE3.from_yaw("theirs", "box", math.pi / 2, (0.0, 0.0, 0.0))
_ORDER = "ZYX"  # yaw, pitch about the turned y, roll about the turned x
_LEVEL = 1e-9


def entries_of(content: object, where: object) -> list[Mapping[str, Any]]:
    """Return what a response says of each frame, out of whatever it is wrapped in."""
    for _ in WRAPPERS:
        if isinstance(content, Mapping) and "cuboids" not in content:
            content = next((content[key] for key in WRAPPERS if key in content), content)
    if isinstance(content, Mapping) and "cuboids" in content:
        content = [content]
    found = listed(content, "a response", where)
    return [mapping(entry, "a frame's annotations", f"{where}, frame {index}") for index, entry in enumerate(found)]


def read_cuboids(scene: Scene, entries: Sequence[tuple[Mapping[str, Any], str]], heading: str, find: Find) -> Labels:
    """Return the labels of a scene, given what is said of each frame and where; one uuid is one track."""
    book = TrackBook(find)
    boxes: list[Box] = []
    tilted = 0
    others: set[str] = set()
    for index, (entry, where) in enumerate(entries):
        others |= {key for key, value in entry.items() if key != "cuboids" and isinstance(value, list) and value}
        for row, given in enumerate(listed(entry.get("cuboids") or [], "cuboids", where)):
            place = f"{where}, cuboid {row}"
            cuboid = mapping(given, "a cuboid", place)
            pose, size, is_tilted = _shape(cuboid, heading, place)
            tilted += is_tilted
            attributes = _attributes(cuboid, place)
            facts = take_facts(attributes)
            points = cuboid.get("numberOfPoints")
            counted = int(points) if is_number(points) and points >= 0 else None
            label = text(cuboid.get("label"))
            if not label:
                find("warning", "no-category", f"cuboids without a label are called {UNKNOWN}", scene.name)
            track = book.track(index, text(cuboid.get("uuid")), label or UNKNOWN, place)
            try:
                boxes.append(
                    Box(
                        track=track.token, frame=index, size=size, attributes=attributes,
                        world_SE3_box=SE3("world", "box", pose.rotation, pose.translation - scene.origin),
                        score=facts.score, visibility=facts.visibility, num_radar_pts=facts.num_radar_pts,
                        num_lidar_pts=counted, source=facts.source,
                    )
                )  # fmt: skip
            except InvalidValue as error:
                raise UnreadableFile(f"a cuboid is none: {error.what}", where=place) from None
    if tilted:
        order = "by yaw, then by pitch about their y, then by roll about their x"
        find("info", "assumed", f"{tilted} cuboids lean; they are taken to turn {order}", scene.name)
    if others:
        find("info", "not-read", f"these are not read: {', '.join(sorted(others))}", scene.name)
    return Labels(book.tracks, boxes)


def _shape(cuboid: Mapping[str, Any], heading: str, where: str) -> tuple[SE3, tuple[float, float, float], bool]:
    center = xyz(cuboid.get("position"), "position", where)
    x, y, z = xyz(cuboid.get("dimensions"), "dimensions", where)
    yaw, pitch, roll = (number(cuboid.get(key, default), key, where) for key, default in _TURNS)
    try:
        pose = SE3("world", "box", quaternion_of((yaw, pitch, roll), _ORDER), center)
    except (InvalidValue, ValueError) as error:
        raise UnreadableFile(f"a cuboid has no pose: {error}", where=where) from None
    is_tilted = pitch != 0 or roll != 0
    if heading == "+x":
        return pose, (x, y, z), is_tilted
    return SE3("world", "theirs", pose.rotation, pose.translation) @ _THEIRS_SE3_OURS, (y, x, z), is_tilted


_TURNS: tuple[tuple[str, object], ...] = (("yaw", None), ("pitch", 0), ("roll", 0))


def _attributes(cuboid: Mapping[str, Any], where: str) -> dict[str, AttributeValue]:
    """Return a cuboid's attributes, and what else it says that has no place of its own."""
    given = cuboid.get("attributes")
    rows = mapping({} if given is None or given == [] else given, "attributes", where)
    rest = {key: value for key, value in cuboid.items() if key not in _PLACED and key not in rows}
    found = {key: attribute(value) for key, value in {**rows, **rest}.items()}
    return {key: value for key, value in found.items() if key and value is not None}


def cuboid_of(pose: SE3, size: tuple[float, float, float]) -> dict[str, Any]:
    """Return position, dimensions and angles of a box as the tool writes them; `pose` is in its world."""
    theirs = SE3("world", "box", pose.rotation, pose.translation) @ _THEIRS_SE3_OURS.inverse
    yaw, pitch, roll = angles_of(theirs.rotation, _ORDER)
    length, width, height = size
    found: dict[str, Any] = {
        "position": dict(zip("xyz", pose.translation.tolist(), strict=True)),
        "dimensions": {"x": width, "y": length, "z": height},
        "yaw": yaw,
    }
    if np.abs((pitch, roll)).max() > _LEVEL:
        found |= {"pitch": pitch, "roll": roll}
    return found
