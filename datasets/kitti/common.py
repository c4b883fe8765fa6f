"""What KITTI's three layouts share: their sensors, categories, and how files are found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice, pairwise
from pathlib import Path

import numpy as np

from lidar_label.datasets.clouds.bin import KITTI_FIELDS, read_bin
from lidar_label.datasets.clouds.pcd import read_pcd
from lidar_label.datasets.files import natural_key, read_bytes
from lidar_label.datasets.images import PICTURES, image_size
from lidar_label.datasets.kitti.calib import Calibration
from lidar_label.errors import LidarLabelError
from lidar_label.model import (
    SE3,
    Attribute,
    Category,
    Image,
    Kind,
    PointCloud,
    Sensor,
    Sweep,
    Taxonomy,
)

LIDAR = "velodyne"
CLOUDS = (".bin", ".pcd")
FRAME_NS = 100_000_000  # KITTI records ten frames a second
_LOOK_AT_MOST = 5000
_SHOWN = 5


def channel_of(number: int) -> str:
    """Return the channel of a camera: ``image_02`` for 2, in all three layouts."""
    return f"image_{number:02d}"


def kitti_taxonomy() -> Taxonomy:
    """Return KITTI's classes with usual sizes and colours, and what its labels say of an object."""
    looks = {
        "Car": ((4.0, 1.7, 1.5), "#4dabff"),
        "Van": ((5.0, 1.9, 2.2), "#686de0"),
        "Truck": ((9.0, 2.6, 3.2), "#a29bfe"),
        "Pedestrian": ((0.8, 0.7, 1.75), "#ff6b6b"),
        "Person_sitting": ((0.9, 0.6, 1.3), "#ffa8b8"),
        "Cyclist": ((1.8, 0.6, 1.75), "#2ed573"),
        "Tram": ((15.0, 2.5, 3.5), "#00d2d3"),
        "Misc": (None, "#b08d7b"),
    }
    attributes = {
        "truncated": "share of the object outside the image, 0 to 1",
        "occluded": "0 fully visible, 1 partly hidden, 2 largely hidden, 3 unknown",
        "state": "tracklet: 1 interpolated, 2 labelled by a person",
        "occlusion": "tracklet: 0 visible, 1 partly hidden, 2 fully hidden",
        "truncation": "tracklet: 0 in the image, 1 cut by its edge, 2 outside, 99 behind",
        "score": "the detector's score, where it is not between 0 and 1",
    }
    return Taxonomy(
        [Category(name=name, size=size, color=color) for name, (size, color) in looks.items()],
        [Attribute(name=name, description=text, kind="number") for name, text in attributes.items()],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KittiLidar(Sensor):
    """The Velodyne of a KITTI recording, with the calibration its labels are given in.

    A writer of a KITTI layout uses it to write the very same numbers again.
    """

    calibration: Calibration | None = field(default=None, compare=False, repr=False)


class Rig:
    """The sensors on the car under one calibration; each is made once and then shared by its frames.

    Parameters
    ----------
    calibration : Calibration or None
    with_imu : bool
        True puts the vehicle's frame at the IMU, which the poses are of; else it is the Velodyne.
    """

    def __init__(self, calibration: Calibration | None, *, with_imu: bool = False) -> None:
        self.calibration = calibration
        mounting = SE3.identity("ego", LIDAR)
        if with_imu and calibration is not None and calibration.velo_SE3_imu is not None:
            mounting = calibration.velo_SE3_imu.inverse
        self.lidar = KittiLidar(channel=LIDAR, kind="lidar", ego_SE3_sensor=mounting, calibration=calibration)
        self._cameras: dict[tuple[str, int, tuple[int, int] | None], Sensor] = {}

    def camera(self, number: int, size: tuple[int, int] | None) -> Sensor:
        """Return a camera whose pictures have this size; without a lens where that cannot be known."""
        channel = channel_of(number)
        key = (channel, number, size)
        if key not in self._cameras:
            self._cameras[key] = self._make(channel, number, size)
        return self._cameras[key]

    def _make(self, channel: str, number: int, size: tuple[int, int] | None) -> Sensor:
        kind: Kind = "camera"
        if self.calibration is None or size is None or number not in self.calibration.projections:
            return Sensor(channel=channel, kind=kind, ego_SE3_sensor=SE3.identity("ego", channel))
        mounting = self.lidar.ego_SE3_sensor @ self.calibration.camera_SE3_velo(number, channel).inverse
        lens = self.calibration.camera(number, size)
        return Sensor(channel=channel, kind=kind, ego_SE3_sensor=mounting, camera=lens)


def sweep_of(
    path: Path,
    sensor: Sensor,
    frame: int,
    time_ns: int,
    pose: SE3,
    load: Callable[[], PointCloud] | None = None,
    *,
    is_compensated: bool | None = None,
) -> Sweep:
    """Return the sweep of a cloud file; nothing of it is read yet. `load` reads it, where it is more than the file."""
    return Sweep(
        sensor=sensor,
        timestamp_ns=time_ns,
        world_SE3_ego=pose,
        frame=frame,
        path=path,
        load=load or partial(_load, path),
        is_compensated=is_compensated,
    )


def _load(path: Path) -> PointCloud:
    return read_pcd(path) if path.suffix.lower() == ".pcd" else read_bin(path, KITTI_FIELDS)


def image_of(path: Path, sensor: Sensor, frame: int, time_ns: int, pose: SE3) -> Image:
    """Return the image of a picture file; nothing of it is read yet."""
    return Image(
        sensor=sensor, timestamp_ns=time_ns, world_SE3_ego=pose, frame=frame, path=path,
        load=partial(read_bytes, path), suffix=path.suffix.lower(),
    )  # fmt: skip


def first_size(paths: Iterable[Path], note: Callable[[LidarLabelError], None]) -> tuple[int, int] | None:
    """Return the size of the first picture that can be read; those that cannot are noted."""
    for path in paths:
        try:
            return image_size(path)
        except LidarLabelError as error:
            note(error)
    return None


def files_by_stem(folder: Path, suffixes: Sequence[str]) -> dict[str, Path]:
    """Return a folder's files of these kinds by their name without suffix, in natural order."""
    if not folder.is_dir():
        return {}
    found = {p.stem: p for p in folder.iterdir() if p.suffix.lower() in suffixes and not p.name.startswith(".")}
    return {stem: found[stem] for stem in sorted(found, key=natural_key)}


def files_by_number(folder: Path, suffixes: Sequence[str]) -> dict[int, Path]:
    """Return a folder's files of these kinds whose names are plain numbers, by number."""
    named = files_by_stem(folder, suffixes)
    return {int(stem): named[stem] for stem in named if stem.isascii() and stem.isdigit() and len(stem) <= 12}


def pictures_by_number(folder: Path) -> dict[int, Path]:
    """Return a folder's pictures by number."""
    return files_by_number(folder, PICTURES)


def has_file(folder: Path, *suffixes: str) -> bool:
    """Say whether a folder holds a file of these kinds; only its first names are looked at."""
    if not folder.is_dir():
        return False
    return any(p.suffix.lower() in suffixes for p in islice(folder.iterdir(), _LOOK_AT_MOST))


def subfolders(folder: Path) -> list[Path]:
    """Return the folders in a folder in natural order, hidden ones left out."""
    if not folder.is_dir():
        return []
    found = [p for p in islice(folder.iterdir(), _LOOK_AT_MOST) if not p.name.startswith(".") and p.is_dir()]
    return sorted(found, key=lambda p: natural_key(p.name))


def some(values: Iterable[object]) -> str:
    """Return the first few values as text, and that there are more."""
    shown = [str(value) for value in islice(values, _SHOWN + 1)]
    return ", ".join(shown[:_SHOWN]) + (", ..." if len(shown) > _SHOWN else "")


def missing_between(numbers: Sequence[int]) -> list[int]:
    """Return the numbers that a sorted row skips; at most a thousand of them."""
    if len(numbers) < 2:
        return []
    gaps: list[int] = []
    for low, high in pairwise(numbers):
        gaps += range(low + 1, min(high, low + 1001))
        if len(gaps) > 1000:
            break
    return gaps[:1000]


def camera_folders(folder: Path, pattern: str) -> dict[int, Path]:
    """Return the folders of cameras by camera number; `pattern` has one group, the number."""
    found: dict[int, Path] = {}
    for path in subfolders(folder):
        match = re.fullmatch(pattern, path.name, re.IGNORECASE)
        if match:
            found.setdefault(int(match[1]), path)
    return found


def score_of(score: float | None) -> tuple[float | None, Mapping[str, float]]:
    """Return a score as a box has it, and as an attribute where it is no share of 1."""
    if score is None or 0.0 <= score <= 1.0:
        return score, {}
    return None, {"score": score}


def is_increasing(values: Sequence[int]) -> bool:
    """Say whether each value is above the one before."""
    return bool(np.all(np.diff(np.asarray(values, dtype=np.int64)) > 0))
