"""Tables of boxes: what they hold, their columns, and their reader and writer.

``boxes`` has a row a box, ``frames`` beside it a row a frame, which may be left out.

boxes
    scene, frame (a number, or any name), frame_name, timestamp_ns; track (an id in its scene), track_name; category;
    x, y, z (the centre), l, w, h in metres; qw, qx, qy, qz, or yaw alone, in radians; attributes and
    track_attributes as JSON objects; visibility, score (0 to 1), num_lidar_pts, num_radar_pts, is_keyframe, source.
    A column of any other name is an attribute of the box.
frames
    scene, frame, name, timestamp_ns; ego_x, ego_y, ego_z, ego_qw, ego_qx, ego_qy, ego_qz: the vehicle in world;
    cloud: a file beneath the table's folder, in the vehicle's frame.

Positions are in world, its origin as the source has it. Of a box, x, y, z, l, w, h and category must be there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from lidar_label.datasets.base import NO_OPTIONS, Assumption, Dataset, Drive, Format, Holds, ReadOptions, WriteOptions
from lidar_label.model import Finding, Taxonomy

BOXES, FRAMES = "boxes", "frames"
FLOAT, WHOLE, TIME, TEXT = "float", "whole", "time", "text"
BOX_COLUMNS: Mapping[str, str] = {
    "scene": TEXT, "frame": TEXT, "frame_name": TEXT, "timestamp_ns": TIME, "track": TEXT, "track_name": TEXT,
    "category": TEXT, "x": FLOAT, "y": FLOAT, "z": FLOAT, "l": FLOAT, "w": FLOAT, "h": FLOAT,
    "qw": FLOAT, "qx": FLOAT, "qy": FLOAT, "qz": FLOAT, "yaw": FLOAT, "attributes": TEXT, "track_attributes": TEXT,
    "visibility": TEXT, "score": FLOAT, "num_lidar_pts": WHOLE, "num_radar_pts": WHOLE, "is_keyframe": TEXT,
    "source": TEXT,
}  # fmt: skip
FRAME_COLUMNS: Mapping[str, str] = {
    "scene": TEXT, "frame": TEXT, "name": TEXT, "timestamp_ns": TIME, "ego_x": FLOAT, "ego_y": FLOAT, "ego_z": FLOAT,
    "ego_qw": FLOAT, "ego_qx": FLOAT, "ego_qy": FLOAT, "ego_qz": FLOAT, "cloud": TEXT,
}  # fmt: skip
NEEDED = ("category", "x", "y", "z", "l", "w", "h")
# What others call the same.
ALIASES: Mapping[str, str] = {
    "length": "l", "width": "w", "height": "h", "class": "category", "label": "category", "type": "category",
    "track_id": "track", "object_id": "track", "frame_id": "frame", "frame_index": "frame", "heading": "yaw",
    "cx": "x", "cy": "y", "cz": "z", "center_x": "x", "center_y": "y", "center_z": "z", "confidence": "score",
}  # fmt: skip


def known_columns(names: Sequence[str]) -> dict[str, str]:
    """Return which of our columns each name means, whatever its case; names of no column are left out."""
    plain = {name: name.strip().lower() for name in names}
    found = {name: low for name, low in plain.items() if low in BOX_COLUMNS or low in FRAME_COLUMNS}
    for name, low in plain.items():
        if ALIASES.get(low, "") not in ("", *found.values()):
            found[name] = ALIASES[low]
    return found


class BoxTable(Format):
    """A table of boxes in one kind of file; a subclass says which."""

    suffix: ClassVar[str]
    tried_on = "made-up files"
    holds = Holds(
        tracks=True,
        rotation="full",
        attributes=True,
        visibility=True,
        scores=True,
        poses=True,
        timestamps=True,
        note="labels alone, with frames, times and ego poses: no clouds, pictures or sensors; a table of yours may "
        "have columns of its own, and needs no more than category, x, y, z, l, w, h and a frame or time",
    )
    assumptions = (
        Assumption("angle_unit", ("rad", "deg"), "rad", "the unit of the column yaw"),
        Assumption(
            "coordinates", ("world", "ego"), "world", "whether boxes are in world or in the vehicle's frame"
        ),
    )  # fmt: skip

    @abstractmethod
    def has_columns(self, path: Path) -> bool:
        """Say from a few bytes whether a file's columns are those of boxes."""

    def table_at(self, path: Path) -> Path | None:
        """Return the table of boxes at `path`: itself, or that in the folder; None where there is none."""
        found = path / f"{BOXES}{self.suffix}" if path.is_dir() else path
        if found.suffix.lower() != self.suffix or not found.is_file():
            return None
        return found if self.has_columns(found) else None

    def recognises(self, path: Path) -> bool:
        """Say whether `path` is a table of boxes or a folder with one."""
        return self.table_at(path) is not None

    def read(self, path: Path, options: ReadOptions = NO_OPTIONS) -> Dataset:
        """Open a table; see `TableDataset`."""
        from lidar_label.datasets.tables.reader import TableDataset

        return TableDataset(self, path, options)

    def write(
        self,
        folder: Path,
        drives: Sequence[Drive],
        taxonomy: Taxonomy,  # noqa: ARG002 - categories are words in the labels
        options: WriteOptions,
    ) -> list[Finding]:
        """Write both tables; see `write_tables`."""
        from lidar_label.datasets.tables.writer import write_tables

        write_tables(folder, drives, self.suffix, options)
        return []

    def sanity(self, path: Path) -> Iterator[Finding]:
        """Yield what a reader of the tables will trip over; see `lidar_label.datasets.tables.sanity`."""
        from lidar_label.datasets.tables.sanity import sanity

        table = self.table_at(path)
        if table is not None:
            yield from sanity(table)

    def losses(self, drives: Sequence[Drive]) -> list[Finding]:
        """Return what of these drives a table cannot hold."""
        from lidar_label.datasets.tables.writer import losses

        return losses(self.holds, drives)

    def join(self, parts: Sequence[Path], folder: Path) -> list[Finding]:
        """Make one pair of tables out of several; see `join_tables`."""
        from lidar_label.datasets.tables.writer import join_tables

        join_tables(parts, folder, self.suffix)
        return []


class BoxesCsv(BoxTable):
    """A CSV of boxes: commas, semicolons or tabs, with a line of names."""

    name = "boxes-csv"
    title = "CSV of boxes"
    suffix = ".csv"

    def has_columns(self, path: Path) -> bool:
        """Say whether the first line names the columns of boxes."""
        from lidar_label.datasets.tables.files import csv_names

        return set(NEEDED) <= set(known_columns(csv_names(path)).values())


class BoxesParquet(BoxTable):
    """A Parquet file of boxes."""

    name = "boxes-parquet"
    title = "Parquet of boxes"
    suffix = ".parquet"

    def has_columns(self, path: Path) -> bool:
        """Say whether the file's end, where its columns are described, has the names of those of boxes."""
        from lidar_label.datasets.tables.files import parquet_footer

        footer = parquet_footer(path).lower()
        words = {name for name, meant in ALIASES.items() if meant in NEEDED} | set(NEEDED)
        named = {ALIASES.get(word, word) for word in words if _has_name(footer, word)}
        return set(NEEDED) <= named


def _has_name(footer: bytes, name: str) -> bool:
    """Say whether a name stands in the description of columns, where its length stands before it."""
    return bytes((len(name),)) + name.encode() in footer
