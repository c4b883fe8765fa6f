"""Reading the files of Ground Truth's 3D point cloud jobs: a sequence is a scene, a manifest of frames one too."""

from __future__ import annotations

from pathlib import Path

from lidar_label.datasets.base import Format, ReadOptions
from lidar_label.datasets.placed import WholeDataset
from lidar_label.datasets.sagemaker.manifest import SceneFiles, SceneFinder
from lidar_label.datasets.sagemaker.scenes import SceneMaker
from lidar_label.errors import MissingFile
from lidar_label.model import Labels, Scene


class SageMakerDataset(WholeDataset[SceneFiles]):
    """One scene a sequence, under the name of its file or folder, and one of all frames that a manifest names.

    Raises
    ------
    MissingFile
        If there is no file of a job, or none of what its manifest names.
    UnreadableFile
        If one of them is none.
    UnsafePath
        If one names a file outside of the folder.
    """

    def __init__(self, format: Format, path: Path, options: ReadOptions) -> None:  # noqa: A002
        found = SceneFinder(path, format.assumed(options, "labels"))
        absent = MissingFile("there is no file of a job", where=path, hint="a manifest, a sequence or labels")
        super().__init__(format.name, path, found.scenes, absent=absent, keeps=None)
        self.findings += found.findings
        self._counted = format.assumed(options, "yaw")
        self._in_world = format.assumed(options, "points") == "world"
        self.learn_all()

    def _read(self, name: str, files: SceneFiles) -> tuple[Scene, Labels]:
        return SceneMaker(files, self._counted, self.find, in_world=self._in_world).both(self.format, name)
