"""The classes of points as rows of a project, in blocks; nothing else knows how they are packed."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lidar_label.errors import UnreadableFile
from lidar_label.model import Row

if TYPE_CHECKING:
    from lidar_label.store.project_store import ProjectStore

BLOCK = 4096  # points
Classes = NDArray[np.uint16]
_HINT = "the data was changed after its points were labelled, or is another one"


def sweep_key(scene: str, frame: int, channel: str) -> str:
    """Return what tells a sweep of a project from all others."""
    return f"{scene}:{frame}:{channel}"


def block_row(scene: str, frame: int, channel: str, block: int, points: int, values: Classes) -> Row:
    """Return the row of one block of a sweep's points."""
    sweep = sweep_key(scene, frame, channel)
    return {
        "token": f"{sweep}:{block}",
        "scene": scene,
        "frame": int(frame),
        "sweep": sweep,
        "block": int(block),
        "points": int(points),
        "classes": base64.b64encode(zlib.compress(values.astype("<u2").tobytes(), 6)).decode("ascii"),
    }


def block_rows(store: ProjectStore, scene: str, frame: int, channel: str, points: int) -> dict[int, Row]:
    """Return the rows of a sweep by block.

    Raises
    ------
    UnreadableFile
        If they are of a sweep with another number of points.
    """
    found: dict[int, Row] = {}
    for row in store.find_rows("point_label", "sweep", (sweep_key(scene, frame, channel),)):
        if row["points"] != points:
            raise UnreadableFile(
                f"the sweep of {channel} in frame {frame} has {points} points, its labels are of {row['points']}",
                where=store.path,
                hint=_HINT,
            )
        found[int(str(row["block"]))] = row
    return found


def values_of(row: Row, store: ProjectStore) -> Classes:
    """Return the classes of a block, the caller's own; raise `UnreadableFile` where the row is damaged."""
    points, block = int(str(row["points"])), int(str(row["block"]))
    count = min(BLOCK, points - block * BLOCK)
    try:
        inflate = zlib.decompressobj()
        raw = inflate.decompress(base64.b64decode(str(row["classes"]), validate=True), 2 * BLOCK + 1)
    except (zlib.error, binascii.Error, ValueError):
        raw = b""
    if count <= 0 or len(raw) != 2 * count:
        raise UnreadableFile(
            f"table point_label, row {row['token']}: the classes are damaged",
            where=store.path,
            hint="the project file was damaged or changed by another program",
        )
    return np.frombuffer(raw, "<u2").astype(np.uint16)


def read_classes(store: ProjectStore, scene: str, frame: int, channel: str, points: int) -> Classes:
    """Return the class of each point of a sweep, (N,) uint16 in the order of its file; 0 where it has none.

    Raises
    ------
    UnreadableFile
        If the labels are of a sweep with another number of points, or damaged.
    """
    made = np.zeros(points, np.uint16)
    for block, row in block_rows(store, scene, frame, channel, points).items():
        made[block * BLOCK : (block + 1) * BLOCK] = values_of(row, store)
    return made


def class_names(store: ProjectStore) -> dict[int, str]:
    """Return the category of each number that points have."""
    return {int(str(row["number"])): str(row["category"]) for row in store.all_rows("point_class")}
