"""One raw drive as a scene: its files brought together by number, time and calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lidar_label.datasets.images import PICTURES
from lidar_label.datasets.kitti.calib import Calibration, read_calib, read_raw_calib
from lidar_label.datasets.kitti.common import (
    CLOUDS,
    FRAME_NS,
    Rig,
    camera_folders,
    files_by_number,
    files_by_stem,
    first_size,
    image_of,
    is_increasing,
    missing_between,
    pictures_by_number,
    some,
    sweep_of,
)
from lidar_label.datasets.kitti.frame_list import NAME as LIST
from lidar_label.datasets.kitti.frame_list import listed_files, read_frame_list
from lidar_label.datasets.kitti.oxts import fill_gaps, pose_at, poses_of, read_packet
from lidar_label.datasets.kitti.times import read_times
from lidar_label.errors import LidarLabelError, MissingFile
from lidar_label.model import SE3, Frame, Image, Scene, Sensor

Find = Callable[[Literal["info", "warning", "error"], str, str, object], None]


@dataclass(frozen=True, slots=True)
class _Pictures:
    """One camera's pictures by number, and their times where there are any."""

    number: int
    folder: Path
    files: Mapping[int, Path]
    times: Mapping[int, int]
    sensor: Sensor


def read_drive(name: str, drive: Path, find: Find) -> Scene:
    """Return a drive as a scene; what is missing or assumed is told through `find`.

    A frame is a cloud. World is the vehicle's first pose and the vehicle is the IMU, where the
    drive has OXTS packets and the calibration says where the IMU is; else both are the Velodyne.
    A sweep has the pose of its packet, as the recordings are synchronised; a picture has that pose
    moved on to its own time.
    """
    names, data = read_frame_list(drive), drive / "velodyne_points" / "data"
    clouds = listed_files(data, names, CLOUDS) if names else files_by_number(data, CLOUDS)
    if not clouds:
        raise MissingFile("no frame that is listed has a cloud", where=drive / LIST)
    numbers = sorted(clouds)
    _report_numbers(drive, numbers, find)
    times, has_times = _times(drive, numbers, find)
    calibration = _calibration(drive, find)
    poses = _poses(drive, calibration, numbers, find)
    rig = Rig(calibration, with_imu=poses is not None)
    placed = poses or dict.fromkeys(numbers, SE3.identity("world", "ego"))
    cameras = [_pictures(n, folder, names, rig, has_times, find) for n, folder in _camera_folders(drive).items()]
    _report_pictures(cameras, numbers, find)
    time_row, pose_row = [times[n] for n in numbers], [placed[n] for n in numbers]
    frames: list[Frame] = []
    for index, number in enumerate(numbers):
        time_ns = times[number]
        images: dict[str, Image] = {}
        for camera in cameras:
            if number in camera.files:
                taken = camera.times.get(number, time_ns)
                pose = pose_at(time_row, pose_row, taken) if poses and taken != time_ns else placed[number]
                images[camera.sensor.channel] = image_of(camera.files[number], camera.sensor, index, taken, pose)
        sweep = sweep_of(clouds[number], rig.lidar, index, time_ns, placed[number])
        frames.append(
            Frame(
                index=index,
                timestamp_ns=time_ns,
                sweeps={sweep.channel: sweep},
                images=images,
                name=names.get(number, clouds[number].stem),
            )
        )
    used = {camera.sensor.channel: camera.sensor for camera in cameras if camera.files}
    return Scene(
        name=name, frames=frames, sensors={rig.lidar.channel: rig.lidar, **used},
        description="KITTI raw recording", log={"logfile": drive.name},
        has_poses=poses is not None, has_timestamps=has_times,
    )  # fmt: skip


def _report_numbers(drive: Path, numbers: Sequence[int], find: Find) -> None:
    gaps = missing_between(numbers)
    if gaps:
        text = f"clouds are missing between the first and the last: {some(gaps)}"
        find("warning", "missing-frames", text, drive / "velodyne_points" / "data")
    odd = len(files_by_stem(drive / "velodyne_points" / "data", CLOUDS)) - len(numbers)
    if odd:
        text = f"{odd} clouds have no number, as their name or in a list of frames, and are left out"
        find("warning", "unnumbered-file", text, drive / "velodyne_points" / "data")


def _times(drive: Path, numbers: Sequence[int], find: Find) -> tuple[dict[int, int], bool]:
    """Return the time of each cloud, and whether it is real."""
    path = drive / "velodyne_points" / "timestamps.txt"
    reason = "there are no times"
    if path.is_file():
        lines = read_times(path)
        times = {n: lines[n] for n in numbers if n < len(lines)}
        found = {n: time for n, time in times.items() if time is not None}
        if len(found) < len(numbers):
            lacking = [n for n in numbers if n not in found]
            reason = f"{len(lacking)} clouds have no line: {some(lacking)}"
        elif not is_increasing([found[n] for n in numbers]):
            reason = "the times do not go up from cloud to cloud"
        else:
            return found, True
    find("warning", "no-timestamps", f"{reason}, so ten frames a second are assumed", path)
    return {n: n * FRAME_NS for n in numbers}, False


def _calibration(drive: Path, find: Find) -> Calibration | None:
    for folder in (drive, drive / "calib", drive.parent, drive.parent / "calib"):
        found = read_raw_calib(folder)
        if found is not None:
            return found
    for folder in (drive / "object_calib", drive / "calib"):
        files = files_by_stem(folder, (".txt",))
        if files:
            path = next(iter(files.values()))
            find(
                "info", "calibration-assumed", "the day's calibration is absent; that of an object frame is used", path
            )
            return read_calib(path)
    text = "calib_cam_to_cam.txt and calib_velo_to_cam.txt are absent, so pictures are shown without boxes"
    find("warning", "no-calibration", text, drive.parent)
    return None


def _poses(drive: Path, calibration: Calibration | None, numbers: Sequence[int], find: Find) -> dict[int, SE3] | None:
    """Return ``world_SE3_ego`` of each cloud's number; None where there are no poses."""
    folder = drive / "oxts" / "data"
    files = files_by_number(folder, (".txt",))
    if not files:
        find("info", "no-poses", "there are no OXTS packets, so each cloud stands in its own world", folder)
        return None
    if calibration is None or calibration.velo_SE3_imu is None:
        find("warning", "no-poses", "OXTS packets need calib_imu_to_velo.txt, which is absent", folder)
        return None
    known = poses_of({n: read_packet(path) for n, path in files.items() if numbers[0] <= n <= numbers[-1]})
    if not known:
        find("warning", "no-poses", "no OXTS packet belongs to a cloud", folder)
        return None
    lacking = [n for n in numbers if n not in known]
    if lacking:
        text = f"{len(lacking)} clouds have no packet; their poses are interpolated: {some(lacking)}"
        find("warning", "missing-poses", text, folder)
    return fill_gaps(known, numbers)


def _camera_folders(drive: Path) -> dict[int, Path]:
    return dict(sorted(camera_folders(drive, r"image_0?([0-3])").items()))


def _pictures(number: int, folder: Path, names: Mapping[int, str], rig: Rig, has_times: bool, find: Find) -> _Pictures:
    files = listed_files(folder / "data", names, PICTURES) if names else pictures_by_number(folder / "data")

    def note(error: LidarLabelError) -> None:
        find("warning", "unreadable-image", error.what, error.where)

    sensor = rig.camera(number, first_size(files.values(), note))
    path = folder / "timestamps.txt"
    times: dict[int, int] = {}
    if has_times and path.is_file():
        times = {n: time for n, time in enumerate(read_times(path)) if time is not None}
    return _Pictures(number, folder, files, times, sensor)


def _report_pictures(cameras: Sequence[_Pictures], numbers: Sequence[int], find: Find) -> None:
    known = set(numbers)
    for camera in cameras:
        folder = camera.folder / "data"
        extra = sorted(set(camera.files) - known)
        if extra:
            text = f"{len(extra)} pictures without a cloud are left out: {some(extra)}"
            find("info", "images-without-frame", text, folder)
        if camera.files and camera.sensor.camera is None and camera.sensor.kind == "camera":
            find("warning", "uncalibrated-camera", f"{camera.sensor.channel} has no calibration", folder)
