"""What a detector or tracker found, in the text files that go round for KITTI: AB3DMOT's, and the benchmark's own."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from lidar_label.datasets.files import read_text
from lidar_label.datasets.kitti.labels import LabelRow, read_label_file
from lidar_label.errors import InvalidValue, UnreadableFile
from lidar_label.model import check_size

_KINDS = {1: "Pedestrian", 2: "Car", 3: "Cyclist"}
_CELLS = (
    "frame", "type", "left", "top", "right", "bottom", "score", "height", "width", "length", "x", "y", "z",
    "rotation_y", "alpha",
)  # fmt: skip
_MOST_FRAMES = 1_000_000
_MOST_ODDS = 700.0


def read_detections(path: Path) -> list[LabelRow]:
    """Read detections, with or without ids.

    Parameters
    ----------
    path : Path
        Rows with commas, ``frame,type,left,top,right,bottom,score,h,w,l,x,y,z,rotation_y,alpha`` with the type 1
        Pedestrian, 2 Car, 3 Cyclist; or rows of the tracking benchmark, with a score at their end.

    Returns
    -------
    list of LabelRow
        Scores are 0 to 1: where one in the file is not, all are taken for log-odds.

    Raises
    ------
    MissingFile
        If the file is not there.
    UnreadableFile
        If a row has a wrong number of values, or one is no number or of no known type; the row is named.
    """
    lines = [(number, line) for number, line in enumerate(read_text(path).splitlines(), 1) if line.strip()]
    if lines and "," in lines[0][1]:
        return _as_chances([_row(line, f"{path}, row {number}", number) for number, line in lines])
    return _as_chances(read_label_file(path, tracking=True, doubled_ids=True).rows)


def _row(line: str, where: str, number: int) -> LabelRow:
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) != len(_CELLS):
        raise UnreadableFile(f"a detection has {len(_CELLS)} values, this one {len(cells)}", where=where)
    value: dict[str, float] = {}
    for name, cell in zip(_CELLS, cells, strict=True):
        try:
            value[name] = float(cell)
        except ValueError:
            raise UnreadableFile(f"{name} is {cell!r}, which is no number", where=where) from None
        if not math.isfinite(value[name]):
            raise UnreadableFile(f"{name} is {cell}, which is not finite", where=where)
    if value["frame"] != int(value["frame"]) or not 0 <= value["frame"] < _MOST_FRAMES:
        raise UnreadableFile(f"a frame is a whole number from 0 to {_MOST_FRAMES}, got {cells[0]}", where=where)
    if value["type"] not in _KINDS:
        raise UnreadableFile(f"a type is 1 Pedestrian, 2 Car or 3 Cyclist, got {cells[1]}", where=where)
    try:
        size = check_size((value["length"], value["width"], value["height"]))
    except InvalidValue as error:
        raise UnreadableFile(error.what, where=where) from None
    return LabelRow(
        kind=_KINDS[int(value["type"])],
        size=size,
        location=(value["x"], value["y"], value["z"]),
        rotation_y=value["rotation_y"],
        alpha=value["alpha"],
        rect=(value["left"], value["top"], value["right"], value["bottom"]),
        score=value["score"],
        frame=int(value["frame"]),
        line=number,
    )


def _as_chances(rows: list[LabelRow]) -> list[LabelRow]:
    if all(row.score is None or 0 <= row.score <= 1 for row in rows):
        return rows
    return [row if row.score is None else replace(row, score=_chance(row.score)) for row in rows]


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-min(_MOST_ODDS, max(-_MOST_ODDS, odds))))
