"""The formats of recordings: ROS 1 bags, ROS 2 bags and MCAP files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Format, Holds, ReadOptions
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.ros.opening import BAG1, MCAP, SQLITE, files_of, is_bag2, open_bag2, open_files, scenes_of

if TYPE_CHECKING:
    from lidar_label.datasets.ros.recording import Recording

_MAGIC = {BAG1: b"#ROSBAG V", MCAP: b"\x89MCAP", SQLITE: b"SQLite format 3\0"}
_MOST_BAGS = 500
_HOLDS = Holds(
    boxes=False,
    cameras=True,
    poses=True,
    timestamps=True,
    sweeps_between=True,
    point_fields=True,
    point_times=True,
    point_classes=True,
    note="labels in messages are not read",
)


class _Recordings(Format):
    """What the three have in common: what a person may tell the reader, and that none is written."""

    holds = _HOLDS
    writes = False
    assumptions: ClassVar[tuple[Assumption, ...]] = (
        Assumption("lidar", (), "guess", "topics of the LiDARs with commas between, the main one first"),
        Assumption("cameras", (), "guess", "topics of the cameras with commas between, or none"),
        Assumption("ego", (), "guess", "the frame that is the vehicle, such as base_link"),
        Assumption("world", (), "guess", "the frame that is the world, such as map or odom"),
        Assumption("poses", (), "guess", "where ego poses come from: tf, a topic, or none"),
        Assumption(
            "time", ("header", "recorded"), "header", "when data was taken: by its header, or by the recorder"
        ),
        Assumption(
            "rectified", ("by-name", "yes", "no"), "by-name",
            "whether pictures are without distortion: yes, no, or where the topic's name has rect",
        ),
    )  # fmt: skip

    def _read(self, path: Path, recordings: Mapping[str, Callable[[], Recording]], options: ReadOptions) -> Dataset:
        from lidar_label.datasets.ros.reader import RosDataset

        return RosDataset(self.name, path, recordings, partial(self.assumed, options))


class Ros1Bag(_Recordings):
    """A ``.bag`` file of ROS 1, or a folder of them."""

    name = "ros1"
    title = "ROS 1 bag"

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a bag or holds bags."""
        return _is_one(path, BAG1) or any(_is_one(file, BAG1) for file in files_of(path, BAG1)[:1])

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a bag or a folder of bags; see `RosDataset`."""
        return self._read(path, _by_files(path, BAG1), options)


class Ros2Bag(_Recordings):
    """A ROS 2 bag (a folder with ``metadata.yaml`` and ``.db3`` or ``.mcap``), a folder of them, or a ``.db3`` file."""

    name = "ros2"
    title = "ROS 2 bag"
    tried_on = "made-up files"

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a bag or holds bags."""
        return _is_one(path, SQLITE) or bool(_bag2_folders(path, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a bag or a folder of bags; see `RosDataset`."""
        if path.is_file():
            return self._read(path, _by_files(path, path.suffix.lower()), options)
        bags = {folder.resolve().name: partial(open_bag2, folder) for folder in _bag2_folders(path)}
        return self._read(path, bags, options)


class Mcap(_Recordings):
    """A ``.mcap`` file, from ROS or not (Foxglove's schemas, in JSON or Protocol Buffers), or a folder of them."""

    name = "mcap"
    title = "MCAP"
    tried_on = "made-up files"

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is such a file or holds some."""
        return _is_one(path, MCAP) or any(_is_one(file, MCAP) for file in files_of(path, MCAP)[:1])

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a file or a folder of them; see `RosDataset`."""
        return self._read(path, _by_files(path, MCAP), options)


def _by_files(path: Path, suffix: str) -> dict[str, Callable[[], Recording]]:
    return {name: partial(open_files, files[0] if len(files) == 1 else path, files)
            for name, files in scenes_of(path, suffix).items()}  # fmt: skip


def _bag2_folders(path: Path, *, first: bool = False) -> list[Path]:
    if not path.is_dir():
        return []
    if is_bag2(path):
        return [path]
    found: list[Path] = []
    for child in islice(path.iterdir(), _MOST_BAGS):
        if not child.name.startswith(".") and child.is_dir() and is_bag2(child):
            found.append(child)
            if first:
                break
    return sorted(found, key=lambda child: natural_key(child.name))


def _is_one(path: Path, suffix: str) -> bool:
    if path.suffix.lower() != suffix or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(16).startswith(_MAGIC[suffix])
    except OSError:
        return False
