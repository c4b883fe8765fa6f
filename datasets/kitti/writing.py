"""What KITTI's writers share: clouds, pictures, calibration files and label rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from lidar_label.datasets.base import Drive
from lidar_label.datasets.clouds.bin import KITTI_FIELDS, write_bin
from lidar_label.datasets.kitti.calib import Calibration
from lidar_label.datasets.kitti.labels import NO_ALPHA, NO_RECT, LabelRow
from lidar_label.datasets.kitti.reference import References
from lidar_label.errors import MissingFile
from lidar_label.model import EDGES, Box, Finding, Floats, Image, PointCloud, Sweep

Rect = tuple[float, float, float, float]
Job = Callable[[], str]
_NO_LENS = np.eye(3, 4)
_UNKNOWN_OCCLUSION = 3


def folder_of(path: Path) -> Path:
    """Make a folder and those above it, and return it."""
    path.mkdir(parents=True, exist_ok=True)
    return path


def cloud_job(refs: References, frame: int, path: Path) -> Job:
    """Return the work of writing a frame's cloud; it returns what is missing, or nothing."""
    return partial(_write_cloud, refs, refs.scene.frames[frame].sweeps.get(refs.lidar.channel), path)


def _write_cloud(refs: References, sweep: Sweep | None, path: Path) -> str:
    cloud, missing = points_of(refs, sweep, path)
    write_bin(path, cloud, KITTI_FIELDS)
    return missing


def points_of(refs: References, sweep: Sweep | None, path: Path) -> tuple[PointCloud, str]:
    """Return the points that go to `path`, and what is missing, or nothing.

    An empty cloud stands for one that is not there, so that frames keep their numbers.
    """
    cloud, missing = PointCloud(np.zeros((0, 3), dtype=np.float32)), f"cloud for {path.name}"
    if sweep is not None:
        try:
            cloud, missing = refs.turned(sweep.points()), ""
        except MissingFile as error:
            missing = error.where
    return cloud, missing


def picture_job(image: Image, folder: Path, stem: str) -> Job:
    """Return the work of copying a picture, byte for byte; it returns what is missing, or nothing."""
    return partial(_write_picture, image, folder / f"{stem}{image.suffix}")


def _write_picture(image: Image, path: Path) -> str:
    try:
        path.write_bytes(image.encoded())
    except MissingFile as error:
        return error.where
    return ""


def missing_findings(results: Sequence[str]) -> list[Finding]:
    """Return a finding for the sensor files that were not there to be written."""
    missing = [result for result in results if result]
    if not missing:
        return []
    text = f"{len(missing)} sensor files were not there; absent clouds were written empty, absent pictures not at all"
    return [Finding("warning", "missing-file", text, missing[0])]


def numbers(values: Floats) -> str:
    """Return a matrix as KITTI writes it: row by row, thirteen digits."""
    return " ".join(f"{value:.12e}" for value in np.asarray(values).ravel())


def projection_of(calibration: Calibration, number: int) -> Floats:
    """Return a camera's projection; one that is not there repeats the left colour camera's."""
    found = calibration.projections
    return found.get(number, found.get(2, next(iter(found.values()), _NO_LENS)))


def calib_rows(calibration: Calibration, *, tracking: bool = False) -> str:
    """Return a calibration file of the object or of the tracking benchmark, each with its own names."""
    imu = calibration.velo_SE3_imu.matrix[:3] if calibration.velo_SE3_imu is not None else np.eye(3, 4)
    names = ("R_rect", "Tr_velo_cam", "Tr_imu_velo") if tracking else ("R0_rect:", "Tr_velo_to_cam:", "Tr_imu_to_velo:")
    rows = [f"P{n}: {numbers(projection_of(calibration, n))}" for n in range(4)]
    matrices = (calibration.rectify, calibration.cam_from_velo, imu)
    rows += [f"{name} {numbers(matrix)}" for name, matrix in zip(names, matrices, strict=True)]
    return "\n".join(rows) + "\n"


def category_text(category: str) -> str:
    """Return a category as one word, which is all that a label row has room for."""
    return "_".join(category.split())


def label_row(
    refs: References, drive: Drive, box: Box, calibration: Calibration, *, frame: int = 0, track: int = -1
) -> LabelRow:
    """Return the row of a box.

    Its 2D box is that of its edges as the camera sees them, cut at the image's border; a box that
    is not in the image, or has no image, gets -1. Truncation comes from the box's attributes or
    from that cut, occlusion from the attributes or is unknown.
    """
    location, rotation_y = calibration.box_in_camera(refs.velo_SE3_box(box), box.size[2])
    image = refs.pictures(box.frame).get(2)
    has_lens = image is not None and image.sensor.camera is not None
    rect, cut = seen_rect(image, box) if image is not None and has_lens else (None, 1.0)
    truncated = _attribute(box, "truncated", 0.0, 1.0)
    occluded = _attribute(box, "occluded", 0, 3)
    if occluded is None:
        occluded = _attribute(box, "occlusion", 0, 2)
    if truncated is None:
        truncated = cut if rect is not None else -1.0
    alpha = rotation_y - math.atan2(location[0], location[2]) if has_lens else NO_ALPHA
    return LabelRow(
        kind=category_text(drive.labels.track(box.track).category),
        size=box.size,
        location=(float(location[0]), float(location[1]), float(location[2])),
        rotation_y=rotation_y,
        truncated=truncated,
        occluded=int(occluded) if occluded is not None else _UNKNOWN_OCCLUSION if has_lens else -1,
        alpha=math.remainder(alpha, math.tau) if has_lens else NO_ALPHA,
        rect=rect or NO_RECT,
        score=box.score if box.score is not None else _attribute(box, "score", -math.inf, math.inf),
        frame=frame,
        track=track,
    )


def _attribute(box: Box, name: str, low: float, high: float) -> float | None:
    value = box.attributes.get(name)
    good = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    return float(value) if good and value is not None else None


def seen_rect(image: Image, box: Box) -> tuple[Rect | None, float]:
    """Return a box's left, top, right and bottom in an image, and the share that its border cuts off.

    None where it is not in the image.
    """
    camera = image.sensor.camera
    if camera is None:
        return None, 1.0
    corners = image.world_SE3_sensor.inverse.apply(box.corners())
    lines = [line for a, b in EDGES for line in camera.polyline(corners[a], corners[b])]
    if not lines:
        return None, 1.0
    pixels = np.concatenate(lines)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    edge = np.array([camera.width - 1.0, camera.height - 1.0])
    left_top, right_bottom = np.clip(low, 0.0, edge), np.clip(high, 0.0, edge)
    whole, kept = np.prod(high - low), np.prod(right_bottom - left_top)
    if kept <= 0 or not math.isfinite(whole):
        return None, 1.0
    rect = (float(left_top[0]), float(left_top[1]), float(right_bottom[0]), float(right_bottom[1]))
    return rect, float(1.0 - kept / whole)


def unseen_finding(rows: Sequence[LabelRow], where: str) -> list[Finding]:
    """Return a finding for the boxes that no image shows: KITTI itself labels only what its camera sees."""
    unseen = sum(row.rect == NO_RECT for row in rows)
    if not unseen:
        return []
    text = f"{unseen} of {len(rows)} boxes are not in the picture of image_2; they are written with a 2D box of -1"
    return [Finding("info", "outside-image", text, where)]
