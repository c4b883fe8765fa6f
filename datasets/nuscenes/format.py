"""The nuScenes format: what it holds, and its reader and writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lidar_label.datasets.base import (
    NO_OPTIONS,
    Assumption,
    Dataset,
    Drive,
    Format,
    Holds,
    ReadOptions,
    WriteOptions,
)
from lidar_label.datasets.nuscenes.folder import table_folders
from lidar_label.model import Finding, Taxonomy


class NuScenes(Format):
    """nuScenes v1.0 tables with their sensor files; reads its relatives (Lyft, T4, TruckScenes) as well."""

    name = "nuscenes"
    title = "nuScenes v1.0"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        visibility=True,
        cameras=True,
        poses=True,
        timestamps=True,
        sweeps_between=True,
        note="times are whole microseconds; of a point x, y, z, intensity and ring are kept; no scores",
    )

    takes_fields = True
    assumptions = (
        Assumption(
            "broken_rows", ("refuse", "leave-out"), "refuse",
            "what is done where rows name rows that are not there: nothing is opened, or those rows are left out",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether there are tables at `path`, or in a version folder in it."""
        return bool(table_folders(path))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open the tables at `path`; see `NuScenesDataset`."""
        from lidar_label.datasets.nuscenes.reader import NuScenesDataset

        leave_out = self.assumed(options, "broken_rows") == "leave-out"
        return NuScenesDataset(path, fields=options.fields, leave_out=leave_out)

    def write(self, folder: Path, drives: Sequence[Drive], taxonomy: Taxonomy, options: WriteOptions) -> list[Finding]:
        """Write tables and sensor files; see `write_nuscenes`."""
        from lidar_label.datasets.nuscenes.writer import write_nuscenes

        return write_nuscenes(folder, drives, taxonomy, options)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Merge tables by token and bring the sensor files together; see `join_nuscenes`."""
        from lidar_label.datasets.nuscenes.joining import join_nuscenes

        return join_nuscenes(parts, folder)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of these tables will trip over; see `lidar_label.datasets.nuscenes.sanity`."""
        from lidar_label.datasets.nuscenes.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives nuScenes cannot hold."""
        from lidar_label.datasets.nuscenes.losses import losses

        return losses(drives)
