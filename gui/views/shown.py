"""Shown: the points of the shown frame as they are drawn, alone or merged with others, and their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lidar_label.gui.around import around
from lidar_label.gui.look import BY_LABELS
from lidar_label.gui.merge.cloud import moving_tracks
from lidar_label.gui.merge.inking import Inking
from lidar_label.gui.merge.whole import WholeTrack
from lidar_label.gui.painters.base import Batch
from lidar_label.gui.track_names import short
from lidar_label.gui.views import colors, scales
from lidar_label.gui.views.boxes import BoxArrays
from lidar_label.gui.views.scales import Scale
from lidar_label.kernels.near_box import points_between

if TYPE_CHECKING:
    from lidar_label.gui.desk import Desk
    from lidar_label.gui.loader import FrameView
    from lidar_label.gui.merge.cloud import Merged
    from lidar_label.model import Box, Scene, Track

Lack = Literal["", "frames", "sweep", "points"]


class Ink(NamedTuple):
    """The colours of the points of a frame.

    Parameters
    ----------
    colors : (N, 4) uint8
        RGBA.
    in_boxes : (M,) bool or None
        Which of the frame's own points lie in a box, where the colours tell boxes apart.
    scale : Scale or None
        What they stand for.
    """

    colors: NDArray[np.uint8]
    in_boxes: NDArray[np.bool_] | None = None
    scale: Scale | None = None


def paint(desk: Desk, view: FrameView | None, merged: Merged | None, boxes: tuple[Box, ...], ground: float) -> Ink:
    """Colour what is shown; a merged cloud keeps the colours it came with until others have been made."""
    if view is None:
        return Ink(np.empty((0, 4), np.uint8))
    mode, ready = desk.color_mode, view.prepared
    if merged is not None and merged.colors is not None:
        base, scale = merged.colors, merged.scale
    elif ready is not None and ready.wish.color_mode == mode:
        base, scale = ready.colors, ready.scale
    else:
        base, scale = scales.painted(mode, view.xyz, view.fields, ground)  # pictures are looked at on a thread
    if mode not in BY_LABELS:
        return Ink(base, None, scale)
    tints = [desk.color_of(box) for box in boxes]
    table = np.array([[c.red(), c.green(), c.blue()] for c in tints], np.uint8).reshape(-1, 3)
    arrays = BoxArrays.of(boxes, view.world_SE3_ego.inverse)
    if merged is not None and merged.colors is not None:
        made, found = Inking.of(desk).ink(merged, base, arrays, table)
        return Ink(made, None if found is None else found[: merged.own], None)
    made, inside = colors.by_box(view.xyz, arrays, table, base)
    return Ink(made, inside, None)


def batches(xyz: NDArray[np.float32], painted: NDArray[np.uint8], own: int) -> tuple[Batch, ...]:
    """Return points as painters take them: the frame's own, and those of the frames merged with it."""
    parts = (slice(None, own), slice(own, None)) if own < len(xyz) else (slice(None),)
    return tuple(Batch(colors=painted[part], xyz=xyz[part]) for part in parts if len(xyz[part]))


def lacks_intensity(desk: Desk, view: FrameView | None) -> bool:
    """Say whether intensity is asked for but the cloud has none."""
    asked = desk.color_mode == "intensity" and view is not None and len(view.xyz) > 0
    return asked and view is not None and colors.intensity_of(view.fields) is None


class Dragged:
    """The boxes of a frame with the dragged one as it is now; the same tuple until it is moved on."""

    def __init__(self) -> None:
        self._moved: Box | None = None
        self._still: tuple[Box, ...] = ()
        self._all: tuple[Box, ...] = ()

    def among(self, boxes: tuple[Box, ...], moved: Box) -> tuple[Box, ...]:
        """Return boxes with that of the same track in its place."""
        if self._moved is not moved or self._still is not boxes:
            self._moved, self._still = moved, boxes
            self._all = tuple(moved if box.track == moved.track else box for box in boxes)
        return self._all


class Counts:
    """Points in boxes, counted once for each while boxes and points stay: every view that writes it asks."""

    def __init__(self) -> None:
        self._arrays: BoxArrays | None = None
        self._xyz: NDArray[np.float32] | None = None
        self._known: dict[int, int] = {}

    def of(self, arrays: BoxArrays, index: int, xyz: NDArray[np.float32]) -> int:
        """Count points in a box."""
        if self._arrays is not arrays or self._xyz is not xyz:
            self._arrays, self._xyz, self._known = arrays, xyz, {}
        if index not in self._known:
            half = arrays.sizes[index] / 2
            near = around(xyz, arrays.centers[index], float(np.linalg.norm(half)))
            inside, _ = points_between(near, arrays.centers[index], arrays.rotations[index].T, -half, half)
            self._known[index] = len(inside)
        return self._known[index]


def box_points(desk: Desk, view: FrameView | None, xyz: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what the selected box is fitted to: all of a track that is edited whole, else what is shown of its frame.

    Of a track that moves, what other frames show of it lies elsewhere, and the frame's own points alone tell.
    """
    placed = WholeTrack.of(desk).placed(view)
    if placed is not None:
        return placed
    if view is None or len(xyz) == len(view.xyz):
        return xyz
    span = desk.span
    first, last = view.index - span.before * span.stride, view.index + span.after * span.stride
    moves = moving_tracks(box for box in desk.track_boxes if first <= box.frame <= last)
    return view.xyz if moves else xyz


def lacks(scene: Scene | None, view: FrameView | None) -> Lack:
    """Say what an open drive, or one of its frames, has none of."""
    if scene is not None and not scene.frames:
        return "frames"
    if view is None or len(view.xyz):
        return ""
    return "points" if any(sweep.sensor.kind == "lidar" for sweep in view.frame.sweeps.values()) else "sweep"


def label_of(track: Track) -> str:
    """Return what is written at a track's box: the last word of its category, and its name."""
    kind, name = track.category.rsplit(".", 1)[-1], short(track.name)
    return name if name.lower().startswith(kind.lower()) else f"{kind} {name}".strip()
