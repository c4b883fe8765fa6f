"""The ONCE format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.folders import find_drives

LIDAR = "lidar_roof"


class Once(Format):
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
    writes = False
    assumptions = (
        Assumption(
            "images", ("distorted", "undistorted"), "distorted",
            "whether the pictures still have the lens's distortion, as its devkit takes them, or were freed of it",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a sequence, or holds sequences."""
        return bool(find_drives(path, is_sequence, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a sequence, a folder of them or the whole set; see `OnceDataset`."""
        from lidar_label.datasets.once.reader import OnceDataset

        return OnceDataset(self, path, options)


def is_sequence(path: Path) -> bool:
    """Say from names alone whether a folder is a sequence."""
    return table_of(path).is_file() and any((path / name).is_dir() for name in (LIDAR, "cam01", "cam03"))


def table_of(path: Path) -> Path:
    """Return the JSON file of a sequence, which has the name of its folder."""
    return path / f"{path.resolve().name}.json"
