"""Writing SUSTechPOINTS scenes: one folder a scene."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.clouds.base import CloudArrays
from lidar_label.datasets.clouds.registry import write_cloud
from lidar_label.datasets.lidar_files import (
    Job,
    lidar_origin,
    main_sweep,
    merged_attributes,
    picture_job,
    points_or_none,
    run_jobs,
    write_json,
)
from lidar_label.datasets.names import frame_stems, named_drives, track_ids, unique_names
from lidar_label.datasets.sustechpoints.calib import pose_content
from lidar_label.datasets.sustechpoints.labels import LabelledObject, label_content
from lidar_label.datasets.sustechpoints.losses import attribute_text
from lidar_label.model import SE3, Finding, Frame, Image, PointCloud, Scene, Sensor


def write_sustech(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as a scene: clouds, pictures, calibrations, labels, and poses where they are real.

    Clouds and labels are in the frame of the main LiDAR. Where the scene's times are real and the
    points have none, each point gets the field `timestamp`, in seconds. The id of a track is its
    name where that is its own, else a number.
    """
    findings: list[Finding] = []
    work: list[Job] = []
    for drive, name in named_drives(drives, findings):
        writer = _SceneWriter(folder / name, drive)
        writer.write_labels()
        writer.write_poses()
        findings += writer.write_calibrations()
        work += writer.sensor_work()
    return [*findings, *run_jobs(work, options)]


class _SceneWriter:
    """One scene on its way into its folder."""

    def __init__(self, folder: Path, drive: Drive) -> None:
        self.folder = folder
        self.drive = drive
        self.scene: Scene = drive.scene
        self.lidar = drive.scene.main_lidar
        self.stems = frame_stems(drive.scene)
        seen = [channel for frame in drive.scene.frames for channel in frame.images]
        self.channels = unique_names(list(dict.fromkeys(seen)))
        self._made("lidar")

    def _made(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def _mounting(self, frame: Frame) -> SE3:
        """Return ``lidar_SE3_ego``, under the names that SUSTechPOINTS' own frames have here."""
        sensor = self._lidar_of(frame)
        if sensor is None:
            return SE3.identity("lidar", "ego")
        back = sensor.ego_SE3_sensor.inverse
        return SE3("lidar", "ego", back.rotation, back.translation)

    def _lidar_of(self, frame: Frame) -> Sensor | None:
        sweep = frame.sweeps.get(self.lidar.channel) if self.lidar is not None else None
        return sweep.sensor if sweep is not None else self.lidar

    def write_labels(self) -> None:
        """Write the labels of each frame, also of those without any."""
        target = self._made("label")
        ids = track_ids(self.drive.labels, reserved=("undefined", "null"))
        for frame in self.scene.frames:
            objects = []
            for box in self.drive.labels.in_frame(frame.index):
                pose = self.scene.lidar_SE3_box(box)
                objects.append(
                    LabelledObject(
                        kind=self.drive.labels.track(box.track).category,
                        track=ids[box.track],
                        lidar_SE3_box=SE3("ego", "box", pose.rotation, pose.translation),
                        size=box.size,
                        attribute=attribute_text(merged_attributes(self.drive, box)),
                    )
                )
            write_json(target / f"{self.stems[frame.index]}.json", label_content(objects))

    def write_poses(self) -> None:
        """Write the LiDAR's pose in the source's own world, where poses are real."""
        if not self.scene.has_poses:
            return
        target = self._made("ego_pose")
        for frame in self.scene.frames:
            pose = self.scene.world_SE3_lidar(frame.index)
            world_SE3_ego = SE3("world", "ego", pose.rotation, pose.translation + self.scene.origin)
            write_json(target / f"{self.stems[frame.index]}.json", pose_content(world_SE3_ego))

    def write_calibrations(self) -> list[Finding]:
        """Write each camera's calibration; frames whose camera moved get a correction of their own."""
        findings: list[Finding] = []
        for channel, images in self._images().items():
            first = next((matrix for matrix in map(self._extrinsic, images) if matrix is not None), None)
            if first is None:
                continue
            lens = next(image.sensor.camera for image in images if image.sensor.camera is not None)
            content = {"extrinsic": first.ravel().tolist(), "intrinsic": lens.matrix.ravel().tolist()}
            write_json(self._made("calib", "camera") / f"{channel}.json", content)
            for image in images:
                matrix = self._extrinsic(image)
                if matrix is not None and np.abs(matrix - first).max() > 1e-9:
                    correction = {"lidar_transform": (np.linalg.inv(first) @ matrix).ravel().tolist()}
                    write_json(self._made("calib", "camera", channel) / f"{self.stems[image.frame]}.json", correction)
            if len({image.sensor.camera for image in images}) > 1:
                text = f"{channel} has several lenses and there is room for one: the first is written"
                findings.append(Finding("warning", "one-calibration", text, self.scene.name))
        return findings

    def _images(self) -> dict[str, list[Image]]:
        found: dict[str, list[Image]] = {}
        for frame in self.scene.frames:
            for channel, image in frame.images.items():
                found.setdefault(self.channels[channel], []).append(image)
        return found

    def _extrinsic(self, image: Image) -> np.ndarray[Any, np.dtype[np.float64]] | None:
        """Return the camera's matrix from the LiDAR, by the mountings: the tool knows no time of a picture."""
        if image.sensor.camera is None:
            return None
        back = image.sensor.ego_SE3_sensor.inverse
        camera_SE3_lidar = back @ self._mounting(self.scene.frames[image.frame]).inverse
        matrix = camera_SE3_lidar.matrix
        matrix[:3, 3] -= matrix[:3, :3] @ lidar_origin(self.scene)
        return matrix

    def sensor_work(self) -> list[Job]:
        """Return the work of writing clouds and pictures."""
        work: list[Job] = []
        for frame in self.scene.frames:
            stem = self.stems[frame.index]
            work.append(partial(self._write_cloud, frame, self.folder / "lidar" / f"{stem}.pcd"))
        for channel, images in self._images().items():
            target = self._made("camera", channel)
            for image in images:
                path = target / f"{self.stems[image.frame]}{image.suffix}"
                work.append(picture_job(image, path))
        return work

    def _write_cloud(self, frame: Frame, path: Path) -> str:
        sweep = main_sweep(self.scene, frame.index)
        cloud, missing = points_or_none(sweep, path)
        if self.scene.has_timestamps and sweep is not None and "timestamp" not in cloud.fields:
            offsets = cloud.fields.get("time_s", np.zeros(len(cloud)))
            stamps = sweep.timestamp_ns * 1e-9 + offsets.astype(np.float64)
            cloud = PointCloud(cloud.xyz, {**cloud.fields, "timestamp": stamps})
        write_cloud("pcd", path, CloudArrays(cloud, lidar_origin(self.scene)))
        return missing
