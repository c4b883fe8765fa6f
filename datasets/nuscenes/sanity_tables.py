"""Tables as columns of numbers, for the rules on folders: eight bytes a token, so that large tables fit."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.nuscenes.folder import data_root
from lidar_label.datasets.nuscenes.rows import read_rows
from lidar_label.datasets.nuscenes.schema import SCHEMA
from lidar_label.errors import LidarLabelError
from lidar_label.model import Floats

Ints = NDArray[np.int64]

_TOKENS = {
    "calibrated_sensor": ("token", "sensor_token"),
    "instance": ("token", "category_token", "first_annotation_token", "last_annotation_token"),
    "sample": ("token", "scene_token", "prev", "next"),
    "sample_annotation": ("token", "sample_token", "instance_token", "visibility_token", "prev", "next"),
    "sample_data": ("token", "sample_token", "ego_pose_token", "calibrated_sensor_token", "prev", "next"),
    "scene": ("token", "log_token", "first_sample_token", "last_sample_token"),
}
LISTS = {"sample_annotation": "attribute_tokens", "map": "log_tokens"}
_POSE = {"translation": 3, "rotation": 4}
_NUMBERS: Mapping[str, Mapping[str, int]] = {
    "calibrated_sensor": {**_POSE, "camera_intrinsic": 9},
    "ego_pose": {**_POSE, "timestamp": 1},
    "instance": {"nbr_annotations": 1},
    "sample": {"timestamp": 1},
    "sample_annotation": {**_POSE, "size": 3, "num_lidar_pts": 1},
    "sample_data": {"timestamp": 1, "is_key_frame": 1, "width": 1, "height": 1},
    "scene": {"nbr_samples": 1},
}
_ABSENT = math.nan


@dataclass(eq=False)
class Columns:
    """One table: tokens as hashes (0 for none), numbers with NaN where a row has none of that shape.

    `listed` are the tokens of the one column that holds lists, with the row of each; `lacking` says how many rows have
    no value for a key; `fault` why a table could not be read to its end.
    """

    path: Path
    count: int = 0
    fault: str = ""
    lacking: Counter[str] = field(default_factory=Counter)
    tokens: dict[str, Ints] = field(default_factory=dict)
    numbers: dict[str, Floats] = field(default_factory=dict)
    listed: tuple[Ints, Ints] = field(default_factory=lambda: (np.zeros(0, np.int64), np.zeros(0, np.int64)))

    @staticmethod
    def read(path: Path) -> Columns:
        """Read a table; what cannot be read ends it."""
        name, made = path.stem, Columns(path)
        tokens = {key: array("q") for key in _TOKENS.get(name, ("token",))}
        numbers = {key: array("d") for key in _NUMBERS.get(name, {})}
        listed, rows, keys = array("q"), array("q"), SCHEMA[name]
        try:
            for row in read_rows(path):
                values = row.values
                made.lacking.update(key for key in keys if key not in values)
                for key, column in tokens.items():
                    column.append(_token(values.get(key)))
                for key, cells in numbers.items():
                    cells.extend(_numbers(values.get(key), _NUMBERS[name][key]))
                found = values.get(LISTS.get(name, ""), ())
                for one in found if isinstance(found, list) else ():
                    listed.append(_token(one))
                    rows.append(made.count)
                made.count += 1
        except LidarLabelError as error:
            made.fault = f"it cannot be read beyond row {made.count}: {error.what}"
        made.tokens = {key: np.array(column, np.int64)[: made.count] for key, column in tokens.items()}
        for key, numbers_of in numbers.items():
            wide = _NUMBERS[name][key]
            table = np.array(numbers_of)[: made.count * wide]
            made.numbers[key] = table if wide == 1 else table.reshape(-1, wide)
        made.listed = (np.array(listed, np.int64), np.array(rows, np.int64))
        return made

    def row(self, number: int) -> str:
        """Return the place of a row for a message."""
        return f"{self.path.name}, row {number}"

    @cached_property
    def places(self) -> tuple[Ints, Ints]:
        """The tokens of the table in rising order, and the row of each."""
        order = np.argsort(self.tokens["token"], kind="stable")
        return self.tokens["token"][order], order

    def rows_of(self, tokens: Ints) -> Ints:
        """Return the row of each token, -1 for one that is not here."""
        known, rows = self.places
        if not len(known):
            return np.full(len(tokens), -1, np.int64)
        at = np.minimum(np.searchsorted(known, tokens), len(known) - 1)
        return np.where(known[at] == tokens, rows[at], -1)


class Folder:
    """A folder of tables; each table is read when a rule first asks for it.

    Parameters
    ----------
    place : Path
        What was opened.
    tables : Path
        Where the tables are.
    """

    def __init__(self, place: Path, tables: Path) -> None:
        self.place, self.tables = place, tables
        self._read: dict[str, Columns] = {}

    def has(self, table: str) -> bool:
        """Say whether a table is there."""
        return self.path(table).is_file()

    def path(self, table: str) -> Path:
        """Return where a table is, or would be."""
        return self.tables / f"{table}.json"

    def __getitem__(self, table: str) -> Columns:
        """Return a table; one that is not there has no rows."""
        if table not in self._read:
            path = self.path(table)
            self._read[table] = Columns.read(path) if path.is_file() else _empty(path)
        return self._read[table]

    @cached_property
    def channels(self) -> tuple[list[str], list[str]]:
        """Channel and modality of each row of calibrated_sensor; empty where its sensor is not there."""
        sensors = {}
        if self.has("sensor") and not self["sensor"].fault:
            for row in read_rows(self.path("sensor")):
                channel, modality = (str(row.values.get(key, "")) for key in ("channel", "modality"))
                sensors[_token(row.values.get("token"))] = (channel, modality.lower())
        found = [sensors.get(token, ("", "")) for token in self["calibrated_sensor"].tokens["sensor_token"].tolist()]
        return [channel for channel, _ in found], [modality for _, modality in found]

    @cached_property
    def root(self) -> Path:
        """Where the names of sensor files start."""
        names: list[str] = []
        if self.has("sample_data"):
            for row in read_rows(self.path("sample_data")):
                name = row.values.get("filename")
                if isinstance(name, str):
                    names.append(name)
                if len(names) == 40:
                    break
        return data_root(self.place, self.tables, names)


def _empty(path: Path) -> Columns:
    made = Columns(path)
    made.tokens = {key: np.zeros(0, np.int64) for key in _TOKENS.get(path.stem, ("token",))}
    made.numbers = {key: np.zeros(0 if wide == 1 else (0, wide)) for key, wide in _NUMBERS.get(path.stem, {}).items()}
    return made


def _token(value: object) -> int:
    return hash(value) or 1 if isinstance(value, str) and value else 0


def _numbers(value: Any, wide: int) -> list[float]:  # noqa: ANN401 - JSON
    if wide == 1:
        return [float(value)] if isinstance(value, int | float) else [_ABSENT]
    if isinstance(value, list) and wide == 9:
        value = [x for part in value for x in (part if isinstance(part, list) else [part])]
    if isinstance(value, list) and len(value) == wide and all(isinstance(x, int | float) for x in value):
        return [float(x) for x in value]
    return [math.inf if value else _ABSENT] * wide  # something else is there, or nothing
