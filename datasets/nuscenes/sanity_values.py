"""Rules on what tables of nuScenes say: calibration, poses, times, files, and units of boxes."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.files import inside
from lidar_label.datasets.nuscenes.rows import read_rows
from lidar_label.datasets.nuscenes.sanity_tables import Columns, Folder
from lidar_label.datasets.sanity.rule import FolderRule, Said
from lidar_label.datasets.sanity.vehicle import jumps, pose_jump, sensor_far, too_far
from lidar_label.errors import LidarLabelError

_FIRST_US, _LAST_US = 6e14, 4.2e15  # 1989 to 2103
_UNITS = ((1e-6, "seconds"), (1e-3, "milliseconds"), (1e3, "nanoseconds"))
_BOX_FAR_M, _BOX_LONG_M = 500.0, 60.0
_KEY_US, _POSE_US = 150_000.0, 100_000.0
_POINT_BYTES = 20
_HEADERS = 200  # images whose header is read


def wrong_rotations(folder: Folder) -> Iterator[Said]:
    """Find rotations that are no unit quaternions."""
    for table in ("calibrated_sensor", "ego_pose", "sample_annotation"):
        rotation = folder[table].numbers["rotation"]
        length = np.linalg.norm(np.where(np.isfinite(rotation), rotation, 0.0), axis=1)
        other = ~np.isfinite(rotation).all(axis=1)
        yield from _first(folder[table], other, "the rotation of {} rows is not four numbers")
        yield from _first(folder[table], ~other & (np.abs(length - 1.0) > 1e-3),
                          "the rotation of {} rows has not the length of one")  # fmt: skip


def wrong_places(folder: Folder) -> Iterator[Said]:
    """Find places and sizes that are not three finite numbers."""
    for table, key in (
        ("calibrated_sensor", "translation"), ("ego_pose", "translation"), ("sample_annotation", "translation"),
        ("sample_annotation", "size"),
    ):  # fmt: skip
        wrong = ~np.isfinite(folder[table].numbers[key]).all(axis=1)
        yield from _first(folder[table], wrong, f"the {key} of {{}} rows is not three numbers")


def far_sensors(folder: Folder) -> Iterator[Said]:
    """Find sensors that are not on the vehicle."""
    far = too_far(folder["calibrated_sensor"].numbers["translation"])
    yield from _first(folder["calibrated_sensor"], far, "{} sensors are far from the ego: are they in metres?")


def wrong_intrinsics(folder: Folder) -> Iterator[Said]:
    """Find cameras without a matrix that can be one."""
    table = folder["calibrated_sensor"]
    _, modalities = folder.channels
    k = table.numbers["camera_intrinsic"].reshape(-1, 3, 3)
    camera = np.array([kind == "camera" for kind in modalities], dtype=np.bool_)
    absent = ~np.isfinite(k).all(axis=(1, 2))
    yield from _first(table, camera & absent, "{} cameras have no matrix of three by three")
    with np.errstate(invalid="ignore"):
        odd = (k[:, 0, 0] <= 0) | (k[:, 1, 1] <= 0) | (k[:, 0, 2] <= 0) | (k[:, 1, 2] <= 0)
        odd |= np.abs(k[:, 2] - [0, 0, 1]).max(axis=1) > 1e-6
    yield from _first(table, camera & ~absent & odd, "the matrix of {} cameras has no focal length or no middle")


def wrong_times(folder: Folder) -> Iterator[Said]:
    """Find times that are not microseconds since 1970."""
    for table in ("sample", "sample_data", "ego_pose"):
        times = folder[table].numbers["timestamp"]
        odd = ~((times > _FIRST_US) & (times < _LAST_US))
        if not odd.any():
            continue
        usual = float(np.nanmedian(times)) if np.isfinite(times).any() else 0.0
        fits = [name for factor, name in _UNITS if _FIRST_US * factor < usual < _LAST_US * factor]
        message = f"the times of {{}} rows would be {fits[0]}" if fits else "the times of {} rows are of no year"
        yield from _first(folder[table], odd, f"{message}; they are to be microseconds since 1970")


def late_keys(folder: Folder) -> Iterator[Said]:
    """Find key recordings far from the time of their sample."""
    data = folder["sample_data"]
    rows = folder["sample"].rows_of(data.tokens["sample_token"])
    if not folder["sample"].count:
        return
    late = np.abs(data.numbers["timestamp"] - folder["sample"].numbers["timestamp"][rows])
    wrong = (rows >= 0) & (data.numbers["is_key_frame"] == 1) & (late > _KEY_US)
    yield from _first(data, wrong, "{} key recordings are more than 0.15 s from their sample")


def late_poses(folder: Folder) -> Iterator[Said]:
    """Find recordings with the pose of another time."""
    data, poses = folder["sample_data"], folder["ego_pose"]
    rows = poses.rows_of(data.tokens["ego_pose_token"])
    if poses.count:
        late = np.abs(data.numbers["timestamp"] - poses.numbers["timestamp"][rows])
        yield from _first(data, (rows >= 0) & (late > _POSE_US), "{} recordings have a pose of 0.1 s away or more")


def no_poses(folder: Folder) -> Iterator[Said]:
    """Find drives without a pose, or with one that never changes."""
    poses = folder["ego_pose"]
    if folder.has("ego_pose") and not poses.fault and not poses.count:
        yield "there is no pose, so that nothing can be placed in the world", poses.path
    elif poses.count > 5 and not np.ptp(poses.numbers["translation"], axis=0).any():
        yield "all poses are the same: the vehicle would never move", poses.path


def pose_jumps(folder: Folder) -> Iterator[Said]:
    """Find vehicles that are faster than one can be."""
    data, poses = folder["sample_data"], folder["ego_pose"]
    samples = folder["sample"].rows_of(data.tokens["sample_token"])
    rows = poses.rows_of(data.tokens["ego_pose_token"])
    known = np.flatnonzero((samples >= 0) & (rows >= 0))
    if len(known) < 2:
        return
    scenes = folder["sample"].tokens["scene_token"][samples[known]]
    times = data.numbers["timestamp"][known] * 1e-6
    order = np.lexsort((times, scenes))
    wrong, way = jumps(poses.numbers["translation"][rows[known[order]]], times[order])
    wrong = wrong[np.diff(scenes[order])[wrong] == 0]
    if len(wrong):
        message = f"the vehicle jumps {len(wrong)} times, here by {way[wrong[0]]:.1f} m"
        yield message, poses.row(int(rows[known[order[wrong[0] + 1]]]))


def odd_boxes(folder: Folder) -> Iterator[Said]:
    """Find boxes without a size, or too large for anything on a road."""
    rows = folder["sample_annotation"]
    size = rows.numbers["size"]
    yield from _first(rows, (size <= 0).any(axis=1), "{} boxes have a side of nothing or less")
    yield from _first(rows, (size > _BOX_LONG_M).any(axis=1), f"{{}} boxes have a side of over {_BOX_LONG_M:.0f} m")


def far_boxes(folder: Folder) -> Iterator[Said]:
    """Find boxes that no sensor of their sample could see: of another world, or in the vehicle's own frame."""
    rows, data, poses = folder["sample_annotation"], folder["sample_data"], folder["ego_pose"]
    sample = folder["sample"].rows_of(data.tokens["sample_token"])
    pose = poses.rows_of(data.tokens["ego_pose_token"])
    known = (sample >= 0) & (pose >= 0)
    if not known.any():
        return
    ego = np.full((folder["sample"].count, 3), np.nan)
    ego[sample[known]] = poses.numbers["translation"][pose[known]]
    here = folder["sample"].rows_of(rows.tokens["sample_token"])
    away = np.linalg.norm(rows.numbers["translation"] - ego[here], axis=1)
    wrong = (here >= 0) & (away > _BOX_FAR_M)
    yield from _first(rows, wrong, f"{{}} boxes are more than {_BOX_FAR_M:.0f} m from the vehicle")


def no_point_counts(folder: Folder) -> Iterator[Said]:
    """Find labels of which none is said to hold a point."""
    rows = folder["sample_annotation"]
    points = rows.numbers["num_lidar_pts"]
    if rows.count and not (points > 0).any():
        yield f"none of {rows.count} boxes is said to hold a LiDAR point", rows.path
    yield from _first(rows, points < 0, "{} boxes are said to hold fewer points than none")


def wrong_files(folder: Folder) -> Iterator[Said]:
    """Find sensor files that are not there, empty, cut off, or not where a file of this folder may be."""
    counts: Counter[str] = Counter()
    first: dict[str, int] = {}
    for row in read_rows(folder.path("sample_data")) if folder.has("sample_data") else ():
        fault = _file_fault(folder.root, row.values.get("filename"))
        if fault:
            counts[fault] += 1
            first.setdefault(fault, row.number)
    for fault, number in counts.items():
        yield f"{number} sensor files {fault}", folder["sample_data"].row(first[fault])


def wrong_pictures(folder: Folder) -> Iterator[Said]:
    """Find images of another size than the tables say; the headers of the first two hundred are read."""
    from PIL import Image

    data, read, wrong, first = folder["sample_data"], 0, 0, -1
    for row in read_rows(data.path) if folder.has("sample_data") else ():
        name = row.values.get("filename")
        if not isinstance(name, str) or not name.lower().endswith((".jpg", ".jpeg", ".png")):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with Image.open(inside(folder.root, name)) as picture:
                    size = picture.size
        except (OSError, ValueError, SyntaxError, LidarLabelError, Image.DecompressionBombError):
            continue  # another rule names what is not there
        read += 1
        if size != (row.values.get("width"), row.values.get("height")):
            wrong, first = wrong + 1, row.number if first < 0 else first
        if read == _HEADERS:
            break
    if wrong:
        yield f"{wrong} of {read} images have another size than the table says", data.row(first)


def _file_fault(root: Path, name: object) -> str:
    if not isinstance(name, str) or not name:
        return "have no name"
    try:
        size = inside(root, name).stat().st_size
    except LidarLabelError:
        return "have a name that leads out of the folder"
    except OSError:
        return "are not there"
    if not size:
        return "are empty"
    cut = name.endswith(".pcd.bin") and size % _POINT_BYTES
    return f"are no whole number of points of {_POINT_BYTES} bytes" if cut else ""


def _first(table: Columns, wrong: np.bool_ | NDArray[np.bool_], message: str) -> Iterator[Said]:
    rows = np.flatnonzero(wrong)
    if len(rows):
        yield message.format(f"{len(rows)} of {table.count}"), table.row(int(rows[0]))


RULES = (
    FolderRule("rotation", "Rotation that is none", "error",
               "A matrix, a wrong order or a length beside one turns everything into nonsense, or stops the reader.",
               wrong_rotations),
    FolderRule("place", "Place or size that is not three numbers", "error",
               "NaN, infinity and null are no places; readers fail on them, or go on with them.", wrong_places),
    sensor_far(far_sensors),
    FolderRule("intrinsics", "Camera without a matrix", "error",
               "Nothing can be drawn into the images of this camera.", wrong_intrinsics),
    FolderRule("time-unit", "Times in another unit", "error",
               "Velocities come from times in microseconds; in another unit they are a thousand times off.",
               wrong_times),
    FolderRule("key-time", "Key recording of another time", "warning",
               "Labels hold for the sample's time; points and images of another show things elsewhere.", late_keys),
    FolderRule("pose-time", "Pose of another time", "error",
               "Sweeps are laid together by their poses; one of another time smears everything.", late_poses),
    FolderRule("no-poses", "Drive without poses", "error",
               "Boxes are in the world: without poses nobody can bring them to a sensor.", no_poses),
    pose_jump(pose_jumps),
    FolderRule("box-size", "Box of no size a thing has", "error",
               "Sides are width, length, height in metres; in other units every detector learns nonsense.", odd_boxes),
    FolderRule("box-far", "Box far from the vehicle", "error",
               "Boxes are to be in the world; in the vehicle's own frame they lie where the drive began.", far_boxes),
    FolderRule("point-counts", "Boxes that are said to hold no points", "error",
               "The evaluation of nuScenes leaves out boxes without points: nothing would be left.", no_point_counts),
    FolderRule("file", "Sensor file that is not as the table says", "error",
               "A loader stops at the first file that it cannot read.", wrong_files),
    FolderRule("picture-size", "Image of another size", "error",
               "The camera's matrix holds for the size in the table.", wrong_pictures),
)  # fmt: skip
