"""Objects of an OpenLABEL document as tracks and boxes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lidar_label.datasets.euler import quaternion_of
from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import Find, take_facts
from lidar_label.datasets.openlabel.document import Document, RawFrame
from lidar_label.datasets.openlabel.systems import quaternion, upright
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import attribute, is_number, listed, mapping, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, Box, Floats, Labels, Scene, Track, check_size
from lidar_label.model.turns import quaternion_of_matrix

_ELEMENTS = ("num", "text", "boolean", "vec")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOST_UNMOVING = 500_000
_LEANING_RAD = math.radians(45)
Attributes = dict[str, AttributeValue]


class LabelReader:
    """Reads the labels of one document into its scene; what is left out or assumed is told through `find`."""

    def __init__(self, document: Document, scene: Scene, euler_order: str, find: Find) -> None:
        self.document, self.scene, self.find = document, scene, find
        self._euler = euler_order
        self._tracks: dict[tuple[str, str], Track] = {}
        self._main: dict[str, str] = {}
        self._met: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._shapes: Counter[str] = Counter()
        self._axes: dict[tuple[int, str], tuple[SE3, Floats]] = {}

    def labels(self) -> Labels:
        """Return the tracks and boxes; an object is a track, and what never changes of it the track's."""
        boxes: list[Box] = []
        for index, raw in enumerate(self.document.frames):
            for uid, value in raw.objects.items():
                where = f"{self.document.path}, frame {raw.number}, object {uid}"
                row = mapping(value, "an object", where)
                data = mapping(row.get("object_data") or {}, "object_data", where)
                boxes += self._boxes(uid, data, index, raw, where)
        for uid, index, raw, data, where in self._unmoving():
            boxes += self._boxes(uid, data, index, raw, where, static=True)
        self._report()
        return steady_labels(self.scene, self._tracks.values(), sorted(boxes, key=lambda box: box.frame))

    def _unmoving(self) -> Iterator[tuple[str, int, RawFrame, Mapping[str, Any], str]]:
        """Yield the objects whose cuboid is the same in all their frames, frame by frame."""
        made = 0
        for uid, value in self.document.objects.items():
            where = f"{self.document.path}, object {uid}"
            row = mapping(value, "an object", where)
            data = mapping(row.get("object_data") or {}, "object_data", where)
            if not data.get("cuboid"):
                continue
            self._met.add(uid)
            if self.document.has_frames and "ego" in text(row.get("type")).lower():
                text_ = "the cuboid of the vehicle itself, the same in every frame, is no object and is left out"
                self.find("info", "ego-vehicle", text_, where)
                continue
            spans = [
                mapping(s, "a frame interval", where) for s in listed(row.get("frame_intervals") or [], "them", where)
            ]
            for index, raw in enumerate(self.document.frames):
                if not spans or any(_within(span, raw.number) for span in spans):
                    made += 1
                    if made > _MOST_UNMOVING:
                        raise UnreadableFile(f"objects that never move make over {made - 1} boxes", where=where)
                    yield uid, index, raw, data, where

    def _boxes(
        self, uid: str, data: Mapping[str, Any], index: int, raw: RawFrame, where: str, *, static: bool = False
    ) -> Iterator[Box]:
        cuboids = listed(data.get("cuboid") or [], "cuboid", where)
        if cuboids:
            self._met.add(uid)
        for kind, found in data.items():
            if kind not in ("cuboid", *_ELEMENTS) and (not static or index == 0):
                self._shapes[kind] += len(found) if isinstance(found, list) else 1
        shared = {} if static else self._elements(data, where)
        for number, value in enumerate(cuboids):
            place = f"{where}, cuboid {number}"
            row = mapping(value, "a cuboid", place)
            pose = self._pose(uid, row, index, raw, place)
            if pose is None:
                continue
            own = self._elements(mapping(row.get("attributes") or {}, "attributes", place), place)
            facts = take_facts(own)
            between = own.pop("interpolated") if isinstance(own.get("interpolated"), bool) else False
            track = self._track(uid, text(row.get("name")), where)
            yield Box(
                track=track.token, frame=index, world_SE3_box=pose[0], size=pose[1], attributes={**shared, **own},
                visibility=facts.visibility, is_keyframe=not between, score=facts.score, source=facts.source,
                num_lidar_pts=facts.num_lidar_pts, num_radar_pts=facts.num_radar_pts,
            )  # fmt: skip

    def _pose(
        self, uid: str, row: Mapping[str, Any], index: int, raw: RawFrame, where: str
    ) -> tuple[SE3, tuple[float, float, float]] | None:
        """Return a cuboid's pose in world and its length, width and height; None for one that is no box."""
        values = row.get("val")
        if values is None:
            self._counts["empty"] += 1
            return None
        count = len(values) if isinstance(values, list) else 9
        if count not in (9, 10):
            raise UnreadableFile(f"a cuboid has 9 or 10 numbers, got {count}", where=where)
        flat = numbers(values, count, "val", where)
        try:
            size = check_size(flat[-3:])
        except InvalidValue as error:
            kind = text(mapping(self.document.objects.get(uid) or {}, "an object", where).get("type"))
            if kind.lower() == "dontcare":
                self._counts["dont-care"] += 1
                return None
            raise UnreadableFile(error.what, where=where) from None
        try:
            turn = self._turn(flat[3:-3])
            world_SE3_system, axes = self._system(
                text(row.get("coordinate_system")) or self._of_object(uid), index, raw
            )
            system_SE3_cuboid = SE3(world_SE3_system.src, "cuboid", turn, flat[:3])
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None
        turned = quaternion_of_matrix(axes)
        pose = world_SE3_system @ system_SE3_cuboid @ SE3("cuboid", "box", turned, (0.0, 0.0, 0.0))
        if math.acos(min(1.0, abs(float(pose.rotation_matrix[2, 2])))) > _LEANING_RAD:
            self._counts["leaning"] += 1
        self._counts["boxes"] += 1
        length, width, height = np.abs(axes.T @ np.array(size)).tolist()
        return pose, (length, width, height)

    def _turn(self, values: list[float]) -> Floats | list[float]:
        if len(values) == 4:
            return quaternion(values, self.document.quaternion())
        if sum(angle != 0 for angle in values) > 1:
            self._counts["euler"] += 1
        if self._euler == "XYZ":
            return quaternion_of(values, "XYZ")
        return quaternion_of(values[::-1], "ZYX")

    def _of_object(self, uid: str) -> str:
        row = self.document.objects.get(uid)
        named = text(row.get("coordinate_system")) if isinstance(row, Mapping) else ""
        if not named:
            self._counts["no-system"] += 1
        return named or self.document.systems.ego

    def _system(self, name: str, index: int, raw: RawFrame) -> tuple[SE3, Floats]:
        """Return ``world_SE3_system`` in a frame, and the axes of a level box in that system."""
        key = (index, name)
        if key in self._axes:
            return self._axes[key]
        systems, ways, scene = self.document.systems, self.document.ways(raw), self.scene
        world_SE3_system: SE3 | None = None
        if scene.has_poses:
            found = ways.find(systems.world, name)
            if found is not None:
                place = found.translation - np.array(scene.origin)
                world_SE3_system = SE3("world", name, found.rotation, place)
        elif systems.ego:
            found = ways.find(systems.ego, name)
            if found is not None:
                world_SE3_system = SE3("world", name, found.rotation, found.translation)
        if world_SE3_system is None:
            pose = scene.frames[index].world_SE3_ego
            world_SE3_system = SE3("world", name, pose.rotation, pose.translation)
            if name and name != systems.ego:
                text_ = f"nothing says where {name} is, so its cuboids are taken to be in the vehicle's frame"
                self.find("warning", "unplaced-system", text_, self.document.path)
        is_vehicle = name in ("", systems.ego)  # whose z is up by its standard, even where the vehicle lies on its roof
        axes = np.eye(3) if is_vehicle else upright(world_SE3_system.rotation_matrix[2])
        if axes[2, 2] < 0.5:
            text_ = f"{name} does not have z up, so the height of its cuboids is taken along the axis that is"
            self.find("info", "assumed", text_, self.document.path)
        self._axes[key] = (world_SE3_system, axes)
        return self._axes[key]

    def _track(self, uid: str, cuboid: str, where: str) -> Track:
        """Return an object's track; a second kind of cuboid of the same object has one of its own."""
        main = self._main.setdefault(uid, cuboid)
        key = (uid, "" if cuboid == main else cuboid)
        if key in self._tracks:
            return self._tracks[key]
        row = mapping(self.document.objects.get(uid) or {}, "an object", where)
        category, name = text(row.get("type")), text(row.get("name"))
        if not category:
            self.find("warning", "no-category", f"object {uid} has no type; it is called unknown", self.document.path)
            category = "unknown"
        data = mapping(row.get("object_data") or {}, "object_data", where)
        attributes = self._elements(data, where)
        if _UUID.fullmatch(uid):
            ident = name
        else:
            ident = uid
            if name and name != uid:
                attributes["name"] = name
        if key[1]:
            text_ = f"object {uid} has cuboids {main!r} and {cuboid!r}; each is a track of its own"
            self.find("warning", "several-cuboids", text_, self.document.path)
            ident = f"{ident} {cuboid}"
        self._tracks[key] = Track(category=category, name=ident, attributes=attributes)
        return self._tracks[key]

    def _elements(self, data: Mapping[str, Any], where: str) -> Attributes:
        """Return what num, text, boolean and vec say, by name; what is nested in one as ``name.nested``."""
        found: Attributes = {}
        for kind in _ELEMENTS:
            for value in listed(data.get(kind) or [], kind, where):
                row = mapping(value, f"a {kind}", where)
                name = text(row.get("name")) or kind
                item = attribute(row.get("val"))
                if item is not None:
                    found[name] = item
                nested = row.get("attributes")
                if nested:
                    inner = self._elements(mapping(nested, "attributes", where), where)
                    found.update({f"{name}.{key}": value for key, value in inner.items()})
        return found

    def _report(self) -> None:
        path, counts = self.document.path, self._counts
        if counts["empty"]:
            text_ = f"{counts['empty']} cuboids have no val (older files name quaternion and size) and are left out"
            self.find("warning", "old-cuboid", text_, path)
        if counts["dont-care"]:
            text_ = f"{counts['dont-care']} cuboids of DontCare regions are no boxes and are left out"
            self.find("info", "dont-care", text_, path)
        if counts["no-system"]:
            text_ = f"{counts['no-system']} cuboids name no coordinate system; that of the vehicle is taken"
            self.find("info", "assumed", text_, path)
        if counts["euler"]:
            order = "x, then y, then z" if self._euler == "ZYX" else "z, then y, then x"
            text_ = f"{counts['euler']} cuboids turn about several axes; they are taken to turn about {order}"
            self.find("info", "assumed", f"{text_} (--assume euler_order=...)", path)
        if counts["leaning"] > counts["boxes"] / 2:
            text_ = f"{counts['leaning']} of {counts['boxes']} boxes lie on a side or upside down"
            self.find(
                "warning", "leaning-boxes", f"{text_}; is the real part first? (--assume quaternion_order=wxyz)", path
            )
        bare = [uid for uid in self.document.objects if uid not in self._met]
        if bare:
            self.find("info", "no-cuboid", f"{len(bare)} objects have no cuboid and are left out: {some(bare)}", path)
        if self._shapes:
            shown = ", ".join(f"{kind} {count}" for kind, count in sorted(self._shapes.items()))
            self.find("info", "not-read", f"shapes other than cuboids are not read: {shown}", path)


def _within(span: Mapping[str, Any], number: int) -> bool:
    first, last = span.get("frame_start"), span.get("frame_end")
    return is_number(first) and is_number(last) and first <= number <= last
