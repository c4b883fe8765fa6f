"""Whether every block of a store is what its checksum says."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lidar_label.cloud.layout import OVERVIEW, POINTS, Index, Tiles, checksum_of, named_tiles
from lidar_label.cloud.records import read_exactly
from lidar_label.datasets.clouds.base import reading
from lidar_label.errors import UnreadableFile


def verify_store(folder: Path, index: Index, tiles: Tiles) -> None:
    """Read every tile and the overview.

    Raises
    ------
    UnreadableFile
        If one is not what was written.
    """
    path, damaged = folder / POINTS, []
    with reading(path), path.open("rb", buffering=0) as file:
        for number, tile in enumerate(tiles):
            block = np.empty(int(tile["nbytes"]), dtype=np.uint8)
            read_exactly(file.fileno(), block, int(tile["offset"]), path)
            if checksum_of(block) != int(tile["checksum"]):
                damaged.append(number)
    if damaged:
        raise UnreadableFile(f"{named_tiles(damaged)} damaged", where=path, hint="build the tiles again")
    if checksum_of(np.fromfile(folder / OVERVIEW, dtype=np.uint8)) != index.checksums.get(OVERVIEW):
        raise UnreadableFile("the overview is damaged", where=folder / OVERVIEW, hint="build the tiles again")
