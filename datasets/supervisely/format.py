"""The Supervisely formats: what they hold, and their reader and writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.folders import is_plain
from lidar_label.model import Finding, Taxonomy

META, KEYS, EPISODE, FRAME_MAP = "meta.json", "key_id_map.json", "annotation.json", "frame_pointcloud_map.json"
CLOUDS, ANN, PICTURES = "pointcloud", "ann", "related_images"
_LOOK_AT_MOST = 2000


class Supervisely(Format):
    """A project of point clouds or episodes, or one of its datasets; also the folders CVAT takes 3D tasks from."""

    name = "supervisely"
    title = "Supervisely point clouds and episodes"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        cameras=True,
        point_fields=True,
        point_times=True,
        note="one LiDAR, cameras without distortion; drives become episodes, unrelated frames point clouds; attributes "
        "are tags; of times those of pictures are kept",
    )
    assumptions = (
        Assumption("heading", ("+y", "+x"), "+y", "the axis of a cuboid along which the object looks and is long"),
        Assumption(
            "euler_order", ("XYZ", "ZYX"), "XYZ",
            "how a cuboid is turned: XYZ about the fixed z first, then y, then x; ZYX the other way round",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a project or a dataset of one; not if it has files that only plain folders have."""
        own = (ANN, PICTURES, EPISODE, f"../{META}")
        return any(not is_plain(folder, own) for folder in dataset_folders(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a project or a dataset; see `SuperviselyDataset`."""
        from lidar_label.datasets.supervisely.reader import SuperviselyDataset

        return SuperviselyDataset(self, path, options)

    def write(self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
        """Write a project with a dataset a scene; see `write_supervisely`."""
        from lidar_label.datasets.supervisely.writer import write_supervisely

        return write_supervisely(folder, drives, taxonomy, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the project will trip over; see `lidar_label.datasets.supervisely.sanity`."""
        from lidar_label.datasets.supervisely.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives a project cannot hold."""
        from lidar_label.datasets.lidar_files import keyframe_losses, one_lidar_losses
        from lidar_label.datasets.losses import common_losses

        own = (f for d in drives for f in (*one_lidar_losses(d.scene), *keyframe_losses(d)))
        return [*common_losses(self.holds, drives), *own]

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one project of several; see `join_projects`."""
        from lidar_label.datasets.supervisely.joining import join_projects

        join_projects(parts, folder)
        return []


def dataset_folders(path: Path, *, first: bool = False) -> list[Path]:
    """Return the datasets at `path`: itself, or those of the project; with `first`, no more than one."""
    if not path.is_dir():
        return []
    if _is_dataset(path):
        return [path]
    found: list[Path] = []
    for child in islice(path.iterdir(), _LOOK_AT_MOST):
        if not child.name.startswith(".") and child.is_dir() and _is_dataset(child):
            found.append(child)
            if first:
                break
    return found


def _is_dataset(path: Path) -> bool:
    """Say whether a folder has clouds as a dataset lays them out, or labels of some beside a project's meta.json."""
    if _has(path / CLOUDS, ".pcd"):
        return True
    in_project = (path.parent / META).is_file()
    return in_project and ((path / EPISODE).is_file() or _has(path / ANN, ".json"))


def _has(folder: Path, suffix: str) -> bool:
    if not folder.is_dir():
        return False
    return any(child.suffix.lower() == suffix for child in islice(folder.iterdir(), _LOOK_AT_MOST))
