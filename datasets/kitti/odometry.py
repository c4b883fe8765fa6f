"""The KITTI odometry benchmark, and SemanticKITTI, which is its layout with a label on every point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.kitti.common import CLOUDS, has_file, subfolders
from lidar_label.model import Finding, Taxonomy

LABELS = ".label"
_NOTE = (
    "no boxes; one LiDAR and its own four cameras, without distortion; times count from the first frame; "
    "of a point x, y, z and intensity are kept"
)
_MOST_FILES = 200


class KittiOdometry(Format):
    """KITTI odometry: ``sequences/NN`` with ``velodyne``, ``calib.txt`` and ``times.txt``, and ``poses/NN.txt``."""

    name = "kitti-odometry"
    title = "KITTI odometry"
    holds = Holds(boxes=False, cameras=True, poses=True, timestamps=True, note=_NOTE)
    with_labels = False

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a sequence, or holds some."""
        return bool(sequences_at(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:  # noqa: ARG002
        """Open a sequence or a folder of them; see `OdometryDataset`."""
        from lidar_label.datasets.kitti.odometry_reader import OdometryDataset

        return OdometryDataset(self.name, path)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - there are no categories
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a sequence; see `write_odometry`."""
        from lidar_label.datasets.kitti.odometry_writer import write_odometry

        return write_odometry(folder, drives, options, labels=self.with_labels)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one data set out of several; see `join_odometry`."""
        from lidar_label.datasets.kitti.joining import join_odometry

        return join_odometry(parts, folder)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these sequences will trip over; see `lidar_label.datasets.kitti.sanity_sequences`."""
        from lidar_label.datasets.kitti.sanity_sequences import sanity

        yield from sanity(sequences_at(path))

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the layout cannot hold."""
        from lidar_label.datasets.kitti.losses import losses_in_sequences

        return losses_in_sequences(drives, classes=self.with_labels)


class SemanticKitti(KittiOdometry):
    """SemanticKITTI: an odometry sequence with ``labels/*.label``, and its poses in ``poses.txt`` beside them."""

    name = "semantickitti"
    title = "SemanticKITTI"
    holds = Holds(
        boxes=False, cameras=True, poses=True, timestamps=True, point_classes=True,
        note=f"{_NOTE}, with a class and an instance from 0 to 65535; every cloud gets a label file of its full length",
    )  # fmt: skip
    tried_on = "made-up files"
    with_labels = True

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a sequence with labels on its points, or holds some."""
        return any(has_file(folder / "labels", LABELS) for folder in sequences_at(path))


def sequences_at(path: Path, *, first: bool = False) -> list[Path]:
    """Return the sequences at `path`: itself, its children, or those of its ``sequences``."""
    if _is_sequence(path):
        return [path]
    inner = path / "sequences"
    found: list[Path] = []
    for child in subfolders(inner if inner.is_dir() else path):
        if _is_sequence(child):
            found.append(child)
            if first:
                break
    return found


def _is_sequence(path: Path) -> bool:
    """Say whether a folder has clouds beside what only this layout has: one calibration, times, poses or labels."""
    if not has_file(path / "velodyne", *CLOUDS):
        return False
    if has_file(path / "labels", LABELS) or any((path / name).is_file() for name in ("calib.txt", "times.txt")):
        return True
    return any(is_poses(child.name) for child in islice(path.iterdir(), _MOST_FILES))


def is_poses(name: str) -> bool:
    """Say whether a file may hold poses by its name: ``poses.txt``, ``00_gt.txt``."""
    return name == "poses.txt" or name.lower().endswith("_gt.txt")
