"""The Zenseact Open Dataset: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Holds
from lidar_label.datasets.placed import FolderFormat

CALIBRATION = "calibration.json"
LIDAR_FOLDER = "lidar_velodyne"
OBJECTS = "annotations/object_detection.json"


class Zod(FolderFormat):
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
    reader = "lidar_label.datasets.zod.reader:ZodDataset"

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder is a scene."""
        if not (path / CALIBRATION).is_file() or not (path / "ego_motion.json").is_file():
            return False
        return (path / LIDAR_FOLDER).is_dir() or (path / OBJECTS).is_file()
