"""The Datumaro format for point clouds: what it holds, and its reader and writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.files import natural_key
from lidar_label.model import Finding, Taxonomy

ANNOTATIONS, CLOUDS, IMAGES = "annotations", "point_clouds", "images"
_HEAD_BYTES = 262_144
_LOOK_AT_MOST = 500
_SIGNS_3D = (b'"cuboid_3d"', b'"point_cloud"', b'"media_type": 6', b'"media_type":6')


class Datumaro(Format):
    """A folder with ``annotations/SUBSET.json`` of 3D cuboids, ``point_clouds/SUBSET`` and ``images/SUBSET``."""

    name = "datumaro"
    title = "Datumaro 3D (also of CVAT)"
    tried_on = "made-up files"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        visibility=True,
        scores=True,
        timestamps=True,
        point_fields=True,
        point_times=True,
        note="one LiDAR; pictures without calibrations; attributes of a track are written on each of its boxes",
    )
    assumptions = (
        Assumption(
            "scale_order", ("lwh", "hwl"), "lwh",
            "what the three numbers of a scale are: of CVAT along the cuboid's x, y, z; of data from KITTI h, w, l",
        ),
        Assumption(
            "euler_order", ("XYZ", "ZYX"), "XYZ",
            "how a cuboid is turned: XYZ about the fixed z first, then y, then x; ZYX the other way round",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a file of 3D annotations or a folder with some."""
        return bool(annotation_files(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a folder or one of its files; see `DatumaroDataset`."""
        from lidar_label.datasets.datumaro.reader import DatumaroDataset

        return DatumaroDataset(self, path, options)

    def write(self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
        """Write each scene as a subset; see `write_datumaro`."""
        from lidar_label.datasets.datumaro.writer import write_datumaro

        return write_datumaro(folder, drives, taxonomy, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the folder will trip over; see `lidar_label.datasets.datumaro.sanity`."""
        from lidar_label.datasets.datumaro.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold."""
        from lidar_label.datasets.datumaro.writer import losses

        return losses(self.holds, drives)


def annotation_files(path: Path, *, first: bool = False) -> list[Path]:
    """Return the files of 3D annotations at `path`: itself, or those in its ``annotations``."""
    if path.is_file():
        return [path] if path.parent.name == ANNOTATIONS and _is_one(path) else []
    folder = path / ANNOTATIONS
    found: list[Path] = []
    if folder.is_dir():
        for child in islice(folder.iterdir(), _LOOK_AT_MOST):
            if _is_one(child):
                found.append(child)
                if first:
                    break
    return sorted(found, key=lambda file: natural_key(file.name))


def _is_one(path: Path) -> bool:
    """Say whether a file's beginning is that of annotations by Datumaro, of clouds and not of pictures."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    if b'"categories"' not in head or not (b'"label"' in head or b'"items"' in head):
        return False
    return any(sign in head for sign in _SIGNS_3D) or (path.parent.parent / CLOUDS).is_dir()
