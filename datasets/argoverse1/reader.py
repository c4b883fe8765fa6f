"""Reading Argoverse 1 logs: a frame is a sweep, or a moment that has labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lidar_label.datasets.argoverse1.files import (
    RING_SIZE,
    STEREO_SIZE,
    read_cameras,
    read_objects,
    read_poses,
    read_sweep,
)
from lidar_label.datasets.argoverse1.format import CALIBRATION, LABELS, Argoverse1
from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.files import read_json
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.images import PICTURES, image_size
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.timed_scene import TimedDrive, files_by_time, timed_scene
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import mapping, text
from lidar_label.errors import InvalidValue, LidarLabelError, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Category, Labels, Scene, Sensor, Source, Taxonomy

LIDAR = "lidar"
_NOWHERE = SE3.identity("world", "ego")
_FOLDERS = {"lidar", "poses", LABELS, "track_labels_amodal", CALIBRATION, "city_info.json"}
_CATEGORIES = (
    "VEHICLE", "PEDESTRIAN", "ON_ROAD_OBSTACLE", "LARGE_VEHICLE", "BICYCLE", "BICYCLIST", "BUS", "OTHER_MOVER",
    "TRAILER", "MOTORCYCLIST", "MOPED", "MOTORCYCLE", "STROLLER", "EMERGENCY_VEHICLE", "ANIMAL", "WHEELCHAIR",
    "SCHOOL_BUS",
)  # fmt: skip


class Argoverse1Dataset(PlacedDataset[Path, Trajectory | None]):
    """One scene a log, under the name of its folder.

    Of a scene its poses, its calibration and the size of a picture a camera are read.

    Raises
    ------
    MissingFile
        If there is no log.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        taxonomy = Taxonomy(Category(name=name) for name in _CATEGORIES)
        absent = MissingFile("there is no log", where=path, hint=f"LOG/{CALIBRATION} is expected")
        super().__init__(format.name, path, find_drives(path, Argoverse1.is_scene), taxonomy, absent=absent)
        self._distorted = format.assumed(options, "images") == "distorted"

    def _read(self, name: str, log: Path) -> tuple[Scene, Trajectory | None]:
        sweeps = files_by_time(log / "lidar", (".ply",), self.find, "PC_")
        poses = files_by_time(log / "poses", (".json",), self.find, "city_SE3_egovehicle_")
        pictures = {
            folder.name: files_by_time(folder, PICTURES, self.find, f"{folder.name}_")
            for folder in subfolders(log)
            if folder.name not in _FOLDERS
        }
        pictures = {channel: files for channel, files in pictures.items() if files}
        trajectory = read_poses(poses, log / "poses") if poses else None
        labelled = self._label_files(log)
        drive = TimedDrive(
            sensors=self._sensors(log, pictures), sweeps={LIDAR: sweeps}, load=read_sweep, pictures=pictures,
            labelled=list(labelled), trajectory=trajectory, is_compensated=True,  # as those who published it say
        )  # fmt: skip
        about = {"logfile": log.resolve().name, "location": _city(log)}
        scene = timed_scene(
            self.format, name, drive, self.find, description="Argoverse 1 log", where=log,
            log={key: value for key, value in about.items() if value},
        )  # fmt: skip
        self._report(log, len(sweeps), len(set(labelled) - set(sweeps)))
        return scene, trajectory

    def _label_files(self, log: Path) -> dict[int, Path]:
        return files_by_time(log / LABELS, (".json",), self.find, "tracked_object_labels_")

    def _sensors(self, log: Path, pictures: Mapping[str, Mapping[int, Path]]) -> dict[str, Sensor]:
        """Return the sensors of a log: the one cloud, and the cameras that have a calibration or pictures."""
        found = {LIDAR: Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))}
        path = log / CALIBRATION
        cameras = read_cameras(path) if path.is_file() else []
        if cameras:
            taken = "still distorted: k1, k2, k3 are applied" if self._distorted else "undistorted: k1, k2, k3 are not"
            self.find("info", "assumed", f"images: the pictures are taken as {taken}", path)
        for camera in cameras:
            lens = None
            if camera.fault:
                self.find("warning", "uncalibrated-camera", f"{camera.channel}: {camera.fault}", path)
            else:
                size = self._size(camera.channel, pictures.get(camera.channel, {}))
                try:
                    lens = camera.lens(size, distorted=self._distorted)
                except InvalidValue as error:
                    raise UnreadableFile(error.what, where=f"{path}, {camera.channel}") from None
            found[camera.channel] = Sensor(
                channel=camera.channel, kind="camera", ego_SE3_sensor=camera.ego_SE3_camera, camera=lens
            )
        for channel in pictures:
            if channel not in found:
                self.find("warning", "uncalibrated-camera", f"camera {channel} has no calibration", path)
                identity = SE3.identity("ego", channel)
                found[channel] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=identity)
        return found

    def _size(self, channel: str, files: Mapping[int, Path]) -> tuple[int, int]:
        """Return the size of a camera's first picture; the published one where that cannot be read."""
        for path in files.values():
            try:
                return image_size(path)
            except LidarLabelError as error:
                self.find("warning", "unreadable-image", error.what, error.where)
                break
        return STEREO_SIZE if channel.startswith("stereo") else RING_SIZE

    def _report(self, log: Path, sweeps: int, without: int) -> None:
        if without:
            text_ = f"{without} labelled moments have no sweep; their boxes are kept"
            self.find("warning" if sweeps else "info", "labels-without-sweep", text_, log / "lidar")
        if sweeps:
            text_ = "a cloud holds the points of both LiDARs in the vehicle's frame; where each is mounted is not read"
            self.find("info", "merged-lidars", text_, log / "lidar")
        if (log / "track_labels_amodal").is_dir():
            text_ = "track_labels_amodal has the same boxes by track and is not read"
            self.find("info", "not-read", text_, log / "track_labels_amodal")

    def labels(self, name: str) -> Labels:
        """Return the labels of a log; a track is known by its uuid."""
        scene, trajectory = self.known(name)
        index = {frame.timestamp_ns: frame.index for frame in scene.frames}
        book = TrackBook(self.find)
        boxes: list[Box] = []
        for stamp, path in self._label_files(self._places[name]).items():
            pose = trajectory.at(stamp) if trajectory is not None else _NOWHERE
            for number, found in enumerate(read_objects(path)):
                where = f"{path}, object {number}"
                track = book.track(index[stamp], found.track, found.category, where)
                try:
                    boxes.append(
                        Box(
                            track=track.token, frame=index[stamp], world_SE3_box=pose @ found.ego_SE3_box,
                            size=found.size, attributes=found.attributes, score=found.score, source=Source.IMPORTED,
                        )
                    )  # fmt: skip
                except InvalidValue as error:
                    raise UnreadableFile(error.what, where=where) from None
        return self.learn(steady_labels(scene, book.tracks, boxes))


def _city(log: Path) -> str:
    path = log / "city_info.json"
    return text(mapping(read_json(path), "the city", path).get("city_name")) if path.is_file() else ""
