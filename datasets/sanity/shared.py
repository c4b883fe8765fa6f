"""Rules that formats share: files, boxes, times, rotations and cameras, asked of what a folder's files say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from lidar_label.datasets.clouds.registry import open_cloud
from lidar_label.datasets.sanity.laid import BoxRow, Laid, LensRow
from lidar_label.datasets.sanity.rule import FolderRule, Said
from lidar_label.errors import LidarLabelError

_LONG_M, _FAR_M = 60.0, 500.0
_TURN = 2 * math.pi + 0.01
_NEAR_S, _FAR_S = 1e-4, 3600.0  # between two frames
_OFF = 0.01  # that a rotation may be off one


def noted(rule: str) -> Callable[[Laid], Iterator[Said]]:
    """Return what yields the notes of a rule."""
    return lambda laid: laid.noted(rule)


def cut_clouds(laid: Laid) -> Iterator[Said]:
    """Find clouds that are empty or cut off."""
    wrong = []
    for path in laid.clouds:
        size = path.stat().st_size
        if not size or (path.suffix.lower() == ".bin" and size % laid.point_bytes) or not _opens(path):
            wrong.append(path)
    if wrong:
        yield f"{len(wrong)} of {len(laid.clouds)} clouds are empty or cut off", wrong[0]


def _opens(path: Path) -> bool:
    if path.suffix.lower() == ".bin":
        return True
    try:
        open_cloud(path)
    except LidarLabelError:
        return False
    return True


def box_values(laid: Laid) -> Iterator[Said]:
    """Find values that a box cannot have."""
    found: dict[str, tuple[int, str]] = {}
    for row in laid.boxes:
        ego = laid.egos.get(row.frame, (0.0, 0.0, 0.0))
        fault = ""
        if not all(map(math.isfinite, (*row.size, *row.place, *row.turns))) or len(row.size) != 3:
            fault = "a value that is no finite number"
        elif min(row.size) <= 0:
            fault = "a side of nothing or less"
        elif max(row.size) > _LONG_M:
            fault = f"a side of over {_LONG_M:.0f} m: sides are to be metres"
        elif any(abs(turn) > _TURN for turn in row.turns):
            fault = "an angle of over a whole turn: it is to be in radians"
        elif row.place and math.dist(row.place, ego) > _FAR_M:
            fault = f"a place over {_FAR_M:.0f} m from the vehicle"
        if fault:
            count, place = found.get(fault, (0, row.where))
            found[fault] = (count + 1, place)
    for fault, (count, place) in found.items():
        yield f"{count} of {len(laid.boxes)} boxes have {fault}", place


def boxes_twice(laid: Laid) -> Iterator[Said]:
    """Find tracks with two boxes in a frame."""
    seen: set[tuple[str, str]] = set()
    twice = []
    for row in laid.boxes:
        key = (row.frame, row.track)
        if row.track and key in seen:
            twice.append(row)
        seen.add(key)
    if twice:
        yield f"{len(twice)} boxes have the track of another one of their frame, as {twice[0].track}", twice[0].where


def category_changes(laid: Laid) -> Iterator[Said]:
    """Find tracks that are of two categories."""
    first: dict[tuple[str, str], str] = {}
    changed: dict[tuple[str, str], BoxRow] = {}
    for row in laid.boxes:
        key = (row.frame.rpartition("/")[0], row.track)
        if row.track and first.setdefault(key, row.category) != row.category:
            changed.setdefault(key, row)
    for row in list(changed.values())[:1]:
        yield f"{len(changed)} tracks change their category, as {row.track} to {row.category!r}", row.where


def frame_times(laid: Laid) -> Iterator[Said]:
    """Find times that do not go up, or are in another unit."""
    for stamps in laid.times.values():
        back = [(one, other) for one, other in pairwise(stamps) if not other[0] > one[0]]
        if back:
            yield f"{len(back)} of {len(stamps)} times are not after the one before", back[0][1][1]
        elif len(stamps) > 1:
            step = float(np.median(np.diff([stamp for stamp, _ in stamps])))
            if not _NEAR_S < step < _FAR_S:
                yield f"frames are {step:.3g} s apart: the times are in another unit", stamps[0][1]


def rotations(laid: Laid) -> Iterator[Said]:
    """Find quaternions and matrices that are no rotation."""
    wrong = [where for where, values in laid.rotations if not _turns(values)]
    if wrong:
        yield f"{len(wrong)} of {len(laid.rotations)} rotations are none", wrong[0]


def _turns(values: tuple[float, ...]) -> bool:
    given = np.array(values)
    if not np.isfinite(given).all() or len(given) not in (4, 9, 12, 16):
        return False
    if len(given) == 4:
        return bool(abs(np.linalg.norm(given) - 1.0) < _OFF)
    side = given.reshape(3, 3) if len(given) == 9 else given.reshape(-1, 4)[:3, :3]
    return bool(np.abs(side @ side.T - np.eye(3)).max() < _OFF and np.linalg.det(side) > 0)


def lenses(laid: Laid) -> Iterator[Said]:
    """Find cameras whose matrix cannot be."""
    wrong = [(lens, fault) for lens in laid.lenses if (fault := _lens_fault(lens))]
    if wrong:
        lens, fault = wrong[0]
        yield f"{len(wrong)} of {len(laid.lenses)} camera matrices have {fault}", lens.where


def _lens_fault(lens: LensRow) -> str:
    if not all(map(math.isfinite, (*lens.focal, *lens.middle, *lens.size))):
        return "a value that is no finite number"
    if min(lens.focal) <= 0:
        return "a focal length of nothing or less"
    if any(side and not 0 <= at <= side for at, side in zip(lens.middle, lens.size, strict=True)):
        return "a middle outside the picture"
    if any(side and not 0.05 * side < focal for focal, side in zip(lens.focal, lens.size, strict=True)):
        return "a focal length that is not in pixels"
    return ""


UNREADABLE = FolderRule(
    "unreadable-file",
    "File that cannot be read",
    "error",
    "A loader stops at the first file that is not what its name says.",
    noted("unreadable-file"),
)
NAMED = FolderRule(
    "named-file",
    "File that is named and not there",
    "error",
    "A loader stops at the first file that it cannot find.",
    noted("named-file"),
)
UNPAIRED = FolderRule(
    "unpaired",
    "Files that have no partner",
    "warning",
    "Loaders go by one list of names and expect a file of each kind under every one.",
    noted("unpaired"),
)
UNKNOWN = FolderRule(
    "unknown-reference",
    "Reference to what is not declared",
    "error",
    "A loader looks up what is named, and fails or drops the row where it is not there.",
    noted("unknown-reference"),
)
COUNT = FolderRule(
    "wrong-count",
    "Count that is not what is there",
    "error",
    "Loaders reserve or loop by the count, and end early or fail.",
    noted("wrong-count"),
)
CUT = FolderRule(
    "cut-cloud",
    "Cloud that was cut off",
    "error",
    "Readers fail on a file that ends within a point, or take what is left for all.",
    cut_clouds,
)
VALUE = FolderRule(
    "box-value",
    "Values that a box cannot have",
    "error",
    "Sides are metres and angles radians; others break training unseen.",
    box_values,
)
TWICE = FolderRule(
    "box-twice",
    "Track with two boxes in a frame",
    "error",
    "A thing is in one place at a time; trackers and loaders keep one of the two.",
    boxes_twice,
)
CHANGES = FolderRule(
    "category-change",
    "Track of two categories",
    "warning",
    "A thing keeps what it is; loaders take the first category or split the track.",
    category_changes,
)
TIMES = FolderRule(
    "frame-times",
    "Times that do not go up",
    "error",
    "Frames are played, interpolated and compared by their times.",
    frame_times,
)
ROTATION = FolderRule(
    "rotation",
    "Rotation that is none",
    "error",
    "A matrix or quaternion that scales or mirrors puts points and boxes apart.",
    rotations,
)
LENS = FolderRule("intrinsics", "Camera matrix that cannot be", "error",
                  "Boxes drawn with it lie beside what they are of, or nowhere.", lenses)  # fmt: skip
