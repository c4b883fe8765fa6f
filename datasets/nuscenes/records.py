"""The rows of a nuScenes-like folder as values: one class a table."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, Floats, Kind


class Tokened(Protocol):
    """A row that others refer to."""

    @property
    def token(self) -> str:
        """What they refer to it by."""


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One row of scene.json, with what its log says."""

    token: str
    name: str
    description: str
    log: str
    samples: int
    first: str
    last: str
    row: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of sample.json."""

    token: str
    scene: str
    timestamp_ns: int
    prev: str
    next: str


@dataclass(frozen=True, slots=True)
class DataRow:
    """One row of sample_data.json: a file of a sensor. `info` is T4's file about that file."""

    token: str
    sample: str
    pose: str
    calibration: str
    filename: str
    timestamp_ns: int
    is_key: bool
    width: int
    height: int
    number: int
    info: str = ""


@dataclass(frozen=True, slots=True)
class SensorRow:
    """One row of sensor.json; `kind` is None for a modality that is neither lidar, camera nor radar."""

    token: str
    channel: str
    kind: Kind | None
    modality: str


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """One row of calibrated_sensor.json; `matrix` is empty for what is no calibrated camera."""

    token: str
    sensor: SensorRow
    ego_SE3_sensor: SE3
    matrix: list[list[float]]
    distortion: tuple[float, ...]
    row: str


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One row of category.json, attribute.json or visibility.json."""

    token: str
    name: str
    description: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class InstanceRow:
    """One row of instance.json. T4 gives it a name."""

    token: str
    category: str
    name: str


@dataclass(frozen=True, slots=True)
class AnnotationRow:
    """One row of sample_annotation.json; `numbers` is translation (3), size (3) and rotation (4).

    T4 says whether a model made it, and how sure that was.
    """

    token: str
    sample: str
    instance: str
    visibility: str
    attributes: tuple[str, ...]
    numbers: array[float]
    next: str
    num_lidar_pts: int
    num_radar_pts: int
    number: int
    is_automatic: bool = False
    score: float | None = None


@dataclass(slots=True)
class Poses:
    """Every row of ego_pose.json as numbers: millions of them would not fit as objects."""

    path: Path
    index: dict[str, int] = field(default_factory=dict)
    numbers: Floats = field(default_factory=lambda: np.empty((0, 7)))

    def world_SE3_ego(self, token: str, origin: tuple[float, float, float]) -> SE3:
        """Return a pose less the origin; the token must exist."""
        number = self.index[token]
        try:
            return SE3("world", "ego", self.numbers[number, :4], self.numbers[number, 4:] - origin)
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=f"{self.path}, row {number}") from None
