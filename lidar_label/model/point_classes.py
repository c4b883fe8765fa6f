"""Classes of points: the numbers that files keep for them, and which points of a sweep get which."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import InvalidValue

UNLABELLED = 0
MOST_CLASSES = 2**16 - 1

# The numbers of SemanticKITTI by name, so that a project with such categories writes files that others read at once.
# J. Behley et al., "SemanticKITTI: A Dataset for Semantic Scene Understanding of LiDAR Sequences", 2019.
SEMANTIC_KITTI: dict[str, int] = {
    "outlier": 1, "car": 10, "bicycle": 11, "bus": 13, "motorcycle": 15, "on-rails": 16, "truck": 18,
    "other-vehicle": 20, "person": 30, "bicyclist": 31, "motorcyclist": 32, "road": 40, "parking": 44,
    "sidewalk": 48, "other-ground": 49, "building": 50, "fence": 51, "other-structure": 52, "lane-marking": 60,
    "vegetation": 70, "trunk": 71, "terrain": 72, "pole": 80, "traffic-sign": 81, "other-object": 99,
}  # fmt: skip
_SAME = {"pedestrian": "person", "cyclist": "bicyclist", "tram": "on-rails", "traffic sign": "traffic-sign"}


def number_for(category: str, taken: Collection[int]) -> int:
    """Return the number of a class that has none yet: SemanticKITTI's for its name, else the lowest free one.

    Raises
    ------
    InvalidValue
        If all numbers are taken.
    """
    name = category.rsplit(".", 1)[-1].lower().replace("_", "-")
    usual = SEMANTIC_KITTI.get(_SAME.get(name, name))
    if usual is not None and usual not in taken:
        return usual
    reserved = SEMANTIC_KITTI.values()
    free = (n for n in range(1, MOST_CLASSES + 1) if n not in taken and n not in reserved)
    found = next(free, None)
    if found is None:
        raise InvalidValue(f"there are no numbers left for the class {category!r}")
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """Points of one sweep and the class each is to get.

    Parameters
    ----------
    frame : int
    channel : str
        Of the sweep.
    points : int
        How many points the sweep has in its file, those without a return as well.
    indices : (K,) int
        Which of them, each once, in the order of the file.
    categories : tuple of str
        Names of categories; empty is no class.
    which : (K,) int, optional
        Which of `categories` each point gets; all the first one where it is not given.
    """

    frame: int
    channel: str
    points: int
    indices: NDArray[Any]
    categories: tuple[str, ...]
    which: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        indices, which = self.indices, self.which
        if not self.categories or (which is not None and which.shape != indices.shape):
            raise InvalidValue("a stroke needs a class for each of its points")
        if len(indices) and not (indices.min() >= 0 and indices.max() < self.points):
            raise InvalidValue(f"a stroke touches points that the sweep of {self.points} has not")
        if which is not None and len(which) and not (which.min() >= 0 and which.max() < len(self.categories)):
            raise InvalidValue("a stroke names a class that it does not have")


def spread(stroke: Stroke, numbers: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return the number each point of a stroke gets, (K,); `numbers` are those of its categories."""
    if stroke.which is None:
        return np.full(len(stroke.indices), numbers[0], np.uint16)
    found: NDArray[np.uint16] = numbers[stroke.which]
    return found
