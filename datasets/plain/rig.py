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
from lidar_label.errors import InvalidValue, LidarLabelError
from lidar_label.model import SE3, Floats, Sensor

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
    channels = [camera.name for camera in files.cameras]
    cameras: dict[str, Sensor] = {}
    for camera in files.cameras:
        entry = calib.camera(camera.name, channels)
        if entry is None:
            find("warning", "uncalibrated-camera", f"camera {camera.name} is not in the calibration", calib.path)
            cameras[camera.name] = _bare(camera.name)
            continue
        try:
            size = _size(camera.files.values(), find)
            cameras[camera.name] = _camera(camera.name, entry, size, rig.ego_SE3_lidar, assumed, points, find)
        except (InvalidValue, LidarLabelError) as error:
            text = f"the calibration of camera {camera.name} is not used: {error.what}"
            find("warning", "wrong-calibration", f"{text} ({error.hint})" if error.hint else text, entry.where)
            cameras[camera.name] = _bare(camera.name)
    unused = [
        name for name, entry in calib.cameras.items() if not any(calib.camera(c, channels) is entry for c in channels)
    ]
    if unused and calib.kitti is None:
        find("info", "not-read", f"the calibration has cameras without pictures: {', '.join(unused)}", calib.path)
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


def _camera(
    name: str,
    entry: CameraEntry,
    size: tuple[int, int] | None,
    ego_SE3_lidar: SE3,
    assumed: Mapping[str, str],
    points: Points,
    find: Find,
) -> Sensor:
    lens = entry.lens(size)
    if size is not None and entry.size is not None and size != entry.size:
        sizes = f"{entry.size[0]} x {entry.size[1]} and its pictures are {size[0]} x {size[1]}"
        text = f"camera {name} is calibrated for {sizes}"
        find("warning", "image-size", text, entry.where)
    if entry.to_ego is not None:
        pose = SE3("ego", name, entry.to_ego.rotation, entry.to_ego.translation)
        return Sensor(channel=name, kind="camera", ego_SE3_sensor=pose, camera=lens)
    if not entry.readings:
        find("warning", "uncalibrated-camera", f"nothing says where camera {name} is", entry.where)
        return _bare(name)
    said = (assumed["calibration"], assumed["matrix_order"], assumed["quaternion_order"])
    choice = choose(entry.readings, said, lens, points() if len(entry.readings) > 1 else np.empty((0, 3)))
    if any(choice.reading):
        text = f"camera {name}: {told(choice.reading)} is taken; {choice.why}"
        find("info" if choice.sure else "warning", "assumed", text, entry.where)
    mounted = _moved(choice.camera_SE3_lidar, entry.shift).inverse
    ego = SE3("ego", "lidar", ego_SE3_lidar.rotation, ego_SE3_lidar.translation)
    pose = ego @ mounted
    return Sensor(
        channel=name, kind="camera", ego_SE3_sensor=SE3("ego", name, pose.rotation, pose.translation), camera=lens
    )


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
