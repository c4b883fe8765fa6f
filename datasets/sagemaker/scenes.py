"""A scene of Ground Truth's frames: poses, points and pictures, found among the files beside the manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.files import inside, read_json
from lidar_label.datasets.images import image_size
from lidar_label.datasets.lidar_frames import FRAME_NS
from lidar_label.datasets.links import file_beneath, folders_differ, local_path, tails
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.objects import Find
from lidar_label.datasets.sagemaker.frames import lens_of, open_points, pose_of, read_points
from lidar_label.datasets.sagemaker.labels import CuboidReader, entries_of, frame_rows
from lidar_label.datasets.sagemaker.manifest import SceneFiles, parts_of
from lidar_label.datasets.values import is_number, listed, mapping, text
from lidar_label.datasets.world_frames import Load, Place, WorldFrame, WorldPicture, world_scene
from lidar_label.errors import LidarLabelError
from lidar_label.model import Camera, Labels, PointCloud, Scene

_PROBE_POINTS = 1000
_ASKED = 5  # clouds that are looked into for a place


@dataclass(frozen=True, slots=True)
class Row:
    """What the files say of one frame: `cuboids` as they are written, with the names of their classes."""

    name: str
    content: Mapping[str, Any]
    where: str
    cuboids: object = None
    class_map: Mapping[str, str] | None = None
    classes: str = ""
    labels: str = ""  # where its cuboids are written, if elsewhere


@dataclass(frozen=True, slots=True)
class _Cloud:
    """Where the points of a frame lie, or would lie."""

    path: Path
    layout: str
    link: str
    is_there: bool


class SceneMaker:
    """Makes one scene of its files, with its labels; what is missing or assumed is told through `find`."""

    def __init__(self, files: SceneFiles, counted: str, find: Find, *, in_world: bool) -> None:
        self.files, self.counted, self.find, self.in_world = files, counted, find, in_world
        self._prefix = ""
        self._beside = files.sequence.parent if files.sequence is not None else files.root
        self._sizes: dict[str, tuple[int, int]] = {}
        self._missing: Counter[str] = Counter()
        self._first_missing: dict[str, str] = {}
        self.rows = self._rows()

    def both(self, format_name: str, name: str) -> tuple[Scene, Labels]:
        """Return the scene under a name, with steady tokens, and its labels."""
        by_folder = all(folders_differ([text(image.get("image-path")) for image in _images(row)]) for row in self.rows)
        clouds = [self._cloud(row) for row in self.rows]
        frames = [self._frame(row, cloud, by_folder) for row, cloud in zip(self.rows, clouds, strict=True)]
        if [frame.timestamp_ns for frame in frames] == [index * FRAME_NS for index in range(len(frames))]:
            frames = [_timeless(frame) for frame in frames]  # made up from the frames' numbers, as ours are
        scene = world_scene(
            format_name, name, frames, self.find, where=self.files.first, near=self._some_places(clouds),
            in_world=self.in_world, is_sequence=not self.files.lines, taken_off=self.files.taken_off,
            description="SageMaker Ground Truth job",
        )  # fmt: skip
        self._report(frames)
        reader = CuboidReader(scene, self.counted, self.find, in_world=self.in_world, taken_off=self.files.taken_off)
        for index, row in enumerate(self.rows):
            reader.add(index, row.cuboids, row.class_map or {}, row.labels or row.where)
        return scene, reader.labels()

    def _rows(self) -> list[Row]:
        files = self.files
        if files.lines:
            names = [_stem(text(line.content.get("frame"))) for line in files.lines]
            named = zip(_unique(names), files.lines, strict=True)
            return [Row(n, line.content, line.where, line.cuboids, line.class_map, line.classes) for n, line in named]
        entries = entries_of(read_json(files.labels), files.labels) if files.labels is not None else []
        self._report_entries(entries)
        if files.sequence is None:
            names = _unique([_stem(text(entry.get("frame-name", entry.get("frame")))) for entry in entries])
            rows = [Row(n, {}, f"{files.labels}, frame {i}") for i, n in enumerate(names)]
            return [self._labelled(row, entry) for row, entry in zip(rows, entries, strict=True)]
        path = files.sequence
        content = mapping(read_json(path), "a sequence", path)
        self._prefix = text(content.get("prefix"))
        frames = [
            mapping(frame, "a frame", f"{path}, frame {number}")
            for number, frame in enumerate(listed(content.get("frames"), "frames", path))
        ]
        if is_number(content.get("number-of-frames")) and content["number-of-frames"] != len(frames):
            text_ = f"the sequence says that it has {content['number-of-frames']} frames and has {len(frames)}"
            self.find("warning", "frames-differ", text_, path)
        names = _unique([_stem(text(frame.get("frame"))) for frame in frames])
        rows = [Row(n, f, f"{path}, frame {i}") for i, (n, f) in enumerate(zip(names, frames, strict=True))]
        of_frame = frame_rows(entries, [frame.get("frame-no") for frame in frames], files.labels)
        for entry, index in zip(entries, of_frame, strict=True):
            rows[index] = self._labelled(rows[index], entry)
        return rows

    def _labelled(self, row: Row, entry: Mapping[str, Any]) -> Row:
        where = f"{self.files.labels}, frame {row.name}"
        return Row(row.name, row.content, row.where, entry.get("annotations"), self.files.class_map, labels=where)

    def _report_entries(self, entries: Sequence[Mapping[str, Any]]) -> None:
        told = {str(key) for entry in entries for key in mapping(entry.get("frame-attributes") or {}, "attributes", "")}
        if told:
            text_ = f"attributes of frames are not read: {', '.join(sorted(told))[:200]}"
            self.find("info", "not-read", text_, self.files.labels or "")

    def _cloud(self, row: Row) -> _Cloud | None:
        link = text(row.content.get("frame"))
        if not link:
            return None
        found, expected = self._file(link, row)
        if found is None:
            self._count("clouds", link)
        return _Cloud(found or expected, text(row.content.get("format")), link, found is not None)

    def _frame(self, row: Row, cloud: _Cloud | None, by_folder: bool) -> WorldFrame:
        given = row.content.get("ego-vehicle-pose")
        return WorldFrame(
            name=row.name,
            pose=pose_of(mapping(given, "ego-vehicle-pose", row.where), "ego", row.where) if given else None,
            timestamp_ns=parse_time(row.content.get("unix-timestamp")),
            cloud=cloud.path if cloud is not None else None,
            load=self._loader(row, cloud) if cloud is not None else None,
            pictures=list(self._pictures(row, by_folder)),
        )

    def _loader(self, row: Row, cloud: _Cloud) -> Load:
        classes = self._file(row.classes, row)[0] if row.classes else None
        if row.classes and classes is None:
            self._count("files of the classes of points", row.classes)

        def load(place: Place | None, timestamp_ns: int) -> PointCloud:  # noqa: ARG001 - points have no times
            return read_points(cloud.path, cloud.layout, classes, cloud.link, place)

        return load

    def _some_places(self, clouds: Sequence[_Cloud | None]) -> Iterator[Sequence[float]]:
        """Yield the first valid point of the first clouds that can be read, then a cuboid's place."""
        there = [cloud for cloud in clouds if cloud is not None and cloud.is_there]
        for cloud in there[:_ASKED]:
            try:
                source = open_points(cloud.path, cloud.layout)
                chunk = next(source.chunks(_PROBE_POINTS), None) if source.points else None
            except LidarLabelError:
                continue  # who opens the frame is told what is wrong with it
            if chunk is not None:
                good = chunk.xyz[np.isfinite(chunk.xyz).all(axis=1) & chunk.xyz.any(axis=1)]
                yield from good[:1].tolist()
        for row in self.rows:
            for cuboid in row.cuboids if isinstance(row.cuboids, list) else ():
                if isinstance(cuboid, Mapping) and all(is_number(cuboid.get(f"center-{axis}")) for axis in "xyz"):
                    yield [float(cuboid[f"center-{axis}"]) for axis in "xyz"]

    def _pictures(self, row: Row, by_folder: bool) -> Iterator[WorldPicture]:
        """Yield the pictures of a frame that are there, each with its camera where the file puts it."""
        for number, image in enumerate(_images(row)):
            where = f"{row.where}, image {number}"
            link = text(image.get("image-path"))
            path = self._file(link, row)[0] if link else None
            if path is None:
                self._count("pictures", link)
                continue
            channel = "".join(local_path(link)[-2:-1]) if by_folder else f"camera_{number}"
            lens = self._lens(channel, image, path, where)
            pose = pose_of(image, channel, where) if lens is not None else None
            yield WorldPicture(
                channel=channel, path=path, camera=lens, world_SE3_camera=pose,
                timestamp_ns=parse_time(image.get("unix-timestamp")),
            )  # fmt: skip

    def _file(self, link: str, row: Row) -> tuple[Path | None, Path]:
        """Return the file that a link, or a path beneath a prefix, means, and where it is expected.

        Of a path all parts must fit, since the same name may be in the folders of two cameras; of a prefix, and of a
        link, as many as are found here.
        """
        if "://" in link:
            parts, least = parts_of(link), 1
        else:
            inside(self.files.root, link, where=row.where)
            own = local_path(link)
            parts, least = [*parts_of(text(row.content.get("prefix")) or self._prefix), *own], len(own)
        found = file_beneath((self._beside, self.files.root), tails(parts, least), row.where)
        return found, self._beside.joinpath(*parts[-least:])

    def _lens(self, channel: str, image: Mapping[str, Any], path: Path, where: str) -> Camera | None:
        if image.get("fx") is None and image.get("position") is None:
            text_ = f"camera {channel} has no calibration"
            self.find("warning", "uncalibrated-camera", text_, self.files.first)
            return None
        if channel not in self._sizes:
            try:
                self._sizes[channel] = image_size(path)
            except LidarLabelError as error:
                self.find("warning", "unreadable-image", error.what, error.where)
                return None
        lens, first = lens_of(image, self._sizes[channel], where), self.files.first
        if lens is None:
            text_ = f"camera {channel} has a lens of its own kind, so no box is drawn in its pictures"
            self.find("warning", "unknown-lens", text_, first)
        if image.get("skew"):
            self.find("warning", "skew", f"the pixels of {channel} are skewed, which is left out", first)
        return lens

    def _count(self, what: str, link: str) -> None:
        self._missing[what] += 1
        self._first_missing.setdefault(what, link)

    def _report(self, frames: Sequence[WorldFrame]) -> None:
        for what, count in self._missing.items():
            text_ = f"{count} {what} are not among the files beside the manifest: {self._first_missing[what][:200]}"
            self.find("warning", "missing-file", text_, self.files.first)
        if not any(frame.load is not None for frame in frames):
            self.find("info", "no-sweeps", "there are no points, so frames come without them", self.files.first)
        if any(_is_bent_by_k4(image) for row in self.rows for image in _images(row)):
            text_ = "k4 of a pinhole is taken as OpenCV has it: the first of the three by which its curve is divided"
            self.find("info", "assumed", text_, self.files.first)
        if self.rows and any(frame.pose is not None for frame in frames):
            place = "world" if self.in_world else "the device's frame"
            self.find("info", "assumed", f"points are taken as in {place} (--assume points=...)", self.files.first)


def _is_bent_by_k4(image: Mapping[str, Any]) -> bool:
    return bool(image.get("k4")) and text(image.get("camera-model") or image.get("camera_model")).lower() != "fisheye"


def _timeless(frame: WorldFrame) -> WorldFrame:
    return WorldFrame(name=frame.name, pose=frame.pose, cloud=frame.cloud, load=frame.load, pictures=frame.pictures)


def _images(row: Row) -> list[Mapping[str, Any]]:
    rows = listed(row.content.get("images") or [], "images", row.where)
    return [mapping(image, "an image", row.where) for image in rows]


def _stem(link: str) -> str:
    """Return the name of a cloud's file without what says its kind; ``0.txt.pcd`` is 0."""
    name = "".join(local_path(link)[-1:])
    for suffix in (".pcd", ".bin", ".txt"):
        name = name.removesuffix(suffix)
    return name


def _unique(names: Sequence[str]) -> list[str]:
    """Return names as they are where they tell the frames apart, else the frames' numbers."""
    return list(names) if all(names) and len(set(names)) == len(names) else [str(i) for i in range(len(names))]
