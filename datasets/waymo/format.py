"""The Waymo Open Dataset format, version 2: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Holds
from lidar_label.datasets.folders import has_suffix
from lidar_label.datasets.placed import FolderFormat

# The components that a segment is known by; each is a folder of SEGMENT.parquet.
SIGNS = ("vehicle_pose", "lidar", "lidar_box", "camera_image")


class Waymo(FolderFormat):
    """Waymo Open Dataset 2 (perception, Parquet): a split, or a folder of splits."""

    name = "waymo"
    title = "Waymo Open Dataset 2"
    holds = Holds(
        tracks=True,
        attributes=True,
        cameras=True,
        poses=True,
        timestamps=True,
        point_fields=True,
        point_classes=True,
        note="range images become points, each with its row (ring) and return; a picture is taken as of one moment; "
        "a box has only a yaw, in the vehicle's frame; read only",
    )
    tried_on = "made-up files"
    reader = "lidar_label.datasets.waymo.reader:WaymoDataset"

    @staticmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder has the components of segments."""
        return any(has_suffix(path / sign, ".parquet") for sign in SIGNS)
