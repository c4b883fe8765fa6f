"""The PandaSet format: what it holds, and its reader."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.folders import find_drives, has_suffix

FRAMES = (".pkl.gz", ".pkl")


class PandaSet(Format):
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
    writes = False

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a sequence, or holds sequences."""
        return bool(find_drives(path, is_sequence, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a sequence or a folder of them; see `PandaSetDataset`."""
        from lidar_label.datasets.pandaset.reader import PandaSetDataset

        return PandaSetDataset(self, path, options)


def is_sequence(path: Path) -> bool:
    """Say from names alone whether a folder is a sequence."""
    lidar = path / "lidar"
    return (lidar / "poses.json").is_file() and any(has_suffix(lidar, suffix) for suffix in FRAMES)
