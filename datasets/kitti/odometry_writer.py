"""Writing sequences of the odometry benchmark, with SemanticKITTI's labels where they are asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.clouds.bin import KITTI_FIELDS, write_bin
from lidar_label.datasets.kitti.point_labels import write_labels
from lidar_label.datasets.kitti.reference import References, references
from lidar_label.datasets.kitti.writing import (
    Job,
    folder_of,
    missing_findings,
    numbers,
    picture_job,
    points_of,
    projection_of,
)
from lidar_label.datasets.work import run_all
from lidar_label.model import SE3, Finding, Scene, Sweep

_NUMBER = re.compile(r"\d{2,4}")
_SECOND_NS = 1_000_000_000


def write_odometry(folder: Path, drives: Sequence[Drive], options: WriteOptions, *, labels: bool) -> list[Finding]:
    """Write each drive as ``sequences/NN``, its frames counted from 0.

    Parameters
    ----------
    labels : bool
        True writes a label file of each cloud's full length, and the poses into ``poses.txt`` of the sequence; False
        writes the poses into ``poses/NN.txt`` beside the sequences, as the benchmark has them.
    """
    findings: list[Finding] = []
    work: list[Job] = []
    for drive, name in zip(drives, _names([drive.scene for drive in drives]), strict=True):
        scene, refs = drive.scene, references(drive.scene)
        if name != scene.name:
            text = f"the name of the scene is lost: it is sequence {name}"
            findings.append(Finding("warning", "scene-name", text, scene.name))
        target = folder_of(folder / "sequences" / name)
        (target / "calib.txt").write_text(_calibration(refs), encoding="utf-8")
        if scene.has_timestamps and scene.frames:
            (target / "times.txt").write_text(_times(scene), encoding="utf-8")
        if scene.has_poses and scene.frames:
            path = target / "poses.txt" if labels else folder_of(folder / "poses") / f"{name}.txt"
            path.write_text(_poses(refs), encoding="utf-8")
        clouds = folder_of(target / "velodyne")
        marks = folder_of(target / "labels") if labels else None
        for index, frame in enumerate(scene.frames):
            stem = f"{index:06d}"
            sweep = frame.sweeps.get(refs.lidar.channel)
            label_path = marks / f"{stem}.label" if marks is not None else None
            work.append(partial(_write_cloud, refs, sweep, clouds / f"{stem}.bin", label_path))
            for camera, image in refs.pictures(index).items():
                work.append(picture_job(image, folder_of(target / f"image_{camera}"), stem))
        if len({_calibration(refs, index) for index in range(len(scene.frames))}) > 1:
            text = "a sequence has one calibration and this scene several; the first one is written"
            findings.append(Finding("warning", "one-calibration", text, scene.name))
    return [*findings, *missing_findings(run_all(work, options, "write"))]


def _names(scenes: Sequence[Scene]) -> list[str]:
    names = [scene.name for scene in scenes]
    if all(_NUMBER.fullmatch(name) for name in names):
        return names
    return [f"{index:02d}" for index in range(len(scenes))]


def _write_cloud(refs: References, sweep: Sweep | None, path: Path, label_path: Path | None) -> str:
    """Write a cloud and its labels; they are of one length, also where the cloud is not there."""
    cloud, missing = points_of(refs, sweep, path)
    write_bin(path, cloud, KITTI_FIELDS)
    if label_path is not None:
        write_labels(label_path, cloud)
    return missing


def _calibration(refs: References, frame: int = 0) -> str:
    """Return ``calib.txt``: the four cameras' projections, and Tr from the Velodyne to the first one."""
    calibration = refs.calibration(frame)
    rows = [f"P{n}: {numbers(projection_of(calibration, n))}" for n in range(4)]
    return "\n".join([*rows, f"Tr: {numbers(calibration.rect_from_velo[:3])}"]) + "\n"


def _times(scene: Scene) -> str:
    """Return the seconds of each frame since the first one, to the nanosecond."""
    first = scene.frames[0].timestamp_ns
    times = (frame.timestamp_ns - first for frame in scene.frames)
    return "".join(f"{time // _SECOND_NS}.{time % _SECOND_NS:09d}\n" for time in times)


def _poses(refs: References) -> str:
    """Return the pose of the first camera in each frame, in a world that lies as that camera does."""
    cam_SE3_velo = SE3.from_matrix("cam", "velo", refs.calibration(0).rect_from_velo)
    shift = np.array(refs.scene.origin)
    lines = []
    for frame in refs.scene.frames:
        pose = refs.world_SE3_velo(frame.index)
        moved = SE3("velo", "velo", pose.rotation, pose.translation + shift)
        lines.append(numbers((cam_SE3_velo @ moved @ cam_SE3_velo.inverse).matrix[:3]))
    return "\n".join(lines) + "\n"
