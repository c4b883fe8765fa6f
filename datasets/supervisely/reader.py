"""Reading Supervisely projects: a dataset is a scene, a cloud a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.files import natural_key, read_json
from lidar_label.datasets.images import PICTURES as SUFFIXES
from lidar_label.datasets.images import image_size
from lidar_label.datasets.lidar_frames import FRAME_NS, LidarFrame, Picture, lidar_scene, shared_origin
from lidar_label.datasets.losses import some
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.placed import PlacedDataset, by_name
from lidar_label.datasets.supervisely.figures import FigureReader
from lidar_label.datasets.supervisely.format import (
    ANN,
    CLOUDS,
    EPISODE,
    FRAME_MAP,
    KEYS,
    META,
    PICTURES,
    dataset_folders,
)
from lidar_label.datasets.supervisely.tags import TagKinds, read_meta
from lidar_label.datasets.values import is_number, mapping, numbers, text
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import SE3, Labels, Pinhole, Scene


class SuperviselyDataset(PlacedDataset[Path, None]):
    """One scene a dataset, under its folder's name.

    Of a scene calibrations, the size of pictures and the first points of one cloud are read.

    Raises
    ------
    MissingFile
        If there is no dataset.
    UnreadableFile
        If the project's classes or tags are none.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        absent = MissingFile("there is no dataset", where=path, hint="DATASET/pointcloud/*.pcd is expected")
        super().__init__(format.name, path, by_name(dataset_folders(path)), absent=absent, keeps=None)
        self._options = options
        self._ahead_x = format.assumed(options, "heading") == "+x"
        self._euler = format.assumed(options, "euler_order")
        project = path if (path / META).is_file() else path.resolve().parent
        self._kinds: TagKinds = read_meta(project / META, self._words)
        self._ids = _object_ids(project / KEYS)
        self._labels: dict[str, Labels] = {}
        for name in self.scene_names:
            self._words.add(self.labels(name))
        self.taxonomy = self._words.taxonomy()

    def labels(self, name: str) -> Labels:
        """Return the labels of a scene; an object is a track."""
        if name not in self._labels:
            scene, folder = self.scene(name), self._places[name]
            reader = FigureReader(scene, self._kinds, self._ids, self._euler, self.find, ahead_x=self._ahead_x)
            if (folder / EPISODE).is_file():
                reader.read_episode(folder / EPISODE, _frame_map(folder))
            else:
                reader.read_files(_ann_files(folder))
            self._labels[name] = reader.labels()
        return self._labels[name]

    def _read(self, name: str, folder: Path) -> tuple[Scene, None]:
        is_episode = (folder / EPISODE).is_file() or (folder / FRAME_MAP).is_file()
        files = _clouds(folder)
        if is_episode:
            names = [item for _, item in sorted(_frame_map(folder).items())] or list(files)
            left = [item for item in files if item not in set(names)]
            if left:
                text_ = f"{len(left)} clouds are in no frame and are left out: {some(left)}"
                self.find("warning", "clouds-without-frame", text_, folder / FRAME_MAP)
        else:
            names = sorted({*files, *_ann_files(folder)}, key=natural_key)
        bare = [item for item in names if item not in files]
        if bare:
            text_ = f"{len(bare)} clouds are not there, so their frames come without points: {some(bare)}"
            self.find("warning", "missing-sweeps", text_, folder / CLOUDS)
        pictures = [self._pictures(folder, item) for item in names]
        times, has_times = self._times(folder, pictures)
        frames = [
            LidarFrame(name=_stem(item), timestamp_ns=time, cloud=files.get(item), pictures=_timed(found, has_times))
            for item, time, found in zip(names, times, pictures, strict=True)
        ]
        origin = shared_origin(files.values(), self.find, self._options)
        scene = lidar_scene(
            self.format, name, frames, origin=origin, options=self._options, has_timestamps=has_times,
            is_sequence=is_episode or not _ann_files(folder), description="Supervisely dataset",
        )  # fmt: skip
        return scene, None

    def _times(self, folder: Path, pictures: Sequence[Mapping[str, Picture]]) -> tuple[list[int], bool]:
        """Return the time of each frame: that of its first picture, where all have one and they go up."""
        found = [next((p.timestamp_ns for p in of.values() if p.timestamp_ns is not None), None) for of in pictures]
        known = [time for time in found if time is not None]
        if known and len(known) == len(found) and all(a < b for a, b in pairwise(known)):
            self.find("info", "assumed", "a frame's time is taken to be that of its first picture", folder)
            return known, True
        self.find("info", "no-timestamps", "there are no times, so ten frames a second are assumed", folder)
        return [index * FRAME_NS for index in range(len(pictures))], False

    def _pictures(self, folder: Path, item: str) -> dict[str, Picture]:
        """Return the pictures of a cloud by the device that took them; by their order where nobody says."""
        found: dict[str, Picture] = {}
        place = _picture_folder(folder, item)
        files = sorted(place.iterdir(), key=lambda p: natural_key(p.name)) if place.is_dir() else []
        for index, path in enumerate(p for p in files if p.suffix.lower() in SUFFIXES):
            note = path.with_name(f"{path.name}.json")
            row: Mapping[str, Any] = {}
            if note.is_file():
                row = mapping(mapping(read_json(note), "the file", note).get("meta") or {}, "meta", note)
            channel = text(row.get("deviceId")) or f"image_{index}"
            if channel in found:
                channel = f"{channel}_{index}"
            found[channel] = self._picture(path, note, row)
            if note.with_name(f"{path.name}.figures.json").is_file():
                self.find("info", "not-read", "shapes drawn on pictures are not read", folder / PICTURES)
        return found

    def _picture(self, path: Path, note: Path, row: Mapping[str, Any]) -> Picture:
        stamp = row.get("timestamp")
        time_ns = parse_time(stamp) if isinstance(stamp, str) else None
        data = mapping(row.get("sensorsData") or {}, "sensorsData", note)
        k, pose = data.get("intrinsicMatrix"), data.get("extrinsicMatrix")
        if not any(_filled(k)) or not any(_filled(pose)):
            self.find("info", "uncalibrated-camera", "pictures without a calibration show no boxes", path.parent.parent)
            return Picture(path=path, timestamp_ns=time_ns)
        matrix = np.reshape(numbers(k, 9, "intrinsicMatrix", note), (3, 3))
        try:
            camera_SE3_cloud = SE3.from_matrix("camera", "cloud", np.reshape(_twelve(pose, note), (3, 4)))
            width, height = image_size(path)
            camera = Pinhole(
                width=width, height=height, fx=matrix[0, 0], fy=matrix[1, 1], cx=matrix[0, 2], cy=matrix[1, 2]
            )
        except InvalidValue as error:
            raise UnreadableFile(f"the calibration is none: {error.what}", where=note, hint=error.hint) from None
        except LidarLabelError as error:
            self.find("warning", "unreadable-image", error.what, error.where)
            return Picture(path=path, timestamp_ns=time_ns)
        return Picture(path=path, camera=camera, camera_SE3_lidar=camera_SE3_cloud, timestamp_ns=time_ns)


def _twelve(value: object, where: Path) -> list[float]:
    """Return the first three rows of a matrix of three or four."""
    if isinstance(value, list) and len(value) == 16:
        return numbers(value, 16, "extrinsicMatrix", where)[:12]
    return numbers(value, 12, "extrinsicMatrix", where)


def _filled(value: object) -> list[bool]:
    return [item != 0 for item in value] if isinstance(value, list) else []


def _timed(pictures: Mapping[str, Picture], has_times: bool) -> dict[str, Picture]:
    """Leave out the times of pictures where frames have none to compare them with."""
    if has_times:
        return dict(pictures)
    return {
        channel: Picture(path=p.path, camera=p.camera, camera_SE3_lidar=p.camera_SE3_lidar)
        for channel, p in pictures.items()
    }


def _object_ids(path: Path) -> dict[str, str]:
    """Return the number of each object by its key."""
    if not path.is_file():
        return {}
    rows = mapping(mapping(read_json(path), "the file", path).get("objects") or {}, "objects", path)
    return {key: str(int(value)) for key, value in rows.items() if is_number(value)}


def _clouds(folder: Path) -> dict[str, Path]:
    place = folder / CLOUDS
    found = [p for p in place.iterdir() if p.suffix.lower() == ".pcd" and p.is_file()] if place.is_dir() else []
    return {p.name: p for p in sorted(found, key=lambda p: natural_key(p.name))}


def _ann_files(folder: Path) -> dict[str, Path]:
    """Return the labels of clouds by the clouds' file names."""
    place = folder / ANN
    found = [p for p in place.iterdir() if p.suffix.lower() == ".json" and p.is_file()] if place.is_dir() else []
    return {p.name[: -len(".json")]: p for p in sorted(found, key=lambda p: natural_key(p.name))}


def _frame_map(folder: Path) -> dict[int, str]:
    """Return the cloud of each frame of an episode; by their names where no file says."""
    path = folder / FRAME_MAP
    if not path.is_file():
        return dict(enumerate(_clouds(folder))) or _labelled_frames(folder / EPISODE)
    rows = mapping(read_json(path), "the file", path)
    found: dict[int, str] = {}
    for key, value in rows.items():
        if not (key.isascii() and key.isdigit() and len(key) < 10) or not isinstance(value, str) or not value:
            raise UnreadableFile(f"frame {key[:20]!r} is no number with a cloud", where=path)
        found[int(key)] = value
    if len(set(found.values())) < len(rows):
        raise UnreadableFile("two frames have the same number or cloud", where=path)
    return found


def _labelled_frames(path: Path) -> dict[int, str]:
    """Return a name for each frame that an episode without clouds has labels of."""
    content = read_json(path)
    content = content[0] if isinstance(content, list) and len(content) == 1 else content
    rows = mapping(content, "the file", path).get("frames") or []
    found = [row.get("index") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {int(index): f"{int(index):06d}.pcd" for index in found if is_number(index) and 0 <= index < 10**9}


def _picture_folder(folder: Path, item: str) -> Path:
    """Return where the pictures of a cloud are: ``frame1_pcd``, or ``frame1``; its name is never a path."""
    name = Path(item).name
    named = folder / PICTURES / name.replace(".", "_")
    return named if named.is_dir() else folder / PICTURES / _stem(name)


def _stem(item: str) -> str:
    return item[: -len(".pcd")] if item.lower().endswith(".pcd") else item
