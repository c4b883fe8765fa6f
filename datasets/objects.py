"""Objects of label files: tracks told apart by an id in each frame, and what is said of a box."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from lidar_label.datasets.values import is_number
from lidar_label.model import AttributeValue, Box, Source, Track

Find = Callable[[Literal["info", "warning", "error"], str, str, object], None]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a box has a place of its own for, of what a file keeps among attributes."""

    score: float | None = None
    visibility: str = ""
    num_lidar_pts: int | None = None
    num_radar_pts: int | None = None

    @property
    def source(self) -> Source:
        """Who made a box: a machine, where it says how sure it is."""
        return Source.IMPORTED if self.score is None else Source.MACHINE


def take_facts(attributes: dict[str, AttributeValue]) -> Facts:
    """Take ``score`` (0 to 1), ``visibility`` and the counts of points out of attributes, where they are such."""
    found: dict[str, Any] = {}
    score = attributes.get("score")
    if is_number(score) and 0.0 <= score <= 1.0:
        found["score"] = float(score)
    if isinstance(attributes.get("visibility"), str):
        found["visibility"] = attributes["visibility"]
    for name in ("num_lidar_pts", "num_radar_pts"):
        count = attributes.get(name)
        if is_number(count) and count >= 0 and count == int(count):
            found[name] = int(count)
    for name in found:
        del attributes[name]
    return Facts(**found)


def facts_of(box: Box) -> dict[str, AttributeValue]:
    """Return what `take_facts` takes out again; nothing that a box does not say."""
    found: dict[str, AttributeValue] = {"visibility": box.visibility} if box.visibility else {}
    for name in ("score", "num_lidar_pts", "num_radar_pts"):
        value = getattr(box, name)
        if value is not None:
            found[name] = value
    return found


class TrackBook:
    """The tracks met so far, by id; what keeps an object from its track is told through `find`."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._tracks: dict[object, Track] = {}
        self._seen: set[tuple[int, str]] = set()

    @property
    def tracks(self) -> list[Track]:
        """Every track, in the order met."""
        return list(self._tracks.values())

    def track(
        self, frame: int, ident: str, category: str, where: str, attributes: Mapping[str, AttributeValue] | None = None
    ) -> Track:
        """Return the track of an object in one frame.

        The same id in another frame is the same track. An object without an id, or with one that another object
        of its frame has, is a track of its own. Of two categories the first stands.
        """
        if not ident or (frame, ident) in self._seen:
            reason = f"id {ident} is there twice in a frame" if ident else "an object has no id"
            self._find("warning", "no-track", f"{reason}; it is a track of its own", where)
            return self._new(("own", len(self._tracks)), Track(category=category, attributes=attributes or {}))
        self._seen.add((frame, ident))
        known = self._tracks.get(ident)
        if known is None:
            return self._new(ident, Track(category=category, name=ident, attributes=attributes or {}))
        if known.category != category:
            text = f"object {ident} is a {known.category} and here a {category}; the first stands"
            self._find("warning", "category-changes", text, where)
        if attributes and dict(attributes) != known.attributes:
            known = self._new(ident, replace(known, attributes={**known.attributes, **attributes}))
        return known

    def alone(self, category: str, attributes: Mapping[str, AttributeValue] | None = None) -> Track:
        """Return a new track for an object of a format that has no ids."""
        return self._new(("own", len(self._tracks)), Track(category=category, attributes=attributes or {}))

    def _new(self, key: object, track: Track) -> Track:
        self._tracks[key] = track
        return track
