"""Rules on tables of boxes as they lie there: columns, frames that both tables have, turns told twice, and boxes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lidar_label.datasets.sanity import FolderRule, folder_rules, found_by, shared
from lidar_label.datasets.sanity.laid import BoxRow, Laid
from lidar_label.datasets.tables.files import Table, read_table
from lidar_label.datasets.tables.format import BOX_COLUMNS, FRAME_COLUMNS, FRAMES
from lidar_label.errors import LidarLabelError
from lidar_label.model import Finding

_SAME_RAD = 0.02


def sanity(table: Path) -> Iterator[Finding]:
    """Yield what a reader of a table of boxes, and that of frames beside it, will trip over."""
    yield from found_by(RULES, lay(table))


def lay(path: Path) -> Laid:
    """Return what the tables say."""
    laid = Laid()
    beside = path.with_name(f"{FRAMES}{path.suffix}")
    boxes = _read(laid, path, BOX_COLUMNS)
    frames = _read(laid, beside, FRAME_COLUMNS) if beside.is_file() else None
    known = _frames(laid, frames) if frames is not None else None
    if boxes is not None:
        _boxes(laid, boxes, known)
    return laid


def _read(laid: Laid, path: Path, kinds: object) -> Table | None:
    try:
        return read_table(path, dict(kinds))  # type: ignore[call-overload]
    except LidarLabelError as error:
        laid.note("unreadable-file", error.what, error.where or path)
        return None


def _key(table: Table, row: int) -> str:
    texts = {name: table.texts[name][row] if name in table.texts else "" for name in ("scene", "frame")}
    return f"{texts['scene']}/{texts['frame']}"


def _frames(laid: Laid, table: Table) -> set[str]:
    found: set[str] = set()
    for row in range(table.rows):
        key, where = _key(table, row), table.where(row)
        if key in found:
            laid.note("frame-twice", "two rows are of one frame", where)
        found.add(key)
        if "timestamp_ns" in table.times and table.times_known["timestamp_ns"][row]:
            stamp = float(table.times["timestamp_ns"][row]) * 1e-9
            laid.times.setdefault(key.rpartition("/")[0], []).append((stamp, where))
        if all(f"ego_{axis}" in table.floats for axis in "xyz"):
            place = tuple(float(table.floats[f"ego_{axis}"][row]) for axis in "xyz")
            if all(map(math.isfinite, place)):
                laid.egos[key] = place
        turn = _quaternion(table, row, "ego_")
        if turn:
            laid.rotations.append((where, turn))
        link = table.texts["cloud"][row] if "cloud" in table.texts else ""
        if link:
            laid.named(table.path.parent, link, where, "cloud")
    return found


def _boxes(laid: Laid, table: Table, known: set[str] | None) -> None:
    for row in range(table.rows):
        key, where = _key(table, row), table.where(row)
        if known is not None and key not in known:
            laid.note("unknown-reference", "a box is in a frame that the table of frames has not", where)
        size, place = ([float(table.floats[name][row]) for name in names] for names in ("lwh", "xyz"))
        turn, yaw = _quaternion(table, row, ""), table.floats.get("yaw")
        if turn:
            laid.rotations.append((where, turn))
        if turn and yaw is not None and np.isfinite(yaw[row]):
            w, x, y, z = turn
            off = math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z)) - float(yaw[row])
            if abs(math.remainder(off, 2 * math.pi)) > _SAME_RAD:
                laid.note("yaw-quaternion", "yaw is another one than that of qw, qx, qy, qz", where)
        turns = (float(yaw[row]),) if yaw is not None and np.isfinite(yaw[row]) else ()
        texts = {name: table.texts[name][row] if name in table.texts else "" for name in ("track", "category")}
        kept = tuple(place) if key in laid.egos or not all(map(math.isfinite, place)) else ()
        laid.boxes.append(BoxRow(where, key, tuple(size), kept, turns, texts["track"], texts["category"]))


def _quaternion(table: Table, row: int, prefix: str) -> tuple[float, ...]:
    names = [f"{prefix}q{axis}" for axis in "wxyz"]
    if not all(name in table.floats for name in names):
        return ()
    found = tuple(float(table.floats[name][row]) for name in names)
    return found if all(map(math.isfinite, found)) else ()


RULES = folder_rules(
    shared.UNREADABLE,
    shared.NAMED,
    FolderRule("frame-twice", "Frame with two rows", "error",
               "Tables are joined by scene and frame: its boxes come twice.", shared.noted("frame-twice")),
    shared.UNKNOWN,
    FolderRule("yaw-quaternion", "Yaw beside another quaternion", "error",
               "Some readers go by yaw, others by the quaternion.", shared.noted("yaw-quaternion")),
    shared.VALUE,
    shared.TWICE,
    shared.CHANGES,
    shared.TIMES,
    shared.ROTATION,
)  # fmt: skip
