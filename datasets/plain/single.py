"""A single cloud file of any kind, opened as a scene of one frame."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import NO_OPTIONS, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.clouds.registry import kind_of, open_cloud
from lidar_label.datasets.lidar_frames import LidarFrame, lidar_scene
from lidar_label.errors import UnreadableFile
from lidar_label.model import Labels, Scene, Taxonomy


class SingleCloud(Format):
    """One cloud file: a frame without time, pose or labels."""

    name = "cloud"
    title = "Single cloud file"
    takes_fields = True
    holds = Holds(
        boxes=False, point_fields=True, point_times=True, point_classes=True,
        note="a file of any kind that is read as points; written by its own name (pcd, las...)",
    )  # fmt: skip
    writes = False

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a file that looks like points."""
        return path.is_file() and kind_of(path) is not None

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open the file; its header is read, and its first points."""
        return SingleCloudDataset(path, options)


class SingleCloudDataset(Dataset):
    """One scene of one frame, under the file's name. The scene's origin is what was taken off the points.

    Attributes
    ----------
    source : CloudFile
        The file as it was opened; none of its points is held.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        super().__init__(SingleCloud.name, path, Taxonomy())
        if not path.is_file():
            raise UnreadableFile("this is no file", where=path, hint="a folder of clouds is read as cloud-folder")
        self.source = source = open_cloud(path, options=options)
        origin = source.origin
        for found in source.findings:
            self.find(found.severity, found.code, found.message, found.where)
        if any(origin):
            x, y, z = origin
            self.find("info", "shifted-world", f"the cloud was shifted by {x:.0f}, {y:.0f}, {z:.0f} m", path)
        frame = LidarFrame(name=path.stem, timestamp_ns=0, cloud=path)
        kind = f"{source.points} points; {', '.join(source.fields) or 'no other field'}"
        self._scene = lidar_scene(
            self.format, path.name, [frame], origin=origin, options=options, is_sequence=False, description=kind
        )

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The file's name."""
        return (self._scene.name,)

    def scene(self, name: str) -> Scene:
        """Return the scene."""
        self.check_name(name)
        return self._scene

    def labels(self, name: str) -> Labels:
        """Return no labels: a cloud has none."""
        self.check_name(name)
        return Labels()
