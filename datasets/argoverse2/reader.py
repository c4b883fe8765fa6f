"""Reading Argoverse 2 logs: a frame is a sweep, or a moment that has labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lidar_label.datasets.argoverse2.format import POSES, Argoverse2
from lidar_label.datasets.argoverse2.tables import (
    PLACE,
    QUATERNION,
    read_lenses,
    read_mountings,
    read_poses,
    read_sweep,
)
from lidar_label.datasets.arrow_tables import Columns, read_feather
from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.poses import Trajectory, check_poses, poses_in_world
from lidar_label.datasets.recent import Recent
from lidar_label.datasets.timed_scene import TimedDrive, files_by_time, timed_scene
from lidar_label.datasets.tokens import steady_labels
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Category, Labels, Scene, Sensor, Source, Taxonomy

LIDAR = "lidar"
_LABELS = "annotations.feather"
_SIZE = ("length_m", "width_m", "height_m")
_MAP_CITY = re.compile(r"log_map_archive_.*____(\w{3})_city_\d+\.json")
# The classes of the sensor data set, in order of frequency.
_CATEGORIES = (
    "REGULAR_VEHICLE", "PEDESTRIAN", "BOLLARD", "CONSTRUCTION_CONE", "CONSTRUCTION_BARREL", "STOP_SIGN", "BICYCLE",
    "LARGE_VEHICLE", "WHEELED_DEVICE", "BUS", "BOX_TRUCK", "SIGN", "TRUCK", "MOTORCYCLE", "BICYCLIST",
    "VEHICULAR_TRAILER", "TRUCK_CAB", "MOTORCYCLIST", "DOG", "SCHOOL_BUS", "WHEELED_RIDER", "STROLLER",
    "ARTICULATED_BUS", "MESSAGE_BOARD_TRAILER", "MOBILE_PEDESTRIAN_SIGN", "WHEELCHAIR", "RAILED_VEHICLE",
    "OFFICIAL_SIGNALER", "TRAFFIC_LIGHT_TRAILER", "ANIMAL",
)  # fmt: skip


class Argoverse2Dataset(PlacedDataset[Path, Trajectory | None]):
    """One scene a log, under its id. Of a scene its poses, calibration and the times of its labels are read.

    Raises
    ------
    MissingFile
        If there is no log.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        taxonomy = Taxonomy(Category(name=name) for name in _CATEGORIES)
        absent = MissingFile("there is no log", where=path, hint=f"LOG/{POSES} and LOG/sensors/lidar are expected")
        super().__init__(format.name, path, find_drives(path, Argoverse2.is_scene), taxonomy, absent=absent)
        self._distorted = format.assumed(options, "images") == "distorted"
        self._tables = Recent(self._read_labels)

    def _read(self, name: str, log: Path) -> tuple[Scene, Trajectory | None]:
        sweeps = files_by_time(log / "sensors" / "lidar", (".feather",), self.find)
        pictures = {
            folder.name: files_by_time(folder, PICTURES, self.find)
            for folder in subfolders(log / "sensors" / "cameras")
        }
        trajectory = read_poses(log / POSES) if (log / POSES).is_file() else None
        sensors = self._sensors(log, list(pictures))
        table = self._tables.get(name)
        labelled = [] if table is None else np.unique(table.whole("timestamp_ns")).tolist()
        drive = TimedDrive(
            sensors=sensors, sweeps={LIDAR: sweeps}, load=read_sweep, pictures=pictures, labelled=labelled,
            trajectory=trajectory, is_compensated=True,  # as the data set's guide says of its sweeps
        )  # fmt: skip
        about = {"logfile": log.name, "location": _city(log)}
        scene = timed_scene(
            self.format, name, drive, self.find, description="Argoverse 2 log", where=log,
            log={key: value for key, value in about.items() if value},
        )  # fmt: skip
        self._report(log, len(sweeps), len(set(labelled) - set(sweeps)))
        return scene, trajectory

    def _sensors(self, log: Path, cameras: Sequence[str]) -> dict[str, Sensor]:
        """Return the sensors of a log: the one cloud, and the cameras that have a calibration or pictures."""
        folder = log / "calibration"
        mountings, lenses = folder / "egovehicle_SE3_sensor.feather", folder / "intrinsics.feather"
        found = {LIDAR: Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))}
        placed = read_mountings(mountings) if mountings.is_file() else {}
        bent = read_lenses(lenses, distorted=self._distorted) if lenses.is_file() else {}
        if bent:
            taken = "still distorted: k1, k2, k3 are applied" if self._distorted else "undistorted: k1, k2, k3 are not"
            self.find("info", "assumed", f"images: the pictures are taken as {taken}", lenses)
        for channel in dict.fromkeys((*bent, *cameras)):
            lens = bent.get(channel) if channel in placed else None
            if lens is None:
                self.find("warning", "uncalibrated-camera", f"camera {channel} has no calibration", folder)
            mounting = placed.get(channel, SE3.identity("ego", channel))
            found[channel] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
        return found

    def _report(self, log: Path, sweeps: int, without: int) -> None:
        if without:
            text = f"{without} labelled moments have no sweep; their boxes are kept"
            self.find("warning" if sweeps else "info", "labels-without-sweep", text, log / "sensors" / "lidar")
        if sweeps:
            text = "a cloud holds the points of both LiDARs in the vehicle's frame; where each is mounted is not read"
            self.find("info", "merged-lidars", text, log / "sensors" / "lidar")
        known = {POSES, _LABELS, "sensors", "calibration"}
        others = sorted(child.name for child in log.iterdir() if child.name not in known)
        if others:
            self.find("info", "not-read", f"not read: {', '.join(others[:8])}", log)

    def _read_labels(self, name: str) -> Columns | None:
        path = self._places[name] / _LABELS
        return read_feather(path) if path.is_file() else None

    def labels(self, name: str) -> Labels:
        """Return the labels of a log; a track is known by its uuid."""
        scene, trajectory = self.known(name)
        table = self._tables.get(name)
        if table is None:
            return Labels()
        index = {frame.timestamp_ns: frame.index for frame in scene.frames}
        stamps = table.whole("timestamp_ns")
        poses: dict[int, SE3] = {}
        turns, places = table.floats(*QUATERNION), table.floats(*PLACE)
        check_poses(turns, places, table.path)
        for stamp in np.unique(stamps).tolist():
            pose = trajectory.at(stamp) if trajectory is not None else SE3.identity("world", "ego")
            rows = np.flatnonzero(stamps == stamp)
            poses.update(zip(rows.tolist(), poses_in_world(pose, turns[rows], places[rows]), strict=True))
        sizes = table.floats(*_SIZE)
        counts = table.whole("num_interior_pts").tolist() if "num_interior_pts" in table.names else None
        scores = table.floats("score").tolist() if "score" in table.names else None
        book = TrackBook(self.find)
        boxes: list[Box] = []
        both = zip(table.texts("track_uuid"), table.texts("category"), strict=True)
        for row, (ident, category) in enumerate(both):
            where = f"{table.path}, row {row}"
            try:
                frame = index[int(stamps[row])]
                boxes.append(
                    Box(
                        track=book.track(frame, ident, category or "unknown", where).token, frame=frame,
                        world_SE3_box=poses[row], size=tuple(sizes[row].tolist()), source=Source.IMPORTED,
                        num_lidar_pts=None if counts is None else counts[row],
                        score=None if scores is None else scores[row],
                    )
                )  # fmt: skip
            except InvalidValue as error:
                raise UnreadableFile(error.what, where=where) from None
        self._learn({track.category for track in book.tracks})
        return steady_labels(scene, book.tracks, boxes)

    def _learn(self, categories: set[str]) -> None:
        """Take categories that the published list does not have into the taxonomy."""
        new = sorted(name for name in categories if name not in self.taxonomy)
        if new:
            self.taxonomy = Taxonomy([*self.taxonomy.categories, *(Category(name=name) for name in new)])


def _city(log: Path) -> str:
    """Return the city's three letters, which the name of the log's map has."""
    folder = log / "map"
    names = (
        (match[1] for path in folder.iterdir() if (match := _MAP_CITY.fullmatch(path.name))) if folder.is_dir() else ()
    )
    return next(iter(names), "")
