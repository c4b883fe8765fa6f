"""Reading Waymo segments: a frame for each moment, five LiDARs as range images, five cameras."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.tokens import steady_labels, steady_scene
from lidar_label.datasets.waymo.calibration import CAMERAS, CATEGORIES, LIDARS, pose_of, read_beams, read_cameras
from lidar_label.datasets.waymo.format import SIGNS, Waymo
from lidar_label.datasets.waymo.labels import ATTRIBUTES, read_boxes
from lidar_label.datasets.waymo.parquet import ParquetColumns, read_columns, read_row
from lidar_label.datasets.waymo.range_images import Beams, SweepRows, read_sweep
from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import SE3, Category, Floats, Frame, Image, Labels, PointCloud, Scene, Sensor, Sweep, Taxonomy

TIME = "key.frame_timestamp_micros"
_IMAGE = "[CameraImageComponent].image"
_US_NS = 1000
_MOST_US, _MOST_S = 2**63 // _US_NS, 2**33
_READ = {*SIGNS, "lidar_calibration", "camera_calibration", "lidar_pose", "lidar_segmentation", "stats"}
_NOWHERE = SE3.identity("world", "ego")
Rows = dict[int, dict[int, int]]  # the row in a table by time in nanoseconds, then by the number of the sensor


class _Shot(NamedTuple):
    """One picture: its row, when it was taken, and ``world_SE3_ego`` in the source's own world."""

    row: int
    taken_ns: int
    pose: SE3


class WaymoDataset(PlacedDataset[tuple[Path, str], None]):
    """One scene a segment, under its context name.

    Of a scene times, poses and calibrations are read, but no range image and no picture.

    Raises
    ------
    MissingFile
        If there is no segment.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002, ARG002
        taxonomy = Taxonomy([Category(name=name) for name in CATEGORIES.values()], ATTRIBUTES)
        absent = MissingFile("there is no segment", where=path, hint="lidar/SEGMENT.parquet is expected")
        super().__init__(format.name, path, _segments(path), taxonomy, absent=absent)

    def _file(self, name: str, component: str) -> Path:
        split, segment = self._places[name]
        return split / component / f"{segment}.parquet"

    def _read(self, name: str, place: tuple[Path, str]) -> tuple[Scene, None]:
        path = _trajectory(self._file(name, "vehicle_pose"))
        sweeps = _rows(self._file(name, "lidar"), "key.laser_name")
        pictures = _pictures(self._file(name, "camera_image"))
        told = [_times(self._file(name, component)) for component in ("vehicle_pose", "lidar_box")]
        times = sorted({*sweeps, *pictures, *(time for found in told for time in found)})
        moved = self._moved(name) if path is not None else {}
        lidars = self._lidars(name, sweeps, moved, path.origin if path is not None else (0.0, 0.0, 0.0))
        cameras = self._cameras(name, pictures)
        origin = np.array(path.origin) if path is not None else np.zeros(3)
        frames: list[Frame] = []
        for index, time in enumerate(times):
            pose = path.at(time) if path is not None else _NOWHERE
            clouds = {
                sensor.channel: Sweep(
                    sensor=sensor, timestamp_ns=time, world_SE3_ego=pose, frame=index, path=self._file(name, "lidar"),
                    load=partial(load, row, time, pose), is_compensated=True if number in moved.get(time, ()) else None,
                )
                for number, row in sweeps.get(time, {}).items()
                for sensor, load in [lidars[number]]
            }  # fmt: skip
            shots = {
                cameras[number].channel: self._image(
                    name, cameras[number], shot, index, pose if path is None else _moved(shot.pose, -origin)
                )
                for number, shot in pictures.get(time, {}).items()
            }  # fmt: skip
            alone = None if clouds or shots else pose
            frames.append(
                Frame(index=index, timestamp_ns=time, sweeps=clouds, images=shots, name=str(time // _US_NS), pose=alone)
            )
        self._report(name, path, times)
        sensors = [*(sensor for sensor, _ in lidars.values()), *cameras.values()]
        about = _stats(self._file(name, "stats"))
        words = ["Waymo segment", *(about[key] for key in ("time_of_day", "weather") if key in about)]
        segment = place[1]
        log = {"logfile": segment} | ({"location": about["location"]} if "location" in about else {})
        scene = Scene(
            name=name, frames=frames, sensors={sensor.channel: sensor for sensor in sensors},
            origin=path.origin if path is not None else (0.0, 0.0, 0.0), has_poses=path is not None, log=log,
            description=", ".join(words),
        )  # fmt: skip
        return steady_scene(self.format, scene), None

    def _moved(self, name: str) -> Rows:
        """Return the sweeps whose pixels have poses of their own, by which their points are moved."""
        return _rows(self._file(name, "lidar_pose"), "key.laser_name")

    def _lidars(
        self, name: str, sweeps: Rows, pixels: Rows, origin: Point3
    ) -> dict[int, tuple[Sensor, partial[PointCloud]]]:
        """Return each LiDAR by its number, with what reads one of its sweeps from its row, time and pose."""
        numbers = sorted({number for found in sweeps.values() for number in found})
        if not numbers:
            return {}
        calibration = self._file(name, "lidar_calibration")
        beams = read_beams(calibration)
        classes = _rows(self._file(name, "lidar_segmentation"), "key.laser_name")
        unmoved = sum(1 not in pixels.get(time, {}) for time, found in sweeps.items() if 1 in found)
        if unmoved:
            text = f"{unmoved} sweeps of the top LiDAR have no poses of pixels, so their points are not of one moment"
            self.find("warning", "not-deskewed", text, self._file(name, "lidar_pose"))
        found: dict[int, tuple[Sensor, partial[PointCloud]]] = {}
        for number in numbers:
            if number not in beams:
                raise UnreadableFile(f"LiDAR {LIDARS.get(number, number)} has no calibration", where=calibration)
            sensor = Sensor(
                channel=beams[number].ego_SE3_lidar.src, kind="lidar", ego_SE3_sensor=beams[number].ego_SE3_lidar
            )
            places = partial(
                _places, self._file(name, "lidar"), number,
                (self._file(name, "lidar_pose"), pixels), (self._file(name, "lidar_segmentation"), classes),
            )  # fmt: skip
            found[number] = (sensor, partial(_load, places, beams[number], origin))
        return found

    def _cameras(self, name: str, pictures: Mapping[int, Mapping[int, _Shot]]) -> dict[int, Sensor]:
        calibration = self._file(name, "camera_calibration")
        found = read_cameras(calibration) if calibration.is_file() else {}
        for number in sorted({number for shots in pictures.values() for number in shots} - set(found)):
            channel = CAMERAS.get(number, f"CAM_{number}")
            self.find("warning", "uncalibrated-camera", f"camera {channel} has no calibration", calibration)
            found[number] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=SE3.identity("ego", channel))
        if pictures:
            text = "a picture is taken as of one moment: the rolling shutter is not reckoned with"
            self.find("info", "rolling-shutter", text, self._file(name, "camera_image"))
        return found

    def _image(self, name: str, sensor: Sensor, shot: _Shot, frame: int, pose: SE3) -> Image:
        path = self._file(name, "camera_image")
        return Image(
            sensor=sensor, timestamp_ns=shot.taken_ns, world_SE3_ego=pose, frame=frame, suffix=".jpg",
            load=partial(_picture, path, shot.row),
        )  # fmt: skip

    def _report(self, name: str, path: Trajectory | None, times: Sequence[int]) -> None:
        split, segment = self._places[name]
        if path is None:
            self.find("info", "no-poses", "there are no poses, so each cloud stands in its own world", split)
        else:
            if any(path.origin):
                x, y, z = path.origin
                self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", split)
            lacking = sum(not path.has(time) for time in times)
            if lacking:
                text = f"{lacking} frames have no pose; the nearest stands for it, or one between two"
                self.find("warning", "missing-poses", text, self._file(name, "vehicle_pose"))
        others = [child.name for child in subfolders(split) if child.name not in _READ]
        others = [component for component in others if self._file(name, component).is_file()]
        if others:
            self.find("info", "not-read", f"not read: {', '.join(others)}", f"{split}, {segment}")

    def labels(self, name: str) -> Labels:
        """Return the boxes of a segment; a track is known by its ``laser_object_id``."""
        scene = self.scene(name)
        path = self._file(name, "lidar_box")
        if not path.is_file():
            return Labels()
        book = TrackBook(self.find)
        boxes = read_boxes(path, scene, book)
        new = sorted({track.category for track in book.tracks if track.category not in self.taxonomy})
        if new:
            categories = [*self.taxonomy.categories, *(Category(name=category) for category in new)]
            self.taxonomy = Taxonomy(categories, self.taxonomy.attributes)
        return steady_labels(scene, book.tracks, boxes)


def _segments(path: Path) -> dict[str, tuple[Path, str]]:
    """Return the split's folder and the name of each segment, by the name of its scene."""
    found: set[tuple[Path, str]] = set()
    for split in find_drives(path, Waymo.is_scene).values():
        for sign in SIGNS:
            if (split / sign).is_dir():
                files = (split / sign).iterdir()
                found |= {(split, file.stem) for file in files if file.suffix == ".parquet" and file.name[0] != "."}
    often = Counter(segment for _, segment in found)
    named = {
        segment if often[segment] == 1 else f"{split.resolve().name}/{segment}": (split, segment)
        for split, segment in sorted(found)
    }
    return {name: named[name] for name in sorted(named, key=natural_key)}


def _times(path: Path) -> list[int]:
    """Return the times of a table's rows, in nanoseconds; none where there is no table."""
    return _nanoseconds(read_columns(path, (TIME,))) if path.is_file() else []


def _nanoseconds(table: ParquetColumns) -> list[int]:
    found: list[int] = table.whole(TIME).tolist()
    bad = [row for row, time in enumerate(found) if abs(time) >= _MOST_US]
    if bad:
        raise UnreadableFile(f"row {bad[0]} is no time in microseconds", where=table.path)
    return [time * _US_NS for time in found]


def _rows(path: Path, key: str) -> Rows:
    """Return where each recording of each sensor lies in a table; empty where there is no table."""
    found: Rows = defaultdict(dict)
    if not path.is_file():
        return {}
    table = read_columns(path, (TIME, key))
    for row, (time, number) in enumerate(zip(_nanoseconds(table), table.whole(key).tolist(), strict=True)):
        if number in found[time]:
            raise UnreadableFile(f"row {row} is of a sensor and a moment that another row has", where=path)
        found[time][number] = row
    return dict(found)


def _trajectory(path: Path) -> Trajectory | None:
    if not path.is_file():
        return None
    name = "[VehiclePoseComponent].world_from_vehicle.transform"
    table = read_columns(path, (TIME, name))
    poses = [
        pose_of("world", "ego", numbers, f"{path}, row {row}") for row, numbers in enumerate(table.lists(name, 16))
    ]
    if not poses:
        return None
    turns, places = np.array([pose.rotation for pose in poses]), np.array([pose.translation for pose in poses])
    return Trajectory(np.array(_nanoseconds(table)), turns, places, path)


def _pictures(path: Path) -> dict[int, dict[int, _Shot]]:
    """Return each picture by the time of its frame and the number of its camera."""
    if not path.is_file():
        return {}
    pose, stamp = "[CameraImageComponent].pose.transform", "[CameraImageComponent].pose_timestamp"
    table = read_columns(path, (pose, stamp))
    poses, stamps = table.lists(pose, 16), table.floats(stamp)
    if (np.abs(stamps) >= _MOST_S).any():
        raise UnreadableFile("a picture's time is none in seconds", where=path)
    return {
        time: {
            number: _Shot(
                row, round(float(stamps[row]) * 1e9), pose_of("world", "ego", poses[row], f"{path}, row {row}")
            )
            for number, row in rows.items()
        }
        for time, rows in _rows(path, "key.camera_name").items()
    }


def _stats(path: Path) -> dict[str, str]:
    """Return what the first row of ``stats`` says of the drive."""
    if not path.is_file():
        return {}
    names = {name: f"[StatsComponent].{name}" for name in ("time_of_day", "location", "weather")}
    table = read_columns(path, (), tuple(names.values()))
    found = {name: table.known(column) for name, column in names.items() if column in table.names}
    return {name: str(values[0]) for name, values in found.items() if values and values[0]}


def _moved(pose: SE3, by: Floats) -> SE3:
    return SE3(pose.dst, pose.src, pose.rotation, pose.translation + by)


def _places(
    lidar: Path, number: int, pixels: tuple[Path, Rows], classes: tuple[Path, Rows], row: int, time: int
) -> SweepRows:
    """Return where the tables have what belongs to one sweep."""
    pose, kind = (found.get(time, {}).get(number) for _, found in (pixels, classes))
    return SweepRows(
        (lidar, row), None if pose is None else (pixels[0], pose), None if kind is None else (classes[0], kind)
    )


def _load(places: partial[SweepRows], beams: Beams, origin: Point3, row: int, time: int, pose: SE3) -> PointCloud:
    return read_sweep(places(row, time), beams, pose, origin)


def _picture(path: Path, row: int) -> bytes:
    value = read_row(path, row, (_IMAGE,)).get(_IMAGE)
    data = value.as_py() if value is not None else None
    if not isinstance(data, bytes):
        raise UnreadableFile(f"row {row} has no picture", where=path)
    return data
