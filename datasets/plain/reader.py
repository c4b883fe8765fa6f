"""Reading plain folders: a scene a folder, a frame a cloud of the main LiDAR."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Dataset, Format, ReadOptions
from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.folders import find_drives
from lidar_label.datasets.lidar_frames import FRAME_NS, load_cloud, shared_origin
from lidar_label.datasets.objects import Find
from lidar_label.datasets.plain.layout import Channel, find_files, is_drive
from lidar_label.datasets.plain.matching import Frames, Matched, match, own_times
from lidar_label.datasets.plain.placing import lies_in_world, poses_table, trajectory
from lidar_label.datasets.plain.poses import PoseTable
from lidar_label.datasets.plain.rig import Rig, read_rig
from lidar_label.datasets.plain.times import Stamps, frame_numbers
from lidar_label.datasets.poses import Trajectory
from lidar_label.datasets.tokens import steady_scene
from lidar_label.errors import LidarLabelError, MissingFile
from lidar_label.model import SE3, Floats, Frame, Image, Labels, PointCloud, Scene, Sweep, Taxonomy

_ZERO: Point3 = (0.0, 0.0, 0.0)
_TRIES = 3  # clouds, for the first that can be read
_MOST_POINTS, _ENOUGH, _PROBED = 2_000_000, 20_000, 4096
_NEAR_M = 500.0
_OTHER_CLOCK_NS = 1_000_000_000
_NOWHERE = SE3.identity("world", "ego")
_GAP = 1.75  # times the usual step


class CloudFolderDataset(Dataset):
    """One scene a folder, under its name; it has no labels.

    Raises
    ------
    MissingFile
        If there is no cloud.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        super().__init__(format.name, path, Taxonomy())
        self._folders = find_drives(path, is_drive)
        if not self._folders:
            raise MissingFile("there are no clouds", where=path, hint="points/*.pcd or other cloud files are expected")
        self._options = options
        self._assumed = {item.key: format.assumed(options, item.key) for item in format.assumptions}
        self._scenes: dict[str, Scene] = {}

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The folders' names."""
        return tuple(self._folders)

    def scene(self, name: str) -> Scene:
        """Return a scene; names, times, calibration and poses are read, and points where they tell a convention."""
        self.check_name(name)
        if name not in self._scenes:
            made = _SceneReader(self, self._folders[name], self._options, self._assumed).scene(name)
            self._scenes[name] = steady_scene(self.format, made)
        return self._scenes[name]

    def labels(self, name: str) -> Labels:
        """Return no labels: a plain folder has none."""
        self.check_name(name)
        return Labels()


class _SceneReader:
    """One folder on its way to a scene."""

    def __init__(
        self, dataset: CloudFolderDataset, folder: Path, options: ReadOptions, assumed: Mapping[str, str]
    ) -> None:
        self.find = dataset.find
        self.folder, self.options, self.assumed = folder, options, assumed
        self.unit = assumed["time_unit"]
        self.files = find_files(folder, self.find)
        self.lidars = sorted(self.files.lidars, key=lambda lidar: "TOP" not in lidar.name.upper())
        self.main = self.lidars[0]

    def scene(self, name: str) -> Scene:
        """Return the scene of the folder."""
        table = poses_table(self.folder, self.find)
        frames = self._frames(table)
        rig = read_rig(self.files, [lidar.name for lidar in self.lidars], self.assumed, self._first_points, self.find)
        poses = trajectory(table, frames, rig, self.assumed, self.find) if table is not None else None
        if poses is None:
            self.find("info", "no-poses", "there are no poses, so each cloud stands in its own world", self.folder)
        in_world = poses is not None and self._in_world(poses, frames)
        origin, taken = self._origin(rig, poses)
        if poses is None:
            rig = rig.shifted(np.array(origin))
        own = table.own if table is not None and poses is not None else {}
        maker = _Maker(frames, rig, poses, own, taken, self.options, in_world=in_world)
        for lidar in self.lidars:
            matched = (
                Matched(dict(enumerate(frames.stems)))
                if lidar is self.main
                else match(lidar, frames, self.unit, self.find)
            )
            maker.add(lidar, matched, self.find)
        for camera in self.files.cameras:
            maker.add(camera, match(camera, frames, self.unit, self.find), self.find)
        return Scene(
            name=name, frames=maker.frames(), between=maker.between, origin=origin,
            description="plain folder of clouds",
            sensors={**rig.lidars, **rig.cameras}, has_poses=poses is not None,
            has_timestamps=frames.has_times,
        )  # fmt: skip

    def _frames(self, table: PoseTable | None) -> Frames:
        """Return the frames: the main LiDAR's clouds by time where that is known, else in natural order."""
        stems = list(self.main.files)
        places = dict.fromkeys([self.main.folder, self.main.folder.parent, self.folder])
        inside = [place for place in places if place.is_relative_to(self.folder)]
        stamps = own_times(self.main, inside, self.unit, self.find)
        if stamps is None and table is not None and table.times_ns is not None and len(table) == len(stems):
            times = tuple(table.times_ns.tolist())
            if all(a < b for a, b in pairwise(times)):
                stamps = Stamps(times, f"the times are those of {table.path.name}, as many as clouds")
        if stamps is not None:
            self.find("info", "assumed", stamps.how, self.main.folder)
            pairs = sorted(zip(stamps.times_ns, stems, strict=True))
            frames = Frames([stem for _, stem in pairs], [time for time, _ in pairs], has_times=True)
        else:
            numbers = frame_numbers(stems)
            among = "numbers of frames" if numbers is not None else "frames"
            text = f"there are no times, so a tenth of a second is assumed between {among}"
            self.find("warning", "no-timestamps", text, self.main.folder)
            frames = Frames(stems, [n * FRAME_NS for n in numbers or range(len(stems))], has_times=False)
        self._report_gaps(frames)
        return frames

    def _report_gaps(self, frames: Frames) -> None:
        steps = np.diff(np.array(frames.times_ns, dtype=np.int64)).astype(np.float64)
        if len(steps) < 2:
            return
        usual = float(np.median(steps))
        wide = np.flatnonzero(steps > _GAP * usual)
        if len(wide):
            longest = int(wide[np.argmax(steps[wide])])
            text = (
                f"{len(wide)} gaps of more than the usual {usual * 1e-9:.3g} s between frames; the longest is "
                f"{steps[longest] * 1e-9:.3g} s, after {frames.stems[longest]}"
            )
            self.find("info", "gaps", text, self.main.folder)

    def _first_points(self) -> Floats:
        """Return points of the first cloud that can be read, (N, 3), thinned; none of one far from its origin."""
        for path in list(self.main.files.values())[:_TRIES]:
            try:
                cloud = open_cloud(path, options=self.options).read(origin=(0.0, 0.0, 0.0), limit=_MOST_POINTS)
            except LidarLabelError:
                continue  # who opens the frame is told what is wrong with it
            points = cloud.xyz[cloud.valid].astype(np.float64)
            points = points[:: max(1, len(points) // _ENOUGH)]
            near = len(points) and np.linalg.norm(np.median(points, axis=0)) < _NEAR_M
            return points if near else np.empty((0, 3))
        return np.empty((0, 3))

    def _in_world(self, poses: Trajectory, frames: Frames) -> bool:
        said = self.assumed["clouds_in"]
        if said != "auto":
            return said == "world"
        path = self.main.files[frames.stems[0]]
        try:
            chunk = next(open_cloud(path, options=self.options).chunks(_PROBED), None)
        except LidarLabelError:
            return False  # who opens the frame is told what is wrong with it
        found = chunk is not None and lies_in_world(chunk.xyz, poses, frames.times_ns[0])
        if found:
            text = "the points are taken to be in the world's frame, since they lie about the vehicle there"
            self.find("warning", "assumed", text, self.main.folder)
        return found

    def _origin(self, rig: Rig, poses: Trajectory | None) -> tuple[Point3, Mapping[str, Point3]]:
        """Return what is taken off the world, and what off the clouds of each LiDAR."""
        if poses is not None:
            if any(poses.origin):
                x, y, z = poses.origin
                self.find("info", "shifted-world", f"the world was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", self.folder)
            return poses.origin, {lidar.name: _ZERO for lidar in self.lidars}
        first = shared_origin(list(self.main.files.values())[:_TRIES], self.find, self.options)
        ahead = rig.ego_SE3_lidar.rotation_matrix @ np.array(first)
        taken = {
            channel: _point(sensor.ego_SE3_sensor.rotation_matrix.T @ ahead) if channel != self.main.name else first
            for channel, sensor in rig.lidars.items()
        }
        return _point(ahead), taken


class _Maker:
    """Makes recordings channel by channel, and frames of them."""

    def __init__(
        self,
        frames: Frames,
        rig: Rig,
        poses: Trajectory | None,
        own: Mapping[tuple[str, int], SE3],
        taken: Mapping[str, Point3],
        options: ReadOptions,
        *,
        in_world: bool,
    ) -> None:
        self._frames, self._rig, self._poses, self._taken, self._options = frames, rig, poses, taken, options
        self._own, self._in_world = own, in_world
        self._sweeps: list[dict[str, Sweep]] = [{} for _ in frames.stems]
        self._images: list[dict[str, Image]] = [{} for _ in frames.stems]
        self.between: list[Sweep | Image] = []

    def add(self, channel: Channel, matched: Matched, find: Find) -> None:
        """Add the recordings of one sensor."""
        own = matched.times_ns if self._frames.has_times else {}
        late = [s for i, s in matched.frames.items() if abs(own.get(s, 0) - self._frames.times_ns[i]) > _OTHER_CLOCK_NS]
        if own and late:
            text = f"the times of {channel.name} are of another clock than the clouds', so they are not used"
            find("warning", "other-clock", text, channel.folder)
            own = {}
        for index, stem in matched.frames.items():
            made = self._recording(channel, stem, own.get(stem, self._frames.times_ns[index]), index, is_key=True)
            if isinstance(made, Sweep):
                self._sweeps[index][channel.name] = made
            else:
                self._images[index][channel.name] = made
        for time_ns, stem, index in matched.between:
            self.between.append(self._recording(channel, stem, time_ns, index, is_key=False))
        self.between.sort(key=lambda made: made.timestamp_ns)

    def frames(self) -> list[Frame]:
        """Return the frames."""
        rows = zip(self._frames.stems, self._frames.times_ns, self._sweeps, self._images, strict=True)
        return [
            Frame(index=index, timestamp_ns=time, sweeps=sweeps, images=images, name=stem)
            for index, (stem, time, sweeps, images) in enumerate(rows)
        ]

    def _pose(self, channel: str, time_ns: int) -> SE3:
        if self._poses is None:
            return _NOWHERE
        own = self._own.get((channel, time_ns))
        if own is None:
            return self._poses.at(time_ns)
        return SE3("world", "ego", own.rotation, own.translation - np.array(self._poses.origin))

    def _recording(self, channel: Channel, stem: str, time_ns: int, index: int, *, is_key: bool) -> Sweep | Image:
        path = channel.files[stem]
        pose = self._pose(channel.name, time_ns)
        if channel.name in self._rig.cameras:
            return Image(
                sensor=self._rig.cameras[channel.name], timestamp_ns=time_ns, world_SE3_ego=pose, frame=index,
                is_keyframe=is_key, path=path, load=partial(read_bytes, path), suffix=path.suffix.lower(),
            )  # fmt: skip
        sensor = self._rig.lidars[channel.name]
        load = partial(load_cloud, path, self._taken[channel.name], self._options)
        if self._in_world and self._poses is not None:
            back = (pose @ sensor.ego_SE3_sensor).inverse
            load = partial(_load_from_world, path, back, self._poses.origin, self._options)
        return Sweep(
            sensor=sensor, timestamp_ns=time_ns, world_SE3_ego=pose, frame=index, is_keyframe=is_key, path=path,
            load=load,
        )  # fmt: skip


def _load_from_world(path: Path, sensor_SE3_world: SE3, origin: Point3, options: ReadOptions) -> PointCloud:
    """Read a cloud whose points are in the world's frame into its sensor's."""
    source = open_cloud(path, options=options)
    xyz = np.zeros((source.points, 3), dtype=np.float32)
    fields = {name: np.empty(source.points, dtype=kind) for name, kind in source.fields.items()}
    for chunk in source.chunks():
        rows = slice(chunk.start, chunk.start + len(chunk))
        with np.errstate(invalid="ignore", over="ignore"):
            moved = sensor_SE3_world.apply(chunk.xyz - np.array(origin))
            moved[~chunk.xyz.any(axis=1)] = 0  # without a return, before and after
            xyz[rows] = moved
        for name, values in chunk.fields.items():
            fields[name][rows] = values
    return PointCloud(xyz, fields)


def _point(values: Floats) -> Point3:
    x, y, z = (float(value) for value in values)
    return (x, y, z)
