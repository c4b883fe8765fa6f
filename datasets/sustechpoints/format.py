"""The SUSTechPOINTS format: what it holds, and its reader and writer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.datasets.folders import is_plain
from lidar_label.model import SE3, Box, Finding, Scene, Taxonomy

CLOUDS = (".pcd", ".bin")
_LOOK_AT_MOST = 5000
_OWN = ("label", "camera", "calib")


class SustechPoints(Format):
    """A SUSTechPOINTS scene (``lidar``, ``camera``, ``calib``, ``label``), or a folder of scenes."""

    name = "sustechpoints"
    title = "SUSTechPOINTS"
    holds = Holds(
        tracks=True,
        rotation="full",
        cameras=True,
        poses=True,
        timestamps=True,
        point_fields=True,
        note="one LiDAR, one calibration a camera, without distortion; a time is that of a cloud's first point; "
        "of attributes one text remains",
    )

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a scene or holds scenes; not if it has files that only plain folders have."""
        return any(not is_plain(scene, _OWN) for scene in scene_folders(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a scene or a folder of scenes; see `SustechDataset`."""
        from lidar_label.datasets.sustechpoints.reader import SustechDataset

        return SustechDataset(self, path, options)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write each scene as a folder; see `write_sustech`."""
        from lidar_label.datasets.sustechpoints.writer import write_sustech

        return write_sustech(folder, drives, options)

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the folder will trip over; see `lidar_label.datasets.sustechpoints.sanity`."""
        from lidar_label.datasets.sustechpoints.sanity import sanity

        yield from sanity(path)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives the format cannot hold."""
        from lidar_label.datasets.sustechpoints.losses import losses

        return losses(drives)

    def comparable_pose(self, scene: Scene, box: Box) -> SE3:
        """Return a box's pose in the source's world, or in the LiDAR's frame where there are no poses to write."""
        return super().comparable_pose(scene, box) if scene.has_poses else scene.lidar_SE3_box(box)


def scene_folders(path: Path, *, first: bool = False) -> list[Path]:
    """Return the scenes at `path`: itself, or its children; with `first`, no more than one."""
    if _is_scene(path):
        return [path]
    found: list[Path] = []
    if path.is_dir():
        for child in islice(path.iterdir(), _LOOK_AT_MOST):
            if not child.name.startswith(".") and _is_scene(child):
                found.append(child)
                if first:
                    break
    return found


def _is_scene(path: Path) -> bool:
    folder = path / "lidar"
    if not folder.is_dir():
        return False
    return any(child.suffix.lower() in CLOUDS for child in islice(folder.iterdir(), _LOOK_AT_MOST))
