"""The PandaSet format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Holds
from lidar_label.datasets.folders import has_suffix
from lidar_label.datasets.placed import FolderFormat

FRAMES = (".pkl.gz", ".pkl")


class PandaSet(FolderFormat):
    """PandaSet sequences: one, or a folder of them."""

    name = "pandaset"
    title = "PandaSet"
    holds = Holds(
        tracks=True,
        attributes=True,
        scores=True,
        cameras=True,
        poses=True,
        timestamps=True,
        point_fields=True,
        point_times=True,
        point_classes=True,
        note="pickles are read as data: nothing they name is run; one cloud of both LiDARs; read only",
    )
    tried_on = "made-up files"
    reader = "lidar_label.datasets.pandaset.reader:PandaSetDataset"

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder is a sequence."""
        lidar = path / "lidar"
        return (lidar / "poses.json").is_file() and any(has_suffix(lidar, suffix) for suffix in FRAMES)
