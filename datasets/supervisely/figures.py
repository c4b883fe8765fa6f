"""Objects and figures of Supervisely's labels as tracks and boxes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.euler import quaternion_of
from lidar_label.datasets.files import read_json
from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import Find
from lidar_label.datasets.supervisely.tags import NAME_TAG, Tag, TagKinds
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import listed, mapping, number, text, xyz
from lidar_label.errors import BrokenReference, InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Box, Labels, Scene, Source, Track

_AHEAD = SE3.from_yaw("cuboid", "box", math.pi / 2, (0.0, 0.0, 0.0))  # from our x ahead to a cuboid's y
_DIMENSIONS = ("x", "y", "z")


class FigureReader:
    """Reads the labels of one dataset into its scene; what is left out or assumed is told through `find`."""

    def __init__(
        self, scene: Scene, kinds: TagKinds, ids: Mapping[str, str], euler: str, find: Find, *, ahead_x: bool
    ) -> None:
        self.scene, self.kinds, self.find = scene, kinds, find
        self._ids, self._euler, self._ahead_x = ids, euler, ahead_x
        self._tracks: dict[tuple[str, int], Track] = {}
        self._boxes: list[Box] = []
        self._taken: set[tuple[int, str]] = set()
        self._counts: Counter[str] = Counter()
        self._origin = np.array(scene.origin)

    def labels(self) -> Labels:
        """Return what was read."""
        shapes = {kind: count for kind, count in self._counts.items() if kind not in ("turned",)}
        where = self.scene.name
        if shapes:
            shown = ", ".join(f"{kind} {count}" for kind, count in sorted(shapes.items()))
            self.find("info", "not-read", f"figures other than cuboids are not read: {shown}", where)
        if self._counts["turned"]:
            order = "z, then y, then x" if self._euler == "XYZ" else "x, then y, then z"
            text_ = f"{self._counts['turned']} cuboids turn about several axes; they are taken to turn about {order}"
            self.find("info", "assumed", f"{text_} (--assume euler_order=...)", where)
        return steady_labels(self.scene, self._tracks.values(), sorted(self._boxes, key=lambda box: box.frame))

    def read_files(self, files: Mapping[str, Path]) -> None:
        """Read the labels of each cloud; an object's tags are those it has in that cloud."""
        frames = {frame.name: frame.index for frame in self.scene.frames}
        for item, path in files.items():
            index = frames[item[: -len(".pcd")] if item.lower().endswith(".pcd") else item]
            content = mapping(read_json(path), "the file", path)
            self._note_tags(content, path)
            objects = self._objects(content, path)
            for position, value in enumerate(listed(content.get("figures") or [], "figures", path)):
                where = f"{path}, figure {position}"
                row = mapping(value, "a figure", where)
                key, tags = self._object_of(row, objects, where)
                always = {tag.name: tag.value for tag in tags if tag.name != NAME_TAG}
                self._add(row, index, key, objects[key][0], always, {}, tags, where)

    def read_episode(self, path: Path, frame_map: Mapping[int, str]) -> None:
        """Read an episode; an object's tags without a range of frames are those of its track."""
        content = read_json(path)
        if isinstance(content, list) and len(content) == 1:
            content = content[0]
        content = mapping(content, "the file", path)
        self._note_tags(content, path)
        objects = self._objects(content, path)
        index_of = {number: index for index, number in enumerate(sorted(frame_map))}
        for value in listed(content.get("frames") or [], "frames", path):
            frame = mapping(value, "a frame", path)
            at = int(number(frame.get("index"), "index of a frame", path))
            figures = listed(frame.get("figures") or [], "figures", f"{path}, frame {at}")
            if at not in index_of and figures:
                raise BrokenReference(f"there is no frame {at} among the clouds", where=path)
            for position, figure in enumerate(figures):
                where = f"{path}, frame {at}, figure {position}"
                row = mapping(figure, "a figure", where)
                key, tags = self._object_of(row, objects, where)
                always = {t.name: t.value for t in tags if t.first is None and t.name != NAME_TAG}
                now = {t.name: t.value for t in tags if t.first is not None and t.first <= at <= (t.last or 0)}
                self._add(row, index_of[at], key, objects[key][0], now, always, tags, where)

    def _note_tags(self, content: Mapping[str, Any], path: Path) -> None:
        tags = self.kinds.tags(content.get("tags"), str(path))
        if tags:
            names = some({tag.name for tag in tags})
            self.find("info", "not-read", f"tags of clouds and episodes are not read: {names}", path.parent)

    def _objects(self, content: Mapping[str, Any], path: Path) -> dict[str, tuple[str, list[Tag]]]:
        """Return class and tags of each object by its key."""
        found: dict[str, tuple[str, list[Tag]]] = {}
        for position, value in enumerate(listed(content.get("objects") or [], "objects", path)):
            where = f"{path}, object {position}"
            row = mapping(value, "an object", where)
            key, category = text(row.get("key")) or text(row.get("id")), text(row.get("classTitle"))
            if not key or not category:
                raise UnreadableFile("an object needs a key and a classTitle", where=where)
            found[key] = (category, self.kinds.tags(row.get("tags"), where))
        return found

    def _object_of(
        self, row: Mapping[str, Any], objects: Mapping[str, tuple[str, list[Tag]]], where: str
    ) -> tuple[str, list[Tag]]:
        key = text(row.get("objectKey")) or text(row.get("objectId"))
        if key not in objects:
            raise BrokenReference(f"the figure is of object {key[:40]!r}, which is not there", where=where)
        return key, objects[key][1]

    def _add(
        self,
        row: Mapping[str, Any],
        index: int,
        key: str,
        category: str,
        of_box: Mapping[str, AttributeValue],
        of_track: Mapping[str, AttributeValue],
        tags: list[Tag],
        where: str,
    ) -> None:
        kind = text(row.get("geometryType")) or "unknown"
        if kind != "cuboid_3d":
            self._counts[kind] += 1
            return
        own = {tag.name: tag.value for tag in self.kinds.tags(row.get("tags"), where)}
        try:
            pose, size = self._cuboid(mapping(row.get("geometry"), "geometry", where), where)
            track = self._track(key, category, index, of_track, tags, where)
            self._boxes.append(
                Box(
                    track=track.token, frame=index, world_SE3_box=pose, size=size, attributes={**of_box, **own},
                    source=Source.IMPORTED,
                )
            )  # fmt: skip
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None

    def _cuboid(self, row: Mapping[str, Any], where: str) -> tuple[SE3, tuple[float, float, float]]:
        place, turns = xyz(row.get("position"), "position", where), xyz(row.get("rotation"), "rotation", where)
        x, y, z = xyz(row.get("dimensions"), "dimensions", where)
        if turns[0] or turns[1]:
            self._counts["turned"] += 1
        rotation = quaternion_of(turns, "XYZ") if self._euler == "XYZ" else quaternion_of(turns[::-1], "ZYX")
        world_SE3_cuboid = SE3("world", "cuboid", rotation, np.array(place) - self._origin)
        if self._ahead_x:
            return SE3("world", "box", world_SE3_cuboid.rotation, world_SE3_cuboid.translation), (x, y, z)
        return world_SE3_cuboid @ _AHEAD, (y, x, z)

    def _track(
        self, key: str, category: str, index: int, attributes: Mapping[str, AttributeValue], tags: list[Tag], where: str
    ) -> Track:
        """Return an object's track; a second figure of it in a frame is a track of its own."""
        if (index, key) in self._taken:
            self.find("warning", "no-track", "an object has two figures in a frame; each is a track of its own", where)
            number = sum(1 for known in self._tracks if known[0] == key)
            found = Track(category=category, attributes=attributes)
            self._tracks[key, number] = found
            return found
        self._taken.add((index, key))
        if (key, 0) not in self._tracks:
            named = next((str(tag.value) for tag in tags if tag.name == NAME_TAG), self._ids.get(key, key))
            self._tracks[key, 0] = Track(category=category, name=named, attributes=attributes)
        known = self._tracks[key, 0]
        if known.category != category:
            text_ = f"object {known.name} is a {known.category} and here a {category}; the first stands"
            self.find("warning", "category-changes", text_, where)
        return known
