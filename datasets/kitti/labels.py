"""KITTI's label rows: one object a line, its box in the rectified camera's frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lidar_label.datasets.files import read_text
from lidar_label.datasets.kitti.calib import Calibration, read_calib
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import SE3, AttributeValue, check_size

DONT_CARE = "DontCare"
NO_RECT = (-1.0, -1.0, -1.0, -1.0)
NO_ALPHA = -10.0
_MOST_FRAMES = 1_000_000
_NAMES = (
    "truncated", "occluded", "alpha", "left", "top", "right", "bottom",
    "height", "width", "length", "x", "y", "z", "rotation_y", "score",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """One object as the file has it.

    `size` is length, width, height in metres; `location` the centre of the bottom face and
    `rotation_y` the turn about the downward y axis, in the rectified frame of camera 0. `frame`
    and `track` are filled in the tracking benchmark. Unknown values are -1 (-10 for an angle).
    """

    kind: str
    size: tuple[float, float, float]
    location: tuple[float, float, float]
    rotation_y: float
    truncated: float = -1.0
    occluded: int = -1
    alpha: float = NO_ALPHA
    rect: tuple[float, float, float, float] = NO_RECT
    score: float | None = None
    frame: int = 0
    track: int = -1
    line: int = 0

    @property
    def attributes(self) -> dict[str, AttributeValue]:
        """What is known of how it shows in the image, by KITTI's names."""
        found: dict[str, AttributeValue] = {}
        if self.truncated >= 0:
            found["truncated"] = self.truncated
        if self.occluded >= 0:
            found["occluded"] = self.occluded
        return found


@dataclass(slots=True)
class LabelFile:
    """The rows of one file that have a box, and how many have none and so are left out.

    `dont_care` counts regions of the image that nobody labelled, `flat` objects with a 2D box alone.
    `last_frame` is the highest frame that any row names, -1 where there is none.
    """

    rows: list[LabelRow] = field(default_factory=list)
    dont_care: int = 0
    flat: int = 0
    last_frame: int = -1


def read_label_file(path: Path, *, tracking: bool = False, doubled_ids: bool = False) -> LabelFile:
    """Read label rows of the object benchmark, or of the tracking benchmark (frame and id first).

    Detections have an id too, which says nothing; with `doubled_ids` it may stand twice in a frame.

    Raises
    ------
    MissingFile
        If the file is not there.
    UnreadableFile
        If a row has a wrong number of values or one is no number; the row is named.
    """
    found = LabelFile()
    seen: dict[tuple[int, int], int] = {}
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{path}, row {number}"
        cells = line.split()
        first = 2 if tracking else 0
        if len(cells) not in (15 + first, 16 + first):
            raise UnreadableFile(f"a label has {15 + first} or {16 + first} values, this one {len(cells)}", where=where)
        frame, track = (_whole(cells[0], "frame", where), _whole(cells[1], "id", where)) if tracking else (0, -1)
        if not 0 <= frame < _MOST_FRAMES:
            raise UnreadableFile(f"a frame is 0 or more and below {_MOST_FRAMES}, got {frame}", where=where)
        found.last_frame = max(found.last_frame, frame)
        values = [_number(cell, name, where) for cell, name in zip(cells[first + 1 :], _NAMES, strict=False)]
        kind = cells[first]
        if kind == DONT_CARE:
            found.dont_care += 1
            continue
        height, width, length = values[7:10]
        if height <= 0 and width <= 0 and length <= 0 and values[10] <= -1000:
            found.flat += 1
            continue
        if tracking and not doubled_ids and seen.setdefault((frame, track), number) != number:
            raise UnreadableFile(
                f"object {track} has two boxes in frame {frame}, the other in row {seen[frame, track]}", where=where
            )
        try:
            size = check_size((length, width, height))
        except InvalidValue as error:
            raise UnreadableFile(error.what, where=where) from None
        found.rows.append(
            LabelRow(
                kind=kind,
                size=size,
                location=(values[10], values[11], values[12]),
                rotation_y=values[13],
                truncated=values[0],
                occluded=_whole(cells[first + 2], "occluded", where),
                alpha=values[2],
                rect=(values[3], values[4], values[5], values[6]),
                score=values[14] if len(values) > 14 else None,
                frame=frame,
                track=track,
                line=number,
            )
        )
    return found


def _number(cell: str, name: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise UnreadableFile(f"{name} is {cell!r}, which is no number", where=where) from None
    if not math.isfinite(value):
        raise UnreadableFile(f"{name} is {cell}, which is not finite", where=where)
    return value


def _whole(cell: str, name: str, where: str) -> int:
    value = _number(cell, name, where)
    if value != int(value) or abs(value) > 2**53:
        raise UnreadableFile(f"{name} is {cell}, which is no whole number", where=where)
    return int(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectLabel:
    """A label of the object benchmark, placed in the Velodyne's frame: geometric centre, x the heading."""

    kind: str
    velo_SE3_box: SE3
    size: tuple[float, float, float]
    attributes: dict[str, AttributeValue]
    score: float | None


def read_object_labels(path: Path, calib: Calibration | Path) -> list[ObjectLabel]:
    """Read a label file and place its boxes in the Velodyne's frame; rows without a box are left out.

    Parameters
    ----------
    path : Path
        A file of ``label_2``.
    calib : Calibration or Path
        The calibration of the same frame.

    Raises
    ------
    MissingFile, UnreadableFile
        If a file is not there or not as the benchmark promises.
    """
    calibration = read_calib(calib) if isinstance(calib, Path) else calib
    return [
        ObjectLabel(
            kind=row.kind,
            velo_SE3_box=calibration.box_in_velo(row.location, row.size[2], row.rotation_y),
            size=row.size,
            attributes=row.attributes,
            score=row.score,
        )
        for row in read_label_file(path).rows
    ]


def format_row(row: LabelRow, *, tracking: bool = False) -> str:
    """Return a row as its file has it: at least two decimals, at most nine."""
    length, width, height = row.size
    numbers: Sequence[float] = (row.alpha, *row.rect, height, width, length, *row.location, row.rotation_y)
    start = f"{row.frame} {row.track} " if tracking else ""
    score = f" {_text(row.score)}" if row.score is not None else ""
    truncated = "-1" if row.truncated < 0 else _text(row.truncated)
    return f"{start}{row.kind} {truncated} {row.occluded} {' '.join(map(_text, numbers))}{score}"


def _text(value: float) -> str:
    whole, _, part = f"{value + 0.0:.9f}".partition(".")
    part = part.rstrip("0").ljust(2, "0")
    return f"{whole}.{part}".replace("-0.00", "0.00") if float(f"{whole}.{part}") == 0 else f"{whole}.{part}"
