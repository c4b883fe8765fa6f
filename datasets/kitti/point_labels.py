"""SemanticKITTI's label files: one number of 32 bits a point, its lower half the class, its upper half the instance.

References
----------
J. Behley et al., "SemanticKITTI: A Dataset for Semantic Scene Understanding of LiDAR Sequences", 2019, and its
development kit, for the layout.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.files import read_bytes
from lidar_label.errors import CannotWrite, UnreadableFile
from lidar_label.model import PointCloud

CLASS, INSTANCE = "semantic_class", "instance_id"
_LABEL = np.dtype("<u4")
_MOST = 2**16


def with_labels(cloud: PointCloud, path: Path) -> PointCloud:
    """Return a cloud with the class and the instance of each of its points, both uint16.

    Raises
    ------
    MissingFile
        If the label file is not there.
    UnreadableFile
        If it does not have exactly one label a point: labels of other points would be put on these.
    """
    data = read_bytes(path)
    if len(data) != len(cloud) * _LABEL.itemsize:
        raise UnreadableFile(
            f"{len(data)} bytes of labels are not four for each of {len(cloud)} points",
            where=path,
            hint="it belongs to another cloud, or was saved of a part of this one",
        )
    labels = np.frombuffer(data, dtype=_LABEL)
    fields = {CLASS: (labels & 0xFFFF).astype(np.uint16), INSTANCE: (labels >> 16).astype(np.uint16)}
    return PointCloud(cloud.xyz, {**cloud.fields, **fields})


def fits(points_bytes: int, point_bytes: int, label_bytes: int) -> bool:
    """Say from the sizes of two files whether they are of equally many points."""
    return points_bytes % point_bytes == 0 and points_bytes // point_bytes * _LABEL.itemsize == label_bytes


def write_labels(path: Path, cloud: PointCloud) -> None:
    """Write a label for every point of a cloud, in its order; 0 where nobody said.

    Raises
    ------
    CannotWrite
        If a class or instance is no whole number from 0 to 65535.
    """
    halves = [_half(cloud, name, path) for name in (CLASS, INSTANCE)]
    path.write_bytes((halves[0] | halves[1] << np.uint32(16)).astype(_LABEL).tobytes())


def _half(cloud: PointCloud, name: str, path: Path) -> NDArray[np.uint32]:
    values = cloud.fields.get(name)
    if values is None:
        return np.zeros(len(cloud), dtype=np.uint32)
    with np.errstate(invalid="ignore"):
        good = (values >= 0) & (values < _MOST) & (values == np.floor(values))
    if not good.all():
        wrong = values[~good][0]
        raise CannotWrite(f"{name} has {wrong}, and a label holds whole numbers from 0 to {_MOST - 1}", where=path)
    return values.astype(np.uint32)
