"""The thirteen tables of nuScenes v1.0, and writing them row by row."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

SCHEMA: dict[str, tuple[str, ...]] = {
    "attribute": ("token", "name", "description"),
    "calibrated_sensor": ("token", "sensor_token", "translation", "rotation", "camera_intrinsic"),
    "category": ("token", "name", "description", "index"),
    "ego_pose": ("token", "timestamp", "rotation", "translation"),
    "instance": ("token", "category_token", "nbr_annotations", "first_annotation_token", "last_annotation_token"),
    "log": ("token", "logfile", "vehicle", "date_captured", "location"),
    "map": ("token", "log_tokens", "category", "filename"),
    "sample": ("token", "timestamp", "prev", "next", "scene_token"),
    "sample_annotation": (
        "token", "sample_token", "instance_token", "visibility_token", "attribute_tokens", "translation", "size",
        "rotation", "prev", "next", "num_lidar_pts", "num_radar_pts",
    ),
    "sample_data": (
        "token", "sample_token", "ego_pose_token", "calibrated_sensor_token", "timestamp", "fileformat",
        "is_key_frame", "height", "width", "filename", "prev", "next",
    ),
    "scene": (
        "token", "log_token", "nbr_samples", "first_sample_token", "last_sample_token", "name", "description",
    ),
    "sensor": ("token", "channel", "modality"),
    "visibility": ("token", "level", "description"),
}  # fmt: skip

# Tables of extensions, which are there only where they have a row.
MORE: dict[str, tuple[str, ...]] = {"lidarseg": ("token", "sample_data_token", "filename")}

STANDARD_VISIBILITY = {"1": "v0-40", "2": "v40-60", "3": "v60-80", "4": "v80-100"}


class TableWriter:
    """All tables of one version, open at once, so that no table has to fit in memory.

    Parameters
    ----------
    folder : Path
        The version folder; it is made here.
    change : callable(table, row), optional
        Returns a row as it is written, where a relative of nuScenes has other columns.
    """

    def __init__(self, folder: Path, change: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None) -> None:
        self._folder = folder
        self._change = change
        self._stack = ExitStack()
        self._files: dict[str, TextIO] = {}
        self._empty = {*SCHEMA, *MORE}

    def add(self, table: str, /, **row: Any) -> None:  # noqa: ANN401 - rows are JSON
        """Write one row.

        Raises
        ------
        ValueError
            If the row lacks a key of its table, or has a number that is not finite.
        """
        lacking = set((SCHEMA | MORE)[table]) - set(row)
        if lacking:
            raise ValueError(f"a row of {table} lacks {sorted(lacking)}")
        row = self._change(table, row) if self._change is not None else row
        if table not in self._files:
            self._open(table)
        # Pure ASCII, since the devkit reads tables in whatever encoding the machine prefers.
        self._files[table].write("[\n" if table in self._empty else ",\n")
        self._files[table].write(json.dumps(row, allow_nan=False))
        self._empty.discard(table)

    def __enter__(self) -> Self:
        self._folder.mkdir(exist_ok=True)
        for table in SCHEMA:
            self._open(table)
        return self

    def _open(self, table: str) -> None:
        path = self._folder / f"{table}.json"
        self._files[table] = self._stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for table, file in self._files.items():
                file.write("[]\n" if table in self._empty else "\n]\n")
        self._stack.close()
