"""Rules on odometry sequences and SemanticKITTI as they lie there: clouds, labels, times, poses and calibrations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from lidar_label.datasets.kitti.calib import read_sequence_calib
from lidar_label.datasets.kitti.common import CLOUDS, camera_folders, files_by_stem
from lidar_label.datasets.kitti.odometry import LABELS, is_poses
from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import NAN, Laid, pictures_in
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding

_POINT_BYTES, _LABEL_BYTES = 16, 4


def sanity(sequences: Sequence[Path]) -> Iterator[Finding]:
    """Yield what a reader of sequences will trip over."""
    laid = Laid()
    for folder in sequences:
        _sequence(laid, folder)
    yield from found_by(RULES, laid)


def _sequence(laid: Laid, folder: Path) -> None:
    clouds = files_by_stem(folder / "velodyne", CLOUDS)
    laid.clouds += clouds.values()
    times = folder / "times.txt"
    if times.is_file():
        rows = _rows(laid, times, 1)
        _count(laid, times, len(rows), len(clouds))
        laid.times[str(times)] = [(row[0], f"{times}, row {number}") for number, row in enumerate(rows, 1)]
    for path in _pose_files(folder):
        rows = _rows(laid, path, 12)
        _count(laid, path, len(rows), len(clouds))
        laid.rotations += [(f"{path}, row {number}", row) for number, row in enumerate(rows, 1)]
    try:
        read_sequence_calib(folder / "calib.txt")
    except LidarLabelError as error:
        laid.note("calibration", f"the calibration is none: {error.what}", error.where or folder / "calib.txt")
    for inner in camera_folders(folder, r"image_0?([0-3])").values():
        pictures = pictures_in(inner)
        if pictures:
            laid.paired(clouds, pictures, f"clouds have no picture in {inner.name}")
    labels = files_by_stem(folder / "labels", (LABELS,))
    if labels:
        laid.paired(labels, clouds, "files of labels have no cloud")
        laid.paired(clouds, labels, "clouds have no file of labels")
    for stem, path in labels.items():
        cloud = clouds.get(stem)
        if cloud is not None and cloud.suffix.lower() == ".bin":
            points, said = cloud.stat().st_size // _POINT_BYTES, path.stat().st_size / _LABEL_BYTES
            if points != said:
                laid.note("label-length", "a file of labels has not one label a point", path)


def _pose_files(folder: Path) -> list[Path]:
    beside = folder.parent.parent / "poses" / f"{folder.name}.txt"
    return [beside] if beside.is_file() else [path for path in sorted(folder.iterdir()) if is_poses(path.name)]


def _rows(laid: Laid, path: Path, count: int) -> list[tuple[float, ...]]:
    found = []
    for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
        cells = line.split()
        if cells:
            row = tuple(_number(cell) for cell in cells)
            if len(row) != count or not all(map(math.isfinite, row)):
                laid.note("unreadable-file", f"a row has not {count} numbers", f"{path}, row {number}")
            found.append(row if len(row) == count else (NAN,) * count)
    return found


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return NAN


def _count(laid: Laid, path: Path, rows: int, clouds: int) -> None:
    if rows != clouds:  # with more rows, clouds are lacking, and those that are there still find theirs
        rule = "wrong-count" if rows < clouds else "unpaired"
        laid.note(rule, f"{path.name} has {rows} rows for {clouds} clouds", path)


RULES = folder_rules(
    shared.UNREADABLE,
    shared.CUT,
    shared.UNPAIRED,
    shared.COUNT,
    FolderRule("calibration", "Sequence without a calibration", "error",
               "Poses are of the camera: without its calibration they do not hold for the points.",
               shared.noted("calibration")),
    FolderRule("label-length", "Labels that are not one a point", "error",
               "Loaders lay labels on points by their order; one too few shifts or breaks all.",
               shared.noted("label-length")),
    shared.TIMES,
    shared.ROTATION,
)  # fmt: skip
