"""Boxes as text for the system's clipboard, so that they cross frames, desks and projects; hostile text is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lidar_label.errors import InvalidValue, LidarLabelError
from lidar_label.model import SE3, AttributeValue, Box, Scene, Taxonomy, Track, new_token

KIND, VERSION = "lidar-label boxes", 1
MOST_BOXES, MOST_LETTERS = 5_000, 16_000_000
_FAR_M = 1e8


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A box with what its track is, and where it stood seen from the vehicle."""

    box: Box
    ego_SE3_box: SE3
    category: str
    name: str
    attributes: Mapping[str, AttributeValue]
    """Of its track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Boxes of one frame of a scene."""

    scene: str
    frame: int
    boxes: tuple[Copied, ...]


def to_text(token: str, scene: Scene, frame: int, boxes: Iterable[Box], tracks: Mapping[str, Track]) -> str:
    """Return boxes of a frame as text.

    Parameters
    ----------
    token : str
        Of the scene in its project.
    scene : Scene
    frame : int
    boxes : iterable of Box
    tracks : mapping of str to Track
    """
    ego_SE3_world = scene.frames[frame].world_SE3_ego.inverse
    rows = []
    for box in boxes:
        track = tracks.get(box.track)
        rows.append(
            {
                "track": box.track,
                "name": track.name if track else "",
                "category": track.category if track else "",
                "track_attributes": dict(track.attributes) if track else {},
                "world_SE3_box": _numbers(box.world_SE3_box),
                "ego_SE3_box": _numbers(ego_SE3_world @ box.world_SE3_box),
                "size": list(box.size),
                "attributes": dict(box.attributes),
                "visibility": box.visibility,
            }
        )
    clip = {"kind": KIND, "version": VERSION, "scene": token, "frame": frame, "boxes": rows}
    return json.dumps(clip, ensure_ascii=False, allow_nan=False)


def read_clip(text: str) -> Clip:
    """Return the boxes of a text that `to_text` made.

    Raises
    ------
    InvalidValue
        If it is anything else, too much, or has a value that no box can have.
    """
    if KIND not in text[:200]:
        raise InvalidValue("the clipboard holds no boxes", hint="select boxes and copy them first")
    if len(text) > MOST_LETTERS:
        raise InvalidValue("the clipboard holds too much to be boxes that were copied here")
    try:
        found = json.loads(text, parse_constant=_no_constant)
        rows = found["boxes"]
        if found["kind"] != KIND or not isinstance(rows, list):
            raise TypeError
        if found["version"] != VERSION:
            raise InvalidValue("the boxes in the clipboard come from another version of lidar-label")
        if not 0 < len(rows) <= MOST_BOXES:
            raise InvalidValue(f"the clipboard holds {len(rows)} boxes; at most {MOST_BOXES} are taken")
        frame = found["frame"]
        if not isinstance(frame, int) or isinstance(frame, bool):
            raise TypeError
        return Clip(scene=_text(found["scene"]), frame=frame, boxes=tuple(_copied(row, frame) for row in rows))
    except LidarLabelError as error:
        raise InvalidValue(f"the boxes in the clipboard cannot be used: {error.what}", hint=error.hint) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise InvalidValue("the clipboard holds no boxes that were copied here", hint="copy them again") from None


def known_of(found: Mapping[str, AttributeValue], taxonomy: Taxonomy, per: str) -> dict[str, AttributeValue]:
    """Return those attributes that a taxonomy has for a box, or for a track."""
    known = {attribute.name: attribute for attribute in taxonomy.attributes if attribute.per == per}
    return {name: value for name, value in found.items() if name in known and known[name].allows(value)}


def fitted(box: Box, taxonomy: Taxonomy) -> Box:
    """Return a box with only those attributes and that visibility which a taxonomy knows."""
    attributes = known_of(box.attributes, taxonomy, "box")
    levels = {level.token for level in taxonomy.visibilities}
    return replace(box, attributes=attributes, visibility=box.visibility if box.visibility in levels else "")


def _copied(row: Mapping[str, Any], frame: int) -> Copied:
    box = Box(
        track=_text(row["track"]) or new_token(),
        frame=frame,
        world_SE3_box=_pose("world", row["world_SE3_box"]),
        size=row["size"],
        attributes=_values(row["attributes"]),
        visibility=_text(row["visibility"]),
    )
    pose = _pose("ego", row["ego_SE3_box"])
    words = {"category": _text(row["category"]), "name": _text(row["name"])}
    return Copied(box=box, ego_SE3_box=pose, attributes=_values(row["track_attributes"]), **words)


def _numbers(pose: SE3) -> list[float]:
    """Return a pose as w, x, y, z of its rotation and x, y, z of its place."""
    return [*pose.rotation.tolist(), *pose.translation.tolist()]


def _pose(frame: str, numbers: object) -> SE3:
    if not isinstance(numbers, list) or len(numbers) != 7:
        raise TypeError
    values = [float(number) for number in numbers if isinstance(number, int | float) and not isinstance(number, bool)]
    if len(values) != 7 or not all(abs(value) <= _FAR_M for value in values):
        raise InvalidValue("a place or a turn is no number, or too far away")
    return SE3(frame, "box", values[:4], values[4:])


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise TypeError
    value.encode()  # a lone surrogate is no text
    return value


def _values(found: object) -> dict[str, AttributeValue]:
    if not isinstance(found, dict) or not all(isinstance(value, bool | int | float | str) for value in found.values()):
        raise TypeError
    return {_text(name): value for name, value in found.items()}


def _no_constant(name: str) -> float:
    raise InvalidValue(f"{name} is no number")
