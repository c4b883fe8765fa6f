"""Reading OpenLABEL: a scene a file."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.openlabel.document import Document
from lidar_label.datasets.openlabel.format import openlabel_files
from lidar_label.datasets.openlabel.labels import LabelReader
from lidar_label.datasets.openlabel.scenes import SceneMaker
from lidar_label.datasets.placed import WholeDataset
from lidar_label.errors import UnreadableFile
from lidar_label.model import Labels, Scene


class OpenLabelDataset(WholeDataset[Path]):
    """One scene a file, under the file's name. Every file is read once on opening, for the words that it uses.

    Raises
    ------
    UnreadableFile
        If a file is no OpenLABEL, or breaks its rules.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        files = {file.stem: file for file in openlabel_files(path)}
        absent = UnreadableFile("there is no OpenLABEL file", where=path, hint='one begins with {"openlabel":')
        super().__init__(format.name, path, files, absent=absent, keeps=None)
        self._unit = format.assumed(options, "time_unit")
        self._euler = format.assumed(options, "euler_order")
        self._order = format.assumed(options, "quaternion_order")
        self.learn_all()

    def _read(self, name: str, place: Path) -> tuple[Scene, Labels]:
        document = Document(place, self._unit, self._order)
        scene = SceneMaker(document, self.find).scene(self.format, name)
        return scene, LabelReader(document, scene, self._euler, self.find).labels()
