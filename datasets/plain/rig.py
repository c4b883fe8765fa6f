"""The sensors of a plain folder: where each is on the vehicle, and the lenses of its cameras."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from lidar_label.datasets.images import image_size
from lidar_label.datasets.objects import Find
from lidar_label.datasets.plain.calib import CalibFile, CameraEntry, find_calib, read_calib
from lidar_label.datasets.plain.conventions import choose, told
from lidar_label.datasets.plain.layout import DriveFiles
from lidar_label.errors import LidarLabelError
from lidar_label.model import SE3, Camera, Floats, Sensor

Points = Callable[[], Floats]
_LEVEL = SE3("lidar", "camera", (0.5, -0.5, 0.5, -0.5), (0.0, 0.0, 0.0))  # x ahead, z up from z ahead, y down


@dataclass(frozen=True, slots=True)
class Rig:
    """The sensors by channel, the main LiDAR first.

    `lidar_SE3_camera` is the camera whose poses KITTI odometry gives: its camera 0, or where nothing
    says, one that looks ahead from where the LiDAR is.
    """

    lidars: Mapping[str, Sensor]
    cameras: Mapping[str, Sensor] = field(default_factory=dict)
    lidar_SE3_camera: SE3 = _LEVEL
    has_camera_0: bool = False

    @property
    def ego_SE3_lidar(self) -> SE3:
        """Where the main LiDAR is."""
        return next(iter(self.lidars.values())).ego_SE3_sensor

    def shifted(self, shift: Floats) -> Rig:
        """Return the cameras as they are once `shift` was taken off the points, in the vehicle's axes."""
        moved = {
            channel: replace(sensor, ego_SE3_sensor=_moved(sensor.ego_SE3_sensor, -shift))
            for channel, sensor in self.cameras.items()
        }
        return replace(self, cameras=moved)


def read_rig(files: DriveFiles, lidars: Sequence[str], assumed: Mapping[str, str], points: Points, find: Find) -> Rig:
    """Read the calibration of a folder; what is wrong in it is told, and its sensor is as if it had none.

    Parameters
    ----------
    files : DriveFiles
    lidars : sequence of str
        Channels, the main one first.
    assumed : mapping
        What a person says of conventions.
    points : callable
        Gives the points of the main LiDAR's first cloud, as the file has them; asked only in doubt.
    """
    calib = _calib(files.folder, find)
    main = lidars[0]
    placed = {name: _lidar(name, name == main, calib, find) for name in lidars}
    rig = Rig(placed)
    if calib is None:
        for camera in files.cameras:
            find("info", "uncalibrated-camera", f"camera {camera.name} has no calibration", camera.folder)
        bare = {c.name: _bare(c.name) for c in files.cameras}
        return replace(rig, cameras=bare)
    cameras = {camera.name: _bare(camera.name) for camera in files.cameras}
    cameras |= _sensors(_mounted(files, calib, find), rig.ego_SE3_lidar, assumed, points, find)
    if calib.kitti is None:
        return replace(rig, cameras=cameras)
    camera_0 = SE3.from_matrix("camera", "lidar", calib.kitti.rect_from_velo).inverse
    return replace(rig, cameras=cameras, lidar_SE3_camera=camera_0, has_camera_0=True)


def _calib(folder: Path, find: Find) -> CalibFile | None:
    found = find_calib(folder)
    for extra in found[1:]:
        find("info", "not-read", f"{found[0].name} is the calibration, so {extra.name} is not read", extra)
    for path in found[:1]:
        try:
            return read_calib(path)
        except LidarLabelError as error:
            text = f"the calibration is not used: {error.what}"
            find("warning", "wrong-calibration", f"{text} ({error.hint})" if error.hint else text, error.where)
    return None


def _lidar(name: str, is_main: bool, calib: CalibFile | None, find: Find) -> Sensor:
    entry = calib.lidars.get(name) if calib is not None else None
    if entry is None and calib is not None and is_main and len(calib.lidars) == 1:
        entry = next(iter(calib.lidars.values()))
    if entry is None:
        if not is_main:
            text = f"nothing says where {name} is on the vehicle; its points are taken to be the main LiDAR's"
            find("warning", "uncalibrated-lidar", text, "")
        return Sensor(channel=name, kind="lidar", ego_SE3_sensor=SE3.identity("ego", name))
    pose = entry.ego_SE3_lidar
    return Sensor(channel=name, kind=entry.kind, ego_SE3_sensor=SE3("ego", name, pose.rotation, pose.translation))


def _bare(name: str) -> Sensor:
    return Sensor(channel=name, kind="camera", ego_SE3_sensor=SE3.identity("ego", name))


@dataclass(frozen=True, slots=True)
class _Mounted:
    """A camera of the calibration with its lens."""

    name: str
    entry: CameraEntry
    lens: Camera | None

    def report(self, size: tuple[int, int] | None, find: Find) -> None:
        """Tell what does not fit."""
        entry = self.entry
        if size is not None and entry.size is not None and size != entry.size:
            sizes = f"{entry.size[0]} x {entry.size[1]} and its pictures are {size[0]} x {size[1]}"
            find("warning", "image-size", f"camera {self.name} is calibrated for {sizes}", entry.where)
        if entry.to_ego is None and not entry.readings:
            find("warning", "uncalibrated-camera", f"nothing says where camera {self.name} is", entry.where)

    def sensor(self, ego_SE3_camera: SE3) -> Sensor:
        """Return the camera at a place."""
        pose = SE3("ego", self.name, ego_SE3_camera.rotation, ego_SE3_camera.translation)
        return Sensor(channel=self.name, kind="camera", ego_SE3_sensor=pose, camera=self.lens)


def _mounted(files: DriveFiles, calib: CalibFile, find: Find) -> list[_Mounted]:
    """Return the cameras that the calibration has; the others, and what is wrong, are told."""
    channels = [camera.name for camera in files.cameras]
    entries = {name: calib.camera(name, channels) for name in channels}
    found: list[_Mounted] = []
    for camera in files.cameras:
        entry = entries[camera.name]
        if entry is None:
            find("warning", "uncalibrated-camera", f"camera {camera.name} is not in the calibration", calib.path)
            continue
        try:
            size = _size(camera.files.values(), find)
            found.append(_Mounted(camera.name, entry, entry.lens(size)))
            found[-1].report(size, find)
        except LidarLabelError as error:
            text = f"the calibration of camera {camera.name} is not used: {error.what}"
            find("warning", "wrong-calibration", f"{text} ({error.hint})" if error.hint else text, entry.where)
    unused = [name for name, entry in calib.cameras.items() if all(entry is not used for used in entries.values())]
    if unused and calib.kitti is None:
        find("info", "not-read", f"the calibration has cameras without pictures: {', '.join(unused)}", calib.path)
    return found


def _sensors(
    cameras: Sequence[_Mounted], ego_SE3_lidar: SE3, assumed: Mapping[str, str], points: Points, find: Find
) -> dict[str, Sensor]:
    """Return the sensors of cameras; those that leave the same things open are meant in one way."""
    found = {c.name: c.sensor(c.entry.to_ego) for c in cameras if c.entry.to_ego is not None}
    said = (assumed["calibration"], assumed["matrix_order"], assumed["quaternion_order"])
    alike: dict[tuple[tuple[str, str, str], ...], list[_Mounted]] = {}
    for camera in cameras:
        if camera.entry.readings:
            alike.setdefault(tuple(camera.entry.readings), []).append(camera)
    ego = SE3("ego", "lidar", ego_SE3_lidar.rotation, ego_SE3_lidar.translation)
    for readings, group in alike.items():
        choice = choose(
            [(c.entry.readings, c.lens) for c in group], said, points() if len(readings) > 1 else np.empty((0, 3))
        )
        if any(choice.reading):
            names = ", ".join(c.name for c in group)
            text = f"camera {names}: {told(choice.reading)} is taken; {choice.why}"
            find("info" if choice.sure else "warning", "assumed", text, group[0].entry.where)
        for camera in group:
            mounted = _moved(camera.entry.readings[choice.reading], camera.entry.shift).inverse
            found[camera.name] = camera.sensor(ego @ mounted)
    return found


def _moved(pose: SE3, shift: Floats) -> SE3:
    return SE3(pose.dst, pose.src, pose.rotation, pose.translation + shift)


def _size(files: Iterable[Path], find: Find) -> tuple[int, int] | None:
    """Return the size of the first picture that can be read."""
    for path in files:
        try:
            return image_size(path)
        except LidarLabelError as error:
            find("warning", "unreadable-image", error.what, error.where)
    return None
