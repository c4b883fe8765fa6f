"""A drive's sweeps as one cloud in its world: a data set of its own on the drive, with one scene of one frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lidar_label.cloud.sources import MergedSweeps
from lidar_label.datasets import NO_OPTIONS, Dataset, ReadOptions, open_dataset
from lidar_label.datasets.tokens import steady_scene
from lidar_label.errors import InvalidValue
from lidar_label.model import SE3, Frame, Labels, PointCloud, Scene, Sensor, Sweep, Taxonomy
from lidar_label.progress import Progress

MERGED = "merged:"
_LIDAR = "lidar"
_PART = re.compile(r"(?P<scene>.*) (?P<first>\d*)\.\.(?P<last>\d*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DriveSweeps:
    """The source of a big cloud that is no file: where the drive lies, and how many points its sweeps have."""

    path: Path
    points: int


class MergedDrive(Dataset):
    """The scenes of a drive, each as one cloud. Nothing is read before its points are asked for.

    Parameters
    ----------
    path : Path
        The drive.
    format : str
        `MERGED` and the name of the drive's format; without a name it is told from the files.
    options : ReadOptions
        What the drive's reader is told.
    parts : tuple of str
        What it has: names of scenes and frames as `part_of` writes them; by default every scene whole.

    Raises
    ------
    LidarLabelError
        If the drive cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        format: str = MERGED,  # noqa: A002  as Dataset has it
        options: ReadOptions = NO_OPTIONS,
        parts: tuple[str, ...] = (),
    ) -> None:
        self._drive = open_dataset(path, format.removeprefix(MERGED), options)
        self.standing = Labels()
        self._parts = parts or tuple(part_of(name) for name in self._drive.scene_names)
        super().__init__(MERGED + self._drive.format, path, self._drive.taxonomy)

    @property
    def scene_names(self) -> tuple[str, ...]:
        """Its parts."""
        return self._parts

    def scene(self, name: str) -> Scene:
        """Return a part as a scene of one frame, in the world of the drive.

        Raises
        ------
        InvalidValue
            If the drive has no poses, or the part no frames.
        """
        scene, first, last = self._taken(name)
        frames = scene.frames[first : last + 1]
        if not scene.has_poses:
            raise InvalidValue(
                "the frames have no poses, so they cannot be put together", where=self.path,
                hint="label this drive frame by frame",
            )  # fmt: skip
        if not frames:
            raise InvalidValue("the drive has no such frames", where=self.path)
        lidar = Sensor(channel=_LIDAR, kind="lidar", ego_SE3_sensor=SE3.identity("ego", _LIDAR))
        time_ns = frames[0].timestamp_ns
        sweep = Sweep(
            sensor=lidar, timestamp_ns=time_ns, world_SE3_ego=SE3.identity("world", "ego"), frame=0, path=self.path,
            load=partial(self._points, name),
        )  # fmt: skip
        whole = len(frames) == len(scene.frames)
        made = Scene(
            name=scene.name if whole else name,
            frames=[Frame(index=0, timestamp_ns=time_ns, sweeps={_LIDAR: sweep}, name=name)],
            sensors={_LIDAR: lidar}, origin=scene.origin, is_sequence=False, log=scene.log, has_poses=False,
            description=f"{len(frames)} frames as one cloud", has_timestamps=scene.has_timestamps,
        )  # fmt: skip
        return steady_scene(self.format, made)

    def labels(self, name: str) -> Labels:
        """Return the labels that were given to it as `standing`: the drive's own are of its frames."""
        self.check_name(name)
        return self.standing

    def sweeps(self, name: str, progress: Progress | None = None) -> MergedSweeps:
        """Open the points of a part; its sweeps are read once to count them."""
        scene, first, last = self._taken(name)
        return MergedSweeps(scene, first, last, progress)

    def _taken(self, name: str) -> tuple[Scene, int, int]:
        found = _PART.fullmatch(name)
        if found is None:
            raise InvalidValue(f"{name!r} names no frames of a drive", where=self.path)
        scene = self._drive.scene(found["scene"] or self._drive.scene_names[0])
        first, last = int(found["first"] or 0), int(found["last"] or len(scene.frames) - 1)
        return scene, first, min(last, len(scene.frames) - 1)

    def _points(self, name: str) -> PointCloud:
        return self.sweeps(name).read((0.0, 0.0, 0.0))


def part_of(scene: str) -> str:
    """Return how a whole scene of a drive is named as a part of it, as ``lidar-label tiles build --scene`` does."""
    return f"{scene} 0.."


def merged_project(
    drive: Path,
    part: str,
    *,
    format_name: str = "",
    options: ReadOptions = NO_OPTIONS,
    taxonomy: Taxonomy | None = None,
    standing: Labels | None = None,
    author: str = "",
) -> Path:
    """Return the project file of a part of a drive as one cloud: beside the drive, made now where there is none.

    A new one begins with the labels `standing`; see `standing_labels`.

    Raises
    ------
    InvalidValue
        If the drive has no poses.
    LidarLabelError
        If it cannot be read, or the file not be made.
    """
    from lidar_label.jobs.importing import default_project_path, make_project

    part = part or " 0.."
    dataset = MergedDrive(drive, MERGED + format_name, options, (part,))
    scene = dataset.scene(part)
    name = re.sub(r"[^\w.-]+", "_", scene.name).strip("_.") or "drive"
    project = default_project_path(drive.resolve().parent / f"{name}-cloud")
    if not project.exists():
        if taxonomy is not None:
            dataset.taxonomy = taxonomy
        dataset.standing = standing or Labels()
        make_project(project, dataset, options, author=author)
    return project


def standing_labels(labels: Labels, times_ns: Sequence[int]) -> Labels:
    """Return a box in the one frame of a merged drive for each of its tracks that does not move.

    Parameters
    ----------
    labels : Labels
        Of the drive.
    times_ns : sequence of int
        Of its frames.
    """
    from lidar_label.assist.static import is_static, static_track

    tracks, boxes = [], []
    for track in labels.tracks:
        own = labels.of_track(track.token)
        if is_static(own, times_ns):
            after_all = max(box.frame for box in own) + 1  # a frame of which nobody has fixed a box
            (one,) = static_track(own, (after_all,))
            tracks.append(track)
            boxes.append(replace(one, frame=0, is_keyframe=True, num_lidar_pts=None, num_radar_pts=None))
    return Labels(tracks, boxes)


def merged_store(drive: MergedDrive, part: str, progress: Progress) -> Path:
    """Return the tiles of a part of a drive, built now in the cache where they are not there or the drive changed.

    Raises
    ------
    Cancelled
        If the person stopped it; nothing is left.
    LidarLabelError
        If a sweep cannot be read or the tiles not be written.
    """
    from lidar_label.cloud.cache import built_store

    opened: Callable[[], MergedSweeps] = lambda: drive.sweeps(part, progress)  # noqa: E731
    return built_store(drive.path, progress, part=part, opened=opened)
