"""The Argoverse 2 sensor format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Holds
from lidar_label.datasets.folders import has_suffix
from lidar_label.datasets.placed import UNDISTORTED, FolderFormat

POSES = "city_SE3_egovehicle.feather"


class Argoverse2(FolderFormat):
    """Argoverse 2 sensor, LiDAR and map-change logs: one, a split of them, or the whole set."""

    name = "argoverse2"
    title = "Argoverse 2"
    holds = Holds(
        tracks=True,
        rotation="full",
        cameras=True,
        poses=True,
        timestamps=True,
        sweeps_between=True,
        point_fields=True,
        point_times=True,
        note="one cloud of both LiDARs in the vehicle's frame, positions as float16; read only",
    )
    reader = "lidar_label.datasets.argoverse2.reader:Argoverse2Dataset"
    assumptions = (UNDISTORTED,)

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder is a log."""
        return (path / POSES).is_file() or has_suffix(path / "sensors" / "lidar", ".feather")
