"""Reading the Zenseact Open Dataset: a frame a sweep; the objects belong to the one nearest to the key picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.files import read_json
from lidar_label.datasets.folders import find_drives, subfolders
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.moments import parse_time
from lidar_label.datasets.objects import TrackBook
from lidar_label.datasets.placed import PlacedDataset
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.timed_scene import TimedDrive, timed_scene
from lidar_label.datasets.tokens import steady_labels
from lidar_label.datasets.values import mapping, text
from lidar_label.datasets.zod.files import files_by_name, read_objects, read_poses, read_rig, read_sweep
from lidar_label.datasets.zod.format import CALIBRATION, LIDAR_FOLDER, OBJECTS, Zod
from lidar_label.errors import InvalidValue, MissingFile, UnreadableFile
from lidar_label.model import SE3, Box, Category, Labels, Scene, Sensor, Source, Taxonomy

LIDAR = "lidar_velodyne"
_CAMERA_PREFIX = "camera_front_"
_CATEGORIES = (
    "Vehicle", "VulnerableVehicle", "Pedestrian", "Animal", "PoleObject", "TrafficBeacon", "TrafficSign",
    "TrafficSignal", "TrafficGuide", "DynamicBarrier",
)  # fmt: skip
_ABOUT = {"collection_car": "vehicle", "country_code": "location", "time": "date_captured"}
_WORDS = ("scraped_weather", "time_of_day", "road_type", "road_condition")


class ZodDataset(PlacedDataset[Path, tuple[Trajectory, int | None]]):
    """One scene a frame, sequence or drive of the set, under the number of its folder.

    Where two have the same number, the name of their subset stands before it. Of a scene its poses, its calibration
    and the names of its files are read, and when it was labelled.

    Raises
    ------
    MissingFile
        If there is no scene.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002, ARG002
        taxonomy = Taxonomy(Category(name=name) for name in _CATEGORIES)
        hint = f"{CALIBRATION} and {LIDAR_FOLDER}/*.npy are expected"
        absent = MissingFile("there is no scene", where=path, hint=hint)
        super().__init__(format.name, path, find_drives(path, Zod.is_scene), taxonomy, absent=absent)

    def _read(self, name: str, folder: Path) -> tuple[Scene, tuple[Trajectory, int | None]]:
        sweeps = files_by_name(folder / LIDAR_FOLDER, (".npy",), self.find)
        pictures = {
            child.name: files_by_name(child, PICTURES, self.find)
            for child in subfolders(folder)
            if child.name.startswith(_CAMERA_PREFIX)
        }
        trajectory = read_poses(folder / "ego_motion.json")
        key_ns = self._key_time(folder)
        is_labelled = (folder / OBJECTS).is_file()
        drive = TimedDrive(
            sensors=self._sensors(folder, pictures), sweeps={LIDAR: sweeps}, load=read_sweep, pictures=pictures,
            labelled=[key_ns] if key_ns is not None and not sweeps and is_labelled else [], trajectory=trajectory,
        )  # fmt: skip
        scene = timed_scene(
            self.format, name, drive, self.find, description="Zenseact Open Dataset", where=folder,
            log=_about(folder),
        )  # fmt: skip
        self._report(folder)
        return scene, (trajectory, key_ns)

    def _key_time(self, folder: Path) -> int | None:
        """Return the time of the picture that was labelled; None where nobody says."""
        path = folder / "info.json"
        if path.is_file():
            stamp = mapping(read_json(path), "the information", path).get("keyframe_time")
            found = parse_time(stamp) if isinstance(stamp, str) else None
            if found is None:
                raise UnreadableFile(f"keyframe_time {stamp!r:.60} is no time", where=path)
            return found
        if (folder / OBJECTS).is_file():
            text_ = (
                "info.json is not there, which says when the objects were labelled; the middle of the scene is taken"
            )
            self.find("warning", "no-key-time", text_, folder)
        return None

    def _sensors(self, folder: Path, pictures: Mapping[str, object]) -> dict[str, Sensor]:
        rig = read_rig(folder / CALIBRATION, LIDAR, "camera")
        found = {LIDAR: Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=rig.ego_SE3_lidar)}
        for channel in pictures:
            mounted = SE3("ego", channel, rig.ego_SE3_camera.rotation, rig.ego_SE3_camera.translation)
            found[channel] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounted, camera=rig.lens)
        return found

    def _report(self, folder: Path) -> None:
        read = {LIDAR_FOLDER, CALIBRATION, "ego_motion.json", "info.json", "metadata.json", "annotations"}
        others = {child.name for child in folder.iterdir()} - read
        others = {name for name in others if not name.startswith((_CAMERA_PREFIX, "."))}
        labels = folder / "annotations"
        if labels.is_dir():
            others |= {child.name for child in labels.iterdir() if child.name != Path(OBJECTS).name}
        if others:
            self.find("info", "not-read", f"not read: {', '.join(sorted(others)[:8])}", folder)

    def labels(self, name: str) -> Labels:
        """Return the objects of a scene, in the frame nearest to the moment that was labelled.

        They are placed where the LiDAR was at that very moment.
        """
        scene, (trajectory, key_ns) = self.known(name)
        path = self._places[name] / OBJECTS
        if not path.is_file() or not scene.frames:
            return Labels()
        times = [frame.timestamp_ns for frame in scene.frames]
        moment = times[len(times) // 2] if key_ns is None else key_ns
        frame = int(np.argmin([abs(time - moment) for time in times]))
        world_SE3_lidar = trajectory.at(moment) @ scene.sensors[LIDAR].ego_SE3_sensor
        objects, flat = read_objects(path)
        if flat:
            text_ = f"{flat} objects have a box in the picture alone and are left out"
            self.find("warning", "no-box", text_, path)
        book = TrackBook(self.find)
        boxes: list[Box] = []
        for number, found in enumerate(objects):
            where = f"{path}, object {number}"
            box = found.lidar_SE3_box
            track = book.track(frame, found.ident, found.category, where)
            try:
                boxes.append(
                    Box(
                        track=track.token, frame=frame, size=found.size, attributes=found.attributes,
                        world_SE3_box=world_SE3_lidar @ SE3(LIDAR, "box", box.rotation, box.translation),
                        source=Source.IMPORTED,
                    )
                )  # fmt: skip
            except InvalidValue as error:
                raise UnreadableFile(error.what, where=where) from None
        return self.learn(steady_labels(scene, book.tracks, boxes))


def _about(folder: Path) -> dict[str, str]:
    """Return what is said of the recording."""
    path = folder / "metadata.json"
    found = {"logfile": folder.resolve().name}
    if path.is_file():
        content = mapping(read_json(path), "the metadata", path)
        found |= {ours: text(content.get(theirs)) for theirs, ours in _ABOUT.items()}
        found |= {name: text(content.get(name)) for name in _WORDS}
    return {name: value for name, value in found.items() if value}
