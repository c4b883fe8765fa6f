"""The ONCE format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Assumption, Holds
from lidar_label.datasets.placed import FolderFormat

LIDAR = "lidar_roof"


class Once(FolderFormat):
    """ONCE sequences: one, a folder of them, or the whole set with ``data`` and ``ImageSets``."""

    name = "once"
    title = "ONCE"
    holds = Holds(
        cameras=True,
        poses=True,
        timestamps=True,
        note="two frames a second, some with boxes and no tracks; of a point x, y, z and intensity; read only",
    )
    tried_on = "made-up files"
    reader = "lidar_label.datasets.once.reader:OnceDataset"
    assumptions = (
        Assumption(
            "images", ("distorted", "undistorted"), "distorted",
            "whether the pictures still have the lens's distortion, as its devkit takes them, or were freed of it",
        ),
    )  # fmt: skip

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder is a sequence."""
        return table_of(path).is_file() and any((path / name).is_dir() for name in (LIDAR, "cam01", "cam03"))


def table_of(path: Path) -> Path:
    """Return the JSON file of a sequence, which has the name of its folder."""
    return path / f"{path.resolve().name}.json"
