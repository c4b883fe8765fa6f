"""Xtreme1's results as tracks and boxes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.euler import quaternion_of
from lidar_label.datasets.files import read_json
from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import Find, TrackBook
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import attribute, is_number, listed, mapping, text, xyz
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Box, Labels, Scene, Source

TRUTH = "Ground Truth"
NO_CLASS = "unknown"
_BOX_TYPES = {"3D_BOX", "3d"}
_MOST_POINTS = 2**53


@dataclass(slots=True)
class _Counts:
    """What was met and is no box, over a scene."""

    empty: int = 0
    objects: int = 0
    classless: int = 0
    odd_scores: int = 0
    turned: int = 0
    other: Counter[str] = field(default_factory=Counter)


class ResultReader:
    """Reads the results of a scene's frames; what is left out is told through `find`."""

    def __init__(self, scene: Scene, folder: Path, result: str, find: Find) -> None:
        self.scene, self.folder, self.find = scene, folder, find
        self._result = result
        self._book = TrackBook(find)
        self._names: dict[str, str] = {}
        self._boxes: list[Box] = []
        self._counts = _Counts()
        self._origin = np.array(scene.origin)

    def read(self, files: Mapping[str, Path]) -> Labels:
        """Return the labels in result files, given by the names of their frames.

        Raises
        ------
        UnreadableFile
            If a file is no result, or a box no box.
        """
        frames = {frame.name: frame.index for frame in self.scene.frames}
        contents = {name: _results(read_json(path), path) for name, path in files.items()}
        chosen = self._choose({source for rows in contents.values() for source, _ in rows})
        for name, rows in contents.items():
            path = files[name]
            for source, row in rows:
                if source == chosen:
                    self._read_objects(row, frames[name], path)
        self._report()
        tracks = [replace(track, name=self._names.get(track.name, track.name)) for track in self._book.tracks]
        return steady_labels(self.scene, tracks, sorted(self._boxes, key=lambda box: box.frame))

    def _choose(self, sources: set[str]) -> str:
        """Return the result that is read: what was asked for, else what people made, else the first by name."""
        if self._result and sources and self._result not in sources:
            text_ = f"there is no result {self._result!r}; there are: {some(sources)}"
            raise UnreadableFile(text_, where=self.folder, hint="--assume result=NAME takes one of them")
        chosen = self._result or (TRUTH if TRUTH in sources else min(sources, default=""))
        left = sources - {chosen}
        if left:
            text_ = f"of several results {chosen!r} is read (--assume result=NAME); left out: {some(left)}"
            self.find("info", "assumed", text_, self.folder)
        return chosen

    def _read_objects(self, row: Mapping[str, Any], frame: int, path: Path) -> None:
        if row.get("classificationValues"):
            self.find("info", "not-read", "what is said of whole frames is not read", self.folder)
        for position, value in enumerate(listed(row.get("objects") or [], "objects", path)):
            self._counts.objects += 1
            where = f"{path}, object {position}"
            item: Mapping[str, Any] = {} if value is None else mapping(value, "an object", where)
            kind = text(item.get("type")) or text(item.get("objType"))
            if kind and kind not in _BOX_TYPES:
                self._counts.other[kind] += 1
            elif item.get("contour") is None and item.get("center3D") is None:
                self._counts.empty += 1
            else:
                self._add(item, frame, where)

    def _add(self, item: Mapping[str, Any], frame: int, where: str) -> None:
        contour = item if item.get("contour") is None else mapping(item["contour"], "contour", where)
        center, angles, size = (xyz(contour.get(k), k, where) for k in ("center3D", "rotation3D", "size3D"))
        self._counts.turned += bool(angles[0] or angles[1])
        category = text(item.get("className")) or text(item.get("modelClass")) or text(item.get("classType"))
        if not category:
            self._counts.classless += 1
        ident, name = text(item.get("trackId")), text(item.get("trackName"))
        if not ident and self.scene.is_sequence:
            ident = name
        if ident:
            # a name that was left empty stays empty; one that nobody gave is the id
            self._names.setdefault(ident, name if isinstance(item.get("trackName"), str) else name or ident)
        track = self._book.track(frame, ident, category or NO_CLASS, where)
        score = item.get("modelConfidence")
        if score is not None and not (is_number(score) and 0.0 <= score <= 1.0):
            self._counts.odd_scores += 1
            score = None
        points = contour.get("pointN")
        place = np.array(center) - self._origin
        try:
            if angles[0] or angles[1]:
                pose = SE3("world", "box", quaternion_of(angles, "XYZ"), place)
            else:
                pose = SE3.from_yaw("world", "box", angles[2], place)
            self._boxes.append(
                Box(
                    track=track.token, frame=frame, size=(size[0], size[1], size[2]), world_SE3_box=pose,
                    attributes=_attributes(item.get("classValues"), where), score=score, source=Source.IMPORTED,
                    num_lidar_pts=int(points) if is_number(points) and 0 < points < _MOST_POINTS else None,
                )
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None

    def _report(self) -> None:
        counts = self._counts
        if counts.empty:
            text_ = f"{counts.empty} of {counts.objects} objects are empty: the export left out where they are"
            self.find("error", "empty-objects", f"{text_}; export the results again", self.folder)
        if counts.other:
            shown = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.other.items()))
            self.find("info", "not-read", f"objects other than 3D boxes are not read: {shown}", self.folder)
        if counts.classless:
            text_ = f"{counts.classless} boxes have no class; they are called {NO_CLASS!r}"
            self.find("warning", "no-class", text_, self.folder)
        if counts.odd_scores:
            self.find("warning", "no-score", f"{counts.odd_scores} scores are not from 0 to 1", self.folder)
        if counts.turned:
            text_ = f"{counts.turned} boxes turn about several axes; they turn about z first, then y, then x"
            self.find("info", "assumed", text_, self.folder)


def _results(content: object, path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the results in a file with the names of who made them; a file to import is one without a name."""
    rows = content if isinstance(content, list) else [content]
    found = [mapping(row, "a result", path) for row in rows]
    return [(text(row.get("sourceName")), row) for row in found]


def _attributes(value: object, where: str) -> dict[str, AttributeValue]:
    """Return what was chosen or written for an object; of two of one name the second gets its id too."""
    found: dict[str, AttributeValue] = {}
    for item in listed(value or [], "classValues", where):
        if not isinstance(item, Mapping):
            continue  # as the tool itself does
        name = text(item.get("name")) or text(item.get("alias")) or text(item.get("id"))
        said = attribute(item.get("value"))
        if not name or said is None:
            continue
        found[f"{name} ({text(item.get('pvalue')) or text(item.get('id'))})" if name in found else name] = said
    return found
