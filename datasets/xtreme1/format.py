"""The Xtreme1 format: what it holds, how its folders look, and its reader and writer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import Assumption, Drive, Holds, WriteOptions
from lidar_label.datasets.folders import has_suffix
from lidar_label.datasets.placed import FolderFormat
from lidar_label.model import Finding, Taxonomy

CONFIG, RESULT, DATA = "camera_config", "result", "data"
CLOUD, PICTURE, SCENE = "lidar_point_cloud_0", "camera_image_", "Scene_"
CLOUD_FOLDER = re.compile(r"lidar_point_cloud_?(\d{1,3})|point_?cloud_?(\d{0,3})", re.IGNORECASE)
PICTURE_FOLDER = re.compile(r"(?:camera_?)?image_?(\d{1,3})", re.IGNORECASE)
_LOOK_AT_MOST = 200
_HEAD = 4096


class Xtreme1(FolderFormat):
    """A folder as Xtreme1 takes and exports it: scenes side by side, or the folders of one."""

    name = "xtreme1"
    title = "Xtreme1 (BasicAI)"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        scores=True,
        cameras=True,
        point_fields=True,
        point_times=True,
        note="one LiDAR, cameras without distortion; a drive's folder is called Scene_NAME, as the tool wants it; what "
        "is true of a whole track is written to each of its boxes",
    )
    tried_on = "made-up files"
    writes = True
    reader = "lidar_label.datasets.xtreme1.reader:Xtreme1Dataset"
    assumptions = (
        Assumption(
            "matrix", ("auto", "row", "column"), "auto",
            "how the 16 numbers of a camera's pose run; auto goes by where its zeros are, then by rowMajor",
        ),
        Assumption(
            "direction", ("lidar-to-camera", "camera-to-lidar"), "lidar-to-camera",
            "what a camera's pose brings a point from and to; the tool's own is lidar-to-camera",
        ),
        Assumption("result", (), "", "the result (its sourceName) that is read where an export has several"),
    )  # fmt: skip

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names and first bytes whether a folder has clouds as the tool lays them out, or results of it."""
        names = _folder_names(path)
        if any(name.lower().startswith("lidar_point") and has_suffix(path / name, ".pcd") for name in _clouds(names)):
            return True
        with_clouds = any(has_suffix(path / name, ".pcd") for name in _clouds(names))
        if with_clouds and (CONFIG in names or any(PICTURE_FOLDER.fullmatch(name) for name in names)):
            return True
        return RESULT in names and bool(_clouds(names) or DATA in names) and _has_result(path / RESULT)

    def write(self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
        """Write each drive as a scene folder; see `write_xtreme1`."""
        from lidar_label.datasets.xtreme1.writer import write_xtreme1

        return write_xtreme1(folder, drives, taxonomy, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the folder will trip over; see `lidar_label.datasets.xtreme1.sanity`."""
        from lidar_label.datasets.xtreme1.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives such a folder cannot hold."""
        from lidar_label.datasets.lidar_files import keyframe_losses, one_lidar_losses
        from lidar_label.datasets.losses import common_losses

        own = (f for d in drives for f in (*one_lidar_losses(d.scene), *keyframe_losses(d)))
        return [*common_losses(self.holds, drives), *own]


def _clouds(names: set[str]) -> list[str]:
    return [name for name in sorted(names) if CLOUD_FOLDER.fullmatch(name)]


def _folder_names(path: Path) -> set[str]:
    if not path.is_dir():
        return set()
    return {child.name for child in islice(path.iterdir(), _LOOK_AT_MOST) if child.is_dir()}


def _has_result(folder: Path) -> bool:
    for child in islice(folder.iterdir(), _LOOK_AT_MOST):
        if child.suffix.lower() == ".json" and child.is_file():
            with child.open("rb") as file:
                return b'"objects"' in file.read(_HEAD)
    return False
