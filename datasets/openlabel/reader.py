"""Reading OpenLABEL: a scene a file."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Dataset, Format, ReadOptions
from lidar_label.datasets.openlabel.document import Document
from lidar_label.datasets.openlabel.format import openlabel_files
from lidar_label.datasets.openlabel.labels import LabelReader
from lidar_label.datasets.openlabel.scenes import SceneMaker
from lidar_label.datasets.vocabulary import Vocabulary
from lidar_label.errors import UnreadableFile
from lidar_label.model import Labels, Scene, Taxonomy


class OpenLabelDataset(Dataset):
    """One scene a file, under the file's name. Every file is read once on opening, for the words that it uses.

    Raises
    ------
    UnreadableFile
        If a file is no OpenLABEL, or breaks its rules.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        super().__init__(format.name, path, Taxonomy())
        self._unit = format.assumed(options, "time_unit")
        self._euler = format.assumed(options, "euler_order")
        self._order = format.assumed(options, "quaternion_order")
        self._files = {file.stem: file for file in openlabel_files(path)}
        if not self._files:
            raise UnreadableFile("there is no OpenLABEL file", where=path, hint='one begins with {"openlabel":')
        self._read: dict[str, tuple[Scene, Labels]] = {}
        words = Vocabulary()
        for name in self._files:
            words.add(self._both(name)[1])
        self.taxonomy = words.taxonomy()

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The files' names."""
        return tuple(self._files)

    def scene(self, name: str) -> Scene:
        """Return the scene of a file; no cloud or picture is read."""
        self.check_name(name)
        return self._both(name)[0]

    def labels(self, name: str) -> Labels:
        """Return the labels of a file."""
        self.check_name(name)
        return self._both(name)[1]

    def _both(self, name: str) -> tuple[Scene, Labels]:
        if name not in self._read:
            document = Document(self._files[name], self._unit, self._order)
            scene = SceneMaker(document, self.find).scene(self.format, name)
            self._read[name] = (scene, LabelReader(document, scene, self._euler, self.find).labels())
        return self._read[name]
