"""The ASAM OpenLABEL format: what it holds, and its reader and writer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.files import natural_key
from lidar_label.model import Finding, Taxonomy

_HEAD = re.compile(rb'(\xef\xbb\xbf)?\s*\{\s*"openlabel"\s*:')
_HEAD_BYTES = 512
_LOOK_AT_MOST = 2000


class OpenLabel(Format):
    """An OpenLABEL file, or a folder of them: a scene a file."""

    name = "openlabel"
    title = "ASAM OpenLABEL 1.0"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        visibility=True,
        scores=True,
        cameras=True,
        poses=True,
        timestamps=True,
        point_fields=True,
        point_times=True,
        note="one JSON file a scene; clouds (PCD) and pictures lie in a folder beside it, which its streams name; "
        "of a file whose data is not there, frames, times, poses and calibrations remain",
    )
    assumptions = (
        Assumption("time_unit", ("s", "ms", "us", "ns"), "s", "the unit of time stamps that are numbers"),
        Assumption(
            "euler_order", ("ZYX", "XYZ"), "ZYX",
            "how a cuboid's rx, ry, rz are applied: ZYX turns it about the fixed x first, then y, then z",
        ),
        Assumption(
            "quaternion_order", ("xyzw", "wxyz"), "xyzw",
            "where the real part of the quaternions of cuboids and transforms stands",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is an OpenLABEL file or a folder that has one."""
        return bool(openlabel_files(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a file or a folder of files; see `OpenLabelDataset`."""
        from lidar_label.datasets.openlabel.reader import OpenLabelDataset

        return OpenLabelDataset(self, path, options)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a file with a folder of sensor data; see `write_openlabel`."""
        from lidar_label.datasets.openlabel.writer import write_openlabel

        return write_openlabel(folder, drives, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these files will trip over; see `lidar_label.datasets.openlabel.sanity`."""
        from lidar_label.datasets.openlabel.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold."""
        from lidar_label.datasets.losses import common_losses, one_lens_losses

        return [*common_losses(self.holds, drives), *(loss for d in drives for loss in one_lens_losses(d.scene))]


def openlabel_files(path: Path, *, first: bool = False) -> list[Path]:
    """Return the OpenLABEL files at `path`: itself, or those in the folder; with `first`, no more than one."""
    if path.is_file():
        return [path] if path.suffix.lower() == ".json" and _has_head(path) else []
    if not path.is_dir():
        return []
    found: list[Path] = []
    for child in islice(path.iterdir(), _LOOK_AT_MOST):
        if child.suffix.lower() == ".json" and child.is_file() and _has_head(child):
            found.append(child)
            if first:
                break
    return sorted(found, key=lambda file: natural_key(file.name))


def _has_head(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _HEAD.match(file.read(_HEAD_BYTES)) is not None
    except OSError:
        return False
