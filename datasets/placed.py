"""Formats whose scenes each have a file or folder of their own: what they and their readers have in common."""

from __future__ import annotations

import sys
from abc import abstractmethod
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Format, ReadOptions
from lidar_label.datasets.files import natural_key
from lidar_label.datasets.folders import find_drives
from lidar_label.datasets.recent import Recent
from lidar_label.datasets.vocabulary import Vocabulary
from lidar_label.errors import LidarLabelError
from lidar_label.model import Labels, Scene, Taxonomy

P = TypeVar("P")  # where a scene lies
E = TypeVar("E")  # what reading it gives beside the scene

UNDISTORTED = Assumption(
    "images", ("undistorted", "distorted"), "undistorted",
    "whether the pictures are free of the lens's distortion, as the published ones are, or still have it",
)  # fmt: skip


def by_name(folders: Iterable[Path]) -> dict[str, Path]:
    """Return folders by their names, in natural order."""
    found = {folder.resolve().name: folder for folder in folders}
    return {name: found[name] for name in sorted(found, key=natural_key)}


class FolderFormat(Format):
    """A format that keeps each scene in a folder, told by the names in it.

    `reader` names the class of its `Dataset` as ``module:class``, which takes the format, the path and the options. It
    is imported when something is read.
    """

    writes = False
    reader: ClassVar[str]

    @staticmethod
    @abstractmethod
    def is_scene(path: Path) -> bool:
        """Say from names alone whether a folder is a scene."""

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a scene, or holds scenes or splits of them."""
        return bool(find_drives(path, self.is_scene, first=True))

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a scene, a folder of them, or one of splits."""
        module, _, name = self.reader.partition(":")
        found: Dataset = getattr(import_module(module), name)(self, path, options)
        return found


class PlacedDataset(Dataset, Generic[P, E]):
    """A data set whose scenes were found by name, and are read one by one.

    Parameters
    ----------
    format : str
    path : Path
    places : mapping of str to P
        Where each scene lies, in the order of their names.
    taxonomy : Taxonomy
        What the format declares; `learn` adds what labels use.
    absent : LidarLabelError
        What is raised where there is no scene.
    keeps : int or None
        How many scenes stay in memory once they were read; None for all.
    """

    def __init__(
        self,
        format: str,  # noqa: A002
        path: Path,
        places: Mapping[str, P],
        taxonomy: Taxonomy | None = None,
        *,
        absent: LidarLabelError,
        keeps: int | None = 8,
    ) -> None:
        super().__init__(format, path, taxonomy or Taxonomy())
        if not places:
            raise absent
        self._places = dict(places)
        self._kept = Recent(lambda name: self._read(name, self._places[name]), keeps or sys.maxsize)
        self._words = Vocabulary()
        for category in self.taxonomy.categories:
            self._words.declare(category)
        for attribute in self.taxonomy.attributes:
            self._words.declare(attribute)

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The names of the scenes' files or folders."""
        return tuple(self._places)

    @abstractmethod
    def _read(self, name: str, place: P, /) -> tuple[Scene, E]:
        """Read a scene, without its sensor data, and what else is wanted of its place."""

    def scene(self, name: str) -> Scene:
        """Return a scene; no cloud is read, and of pictures no more than a size."""
        return self.known(name)[0]

    def known(self, name: str) -> tuple[Scene, E]:
        """Return what was read of a scene's place, now or before."""
        self.check_name(name)
        return self._kept.get(name)

    def learn(self, labels: Labels) -> Labels:
        """Take the words of labels into the taxonomy, and return the labels."""
        self._words.add(labels)
        self.taxonomy = self._words.taxonomy()
        return labels


class WholeDataset(PlacedDataset[P, Labels]):
    """A data set whose files hold scene and labels together; all are read once, for the words that they use."""

    def learn_all(self) -> None:
        """Read every scene and take its words; a subclass calls it when it is ready to read."""
        for name in self.scene_names:
            self._words.add(self.known(name)[1])
        self.taxonomy = self._words.taxonomy()

    def labels(self, name: str) -> Labels:
        """Return the labels of a scene."""
        return self.known(name)[1]
