"""All that is wrong with a folder of tables, counted: who is refused at one row should not have to try row by row."""

from __future__ import annotations

from array import array
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lidar_label.datasets.nuscenes.folder import data_root, exists
from lidar_label.datasets.nuscenes.rows import Row, read_rows
from lidar_label.datasets.nuscenes.schema import SCHEMA
from lidar_label.datasets.nuscenes.tables import LABEL_TABLES, NEEDED
from lidar_label.errors import LidarLabelError

# What a row names, by table and key.
REFERENCES = {
    "calibrated_sensor": {"sensor_token": "sensor"},
    "instance": {"category_token": "category"},
    "map": {"log_tokens": "log"},
    "sample": {"scene_token": "scene"},
    "sample_annotation": {
        "sample_token": "sample", "instance_token": "instance", "visibility_token": "visibility",
        "attribute_tokens": "attribute",
    },
    "sample_data": {
        "sample_token": "sample", "ego_pose_token": "ego_pose", "calibrated_sensor_token": "calibrated_sensor",
    },
    "scene": {"log_token": "log"},
}  # fmt: skip
MAY_LACK = {
    "category": {"index"}, "ego_pose": {"timestamp"}, "log": {"date_captured", "location", "vehicle", "logfile"},
    "sample": {"prev", "next"}, "sample_data": {"prev", "next", "height", "width", "fileformat"},
    "sample_annotation": {"prev", "next", "visibility_token", "num_lidar_pts", "num_radar_pts", "attribute_tokens"},
    "scene": {"description", "log_token", "nbr_samples", "first_sample_token", "last_sample_token"},
    "instance": {"nbr_annotations", "first_annotation_token", "last_annotation_token"},
    "calibrated_sensor": {"camera_intrinsic"}, "attribute": {"description"}, "visibility": {"description"},
}  # fmt: skip
_MOST, _FILES = 12, 2000


def faults(place: Path, folder: Path) -> list[str]:
    """Return what is wrong with the tables in a folder, a sentence each; no more than twelve.

    Tokens are held as eight bytes each, so that large tables fit. Of sensor files the first two thousand are looked
    for, as seen from `place`, which was opened.
    """
    found: list[str] = []
    absent = [name for name in (*NEEDED, *LABEL_TABLES) if not (folder / f"{name}.json").is_file()]
    if absent:
        found.append(f"there is no {', '.join(f'{name}.json' for name in absent)}")
    scans = {name: _Scan(folder / f"{name}.json") for name in SCHEMA if (folder / f"{name}.json").is_file()}
    for name, scan in scans.items():
        found += scan.faults()
        if name == "ego_pose" and not scan.fault and not scan.rows:
            found.append("ego_pose.json is empty")
    for name, keys in REFERENCES.items():
        for key, other in keys.items():
            if name in scans and other in scans and not (other == "ego_pose" and not scans[other].rows):
                found += _dangling(scans[name], key, scans[other])
    if "sample_data" in scans and scans["sample_data"].files:
        files = scans["sample_data"].files
        root = data_root(place, folder, files[:40])
        lost = sum(not exists(root, name) for name in files)
        if lost:
            found.append(f"{lost} of {len(files)} sensor files that were looked for are not there")
    shown = found[:_MOST]
    return [*shown, f"and {len(found) - _MOST} more"] if len(found) > _MOST else shown


class _Scan:
    """One table, passed over once."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.rows = 0
        self.fault = ""
        self.tokens = array("q")
        self.names: dict[str, tuple[array[int], array[int]]] = {}
        self.files: list[str] = []
        self._lacking: Counter[str] = Counter()
        try:
            for row in read_rows(path):
                self._take(row)
        except LidarLabelError as error:
            self.fault = f"{self.name}.json cannot be read beyond row {self.rows} ({error.what})"

    def _take(self, row: Row) -> None:
        self.rows += 1
        name = row.values.get("filename")
        if self.name == "sample_data" and isinstance(name, str) and len(self.files) < _FILES:
            self.files.append(name)
        self.tokens.append(hash(row.values.get("token")) if isinstance(row.values.get("token"), str) else 0)
        may_lack = MAY_LACK.get(self.name, set())
        self._lacking.update(key for key in SCHEMA[self.name] if key not in row.values and key not in may_lack)
        for key in REFERENCES.get(self.name, ()):
            value = row.values.get(key)
            for token in value if isinstance(value, list) else [value]:
                if isinstance(token, str) and token:
                    tokens, places = self.names.setdefault(key, (array("q"), array("q")))
                    tokens.append(hash(token))
                    places.append(row.number)

    def faults(self) -> list[str]:
        found = [self.fault] if self.fault else []
        for key, number in self._lacking.items():
            found.append(f"{number} of {self.rows} rows of {self.name} have no {key}")
        doubled = self.rows - len(np.unique(_numbers(self.tokens)))
        if doubled:
            found.append(f"{doubled} rows of {self.name} have the token of another one")
        return found


def _dangling(scan: _Scan, key: str, other: _Scan) -> list[str]:
    if key not in scan.names or other.fault:
        return []
    tokens, places = scan.names[key]
    lost = np.flatnonzero(~np.isin(_numbers(tokens), _numbers(other.tokens)))
    if not len(lost):
        return []
    where = f"the first is row {places[int(lost[0])]}"
    return [f"{key} of {len(lost)} of {scan.rows} rows of {scan.name} is not in {other.name}.json ({where})"]


def _numbers(values: array[int]) -> NDArray[np.int64]:
    return np.array(values, dtype=np.int64)
