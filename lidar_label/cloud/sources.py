"""What tiles are built from: a cloud file, or all sweeps of a drive merged in world coordinates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.cloud.camera_colors import camera_colors, has_colors
from lidar_label.datasets import NO_OPTIONS, ReadOptions, open_dataset
from lidar_label.datasets.clouds.base import CHUNK_POINTS, CloudChunk, CloudSource, Point3
from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import Floats, Frame, Scene, Sweep
from lidar_label.progress import Progress

FRAME = "frame"
RGB = frozenset("rgb")


class MergedSweeps(CloudSource):
    """The LiDAR sweeps of a scene's frames as one cloud in world coordinates, with a field `frame`.

    Fields are those that all sweeps have, and `r`, `g`, `b` as the frame's own cameras saw the points. A point without
    a return has NaN positions. The sweeps are read once when it is made, to count them.

    Parameters
    ----------
    scene : Scene
    first, last : int
        Frames to take, both included; `last` None for the scene's last.
    progress : Progress, optional
        Counts the sweeps that are read.
    """

    def __init__(self, scene: Scene, first: int = 0, last: int | None = None, progress: Progress | None = None) -> None:
        frames = scene.frames[first : None if last is None else last + 1]
        self._sweeps = [
            (frame, sweep)
            for frame in frames
            for sweep in frame.sweeps.values()
            if sweep.sensor.kind == "lidar" and sweep.is_present
        ]
        self._scene, self.findings, self.points = scene, [], 0
        common: dict[str, np.dtype[Any]] | None = None
        for _, sweep in (progress or Progress()).over(self._sweeps, len(self._sweeps), "sweeps"):
            cloud = sweep.points()
            self.points += len(cloud)
            own = {name: values.dtype for name, values in cloud.fields.items() if name != FRAME}
            common = own if common is None else {n: d for n, d in common.items() if own.get(n) == d}
        self.fields = {**(common or {}), FRAME: np.dtype(np.uint32)}
        self._has_colors = not RGB & set(self.fields) and any(has_colors(frame) for frame in frames)
        if self._has_colors:
            self.fields |= dict.fromkeys("rgb", np.dtype(np.uint8))

    @property
    def origin(self) -> Point3:
        """Nothing: a scene's world is near zero already."""
        return (0.0, 0.0, 0.0)

    def chunks(self, size: int = CHUNK_POINTS) -> Iterator[CloudChunk]:
        """Yield the sweeps' points, frame by frame."""
        start = 0
        for frame, sweeps in groupby(self._sweeps, lambda one: one[0]):
            places = [(sweep.points(), _in_world(sweep)) for _, sweep in sweeps]
            seen = self._colors(frame, [xyz for _, xyz in places])
            for (cloud, xyz), rgb in zip(places, seen, strict=True):
                for at in range(0, len(cloud), size):
                    rows = slice(at, at + size)
                    made = dict(zip("rgb", rgb[rows].T, strict=True)) if self._has_colors else {}
                    made[FRAME] = np.full(len(xyz[rows]), frame.index, dtype=np.uint32)
                    fields = {name: made[name] if name in made else cloud.fields[name][rows] for name in self.fields}
                    yield CloudChunk(start=start, xyz=xyz[rows], fields=fields)
                    start += len(xyz[rows])

    def _colors(self, frame: Frame, places: list[Floats]) -> list[NDArray[np.uint8]]:
        """Return the colours of the points of each sweep of a frame, whose pictures are decoded once."""
        if not self._has_colors:
            return [np.empty((0, 3), np.uint8)] * len(places)
        return np.split(camera_colors(frame, np.concatenate(places)), np.cumsum([len(xyz) for xyz in places])[:-1])


def _in_world(sweep: Sweep) -> Any:  # noqa: ANN401
    cloud, pose = sweep.points(), sweep.world_SE3_sensor
    xyz = cloud.xyz.astype(np.float64) @ pose.rotation_matrix.T + pose.translation
    xyz[~cloud.valid] = np.nan
    return xyz


def open_source(
    path: Path, scene: str = "", read: ReadOptions = NO_OPTIONS, *, first: int = 0, last: int | None = None
) -> CloudSource:
    """Open a cloud file, or the merged sweeps of a drive's scene (the first, where none is named).

    Of a drive the frames from `first` to `last` are taken, both included.

    Raises
    ------
    LidarLabelError
        If it is neither, cannot be read, or has no such scene or frames.
    """
    if path.is_file():
        return open_cloud(path, options=read)
    dataset = open_dataset(path)
    names = list(dataset.scene_names)
    if not names:
        raise UnreadableFile("the drive has no scene", where=path)
    opened = dataset.scene(scene or names[0])
    count = len(opened.frames)
    if first >= max(count, 1) or (last is not None and last >= count):
        text = f"the scene has no frames {first}..{'' if last is None else last}"
        raise InvalidValue(text, where=path, hint=f"it has frames 0..{count - 1}")
    return MergedSweeps(opened, first, last)
