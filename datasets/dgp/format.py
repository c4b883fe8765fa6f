"""The DGP format: what it holds, and its reader."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.folders import subfolders

_SCENE = re.compile(r"scene_[0-9a-f]{8,64}\.json")
_LOOK_AT_MOST = 2000
_SCENES_AT_MOST = 200


class Dgp(Format):
    """A DGP scene data set (``scene_dataset_v1.0.json`` and scene folders), or one scene folder."""

    name = "dgp"
    title = "DGP (TRI, DDAD, Parallel Domain)"
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
        note="each recording has a pose and a time of its own; read only",
    )
    writes = False

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a scene folder or holds one."""
        if scene_file_names(path):
            return True
        return any(scene_file_names(child) for child in subfolders(path, _LOOK_AT_MOST)[:_SCENES_AT_MOST])

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a data set or a scene; see `DgpDataset`."""
        from lidar_label.datasets.dgp.reader import DgpDataset

        return DgpDataset(self, path, options)


def scene_file_names(folder: Path) -> list[Path]:
    """Return the scene files in a folder: ``scene_`` and a hash."""
    if not folder.is_dir():
        return []
    return sorted(child for child in islice(folder.iterdir(), _LOOK_AT_MOST) if _SCENE.fullmatch(child.name))
