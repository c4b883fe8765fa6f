"""The Argoverse 2 sensor format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.folders import find_drives, has_suffix

POSES = "city_SE3_egovehicle.feather"


class Argoverse2(Format):
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
    writes = False
    assumptions = (
        Assumption(
            "images", ("undistorted", "distorted"), "undistorted",
            "whether the pictures are free of the lens's distortion, as the published ones are, or still have it",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a log, or holds logs or splits of them."""
        return bool(find_drives(path, is_log, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a log, a split or the whole set; see `Argoverse2Dataset`."""
        from lidar_label.datasets.argoverse2.reader import Argoverse2Dataset

        return Argoverse2Dataset(self, path, options)


def is_log(path: Path) -> bool:
    """Say from names alone whether a folder is a log."""
    return (path / POSES).is_file() or has_suffix(path / "sensors" / "lidar", ".feather")
