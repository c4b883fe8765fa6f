"""Reading labelCloud folders: a frame is a cloud or a file of labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.clouds.registry import cloud_suffixes, open_cloud
from lidar_label.datasets.files import natural_key, read_bytes, read_json
from lidar_label.datasets.labelcloud.format import CLASSES, labelled_folders
from lidar_label.datasets.labelcloud.labels import (
    CENTROID_ABS,
    CENTROID_REL,
    KITTI,
    KITTI_UNTRANSFORMED,
    VERTICES,
    LabelledBox,
    calib_of,
    read_json_labels,
    read_kitti_labels,
)
from lidar_label.datasets.lidar_frames import FRAME_NS, LIDAR, LidarFrame, lidar_scene, shared_origin
from lidar_label.datasets.losses import some
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.placed import PlacedDataset, by_name
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import is_number, listed, mapping, text
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Labels, PointCloud, Scene, Source, Sweep

_FORMS = (CENTROID_ABS, CENTROID_REL, VERTICES, KITTI, KITTI_UNTRANSFORMED)


class LabelCloudDataset(PlacedDataset[Path, None]):
    """One scene a folder, under its name; of one cloud the first points are read.

    Raises
    ------
    MissingFile
        If there is no folder of labels.
    UnreadableFile
        If a file of classes is none.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        absent = MissingFile("there are no labels", where=path, hint="labels/_classes.json is expected")
        super().__init__(format.name, path, by_name(labelled_folders(path)), absent=absent, keeps=None)
        self._options = options
        self._radians = format.assumed(options, "angles") == "radians"
        self._as_kitti = format.assumed(options, "kitti_heading") == "kitti"
        self._form = {name: self._classes(folder) for name, folder in self._places.items()}
        self.taxonomy = self._words.taxonomy()

    def _classes(self, folder: Path) -> str:
        """Note the classes of a folder and return the form of its labels; empty where it does not say."""
        path = folder / "labels" / CLASSES
        if not path.is_file():
            return ""
        content = mapping(read_json(path), "the file", path)
        for value in listed(content.get("classes") or [], "classes", path):
            row = mapping(value, "a class", path)
            name = text(row.get("name"))
            try:
                self._words.category(name, text(row.get("color")))
            except InvalidValue as error:
                raise UnreadableFile(error.what, where=path) from None
        form = text(content.get("format"))
        if form and form not in _FORMS:
            raise UnreadableFile(f"labels of the form {form[:40]!r} are not known", where=path, hint=", ".join(_FORMS))
        return form

    def _read(self, name: str, folder: Path) -> tuple[Scene, None]:
        clouds = _by_stem(folder / "pointclouds", cloud_suffixes())
        labels = _label_files(folder)
        stems = sorted({*clouds, *labels}, key=natural_key)
        bare = [stem for stem in stems if stem not in clouds]
        if bare:
            text_ = f"{len(bare)} labelled clouds are not there, so their frames come without points: {some(bare)}"
            self.find("warning", "missing-sweeps", text_, folder / "pointclouds")
        frames = [
            LidarFrame(name=stem, timestamp_ns=index * FRAME_NS, cloud=clouds.get(stem))
            for index, stem in enumerate(stems)
        ]
        self.find("info", "no-timestamps", "there are no times, so ten frames a second are assumed", folder)
        origin = shared_origin(clouds.values(), self.find, self._options)
        scene = lidar_scene(
            self.format, name, frames, origin=origin, options=self._options, is_sequence=False,
            description="labelCloud folder",
        )  # fmt: skip
        return self._with_classes(scene, folder / "labels" / "segmentation"), None

    def _with_classes(self, scene: Scene, folder: Path) -> Scene:
        """Give the points of each cloud their painted class, where a file has one for each of them."""
        files = _by_stem(folder, frozenset((".bin",)))
        made = []
        for frame in scene.frames:
            path, sweep = files.get(frame.name), frame.sweeps.get(LIDAR)
            if path is None or sweep is None or sweep.path is None:
                made.append(frame)
                continue
            try:
                points = open_cloud(sweep.path, options=self._options).points
            except LidarLabelError:
                points = -1
            if path.stat().st_size != points:
                text_ = f"{path.stat().st_size} classes for {points} points; the classes are left out"
                self.find("warning", "wrong-count", text_, path)
                made.append(frame)
                continue
            painted: Sweep = replace(sweep, load=partial(_load_painted, sweep, path))
            made.append(replace(frame, sweeps={LIDAR: painted}))
        return replace(scene, frames=made)

    def labels(self, name: str) -> Labels:
        """Return the boxes of a scene; each is an object of its own."""
        scene, folder, form = self.scene(name), self._places[name], self._form[name]
        files, book = _label_files(folder), TrackBook(self.find)
        origin = np.array(scene.origin)
        boxes: list[Box] = []
        for frame in scene.frames:
            if frame.name not in files:
                continue
            for found in self._boxes_in(folder, files[frame.name], form):
                pose = found.cloud_SE3_box
                boxes.append(
                    Box(
                        track=book.alone(found.kind).token,
                        frame=frame.index,
                        world_SE3_box=SE3("world", "box", pose.rotation, pose.translation - origin),
                        size=found.size,
                        attributes=found.attributes,
                        source=Source.IMPORTED,
                    )
                )
        return steady_labels(scene, book.tracks, boxes)

    def _boxes_in(self, folder: Path, path: Path, form: str) -> list[LabelledBox]:
        if path.suffix.lower() == ".txt":
            has_calib = form == KITTI or (form != KITTI_UNTRANSFORMED and (folder / "calib").is_dir())
            if has_calib and not self._as_kitti:
                text_ = (
                    "rotation_y is taken as labelCloud shows it, half a turn from KITTI (--assume kitti_heading=kitti)"
                )
                self.find("info", "assumed", text_, folder / "labels")
            return read_kitti_labels(path, calib_of(folder, path.stem) if has_calib else None, as_kitti=self._as_kitti)
        radians = form == CENTROID_REL or (form != CENTROID_ABS and self._radians)
        found = read_json_labels(path, radians=radians)
        if form not in (CENTROID_ABS, CENTROID_REL, VERTICES):
            unit = "radians" if radians else "degrees"
            text_ = f"rotations are taken as {unit}, since _classes.json does not say (--assume angles=...)"
            self.find("info", "assumed", text_, folder / "labels")
        if radians:
            self._check_radians(path)
        return found

    def _check_radians(self, path: Path) -> None:
        """Warn of angles that no labelCloud writes in radians."""
        found = [row.get("rotations") for row in mapping(read_json(path), "the file", path)["objects"]]
        turns = [abs(v) for row in found if isinstance(row, Mapping) for v in row.values() if is_number(v)]
        if max(turns, default=0.0) > 2 * math.pi:
            text_ = f"a rotation of {max(turns):.0f} looks like degrees and is taken as radians"
            self.find("warning", "angle-unit", text_, path)


def _load_painted(sweep: Sweep, path: Path) -> PointCloud:
    cloud = sweep.points()
    classes = np.frombuffer(read_bytes(path), dtype=np.uint8)
    if len(classes) != len(cloud):
        raise UnreadableFile(f"{len(classes)} classes for {len(cloud)} points", where=path)
    return PointCloud(cloud.xyz, {**cloud.fields, "semantic_class": classes})


def _label_files(folder: Path) -> Mapping[str, Path]:
    found = _by_stem(folder / "labels", frozenset((".json", ".txt")))
    return {stem: path for stem, path in found.items() if path.name != CLASSES}


def _by_stem(folder: Path, suffixes: frozenset[str]) -> dict[str, Path]:
    if not folder.is_dir():
        return {}
    found = {
        path.stem: path
        for path in sorted(folder.iterdir(), reverse=True)  # of x.json and x.txt, the first stays
        if path.suffix.lower() in suffixes and not path.name.startswith(".") and path.is_file()
    }
    return {stem: found[stem] for stem in sorted(found, key=natural_key)}
