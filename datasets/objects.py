"""Tracks of formats whose objects are told apart by an id in each frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from lidar_label.model import AttributeValue, Track

Find = Callable[[Literal["info", "warning", "error"], str, str, object], None]


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
