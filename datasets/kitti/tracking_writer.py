"""Writing the KITTI tracking benchmark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.kitti.labels import DONT_CARE, LabelRow, format_row
from lidar_label.datasets.kitti.oxts import format_packet, packets_for
from lidar_label.datasets.kitti.reference import References, references
from lidar_label.datasets.kitti.writing import (
    Job,
    calib_rows,
    cloud_job,
    folder_of,
    label_row,
    missing_findings,
    picture_job,
    unseen_finding,
)
from lidar_label.datasets.work import run_all
from lidar_label.model import Finding

_NOTHING = f"{DONT_CARE} -1 -1 -10.00 -1.00 -1.00 -1.00 -1.00 -1.00 -1.00 -1.00 -1000.00 -1000.00 -1000.00 -10.00"


def write_tracking(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write each drive as a sequence of ``training``; its frames are counted from 0.

    Scenes named by four digits keep their names, and tracks named by numbers keep their ids. A
    drive without any cloud or picture is its labels and its calibration alone.
    """
    split = folder_of(folder / "training")
    names = _names(drives)
    work: list[Job] = []
    rows: list[LabelRow] = []
    findings: list[Finding] = []
    for drive, name in zip(drives, names, strict=True):
        refs = references(drive.scene)
        if name != drive.scene.name:
            text = f"the name of the scene is lost: it is sequence {name}"
            findings.append(Finding("warning", "scene-name", text, drive.scene.name))
        found = _rows(refs, drive)
        rows += found
        has_data = any(frame.sweeps or frame.images for frame in drive.scene.frames)
        _write_labels(folder_of(split / "label_02") / f"{name}.txt", drive, found, has_data=has_data)
        work += _work(split, name, refs) if has_data else []
        findings += _write_rig(split, name, refs)
    return [*findings, *missing_findings(run_all(work, options, "write")), *unseen_finding(rows, "label_02")]


def _names(drives: Sequence[Drive]) -> list[str]:
    names = [drive.scene.name for drive in drives]
    if all(re.fullmatch(r"[0-9]{4}", name) for name in names):
        return names
    return [f"{index:04d}" for index in range(len(names))]


def _ids(drive: Drive) -> dict[str, int]:
    """Return an id for each track: its name where every name is a different number, else its place."""
    names = [track.name for track in drive.labels.tracks]
    if all(name.isascii() and name.isdigit() and len(name) <= 9 for name in names) and len(
        {int(name) for name in names}
    ) == len(names):
        return {track.token: int(track.name) for track in drive.labels.tracks}
    return {track.token: index for index, track in enumerate(drive.labels.tracks)}


def _rows(refs: References, drive: Drive) -> list[LabelRow]:
    ids, calibration = _ids(drive), refs.calibration(0)
    return [
        label_row(refs, drive, box, calibration, frame=box.frame, track=ids[box.track])
        for frame in drive.scene.frames
        for box in drive.labels.in_frame(frame.index)
    ]


def _write_labels(path: Path, drive: Drive, rows: Sequence[LabelRow], *, has_data: bool) -> None:
    lines = [format_row(row, tracking=True) for row in rows]
    last = len(drive.scene.frames) - 1
    if not has_data and (not rows or rows[-1].frame < last):
        lines.append(f"{last} -1 {_NOTHING}")  # else nothing would say that these frames are there
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _work(split: Path, name: str, refs: References) -> list[Job]:
    work: list[Job] = []
    clouds = folder_of(split / "velodyne" / name)
    for frame in refs.scene.frames:
        stem = f"{frame.index:06d}"
        if refs.lidar.channel in frame.sweeps or not refs.pictures(frame.index):
            work.append(cloud_job(refs, frame.index, clouds / f"{stem}.bin"))
        for camera, image in refs.pictures(frame.index).items():
            work.append(picture_job(image, folder_of(split / f"image_{camera:02d}" / name), stem))
    return work


def _write_rig(split: Path, name: str, refs: References) -> list[Finding]:
    """Write the calibration and the poses of a sequence; it has room for one calibration."""
    scene = refs.scene
    calibrations = [calib_rows(refs.calibration(index), tracking=True) for index in range(max(len(scene.frames), 1))]
    path = folder_of(split / "calib") / f"{name}.txt"
    path.write_text(calibrations[0], encoding="utf-8")
    if scene.has_poses and scene.frames:
        packets = packets_for([refs.world_SE3_ego(frame.index) for frame in scene.frames])
        text = "".join(f"{format_packet(packet)}\n" for packet in packets)
        (folder_of(split / "oxts") / f"{name}.txt").write_text(text, encoding="utf-8")
    if len(set(calibrations)) > 1:
        text = f"a sequence has one calibration and this scene {len(set(calibrations))}; the first one is written"
        return [Finding("warning", "one-calibration", text, scene.name)]
    return []
