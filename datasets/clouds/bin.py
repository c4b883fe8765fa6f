"""Headerless .bin clouds: rows of little-endian float32, as KITTI and nuScenes use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lidar_label.errors import MissingFile, UnreadableFile
from lidar_label.model import PointCloud

KITTI_FIELDS = ("x", "y", "z", "intensity")
NUSCENES_FIELDS = ("x", "y", "z", "intensity", "ring")
_FLOAT = np.dtype("<f4")
_USUAL_VALUES = (4, 5, 6, 3)


def read_bin(path: Path, fields: Sequence[str]) -> PointCloud:
    """Read a cloud whose layout the format promises, since the file itself does not say it.

    Parameters
    ----------
    path : Path
    fields : sequence of str
        Names of a row's values; the first three are ``x, y, z``.

    Returns
    -------
    PointCloud
        Every row of the file, in its order; each further field as float32, as stored.

    Raises
    ------
    MissingFile
        If there is no such file.
    UnreadableFile
        If its size is no multiple of a row, or it cannot be read.
    """
    stride = _FLOAT.itemsize * len(fields)
    try:
        size = path.stat().st_size
        if size % stride:
            raise UnreadableFile(
                f"{size} bytes are not a whole number of points of {stride} bytes ({', '.join(fields)})",
                where=path,
                hint=_stride_hint(size, len(fields)),
            )
        values = np.fromfile(path, dtype=_FLOAT)
    except FileNotFoundError:
        raise MissingFile("the point file is not there", where=path) from None
    except UnreadableFile:
        raise
    except OSError as error:
        raise UnreadableFile(f"the point file cannot be read: {error.strerror}", where=path) from None
    if values.nbytes != size:
        raise UnreadableFile(f"{values.nbytes} of {size} bytes could be read", where=path)
    rows = values.astype(np.float32, copy=False).reshape(-1, len(fields))
    xyz = np.ascontiguousarray(rows[:, :3])
    return PointCloud(xyz, {name: rows[:, i].copy() for i, name in enumerate(fields) if i >= 3})


def write_bin(path: Path, cloud: PointCloud, fields: Sequence[str]) -> None:
    """Write a cloud as rows of float32; a field the cloud lacks becomes 0.

    Parameters
    ----------
    path : Path
    cloud : PointCloud
    fields : sequence of str
        Names of a row's values; the first three are ``x, y, z``.

    Raises
    ------
    OSError
        If the file cannot be written; `write_dataset` turns it into a clear `CannotWrite`.
    """
    rows = np.zeros((len(cloud), len(fields)), dtype=_FLOAT)
    rows[:, :3] = cloud.xyz
    for column, name in enumerate(fields[3:], start=3):
        if name in cloud.fields:
            rows[:, column] = cloud.fields[name]
    with path.open("wb") as file:
        file.write(rows.tobytes())  # not tofile, which hides the reason of a failure


def _stride_hint(size: int, values: int) -> str:
    fits = [n for n in _USUAL_VALUES if n != values and size % (n * _FLOAT.itemsize) == 0]
    return f"cut off, or rows of {fits[0]} values?" if fits else "the file is cut off"
