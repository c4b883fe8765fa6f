"""The 2D fields of KITTI's label text; rows need no 3D box."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from lidar_label.datasets.files import natural_key, read_text
from lidar_label.datasets.flat.marks import FlatMark
from lidar_label.errors import UnreadableFile

_DONT_CARE = "DontCare"
_LEFT = "image_02"  # the labels are of the left colour camera
_OBJECT, _TRACKING = (8, 15, 16), (10, 17, 18)


def read_kitti(path: Path) -> list[FlatMark]:
    """Read label text: a file a frame (object), or one a sequence with frame and track first (tracking)."""
    files = [path] if path.is_file() else sorted(path.glob("*.txt"), key=lambda file: natural_key(file.name))
    return [mark for file in files for mark in _file(file)]


def _file(path: Path) -> list[FlatMark]:
    found = []
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        cells = line.split()
        if not cells:
            continue
        where = f"{path}, row {number}"
        if len(cells) not in (*_OBJECT, *_TRACKING):
            raise UnreadableFile(f"a label has 8, 15 or 16 values, or 2 more with frame and track; got {len(cells)}",
                                 where=where)  # fmt: skip
        first = 2 if len(cells) in _TRACKING else 0
        if cells[first] == _DONT_CARE:
            continue
        rect = np.array([_number(cell, where) for cell in cells[first + 4 : first + 8]])
        if rect[2] <= rect[0] or rect[3] <= rect[1]:
            if (rect == -1).all():
                continue  # the object is not in the picture
            raise UnreadableFile(f"left, top, right, bottom are {rect.tolist()}", where=where)
        frame = f"{int(_number(cells[0], where)):06d}" if first else path.stem
        folder = f"{path.stem}/{_LEFT}" if first else _LEFT
        found.append(FlatMark(image=f"{folder}/{frame}", category=cells[first], rect=rect,
                              object=cells[1] if first else "", where=where))  # fmt: skip
    return found


def _number(cell: str, where: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e9:
        raise UnreadableFile(f"{cell!r} is no number", where=where)
    return value
