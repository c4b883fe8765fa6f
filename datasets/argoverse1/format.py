"""The Argoverse 1 tracking format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.folders import find_drives

CALIBRATION = "vehicle_calibration_info.json"
LABELS = "per_sweep_annotations_amodal"


class Argoverse1(Format):
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
        """Open a log, a split or the whole set; see `Argoverse1Dataset`."""
        from lidar_label.datasets.argoverse1.reader import Argoverse1Dataset

        return Argoverse1Dataset(self, path, options)


def is_log(path: Path) -> bool:
    """Say from names alone whether a folder is a log."""
    return (path / CALIBRATION).is_file() or (path / LABELS).is_dir()
