"""Writing KITTI raw drives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.kitti.calib import Calibration
from lidar_label.datasets.kitti.losses import frame_numbers, runs
from lidar_label.datasets.kitti.oxts import format_packet, packets_for
from lidar_label.datasets.kitti.reference import References, references
from lidar_label.datasets.kitti.times import format_time, write_times
from lidar_label.datasets.kitti.tracklets import INTERPOLATED, LABELED, Tracklet, TrackletPose, write_tracklets
from lidar_label.datasets.kitti.writing import (
    Job,
    cloud_job,
    folder_of,
    missing_findings,
    numbers,
    picture_job,
    projection_of,
)
from lidar_label.datasets.work import run_all
from lidar_label.model import Box, Finding, Floats, Image, Scene

_NAME = re.compile(r"(\d{4}_\d\d_\d\d)_drive_\d{4}_(?:sync|extract)")
_NO_DAY = "2000_01_01"
_DISTORTION = np.zeros(5)


def write_raw(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as ``DATE/DATE_drive_NUMBER_sync``, with its day's calibration beside it.

    A scene whose name is such a folder's keeps it, and frames named by rising numbers keep those.
    Drives of one day whose calibrations differ have them in their own folders, which this project's
    reader finds.
    """
    names = _names([drive.scene for drive in drives])
    findings: list[Finding] = []
    work: list[Job] = []
    calibrations: dict[str, dict[str, dict[str, str]]] = {}
    for drive, name in zip(drives, names, strict=True):
        scene, refs = drive.scene, references(drive.scene)
        if name != scene.name:
            findings.append(
                Finding("warning", "scene-name", f"the name of the scene is lost: it is {name}", scene.name)
            )
        day = name[:10]
        target = folder_of(folder / day / name)
        work += _write_sensors(target, refs)
        _write_poses(target, refs)
        _write_labels(target / "tracklet_labels.xml", drive, refs)
        calibrations.setdefault(day, {})[name] = _calib_files(refs)
        if len({_calib_text(refs, index) for index in range(len(scene.frames))}) > 1:
            text = "a drive has one calibration and this scene several; the first one is written"
            findings.append(Finding("warning", "one-calibration", text, scene.name))
    for day, of_day in calibrations.items():
        findings += _write_calibrations(folder / day, of_day)
    return [*findings, *missing_findings(run_all(work, options, "write"))]


def _names(scenes: Sequence[Scene]) -> list[str]:
    names = [scene.name for scene in scenes]
    if all(_NAME.fullmatch(name) for name in names):
        return names
    return [f"{_day(scene)}_drive_{index:04d}_sync" for index, scene in enumerate(scenes, start=1)]


def _day(scene: Scene) -> str:
    if not scene.has_timestamps or not scene.frames:
        return _NO_DAY
    return format_time(scene.frames[0].timestamp_ns)[:10].replace("-", "_")


def _write_sensors(target: Path, refs: References) -> list[Job]:
    """Write the times of clouds and pictures; return the work of writing the files themselves."""
    scene = refs.scene
    names = frame_numbers(scene)
    clouds = folder_of(target / "velodyne_points" / "data")
    work = [cloud_job(refs, index, clouds / f"{number:010d}.bin") for index, number in enumerate(names)]
    taken: dict[int, dict[int, int]] = {}
    for index, number in enumerate(names):
        for camera, image in refs.pictures(index).items():
            data = folder_of(target / f"image_{camera:02d}" / "data")
            work.append(picture_job(image, data, f"{number:010d}"))
            taken.setdefault(camera, {})[number] = image.timestamp_ns
    if scene.has_timestamps and scene.frames:
        times = {number: _time(refs, index) for index, number in enumerate(names)}
        write_times(target / "velodyne_points" / "timestamps.txt", times)
        for camera, of_camera in taken.items():
            write_times(target / f"image_{camera:02d}" / "timestamps.txt", of_camera)
    return work


def _time(refs: References, index: int) -> int:
    frame = refs.scene.frames[index]
    sweep = frame.sweeps.get(refs.lidar.channel)
    return sweep.timestamp_ns if sweep is not None else frame.timestamp_ns


def _write_poses(target: Path, refs: References) -> None:
    scene = refs.scene
    if not scene.has_poses or not scene.frames:
        return
    names = frame_numbers(scene)
    data = folder_of(target / "oxts" / "data")
    packets = packets_for([refs.world_SE3_ego(frame.index) for frame in scene.frames])
    for number, packet in zip(names, packets, strict=True):
        (data / f"{number:010d}.txt").write_text(format_packet(packet) + "\n", encoding="utf-8")
    if scene.has_timestamps:
        write_times(target / "oxts" / "timestamps.txt", {n: _time(refs, i) for i, n in enumerate(names)})


def _write_labels(path: Path, drive: Drive, refs: References) -> None:
    names = frame_numbers(drive.scene)
    tracklets = [
        Tracklet(
            kind=track.category,
            size=piece[0].size,
            first_frame=names[piece[0].frame],
            poses=tuple(_pose(refs, box) for box in piece),
        )
        for track in drive.labels.tracks
        for piece in runs(drive, track.token)
    ]
    if tracklets:
        write_tracklets(path, tracklets)


def _pose(refs: References, box: Box) -> TrackletPose:
    pose = refs.velo_SE3_box(box)
    x, y, z = pose.translation.tolist()
    occlusion = _number(box, "occlusion")
    return TrackletPose(
        x=x,
        y=y,
        z=z - box.size[2] / 2,
        yaw=pose.yaw,
        state=LABELED if box.is_keyframe else INTERPOLATED,
        occlusion=occlusion if occlusion in (0, 1, 2) else min(_number(box, "occluded"), 2),
        truncation=_number(box, "truncation"),
    )


def _number(box: Box, name: str) -> int:
    value = box.attributes.get(name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100 else -1


def _calib_text(refs: References, index: int) -> str:
    calibration = refs.calibration(index)
    matrices = (calibration.rect_from_velo, *(calibration.projections[n] for n in sorted(calibration.projections)))
    return " ".join(numbers(matrix) for matrix in matrices)


def _calib_files(refs: References) -> dict[str, str]:
    """Return the three files of a calibration by name."""
    calibration = refs.calibration(0)
    day = "calib_time: 01-Jan-2000 00:00:00\n"
    cameras = "".join(_camera_rows(refs, calibration, n) for n in range(4))
    velo = calibration.cam_from_velo
    files = {
        "calib_cam_to_cam.txt": f"{day}corner_dist: {0.0:.12e}\n{cameras}",
        "calib_velo_to_cam.txt": f"{day}R: {numbers(velo[:, :3])}\nT: {numbers(velo[:, 3])}\n"
        "delta_f: 0.000000e+00 0.000000e+00\ndelta_c: 0.000000e+00 0.000000e+00\n",
    }
    if calibration.velo_SE3_imu is not None:
        imu = calibration.velo_SE3_imu.matrix
        files["calib_imu_to_velo.txt"] = f"{day}R: {numbers(imu[:3, :3])}\nT: {numbers(imu[:3, 3])}\n"
    return files


def _camera_rows(refs: References, calibration: Calibration, number: int) -> str:
    projection = projection_of(calibration, number)
    image = _first_image(refs, number) or _first_image(refs, 2)
    lens = image.sensor.camera if image is not None else None
    size = numbers(np.array([lens.width, lens.height])) if lens is not None else numbers(np.ones(2))
    shift: Floats = np.asarray(np.linalg.solve(projection[:, :3], projection[:, 3]), dtype=np.float64)
    rows = {
        "S": size,
        "K": numbers(projection[:, :3]),
        "D": numbers(_DISTORTION),
        "R": numbers(np.eye(3)),
        "T": numbers(shift),
        "S_rect": size,
        "R_rect": numbers(calibration.rectify),
        "P_rect": numbers(projection),
    }
    return "".join(f"{key}_{number:02d}: {value}\n" for key, value in rows.items())


def _first_image(refs: References, number: int) -> Image | None:
    found = (refs.pictures(frame.index).get(number) for frame in refs.scene.frames)
    return next((image for image in found if image is not None), None)


def _write_calibrations(day: Path, of_day: dict[str, dict[str, str]]) -> list[Finding]:
    first = next(iter(of_day.values()))
    if all(files == first for files in of_day.values()):
        for file, text in first.items():
            (day / file).write_text(text, encoding="utf-8")
        return []
    for name, files in of_day.items():
        for file, text in files.items():
            (day / name / file).write_text(text, encoding="utf-8")
    text = "drives of this day have different calibrations, which stand in the drives' own folders"
    return [Finding("warning", "calibrations-differ", text, day.name)]
