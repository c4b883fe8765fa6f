"""An OpenLABEL document as a scene: poses, sensors and the files that its streams name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.clouds.registry import cloud_suffixes, open_cloud
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.objects import Find
from lidar_label.datasets.openlabel.document import Document, RawFrame
from lidar_label.datasets.openlabel.streams import Lens, file_of, kind_of, lens_of
from lidar_label.datasets.openlabel.systems import Ways, read_transform
from lidar_label.datasets.tokens import steady_scene
from lidar_label.datasets.values import mapping, text
from lidar_label.model import SE3, Frame, Image, PointCloud, Scene, Sensor, Sweep
from lidar_label.model.scene import Kind

FAR_M = 10_000.0
_LEVEL = 0.7  # of the z of what is upright
_NOWHERE = SE3.identity("world", "ego")
# A camera's frame on a level vehicle: x right, y down, z ahead.
_EGO_SE3_CAMERA = SE3("ego", "camera", (0.5, -0.5, 0.5, -0.5), (0.0, 0.0, 0.0))
_READ = {"coordinate_systems", "frame_intervals", "frames", "metadata", "objects", "streams"}


class SceneMaker:
    """Makes the scene of one document; what is missing or assumed is told through `find`."""

    def __init__(self, document: Document, find: Find) -> None:
        self.document, self.find = document, find
        self._lenses: dict[str, Lens | None] = {}
        self._sensors: dict[tuple[str, SE3], Sensor] = {}
        self.first: dict[str, Sensor] = {}
        self._files: Counter[str] = Counter()

    def scene(self, format_name: str, name: str) -> Scene:
        """Return the scene under a name, with steady tokens."""
        document = self.document
        self._report_elements()
        times, has_times = document.times(self.find)
        poses = self._poses()
        origin = self._origin(poses)
        placed = [SE3("world", "ego", pose.rotation, pose.translation - origin) for pose in poses or ()]
        kinds = self._kinds()
        for channel, kind in kinds.items():
            self._sensor(channel, kind, document.systems.ways({}), document.streams[channel])
        frames: list[Frame] = []
        for index, raw in enumerate(document.frames):
            pose = placed[index] if poses else _NOWHERE
            sweeps, images = self._recordings(raw, index, times[index], pose, kinds, origin)
            name_ = text(raw.properties.get("name")) or str(raw.number)
            frames.append(
                Frame(index=index, timestamp_ns=times[index], sweeps=sweeps, images=images, name=name_, pose=pose)
            )
        if self._files["missing"]:
            text_ = (
                f"{self._files['missing']} files that the streams name are not there; those frames come without them"
            )
            self.find("warning", "missing-file", text_, document.path)
        if not any(frame.sweeps for frame in frames):
            self.find("info", "no-sweeps", "the labels name no clouds, so frames come without points", document.path)
        metadata = {key: value for key, value in document.metadata.items() if isinstance(value, str) and value}
        scene = Scene(
            name=name, frames=frames, sensors=self.first, origin=origin, has_poses=poses is not None,
            description=metadata.pop("comment", ""), has_timestamps=has_times,
            log={key: value for key, value in metadata.items() if key not in ("schema_version", "name")},
        )  # fmt: skip
        return steady_scene(format_name, scene)

    def _report_elements(self) -> None:
        rest = {name: value for name, value in self.document.root.items() if name not in _READ}
        counts = [f"{name} {len(value)}" if isinstance(value, Mapping | list) else name for name, value in rest.items()]
        if counts:
            self.find("info", "not-read", f"these are not read: {', '.join(sorted(counts))}", self.document.path)

    def _poses(self) -> list[SE3] | None:
        """Return ``world_SE3_ego`` of each frame, in the file's own world; None where there are none."""
        systems, document = self.document.systems, self.document
        found = [document.ways(f).find(systems.world, systems.ego) if systems.world else None for f in document.frames]
        poses = [SE3("world", "ego", pose.rotation, pose.translation) for pose in found if pose is not None]
        if len(poses) == len(found):
            leaning = sum(pose.rotation_matrix[2, 2] < _LEVEL for pose in poses)
            if leaning > len(poses) / 2:
                text_ = f"the vehicle leans far in {leaning} of {len(poses)} frames; is the real part first?"
                self.find("warning", "leaning-vehicle", f"{text_} (--assume quaternion_order=wxyz)", document.path)
            return poses
        if poses:
            text_ = (
                f"{len(found) - len(poses)} frames have no pose of {systems.ego} in {systems.world}, so none is used"
            )
            self.find("warning", "missing-poses", text_, document.path)
        else:
            self.find("info", "no-poses", "there are no poses, so each frame stands in its own world", document.path)
        return None

    def _origin(self, poses: Sequence[SE3] | None) -> tuple[float, float, float]:
        first = poses[0].translation if poses else np.zeros(3)
        if np.abs(first).max() < FAR_M:
            return (0.0, 0.0, 0.0)
        x, y, z = np.round(first).tolist()
        self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", self.document.path)
        return (x, y, z)

    def _kinds(self) -> dict[str, Kind]:
        found: dict[str, Kind] = {}
        for channel, stream in self.document.streams.items():
            kind = kind_of(stream)
            if kind is None:
                text_ = f"stream {channel} is of type {text(stream.get('type')) or 'none'} and is not read"
                self.find("info", "not-read", text_, self.document.path)
            elif channel:
                found[channel] = kind
        return found

    def _sensor(self, channel: str, kind: Kind, ways: Ways, stream: Mapping[str, Any]) -> Sensor:
        where = f"{self.document.path}, stream {channel}"
        if channel not in self._lenses:
            self._lenses[channel] = lens_of(stream, self.find, where) if kind == "camera" else None
        lens, systems = self._lenses[channel], self.document.systems
        mounting = ways.find(systems.ego, channel) if systems.ego else None
        if mounting is None:
            self._say_unplaced(channel, kind)
            mounting, lens = SE3.identity("ego", channel), None
        elif systems.ego in self.document.streams and kind_of(self.document.streams[systems.ego]) == "camera":
            mounting = _EGO_SE3_CAMERA @ SE3("camera", channel, mounting.rotation, mounting.translation)
        mounting = SE3("ego", channel, mounting.rotation, mounting.translation)
        if lens is not None and lens.shift.any():
            mounting = mounting @ SE3(channel, channel, (1.0, 0.0, 0.0, 0.0), -lens.shift)
        key = (channel, mounting)
        if key not in self._sensors:
            camera = lens.camera if lens is not None else None
            self._sensors[key] = Sensor(channel=channel, kind=kind, ego_SE3_sensor=mounting, camera=camera)
        self.first.setdefault(channel, self._sensors[key])
        return self._sensors[key]

    def _say_unplaced(self, channel: str, kind: Kind) -> None:
        text_ = f"nothing says where {channel} is on the vehicle; it is taken to be at its origin"
        if kind == "camera":
            text_ = f"nothing says where camera {channel} is on the vehicle, so no box is drawn in its pictures"
        self.find("warning", "unplaced-sensor", text_, self.document.path)

    def _recordings(
        self, raw: RawFrame, index: int, time_ns: int, pose: SE3, kinds: Mapping[str, Kind], origin: Sequence[float]
    ) -> tuple[dict[str, Sweep], dict[str, Image]]:
        """Return the clouds and pictures of a frame that are there."""
        document, root = self.document, self.document.path.parent
        sweeps: dict[str, Sweep] = {}
        images: dict[str, Image] = {}
        for channel, kind in kinds.items():
            where = f"{document.path}, frame {raw.number}, stream {channel}"
            own = mapping(raw.streams().get(channel) or {}, "a stream", where)
            # Of a file that speaks of one moment, the stream itself names the data.
            stream = own if document.has_frames else document.streams[channel]
            path = file_of(root, stream, self.find, where)
            if path is None:
                continue
            if not path.is_file():
                self._files["missing"] += 1
                continue
            ways = document.ways(raw)
            sensor = self._sensor(channel, kind, ways, document.streams[channel])
            taken_ns, place = self._moment(own, time_ns, pose, origin, where)
            suffix = path.suffix.lower()
            if kind == "camera" and suffix in PICTURES:
                images[channel] = Image(
                    sensor=sensor, timestamp_ns=taken_ns, world_SE3_ego=place, frame=index, path=path,
                    load=partial(read_bytes, path), suffix=suffix,
                )  # fmt: skip
            elif kind != "camera" and suffix in cloud_suffixes():
                sweeps[channel] = Sweep(
                    sensor=sensor, timestamp_ns=taken_ns, world_SE3_ego=place, frame=index, path=path,
                    load=partial(_read_cloud, path),
                )  # fmt: skip
            else:
                self.find("warning", "not-read", f"{suffix or path.name} of a {kind} is no file that is read", where)
        return sweeps, images

    def _moment(
        self, own: Mapping[str, Any], time_ns: int, pose: SE3, origin: Sequence[float], where: str
    ) -> tuple[int, SE3]:
        """Return the time of one recording and the vehicle's pose at it, which our own writer notes."""
        properties = mapping(own.get("stream_properties") or {}, "stream_properties", where)
        sync = mapping(properties.get("sync") or {}, "sync", where)
        taken_ns = self.document.time_of(sync.get("timestamp"), where)
        if "ego_pose" in properties:
            found = read_transform(properties["ego_pose"], "world", "ego", self.document.quaternion(), where)
            pose = replace_place(found, origin)
        return (time_ns if taken_ns is None else taken_ns), pose


def replace_place(pose: SE3, origin: Sequence[float]) -> SE3:
    """Return a pose in a world from which `origin` was taken off."""
    return SE3(pose.dst, pose.src, pose.rotation, pose.translation - np.asarray(origin))


def _read_cloud(path: Path) -> PointCloud:
    return open_cloud(path).read((0.0, 0.0, 0.0))
