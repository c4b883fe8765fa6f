"""Data sets that are meant otherwise than they were read: `Convention`s applied to whatever any format gives."""

from __future__ import annotations

from collections.abc import Sequence

from lidar_label.datasets.base import Dataset
from lidar_label.model import Labels, Scene, Taxonomy
from lidar_label.model.convention import Convention
from lidar_label.model.meant import meant_labels, meant_scene

# Formats that have their boxes in world; the others have them in the vehicle's frame, or a sensor's.
IN_WORLD = frozenset({"nuscenes", "t4", "pandaset", "scale", "sagemaker", "boxes-csv", "boxes-parquet"})
_NEXT = "|"  # between conventions that were found one after another


def conventions_of(text: str, format: str) -> tuple[Convention, ...]:  # noqa: A002
    """Return what ``--assume meant=TEXT`` says, in the order in which it is applied.

    Raises
    ------
    InvalidValue
        If a part of it is no convention.
    """
    return tuple(Convention.parse(part, in_world=format in IN_WORLD) for part in text.split(_NEXT) if part.strip())


def joined(before: str, convention: Convention) -> str:
    """Return the text of a convention that was found after others had been told."""
    return _NEXT.join(part for part in (before, convention.text) if part)


class MeantDataset(Dataset):
    """A data set whose scenes and labels come as they are meant; its findings are those of the one that is read."""

    def __init__(self, read: Dataset, conventions: Sequence[Convention]) -> None:
        self._read, self._conventions = read, conventions
        super().__init__(read.format, read.path, read.taxonomy)
        self.findings = read.findings
        words = "; ".join(convention.words for convention in conventions)
        self.find("info", "assumed", f"as told: {words}", read.path)

    @property
    def taxonomy(self) -> Taxonomy:
        """The categories, attributes and visibility levels its labels use."""
        return self._read.taxonomy

    @taxonomy.setter
    def taxonomy(self, taxonomy: Taxonomy) -> None:
        self._read.taxonomy = taxonomy

    @property
    def scene_names(self) -> tuple[str, ...]:
        """The names of its scenes."""
        return self._read.scene_names

    def scene(self, name: str) -> Scene:
        """Return a scene as it is meant."""
        scene = self._read.scene(name)
        for convention in self._conventions:
            scene = meant_scene(scene, convention)
        return scene

    def labels(self, name: str) -> Labels:
        """Return labels as they are meant."""
        scene, labels = self._read.scene(name), self._read.labels(name)
        for convention in self._conventions:
            labels = meant_labels(scene, labels, convention)
            scene = meant_scene(scene, convention)
        return labels
