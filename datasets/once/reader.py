"""Reading ONCE sequences: a frame for each moment of the JSON file, poses and boxes from the LiDAR's frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.clouds.bin import KITTI_FIELDS, read_bin
from lidar_label.datasets.files import read_json
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.images import PICTURES, image_size
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.once.format import LIDAR, Once, table_of
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.timed_scene import TimedDrive, timed_scene
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import listed, mapping, numbers, text
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Category, Labels, Pinhole, Scene, Sensor, Source, Taxonomy
from lidar_label.model.turns import product

_CATEGORIES = ("Car", "Bus", "Truck", "Pedestrian", "Cyclist")
# The LiDAR's x is to the left and its y to the back.
_EGO_SE3_LIDAR = SE3.from_yaw("ego", LIDAR, np.pi / 2, (0, 0, 0))
_MS_NS = 1_000_000
_MOST_MS = 2**63 // _MS_NS
_LENSES = (4, 5, 8)  # how many coefficients a lens may have
_CAMERA = re.compile(r"cam\w{1,40}")
_OWN_KEYS = {"sequence_id", "frame_id", "pose", "annos"}


class OnceDataset(PlacedDataset[Path, None]):
    """One scene a sequence, under its number; its JSON file is read.

    Raises
    ------
    MissingFile
        If there is no sequence.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        taxonomy = Taxonomy(Category(name=name) for name in _CATEGORIES)
        absent = MissingFile("there is no sequence", where=path, hint="data/000076/000076.json is expected")
        super().__init__(format.name, path, find_drives(path, Once.is_scene), taxonomy, absent=absent)
        self._distorted = format.assumed(options, "images") == "distorted"

    def _read(self, name: str, folder: Path) -> tuple[Scene, None]:
        path = table_of(folder)
        table = mapping(read_json(path), "the file", path)
        frames = _frames(table, path)
        names = {time: str(frame["frame_id"]) for time, frame in frames.items()}
        calibs = {
            key: value for key, value in mapping(table.get("calib", {}), "calib", path).items() if _is_camera(key)
        }
        cameras = [*calibs, *(child.name for child in subfolders(folder) if _is_camera(child.name))]
        pictures = {camera: self._files(folder / camera, PICTURES, names) for camera in dict.fromkeys(cameras)}
        sensors = {LIDAR: Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=_EGO_SE3_LIDAR)}
        about = table.get("meta_info")
        about = about if isinstance(about, Mapping) else {}
        for camera, files in pictures.items():
            sensors[camera] = self._camera(camera, calibs.get(camera), next(iter(files.values()), None), about, path)
        drive = TimedDrive(
            sensors=sensors, sweeps={LIDAR: self._files(folder / LIDAR, (".bin",), names)}, pictures=pictures,
            load=partial(read_bin, fields=KITTI_FIELDS), labelled=list(frames), trajectory=_trajectory(frames, path),
        )  # fmt: skip
        told = [f"{key} {text(about[key])}" for key in ("weather", "period") if text(about.get(key))]
        scene = timed_scene(
            self.format, name, drive, self.find, description=", ".join(["ONCE sequence", *told]), where=folder,
            log={"logfile": folder.resolve().name},
        )  # fmt: skip
        self._report(folder, frames)
        frames_named = [replace(frame, name=names[frame.timestamp_ns]) for frame in scene.frames]
        return replace(scene, frames=frames_named), None

    def _files(self, folder: Path, suffixes: tuple[str, ...], names: Mapping[int, str]) -> dict[int, Path]:
        """Return the files of a folder by their time; those that the JSON file does not name are told of."""
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        by_name = {path.stem: path for path in files if path.suffix.lower() in suffixes and path.name[0] != "."}
        found = {time: by_name.pop(name) for time, name in names.items() if name in by_name}
        if by_name:
            text = (
                f"{len(by_name)} files are of no frame of the JSON file and are left out: {', '.join([*by_name][:3])}"
            )
            self.find("warning", "untimed-file", text, folder)
        return found

    def _camera(
        self, channel: str, calib: object, picture: Path | None, about: Mapping[str, Any], path: Path
    ) -> Sensor:
        where = f"{path}, calib.{channel}"
        if calib is None:
            self.find("warning", "uncalibrated-camera", f"camera {channel} has no calibration", path)
            return Sensor(channel=channel, kind="camera", ego_SE3_sensor=SE3.identity("ego", channel))
        found = mapping(calib, "a calibration", where)
        placed = [
            numbers(row, 4, "cam_to_velo", where) for row in listed(found.get("cam_to_velo"), "cam_to_velo", where)
        ]
        k = [
            numbers(row, 3, "cam_intrinsic", where)
            for row in listed(found.get("cam_intrinsic"), "cam_intrinsic", where)
        ]
        bent = self._distortion(found.get("distortion"), where)
        size = image_size(picture) if picture is not None else _size(about.get("image_size"))
        try:
            mounting = _EGO_SE3_LIDAR @ SE3.from_matrix(LIDAR, channel, placed)
            lens = None
            if size is not None and len(k) == 3:
                (fx, _, cx), (_, fy, cy), _ = k
                lens = Pinhole(width=size[0], height=size[1], fx=fx, fy=fy, cx=cx, cy=cy, distortion=bent)
            return Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None

    def _distortion(self, value: object, where: str) -> tuple[float, ...]:
        if value is None:
            return ()
        flat = [
            item for part in listed(value, "distortion", where) for item in (part if isinstance(part, list) else [part])
        ]
        bent = numbers(flat, len(flat), "distortion", where)
        while len(bent) not in _LENSES and bent and bent[-1] == 0:
            bent.pop()
        if bent and len(bent) not in _LENSES:
            raise UnreadableFile(f"a lens has 4, 5 or 8 coefficients, not {len(bent)}", where=where)
        taken = "still distorted: the distortion of their lens is applied" if self._distorted else "undistorted"
        self.find("info", "assumed", f"images: the pictures are taken as {taken}", where.partition(",")[0])
        return tuple(bent) if self._distorted else ()

    def _report(self, folder: Path, frames: Mapping[int, Mapping[str, Any]]) -> None:
        if any(isinstance(frame.get("annos"), Mapping) and frame["annos"].get("boxes_2d") for frame in frames.values()):
            self.find("info", "not-read", "boxes in the pictures (boxes_2d) are not read", table_of(folder))
        others = sorted({str(key) for frame in frames.values() for key in frame} - _OWN_KEYS)
        if others:
            self.find("info", "not-read", f"not read of a frame: {', '.join(others[:8])}", table_of(folder))

    def labels(self, name: str) -> Labels:
        """Return the boxes of a sequence; each is a track of its own, since the files tell no object again."""
        scene = self.scene(name)
        path = table_of(self._places[name])
        index = {frame.timestamp_ns: frame.index for frame in scene.frames}
        book = TrackBook(self.find)
        boxes: list[Box] = []
        for time, frame in _frames(mapping(read_json(path), "the file", path), path).items():
            where = f"{path}, frame {text(frame['frame_id'])}"
            if frame.get("annos") is None:
                continue
            annos = mapping(frame["annos"], "annos", where)
            names = listed(annos.get("names", []), "names", where)
            rows = listed(annos.get("boxes_3d", []), "boxes_3d", where)
            if len(names) != len(rows):
                raise UnreadableFile(f"{len(rows)} boxes have {len(names)} names", where=where)
            world_SE3_lidar = scene.world_SE3_lidar(index[time])
            for number, (category, row) in enumerate(zip(names, rows, strict=True)):
                x, y, z, length, width, height, yaw = numbers(row, 7, "a box", where)
                try:
                    boxes.append(
                        Box(
                            track=book.alone(text(category) or "unknown").token, frame=index[time],
                            world_SE3_box=world_SE3_lidar @ SE3.from_yaw(LIDAR, "box", yaw, (x, y, z)),
                            size=(length, width, height), source=Source.IMPORTED,
                        )
                    )  # fmt: skip
                except InvalidValue as error:
                    raise UnreadableFile(error.what, where=f"{where}, box {number}") from None
        if boxes:
            self.find("info", "no-tracks", "the boxes have no ids: each is a track of its own", path)
        self._learn({track.category for track in book.tracks})
        return steady_labels(scene, book.tracks, boxes)

    def _learn(self, categories: set[str]) -> None:
        new = sorted(name for name in categories if name not in self.taxonomy)
        if new:
            self.taxonomy = Taxonomy([*self.taxonomy.categories, *(Category(name=name) for name in new)])


def _frames(table: Mapping[str, Any], path: Path) -> dict[int, Mapping[str, Any]]:
    """Return the frames of a sequence by their times; a frame's id is its time in milliseconds."""
    found: dict[int, Mapping[str, Any]] = {}
    for row, item in enumerate(listed(table.get("frames"), "frames", path)):
        where = f"{path}, frames[{row}]"
        frame = mapping(item, "a frame", where)
        ident = text(frame.get("frame_id"))
        if not (ident.isascii() and ident.isdigit() and len(ident) < 20 and int(ident) < _MOST_MS):
            raise UnreadableFile(f"frame_id {ident[:40]!r} is no time in milliseconds", where=where)
        if int(ident) * _MS_NS in found:
            raise UnreadableFile(f"frame {ident} is there twice", where=where)
        found[int(ident) * _MS_NS] = frame
    return found


def _trajectory(frames: Mapping[int, Mapping[str, Any]], path: Path) -> Trajectory | None:
    """Return where the vehicle was. A pose is a quaternion x, y, z, w and a place; all zero where it is not known."""
    rows = [
        (time, numbers(frame["pose"], 7, "a pose", f"{path}, frame {text(frame['frame_id'])}"))
        for time, frame in frames.items()
        if frame.get("pose") is not None
    ]
    known = [(time, pose) for time, pose in rows if any(pose[:4])]
    if not known:
        return None
    poses = np.array([pose for _, pose in known], dtype=np.float64)
    unit = np.linalg.norm(poses[:, :4], axis=1)
    if not (np.abs(unit - 1) < 1e-2).all():
        raise UnreadableFile("a pose begins with no unit quaternion", where=path)
    turned = product(poses[:, [3, 0, 1, 2]] / unit[:, None], _EGO_SE3_LIDAR.inverse.rotation)
    return Trajectory(np.array([time for time, _ in known]), turned, poses[:, 4:], path)


def _is_camera(name: str) -> bool:
    return _CAMERA.fullmatch(name) is not None


def _size(value: object) -> tuple[int, int] | None:
    """Return width and height as ``meta_info.image_size`` has them."""
    if isinstance(value, list) and len(value) == 2 and all(type(side) is int and 0 < side < 2**20 for side in value):
        return value[0], value[1]
    return None
