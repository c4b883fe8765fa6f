"""Writing the KITTI object benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lidar_label.datasets.base import Drive, WriteOptions
from lidar_label.datasets.kitti.labels import LabelRow, format_row
from lidar_label.datasets.kitti.losses import frame_numbers
from lidar_label.datasets.kitti.reference import references
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

_PICTURE_FOLDERS = {2: "image_2", 3: "image_3"}


def write_object(folder: Path, drives: Sequence[Drive], options: WriteOptions) -> list[Finding]:
    """Write the frames of all drives into ``training``, each file named by its frame's number.

    One drive whose frames have numbers keeps them; otherwise frames are counted through.
    """
    split = folder_of(folder / "training")
    folders = {name: folder_of(split / name) for name in ("velodyne", "calib", "label_2")}
    work: list[Job] = []
    rows: list[LabelRow] = []
    for drive, numbers in zip(drives, _numbers(drives), strict=True):
        refs = references(drive.scene)
        for index, number in enumerate(numbers):
            stem = f"{number:06d}"
            calibration = refs.calibration(index)
            found = [label_row(refs, drive, box, calibration) for box in drive.labels.in_frame(index)]
            rows += found
            text = "".join(f"{format_row(row)}\n" for row in found)
            (folders["label_2"] / f"{stem}.txt").write_text(text, encoding="utf-8")
            (folders["calib"] / f"{stem}.txt").write_text(calib_rows(calibration), encoding="utf-8")
            work.append(cloud_job(refs, index, folders["velodyne"] / f"{stem}.bin"))
            for camera, image in refs.pictures(index).items():
                if camera in _PICTURE_FOLDERS:
                    work.append(picture_job(image, folder_of(split / _PICTURE_FOLDERS[camera]), stem))
    return [*missing_findings(run_all(work, options, "write")), *unseen_finding(rows, "label_2")]


def _numbers(drives: Sequence[Drive]) -> list[list[int]]:
    if len(drives) == 1:
        return [frame_numbers(drives[0].scene)]
    found: list[list[int]] = []
    start = 0
    for drive in drives:
        found.append(list(range(start, start + len(drive.scene.frames))))
        start += len(drive.scene.frames)
    return found
