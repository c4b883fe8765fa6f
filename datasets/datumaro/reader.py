"""Reading Datumaro's annotations of point clouds: a subset is a scene, an item a frame."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.clouds.registry import cloud_suffixes
from lidar_label.datasets.datumaro.format import CLOUDS, IMAGES, annotation_files
from lidar_label.datasets.euler import quaternion_of
from lidar_label.datasets.files import inside, natural_key, read_json
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.lidar_frames import FRAME_NS, LidarFrame, Picture, lidar_scene, shared_origin
from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import TrackBook, take_facts
from lidar_label.datasets.placed import WholeDataset
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import attribute, is_number, listed, mapping, numbers, text
from lidar_label.errors import InvalidValue, UnreadableFile, UnsafePath
from lidar_label.model import SE3, AttributeValue, Box, Labels, Scene, Track

NAME = "track_name"  # our own: the name of a track that is no number


class DatumaroDataset(WholeDataset[Path]):
    """One scene a subset, under its file's name. Every file is read once on opening, for the words that it uses.

    Of one cloud the first points are read.

    Raises
    ------
    UnreadableFile
        If a file is not what Datumaro writes.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        files = {file.stem: file for file in annotation_files(path)}
        absent = UnreadableFile("there are no annotations of clouds", where=path, hint="annotations/*.json is expected")
        super().__init__(format.name, path, files, absent=absent, keeps=None)
        self._options = options
        self._hwl = format.assumed(options, "scale_order") == "hwl"
        self._euler = format.assumed(options, "euler_order")
        self.learn_all()

    def _read(self, name: str, place: Path) -> tuple[Scene, Labels]:
        content = mapping(read_json(place), "the file", place)
        items = self._items(content, place)
        scene = self._scene(name, place, items)
        return scene, self._labels(scene, place, _label_names(content, place), items)

    def _items(self, content: Mapping[str, Any], path: Path) -> list[Mapping[str, Any]]:
        """Return the items in the order of their frames; of their names where they have no number."""
        rows = [
            mapping(v, "an item", f"{path}, item {i}")
            for i, v in enumerate(listed(content.get("items"), "items", path))
        ]
        for number, row in enumerate(rows):
            if not text(row.get("id")):
                raise UnreadableFile("an item needs an id", where=f"{path}, item {number}")
        ids = [text(row["id"]) for row in rows]
        if len(set(ids)) < len(ids):
            doubled = Counter(ids).most_common(1)[0][0]
            raise UnreadableFile(f"two items are called {doubled[:60]!r}", where=path)
        frames = [_attributes_of_item(row).get("frame") for row in rows]
        if all(is_number(frame) for frame in frames) and len(set(map(str, frames))) == len(frames):
            order = sorted(range(len(rows)), key=lambda i: float(frames[i]))  # type: ignore[arg-type]
        else:
            order = sorted(range(len(rows)), key=lambda i: natural_key(ids[i]))
        rest = {name for row in rows for name in _attributes_of_item(row)} - {"frame", "timestamp_ns"}
        if rest:
            self.find("info", "not-read", f"attributes of frames are not read: {some(rest)}", path)
        return [rows[i] for i in order]

    def _scene(self, name: str, path: Path, items: Sequence[Mapping[str, Any]]) -> Scene:
        root = path.parent.parent
        times, has_times = self._times(path, items)
        channels = _channels(items)
        frames: list[LidarFrame] = []
        missing: list[str] = []
        for number, (item, time) in enumerate(zip(items, times, strict=True)):
            where, ident = f"{path}, item {number}", text(item["id"])
            media = mapping(item.get("point_cloud") or {}, "point_cloud", where)
            cloud = self._file(root / CLOUDS, name, text(media.get("path")) or f"{ident}.pcd", where)
            if cloud is None or cloud.suffix.lower() not in cloud_suffixes():
                missing.append(ident)
                cloud = None
            pictures = {}
            for channel, row in zip(channels[number], _related(item, where), strict=True):
                found = self._file(root / IMAGES, name, text(row.get("path")), where)
                if found is not None and found.suffix.lower() in PICTURES:
                    pictures[channel] = Picture(path=found)
            frames.append(LidarFrame(name=ident, timestamp_ns=time, cloud=cloud, pictures=pictures))
        if missing:
            text_ = f"{len(missing)} clouds are not there, so their frames come without points: {some(missing)}"
            self.find("warning", "missing-sweeps", text_, root / CLOUDS)
        if any(frame.pictures for frame in frames):
            self.find(
                "info", "uncalibrated-camera", "pictures have no calibration, so they show no boxes", root / IMAGES
            )
        origin = shared_origin((f.cloud for f in frames if f.cloud is not None), self.find, self._options)
        return lidar_scene(
            self.format, name, frames, origin=origin, options=self._options, has_timestamps=has_times,
            description="Datumaro subset",
        )  # fmt: skip

    def _file(self, folder: Path, subset: str, relative: str, where: str) -> Path | None:
        """Return a file that an item names: in its subset's folder, or in that of all; None where it is not there.

        Some tools write where the file was on their own machine: then its last name is looked for.
        """
        if not relative:
            return None
        for base in (folder / subset, folder):
            for name in (relative, Path(relative.replace("\\", "/")).name):
                try:
                    found = inside(base, name, where=where)
                except UnsafePath:
                    continue
                if found.is_file():
                    return found
        return None

    def _times(self, path: Path, items: Sequence[Mapping[str, Any]]) -> tuple[list[int], bool]:
        found = [_attributes_of_item(item).get("timestamp_ns") for item in items]
        known = [time for time in found if isinstance(time, int) and not isinstance(time, bool) and abs(time) < 2**63]
        if known and len(known) == len(found) and all(a < b for a, b in pairwise(known)):
            return known, True
        self.find("info", "no-timestamps", "there are no times, so ten frames a second are assumed", path)
        return [index * FRAME_NS for index in range(len(items))], False

    def _labels(self, scene: Scene, path: Path, names: Sequence[str], items: Sequence[Mapping[str, Any]]) -> Labels:
        book, boxes = TrackBook(self.find), list[Box]()
        called: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for index, item in enumerate(items):
            for number, value in enumerate(listed(item.get("annotations") or [], "annotations", path)):
                where = f"{path}, item {text(item['id'])}, annotation {number}"
                row = mapping(value, "an annotation", where)
                kind = text(row.get("type"))
                if kind != "cuboid_3d":
                    counts[kind or "unknown"] += 1
                    continue
                label = row.get("label_id")
                if not isinstance(label, int) or isinstance(label, bool) or not 0 <= label < len(names):
                    raise UnreadableFile(f"label_id {label!r:.20} is none of the {len(names)} labels", where=where)
                given = mapping(row.get("attributes") or {}, "attributes", where)
                found = {k: known for k, v in given.items() if (known := attribute(v)) is not None}
                track = self._track(book, index, names[label], row, found, where)
                name = found.pop(NAME, None)
                if isinstance(name, str):
                    called[track.token] = name
                try:
                    boxes.append(self._box(scene, track, index, row, found, where))
                except InvalidValue as error:
                    raise UnreadableFile(error.what, where=where) from None
        if counts:
            shown = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
            self.find("info", "not-read", f"annotations other than 3D cuboids are not read: {shown}", path)
        tracks = [
            Track(category=t.category, name=called.get(t.token, t.name), attributes=t.attributes, token=t.token)
            for t in book.tracks
        ]
        return steady_labels(scene, tracks, boxes)

    def _track(
        self, book: TrackBook, index: int, category: str, row: Mapping[str, Any], found: dict[str, AttributeValue],
        where: str,
    ) -> Track:  # fmt: skip
        """Return an annotation's track: by the attribute track_id, or by object_id; a lone shape is one of its own."""
        ident = text(found.pop("track_id", None))
        other = row.get("object_id")
        if not ident and is_number(other) and other >= 0:
            ident = text(other)
        return book.track(index, ident, category, where) if ident else book.alone(category)

    def _box(
        self,
        scene: Scene,
        track: Track,
        index: int,
        row: Mapping[str, Any],
        found: dict[str, AttributeValue],
        where: str,
    ) -> Box:
        place = np.array(numbers(row.get("position"), 3, "position", where)) - scene.origin
        turns = numbers(row.get("rotation"), 3, "rotation", where)
        if turns[0] or turns[1]:
            order = "z, then y, then x" if self._euler == "XYZ" else "x, then y, then z"
            text_ = f"cuboids that turn about several axes are taken to turn about {order} (--assume euler_order=...)"
            self.find("info", "assumed", text_, self.path)
        rotation = quaternion_of(turns, "XYZ") if self._euler == "XYZ" else quaternion_of(turns[::-1], "ZYX")
        sides = numbers(row.get("scale"), 3, "scale", where)
        if min(sides) < 0:
            self.find("warning", "negative-size", "sizes below 0 are taken without their sign", where)
        first, second, third = (abs(side) for side in sides)
        facts = take_facts(found)
        keyframe = found.pop("keyframe") if isinstance(found.get("keyframe"), bool) else True
        return Box(
            track=track.token,
            frame=index,
            world_SE3_box=SE3("world", "box", rotation, place),
            size=(third, second, first) if self._hwl else (first, second, third),
            attributes=found,
            visibility=facts.visibility,
            is_keyframe=bool(keyframe),
            score=facts.score,
            source=facts.source,
            num_lidar_pts=facts.num_lidar_pts,
            num_radar_pts=facts.num_radar_pts,
        )


def _attributes_of_item(item: Mapping[str, Any]) -> Mapping[str, Any]:
    found = item.get("attr")
    return found if isinstance(found, Mapping) else {}


def _label_names(content: Mapping[str, Any], path: Path) -> list[str]:
    categories = mapping(content.get("categories") or {}, "categories", path)
    rows = listed(mapping(categories.get("label") or {}, "label", path).get("labels") or [], "labels", path)
    names = [text(mapping(row, "a label", path).get("name")) for row in rows]
    if not all(names):
        raise UnreadableFile("a label needs a name", where=path)
    return names


def _related(item: Mapping[str, Any], where: str) -> list[Mapping[str, Any]]:
    rows = listed(item.get("related_images") or [], "related_images", where)
    return [mapping(row, "a picture", where) for row in rows]


def _channels(items: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Return a channel for each picture: its file's name where all frames have the same ones, else its place."""
    stems = [[Path(text(row.get("path")).replace("\\", "/")).stem for row in _related(i, "an item")] for i in items]
    several = {tuple(sorted(found)) for found in stems if found}
    if len(several) == 1 and len(items) > 1 and len(set(next(iter(several)))) == len(next(iter(several))):
        return stems
    return [[f"image_{number}" for number in range(len(found))] for found in stems]
