"""The Argoverse 1 tracking format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Holds
from lidar_label.datasets.placed import UNDISTORTED, FolderFormat

CALIBRATION = "vehicle_calibration_info.json"
LABELS = "per_sweep_annotations_amodal"


class Argoverse1(FolderFormat):
    """Argoverse 1 tracking logs: one, a split of them, or the whole set."""

    name = "argoverse1"
    title = "Argoverse 1 tracking"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        scores=True,
        cameras=True,
        poses=True,
        timestamps=True,
        sweeps_between=True,
        point_fields=True,
        note="one cloud of both LiDARs in the vehicle's frame; read only",
    )
    reader = "lidar_label.datasets.argoverse1.reader:Argoverse1Dataset"
    assumptions = (UNDISTORTED,)

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder is a log."""
        return (path / CALIBRATION).is_file() or (path / LABELS).is_dir()
