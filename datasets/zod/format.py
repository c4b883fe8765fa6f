"""The Zenseact Open Dataset: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.folders import find_drives

CALIBRATION = "calibration.json"
LIDAR_FOLDER = "lidar_velodyne"
OBJECTS = "annotations/object_detection.json"


class Zod(Format):
    """ZOD frames, sequences and drives: one, a folder of them, or the whole set."""

    name = "zod"
    title = "Zenseact Open Dataset"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        cameras=True,
        poses=True,
        timestamps=True,
        sweeps_between=True,
        point_fields=True,
        point_times=True,
        note="one moment of each scene is labelled; the camera is a fisheye; read only",
    )
    tried_on = "made-up files"
    writes = False

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a scene, or holds scenes or subsets of them."""
        return bool(find_drives(path, is_scene, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:  # noqa: ARG002
        """Open a scene, a subset or the whole set; see `ZodDataset`."""
        from lidar_label.datasets.zod.reader import ZodDataset

        return ZodDataset(path)


def is_scene(path: Path) -> bool:
    """Say from names alone whether a folder is a scene."""
    if not (path / CALIBRATION).is_file() or not (path / "ego_motion.json").is_file():
        return False
    return (path / LIDAR_FOLDER).is_dir() or (path / OBJECTS).is_file()
