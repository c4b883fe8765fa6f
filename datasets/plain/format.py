"""The format of plain folders: clouds, and beside them pictures, a calibration and poses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.model import Finding, Taxonomy


class CloudFolder(Format):
    """A folder of clouds (or a folder of such folders), with what teams usually put beside them."""

    name = "cloud-folder"
    title = "Plain folder of clouds"
    tried_on = "real files"
    holds = Holds(
        boxes=False, cameras=True, poses=True, timestamps=True, point_fields=True, point_times=True, point_classes=True,
        note="clouds of any kind are read, PCD is written; labels have no place in it; one calibration a camera",
    )  # fmt: skip
    takes_fields = True
    assumptions = (
        Assumption(
            "time_unit", ("auto", "s", "ms", "us", "ns"), "auto",
            "the unit of whole numbers that are times; auto takes the one in which they are dates of our days",
        ),
        Assumption(
            "calibration", ("auto", "lidar_to_camera", "camera_to_lidar"), "auto",
            "which way an extrinsic takes points, where its name does not say; auto looks where the points fall",
        ),
        Assumption(
            "matrix_order", ("auto", "row", "column"), "auto",
            "whether a list of numbers is a matrix row by row or column by column; auto looks at its last row",
        ),
        Assumption(
            "quaternion_order", ("auto", "wxyz", "xyzw"), "auto",
            "where the real part of a quaternion stands; auto takes what fits, else xyzw in TUM files and wxyz in JSON",
        ),
        Assumption(
            "poses_direction", ("auto", "sensor_to_world", "world_to_sensor"), "auto",
            "which way poses take points; auto takes the way in which the vehicle goes where it looks",
        ),
        Assumption(
            "poses_of", ("auto", "lidar", "camera"), "auto",
            "whose poses they are; auto says camera where the vehicle travels along the z axis, as in KITTI odometry",
        ),
        Assumption(
            "clouds_in", ("auto", "sensor", "world"), "auto",
            "the frame of the points where there are poses; auto says world where they lie about the poses, far away",
        ),
    )  # fmt: skip

    def recognises(self, path: Path) -> bool:
        """Say whether `path` has clouds, or folders that have."""
        from lidar_label.datasets.folders import find_drives
        from lidar_label.datasets.plain.layout import is_drive

        return path.is_dir() and bool(find_drives(path, is_drive, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a folder; see `CloudFolderDataset`."""
        from lidar_label.datasets.plain.reader import CloudFolderDataset

        return CloudFolderDataset(self, path, options)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - labels have no place
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a folder; see `write_plain`."""
        from lidar_label.datasets.plain.writer import write_plain

        return write_plain(folder, drives, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the folder will trip over; see `lidar_label.datasets.plain.sanity`."""
        from lidar_label.datasets.plain.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives has no place."""
        from lidar_label.datasets.losses import common_losses
        from lidar_label.datasets.plain.writer import own_losses

        return [*common_losses(self.holds, drives), *own_losses(drives)]
