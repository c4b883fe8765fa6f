"""Writing the sensor files of an export, several at once, and counting points in boxes on the way."""

from __future__ import annotations

import io
import warnings
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.clouds.bin import NUSCENES_FIELDS, write_bin
from lidar_label.datasets.files import read_bytes
from lidar_label.datasets.nuscenes.plan import Recording
from lidar_label.errors import MissingFile
from lidar_label.model import Box, Image, Labels, PointCloud, Sweep

CLASS = "semantic_class"
Counts = NDArray[np.int64]


@dataclass(slots=True)
class Written:
    """What came of one recording.

    `size` is an image's width and height where its camera does not know them; `counts` the number
    of points in each box of the frame, for key sweeps of a LiDAR; `classes` the file of its points' classes, if any.
    """

    recording: Recording
    is_missing: bool = False
    size: tuple[int, int] = (0, 0)
    counts: Counts | None = None
    classes: str = ""
    lost_fields: frozenset[str] = field(default_factory=frozenset)
    absent_fields: frozenset[str] = field(default_factory=frozenset)


class ClassFiles:
    """The files of lidarseg: one byte a point.

    Parameters
    ----------
    folder : str
        Where they lie in the data set.
    indices : mapping of int to int
        The index of the category that each number of a class stands for.
    """

    def __init__(self, folder: str, indices: Mapping[int, int]) -> None:
        self._folder = folder
        self._table = np.zeros(2**16, np.uint8)
        for number, index in indices.items():
            self._table[number] = index

    def write(self, folder: Path, recording: Recording, sweep: Sweep) -> str:
        """Write the classes of a key sweep and return the file's name; empty where it has none."""
        if not recording.is_key:
            return ""
        values = sweep.points().fields.get(CLASS)
        if values is None:
            return ""
        name = f"{self._folder}/{recording.token}_lidarseg.bin"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(self._table[values.astype(np.uint16)].tobytes())
        return name


def write_files(
    folder: Path, recordings: Sequence[Recording], labels: Labels, jobs: int, classes: ClassFiles | None = None
) -> Generator[Written, None, None]:
    """Write the file of each recording, `jobs` at a time, and yield what came of it as it comes.

    `classes` says where the classes of the points of key sweeps go, one byte each.
    No more clouds than `jobs` are in memory. Closing the iterator stops what has not begun.

    Raises
    ------
    UnreadableFile
        If a source file is not what its format promises.
    OSError
        If a file cannot be written.
    """
    for parent in {(folder / recording.filename).parent for recording in recordings}:
        parent.mkdir(parents=True, exist_ok=True)
    pool = ThreadPoolExecutor(max(1, jobs))
    try:
        pending = {pool.submit(_write, folder, recording, labels, classes) for recording in recordings}
        for done in as_completed(pending):
            pending.discard(done)
            yield done.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _write(folder: Path, recording: Recording, labels: Labels, classes: ClassFiles | None) -> Written:
    source, target = recording.source, folder / recording.filename
    try:
        if isinstance(source, Image):
            return _write_image(source, target, recording)
        if source.sensor.kind == "radar":
            return _write_radar(source, target, recording)
        written = _write_lidar(source, target, recording, labels)
        written.classes = classes.write(folder, recording, source) if classes is not None else ""
        return written
    except MissingFile:
        return Written(recording, is_missing=True)


def _write_image(image: Image, target: Path, recording: Recording) -> Written:
    encoded = image.encoded()
    target.write_bytes(encoded)
    return Written(recording, size=_size(encoded) if image.sensor.camera is None else (0, 0))


def _write_radar(sweep: Sweep, target: Path, recording: Recording) -> Written:
    if sweep.path is not None and sweep.path.suffix == ".pcd":
        target.write_bytes(read_bytes(sweep.path))
        return Written(recording)
    from lidar_label.datasets.clouds.pcd import write_pcd

    write_pcd(target, sweep.points())
    return Written(recording)


def _write_lidar(sweep: Sweep, target: Path, recording: Recording, labels: Labels) -> Written:
    cloud = sweep.points()
    write_bin(target, cloud, NUSCENES_FIELDS)
    kept = set(NUSCENES_FIELDS[3:])
    return Written(
        recording,
        counts=count_points(sweep, cloud, labels.in_frame(recording.frame)) if recording.is_key else None,
        lost_fields=frozenset(set(cloud.fields) - kept),
        absent_fields=frozenset(kept - set(cloud.fields)),
    )


def count_points(sweep: Sweep, cloud: PointCloud, boxes: Sequence[Box]) -> Counts:
    """Count the points of a sweep in each box as the devkit does: in the sensor's frame, faces included.

    Returns
    -------
    (M,) int64
    """
    if not boxes:
        return np.zeros(0, dtype=np.int64)
    from lidar_label.kernels.points_in_boxes import count_points_in_boxes

    sensor_SE3_world = sweep.world_SE3_sensor.inverse
    poses = [sensor_SE3_world @ box.world_SE3_box for box in boxes]
    counts: Counts = count_points_in_boxes(
        cloud.xyz,
        np.stack([pose.translation for pose in poses]),
        np.stack([pose.rotation_matrix for pose in poses]),
        np.array([box.size for box in boxes], dtype=np.float64),
    )
    return counts


def _size(encoded: bytes) -> tuple[int, int]:
    from PIL import Image as Picture

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Picture.DecompressionBombWarning)  # only the header is read
            with Picture.open(io.BytesIO(encoded)) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, Picture.DecompressionBombError):
        return (0, 0)
