"""A scene of Scale's frames: poses, clouds, and cameras that are placed in world."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.files import inside, read_bytes
from lidar_label.datasets.images import image_size
from lidar_label.datasets.lidar_frames import FRAME_NS, LIDAR
from lidar_label.datasets.objects import Find
from lidar_label.datasets.poses import origin_of
from lidar_label.datasets.scale.format import SceneFiles
from lidar_label.datasets.scale.frames import FrameFile, lens_of, local_path, pose_of, read_points, time_ns
from lidar_label.datasets.tokens import steady_scene
from lidar_label.datasets.values import is_number, listed, mapping, text
from lidar_label.errors import LidarLabelError, UnsafePath
from lidar_label.model import SE3, Camera, Frame, Image, Scene, Sensor, Sweep


@dataclass(frozen=True, slots=True)
class Row:
    """What the files say of one frame."""

    name: str
    entry: Mapping[str, Any]
    where: str
    frame: FrameFile | None


class SceneMaker:
    """Makes one scene of its frames; what is missing or assumed is told through `find`."""

    def __init__(self, files: SceneFiles, rows: Sequence[Row], unit: str, in_world: bool, find: Find) -> None:
        self.files, self.rows, self.unit, self.find, self.in_world = files, rows, unit, find, in_world
        self.sensors: dict[str, Sensor] = {}
        self._made: dict[tuple[str, Camera | None], Sensor] = {}
        self._sizes: dict[str, tuple[int, int]] = {}
        self._left_out: Counter[str] = Counter()

    def scene(self, format_name: str, name: str) -> Scene:
        """Return the scene under a name, with steady tokens."""
        poses = self._poses()
        origin = self._origin(poses)
        times, has_times = self._times()
        lidar = Sensor(channel=LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", LIDAR))
        channels = self._channels()
        frames: list[Frame] = []
        for index, row in enumerate(self.rows):
            pose = SE3.identity("world", "ego")
            if poses is not None:
                pose = SE3("world", "ego", poses[index].rotation, poses[index].translation - origin)
            sweeps: dict[str, Sweep] = {}
            images: dict[str, Image] = {}
            if row.frame is not None:
                images = self._images(row.frame, index, times[index], pose, origin, channels)
                path = row.frame.path
                if row.frame.has_points:
                    place = (pose, origin) if self.in_world else None
                    load = partial(read_points, path, place, times[index], self.unit)
                    sweeps[LIDAR] = Sweep(
                        sensor=lidar, timestamp_ns=times[index], world_SE3_ego=pose, frame=index, path=path, load=load
                    )
                    self.sensors.setdefault(LIDAR, lidar)
            frames.append(
                Frame(index=index, timestamp_ns=times[index], sweeps=sweeps, images=images, name=row.name, pose=pose)
            )
        self._report(frames)
        scene = Scene(
            name=name, frames=frames, sensors=self.sensors, origin=origin, has_poses=poses is not None,
            has_timestamps=has_times, description="Scale LiDAR annotation",
        )  # fmt: skip
        return steady_scene(format_name, scene)

    def _poses(self) -> list[SE3] | None:
        """Return the vehicle's poses in the file's world; None where not every frame has one."""
        found = [row.frame.pose() if row.frame is not None else None for row in self.rows]
        poses = [pose for pose in found if pose is not None]
        where = self.files.first
        still = all(pose == SE3.identity("world", "ego") for pose in poses)
        if poses and len(poses) == len(found) and not still:
            return poses
        if poses and not still:
            text_ = f"{len(found) - len(poses)} frames have no device_position, so none is used"
            self.find("warning", "missing-poses", text_, where)
        else:
            self.find("info", "no-poses", "there are no poses, so the vehicle stands where the world begins", where)
        return None

    def _origin(self, poses: Sequence[SE3] | None) -> Point3:
        """Return whole metres to take off a world that is far from its origin."""
        places = [pose.translation.tolist() for pose in (poses or ())[:1]] or [*self._some_places()]
        origin = origin_of(places[0]) if places else (0.0, 0.0, 0.0)
        if any(origin):
            x, y, z = origin
            self.find(
                "info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", self.files.first
            )
        return origin

    def _some_places(self) -> Iterator[Sequence[float]]:
        for row in self.rows:
            if row.frame is not None and row.frame.first_point is not None:
                yield row.frame.first_point
            cuboids = row.entry.get("cuboids")
            for cuboid in cuboids if isinstance(cuboids, list) else ():
                place = cuboid.get("position") if isinstance(cuboid, Mapping) else None
                if isinstance(place, Mapping) and all(is_number(place.get(axis)) for axis in "xyz"):
                    yield [float(place[axis]) for axis in "xyz"]

    def _times(self) -> tuple[list[int], bool]:
        found = [time_ns(row.frame.content.get("timestamp"), self.unit) if row.frame else None for row in self.rows]
        times = [time for time in found if time is not None]
        if times and len(times) == len(found) and all(a < b for a, b in pairwise(times)):
            return times, True
        text_ = "frames have no times that go up, so ten a second are assumed"
        self.find("warning" if times else "info", "no-timestamps", text_, self.files.first)
        return [index * FRAME_NS for index in range(len(found))], False

    def _channels(self) -> bool:
        """Say whether the folders of pictures tell the cameras of every frame apart."""
        for row in self.rows:
            if row.frame is None:
                continue
            urls = [text(image.get("image_url")) for image in _pictures(row.frame)]
            folders = ["".join(local_path(url)[-2:-1]) for url in urls]
            if not all(folders) or len(set(folders)) < len(folders):
                return False
        return True

    def _images(
        self,
        frame: FrameFile,
        index: int,
        time: int,
        pose: SE3,
        origin: Point3,
        by_folder: bool,
    ) -> dict[str, Image]:
        """Return the pictures of a frame that are there, each with its camera where the file puts it."""
        found: dict[str, Image] = {}
        for number_, row in enumerate(_pictures(frame)):
            where = f"{frame.path}, image {number_}"
            url = text(row.get("image_url"))
            path = self._file(url, frame.path, where)
            if path is None:
                continue
            channel = "".join(local_path(url)[-2:-1]) if by_folder else ""
            channel = channel or f"camera_{text(row.get('camera_index')) or number_}"
            taken = time_ns(row.get("timestamp"), self.unit)
            sensor, place = self._camera(channel, row, path, pose, origin, where)
            if channel not in found:
                found[channel] = Image(
                    sensor=sensor, timestamp_ns=time if taken is None else taken, world_SE3_ego=place, frame=index,
                    path=path, load=partial(read_bytes, path), suffix=path.suffix.lower(),
                )  # fmt: skip
        return found

    def _file(self, url: str, beside: Path, where: str) -> Path | None:
        """Return the picture that a link means: of its path as much as is found beneath the scene, or the frame."""
        parts = local_path(url)
        try:
            for skipped in range(len(parts)):
                for root in (self.files.folder, beside.parent):
                    path = inside(root, "/".join(parts[skipped:]), where=where)
                    if path.is_file():
                        return path
        except UnsafePath:
            text_ = f"{url[:80]!r} does not lie beneath the labels, so it is not opened"
            self.find("warning", "outside-file", text_, where)
            return None
        self._left_out["remote" if "://" in url else "missing"] += 1
        return None

    def _camera(
        self, channel: str, row: Mapping[str, Any], path: Path, pose: SE3, origin: Point3, where: str
    ) -> tuple[Sensor, SE3]:
        """Return a camera as it is mounted in the first frame, and where the vehicle is at the picture's time.

        The file says where a camera is in world; with one mounting for all frames the vehicle's pose follows.
        """
        lens = None
        if row.get("position") is not None and row.get("heading") is not None:
            lens = self._lens(channel, row, path, where)
        key = (channel, lens)
        world_SE3_camera = None
        if lens is not None:
            given = pose_of(row["position"], row["heading"], channel, "camera", where)
            world_SE3_camera = SE3("world", channel, given.rotation, given.translation - np.array(origin))
        if key not in self._made:
            mounting = SE3.identity("ego", channel)
            known = self.sensors.get(channel)
            if world_SE3_camera is not None:
                mounting = pose.inverse @ world_SE3_camera
            if known is not None and known.camera is not None and lens is not None:
                mounting = known.ego_SE3_sensor  # the lens alone is another
            self._made[key] = Sensor(channel=channel, kind="camera", ego_SE3_sensor=mounting, camera=lens)
        sensor = self._made[key]
        if channel not in self.sensors or (self.sensors[channel].camera is None and lens is not None):
            self.sensors[channel] = sensor
        if world_SE3_camera is None:
            return sensor, pose
        return sensor, world_SE3_camera @ sensor.ego_SE3_sensor.inverse

    def _lens(self, channel: str, row: Mapping[str, Any], path: Path, where: str) -> Camera | None:
        if channel not in self._sizes:
            try:
                self._sizes[channel] = image_size(path)
            except LidarLabelError as error:
                self.find("warning", "unreadable-image", error.what, error.where)
                return None
        lens = lens_of(row, self._sizes[channel], where)
        if lens is None:
            text_ = f"camera {channel} has a lens of its own kind, so no box is drawn in its pictures"
            self.find("warning", "unknown-lens", text_, self.files.first)
        if row.get("skew"):
            self.find("warning", "skew", f"the pixels of {channel} are skewed, which is left out", self.files.first)
        return lens

    def _report(self, frames: Sequence[Frame]) -> None:
        where = self.files.first
        if self._left_out["remote"]:
            text_ = f"{self._left_out['remote']} pictures lie on a server and not here; frames come without them"
            self.find("info", "remote-images", text_, where)
        if self._left_out["missing"]:
            text_ = f"{self._left_out['missing']} pictures are not there; frames come without them"
            self.find("warning", "missing-file", text_, where)
        if not any(frame.sweeps for frame in frames):
            self.find("info", "no-sweeps", "there are no points, so frames come without them", where)
        if any(row.frame is not None and row.frame.content.get("radar_points") for row in self.rows):
            self.find("info", "not-read", "points of radars are not read", where)


def _pictures(frame: FrameFile) -> list[Mapping[str, Any]]:
    rows = listed(frame.content.get("images") or [], "images", frame.path)
    return [mapping(row, "an image", frame.path) for row in rows]
