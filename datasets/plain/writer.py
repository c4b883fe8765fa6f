"""Writing plain folders: points/CHANNEL/*.pcd, images/CHANNEL/*, calib.json, poses.json and timestamps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.clouds.base import Point3
from lidar_label.datasets.lidar_files import Job, cloud_job, picture_job, run_jobs, write_json
from lidar_label.datasets.losses import lost, some
from lidar_label.datasets.names import frame_stems, named_drives, unique_names
from lidar_label.datasets.plain.calib import lens_content
from lidar_label.datasets.plain.poses import poses_content
from lidar_label.model import SE3, Finding, Image, Scene, Sensor, Sweep

POINTS, IMAGES = "points", "images"
_LIDAR = "lidar"  # of a scene that has none
_SAME = 1e-9
_SECOND_NS = 1_000_000_000


def write_plain(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as a folder; a file is called as its frame.

    Poses are those of the vehicle, at the time of each recording, in the source's own world. Times are
    seconds with nine digits, a line a file.
    """
    findings: list[Finding] = []
    work: list[Job] = []
    for drive, name in named_drives(drives, findings):
        writer = _SceneWriter(folder / name, drive.scene)
        writer.write_tables()
        work += writer.work()
    return [*findings, *run_jobs(work, options)]


def own_losses(drives: Sequence[Drive]) -> list[Finding]:
    """Return what of these drives has no place beside what formats share."""
    return [finding for drive in drives for finding in _losses(drive.scene)]


def _losses(scene: Scene) -> Iterator[Finding]:
    changing = sorted(
        channel
        for channel, sensor in scene.sensors.items()
        if any(
            made.sensor.camera != sensor.camera
            or max(made.sensor.ego_SE3_sensor.error_to(sensor.ego_SE3_sensor)) > _SAME
            for made in _recordings(scene, channel)
        )
    )
    if changing:
        yield lost(
            scene, "one-calibration", f"each sensor has one calibration; that of these changes: {some(changing)}"
        )
    if not scene.has_poses or scene.has_timestamps:
        return
    for frame in scene.frames:
        made = [*frame.sweeps.values(), *frame.images.values()]
        if any(max(one.world_SE3_ego.error_to(frame.world_SE3_ego)) > _SAME for one in made):
            yield lost(scene, "own-poses", "without times, a frame has one pose, so those of single sensors are lost")
            return


def _recordings(scene: Scene, channel: str) -> list[Sweep | Image]:
    found: list[Sweep | Image] = []
    for frame in scene.frames:
        made = frame.sweeps.get(channel) or frame.images.get(channel)
        if made is not None:
            found.append(made)
    return found


class _SceneWriter:
    """One scene on its way into its folder."""

    def __init__(self, folder: Path, scene: Scene) -> None:
        self.folder, self.scene = folder, scene
        self.stems = frame_stems(scene)
        lidar = scene.main_lidar
        self.main = lidar.channel if lidar is not None else _LIDAR
        others = [s.channel for s in scene.sensors.values() if s.kind != "camera" and s.channel != self.main]
        self.lidars = [self.main, *others]
        self.cameras = [s.channel for s in scene.sensors.values() if s.kind == "camera"]
        self.names = unique_names([*self.lidars, *self.cameras])

    def write_tables(self) -> None:
        """Write calibration, poses and times."""
        for channel in self.lidars:
            self._write_times(self._made(POINTS, channel), self._sweeps(channel))
        for channel in self.cameras:
            images = [frame.images.get(channel) for frame in self.scene.frames]
            if any(images):
                self._write_times(self._made(IMAGES, channel), images)
        write_json(self.folder / "calib.json", self._calibration())
        if self.scene.has_poses:
            write_json(self.folder / "poses.json", poses_content(self._poses()))

    def work(self) -> list[Job]:
        """Return the work of writing clouds and pictures."""
        jobs: list[Job] = []
        for channel in self.lidars:
            place, origin = self._made(POINTS, channel), self._cloud_origin(channel)
            for stem, sweep in zip(self.stems, self._sweeps(channel), strict=True):
                if sweep is not None or channel == self.main:  # its clouds are what frames are told by
                    jobs.append(cloud_job(sweep, place / f"{stem}.pcd", origin))
        for frame in self.scene.frames:
            for channel, image in frame.images.items():
                path = self.folder / IMAGES / self.names[channel] / f"{self.stems[frame.index]}{image.suffix}"
                jobs.append(picture_job(image, path))
        return jobs

    def _made(self, kind: str, channel: str) -> Path:
        place = self.folder / kind / self.names[channel]
        place.mkdir(parents=True, exist_ok=True)
        return place

    def _sweeps(self, channel: str) -> list[Sweep | None]:
        return [frame.sweeps.get(channel) for frame in self.scene.frames]

    def _write_times(self, place: Path, recordings: Sequence[Sweep | Image | None]) -> None:
        """Write the time of each file; of the main LiDAR those of the frames, where its own are not in order."""
        if not self.scene.has_timestamps:
            return
        is_main = place == self.folder / POINTS / self.names[self.main]
        frames = [frame.timestamp_ns for frame in self.scene.frames]
        times = [
            made.timestamp_ns if made is not None else frame for made, frame in zip(recordings, frames, strict=True)
        ]
        if is_main:
            times = times if all(a < b for a, b in pairwise(times)) else frames
        else:
            times = [made.timestamp_ns for made in recordings if made is not None]
        lines = "".join(f"{_seconds(time)}\n" for time in times)
        (place / "timestamps.txt").write_text(lines, encoding="utf-8")

    def _calibration(self) -> dict[str, Any]:
        """Return where the sensors are; without poses, of the clouds as they are written, nothing taken off."""
        scene = self.scene
        shift = np.array(scene.origin if not scene.has_poses else (0.0, 0.0, 0.0))
        content: dict[str, Any] = {"lidars": {}, "cameras": {}}
        for channel in self.lidars:
            sensor = scene.sensors.get(channel)
            pose = sensor.ego_SE3_sensor if sensor is not None else SE3.identity("ego", channel)
            content["lidars"][self.names[channel]] = {"lidar_to_ego": pose.matrix.tolist()}
            if sensor is not None and sensor.kind != "lidar":
                content["lidars"][self.names[channel]]["kind"] = sensor.kind
        for channel in self.cameras:
            sensor = self._camera(channel)
            matrix = sensor.ego_SE3_sensor.matrix
            matrix[:3, 3] += shift
            lens = lens_content(sensor.camera) if sensor.camera is not None else {}
            content["cameras"][self.names[channel]] = {**lens, "camera_to_ego": matrix.tolist()}
        return content

    def _camera(self, channel: str) -> Sensor:
        """Return a camera with a lens where any of its pictures has one."""
        sensors = [self.scene.sensors[channel], *(made.sensor for made in _recordings(self.scene, channel))]
        return next((sensor for sensor in sensors if sensor.camera is not None), sensors[0])

    def _poses(self) -> list[tuple[str, int | None, SE3]]:
        """Return the vehicle's poses in the source's world, by time, or by frame where times are not real."""
        if not self.scene.has_timestamps:
            return [
                (s, None, self._in_source(f.world_SE3_ego)) for s, f in zip(self.stems, self.scene.frames, strict=True)
            ]
        found: dict[int, SE3] = {}
        for frame in self.scene.frames:
            made = frame.sweeps.get(self.main)
            found.setdefault(made.timestamp_ns if made is not None else frame.timestamp_ns, frame.world_SE3_ego)
            found.setdefault(frame.timestamp_ns, frame.world_SE3_ego)
        for recording in self.scene.recordings():
            if recording.is_keyframe:
                found.setdefault(recording.timestamp_ns, recording.world_SE3_ego)
        poses: list[tuple[str, int | None, SE3]] = [("", time, found[time]) for time in sorted(found)]
        poses += [
            (self.names[other.channel], other.timestamp_ns, other.world_SE3_ego)
            for other in self.scene.recordings()
            if other.is_keyframe and max(found[other.timestamp_ns].error_to(other.world_SE3_ego)) > _SAME
        ]
        return [(name, time, self._in_source(pose)) for name, time, pose in poses]

    def _in_source(self, pose: SE3) -> SE3:
        return SE3(pose.dst, pose.src, pose.rotation, pose.translation + self.scene.origin)

    def _cloud_origin(self, channel: str) -> Point3:
        """Return what is added to a channel's points: what was taken off them, where there are no poses."""
        sensor = self.scene.sensors.get(channel)
        if self.scene.has_poses or sensor is None or not any(self.scene.origin):
            return (0.0, 0.0, 0.0)
        x, y, z = (sensor.ego_SE3_sensor.rotation_matrix.T @ np.array(self.scene.origin)).tolist()
        return (x, y, z)


def _seconds(time_ns: int) -> str:
    """Return seconds with nine digits."""
    sign = "-" if time_ns < 0 else ""
    whole, rest = divmod(abs(time_ns), _SECOND_NS)
    return f"{sign}{whole}.{rest:09d}"
