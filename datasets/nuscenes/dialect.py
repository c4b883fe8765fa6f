"""What relatives of nuScenes do otherwise when they are written: names of folders and files, and a few columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lidar_label.datasets.nuscenes.naming import FileNames
from lidar_label.model import Box


class Dialect:
    """nuScenes itself; a relative overrides what differs."""

    has_lidarseg = True

    def tables(self, version: str) -> str:
        """Return the name of the folder of tables."""
        return version

    def names(self) -> FileNames:
        """Return what names sensor files."""
        return FileNames()

    def row(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as it is written."""
        return row

    def of_box(self, box: Box) -> dict[str, Any]:
        """Return what an annotation has beside the columns of nuScenes."""
        return {}

    def write_map(self, folder: Path, token: str) -> str:
        """Write a map that says nothing, and return its path from `folder`."""
        from PIL import Image as Picture

        (folder / "maps").mkdir()
        Picture.new("L", (10, 10), 0).save(folder / "maps" / f"{token}.png")
        return f"maps/{token}.png"


NUSCENES = Dialect()
T4_LEVELS = {"v80-100": "full", "v60-80": "most", "v40-60": "partial", "v0-40": "none"}
_T4_MAP = "map/lanelet2_map.osm"


class T4Names(FileNames):
    """Names of sensor files in T4's manner: ``data/CHANNEL/NUMBER``, counted along each channel."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}

    def data(self, folder: str, log: str, channel: str, timestamp_us: int, extension: str) -> str:
        """Return the next path of a channel, relative to the data set's folder."""
        channel = self.channel(channel)
        number = self._counts.get(channel, 0)
        self._counts[channel] = number + 1
        return f"data/{channel}/{number:05d}{extension}"


class T4Dialect(Dialect):
    """T4: ``annotation/`` and ``data/``, visibility in four words, and who made an annotation.

    References
    ----------
    "Schema Tables" in the documentation of t4-devkit.
    """

    has_lidarseg = False

    def tables(self, version: str) -> str:
        """Return ``annotation``: a data set has one version of its tables."""
        return "annotation"

    def names(self) -> FileNames:
        """Return what names sensor files."""
        return T4Names()

    def row(self, table: str, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row with T4's columns."""
        if table == "log":
            return {("data_captured" if key == "date_captured" else key): value for key, value in row.items()}
        if table == "visibility":
            return {**row, "level": T4_LEVELS.get(row["level"], row["level"])}
        if table == "sample_data":
            ending = ".pcd.bin" if row["filename"].endswith(".pcd.bin") else Path(row["filename"]).suffix
            return {**row, "fileformat": ending[1:], "is_valid": True}
        return row

    def of_box(self, box: Box) -> dict[str, Any]:
        """Return whether a model made a box, and its score: only what has one is known to be a model's."""
        if box.score is None:
            return {"automatic_annotation": False}
        return {"automatic_annotation": True, "autolabel_metadata": [{"name": "unknown", "score": float(box.score)}]}

    def write_map(self, folder: Path, token: str) -> str:
        """Write a lanelet2 map without lanes."""
        (folder / "map").mkdir()
        text = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="lidar-label"/>\n'
        (folder / _T4_MAP).write_text(text, encoding="utf-8")
        return _T4_MAP
