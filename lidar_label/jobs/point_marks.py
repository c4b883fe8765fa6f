"""The classes of a frame's points as the desk shows them: those with a return, of all its LiDARs in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.jobs.point_classes import lidar_sweeps
from lidar_label.model import Frame
from lidar_label.store.point_labels import class_names, read_classes

if TYPE_CHECKING:
    from lidar_label.store import ProjectStore


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One sweep among the points that are shown: which of its file's points they are."""

    channel: str
    points: int
    valid: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The class of each point of a frame as it is shown, (N,), and what the numbers stand for."""

    index: int
    parts: tuple[Part, ...]
    numbers: NDArray[np.uint16]
    names: dict[int, str]


def read_marked(store: ProjectStore, scene: str, frame: Frame, known: tuple[Part, ...] = ()) -> Marked:
    """Read the classes of a frame's points; `known` are its parts, where they have been read before."""
    parts = list(known)
    for sweep in () if known else lidar_sweeps(frame):
        cloud = sweep.points()
        parts.append(Part(sweep.channel, len(cloud), np.flatnonzero(cloud.valid)))
    numbers = [read_classes(store, scene, frame.index, part.channel, part.points)[part.valid] for part in parts]
    joined = np.concatenate(numbers) if numbers else np.empty(0, np.uint16)
    return Marked(frame.index, tuple(parts), joined, class_names(store))
