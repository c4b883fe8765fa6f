"""The labelCloud format: what it holds, and its reader and writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.model import Finding, Taxonomy

CLASSES = "_classes.json"
_LOOK_AT_MOST = 2000


class LabelCloud(Format):
    """A labelCloud folder (``pointclouds``, ``labels``), or a folder of such folders."""

    name = "labelcloud"
    title = "labelCloud"
    holds = Holds(
        rotation="full",
        point_fields=True,
        point_times=True,
        note="a box has a class and no more; centroid_abs is written, and centroid_rel, vertices and both KITTI forms "
        "are read as well",
    )
    assumptions = (
        Assumption(
            "angles", ("degrees", "radians"), "degrees",
            "the unit of rotations in centroid files, where _classes.json does not name their form",
        ),
        Assumption(
            "kitti_heading", ("labelcloud", "kitti"), "labelcloud",
            "what rotation_y of KITTI files means: as labelCloud draws it, half a turn from KITTI, or as KITTI has it",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a folder of labelCloud's or holds some."""
        return bool(labelled_folders(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a folder or a folder of folders; see `LabelCloudDataset`."""
        from lidar_label.datasets.labelcloud.reader import LabelCloudDataset

        return LabelCloudDataset(self, path, options)

    def write(self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
        """Write each scene as a folder; see `write_labelcloud`."""
        from lidar_label.datasets.labelcloud.writer import write_labelcloud

        return write_labelcloud(folder, drives, taxonomy, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the folder will trip over; see `lidar_label.datasets.labelcloud.sanity`."""
        from lidar_label.datasets.labelcloud.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold."""
        from lidar_label.datasets.lidar_files import keyframe_losses, one_lidar_losses
        from lidar_label.datasets.losses import common_losses

        own = (f for d in drives for f in (*one_lidar_losses(d.scene, distortion=True), *keyframe_losses(d)))
        return [*common_losses(self.holds, drives), *own]


def labelled_folders(path: Path, *, first: bool = False) -> list[Path]:
    """Return the folders of labelCloud's at `path`: itself, or its children; with `first`, no more than one."""
    if _is_one(path):
        return [path]
    found: list[Path] = []
    if path.is_dir():
        for child in islice(path.iterdir(), _LOOK_AT_MOST):
            if not child.name.startswith(".") and _is_one(child):
                found.append(child)
                if first:
                    break
    return found


def _is_one(path: Path) -> bool:
    """Say whether a folder has labels with their classes, or labels beside clouds as the tool lays them out."""
    labels = path / "labels"
    if (labels / CLASSES).is_file():
        return True
    if not labels.is_dir() or not (path / "pointclouds").is_dir():
        return False
    return any(child.suffix.lower() in (".json", ".txt") for child in islice(labels.iterdir(), _LOOK_AT_MOST))
