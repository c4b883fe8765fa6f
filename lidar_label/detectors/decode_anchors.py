"""Boxes from differences to anchors, as SECOND, PointPillars and their heirs code them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lidar_label.detectors.detections import Detections, meant
from lidar_label.detectors.outputs import AnchorsOutput
from lidar_label.detectors.shapes import chances, channels_first, mismatch
from lidar_label.model import Floats

_MOST = 20_000  # boxes of a frame that are decoded, the surest
_MOST_LOG = 10.0  # of a side against its anchor's, beyond which exp is nonsense anyway


def decode_anchors(output: AnchorsOutput, classes: int, least: float, arrays: Mapping[str, NDArray[Any]]) -> Detections:
    """Return the boxes of a frame whose best class has `least` or more.

    Raises
    ------
    InvalidValue
        If the tensors are not as the description says.

    References
    ----------
    Y. Yan et al., "SECOND: Sparsely Embedded Convolutional Detection", 2018; the halves of a turn as OpenPCDet's
    ``AnchorHeadTemplate`` and mmdetection3d's ``Anchor3DHead`` count them.
    """
    anchors = [(*one.size, one.bottom, yaw) for one in output.anchors for yaw in one.yaws]
    count, width = len(anchors), len(output.columns)
    scores = channels_first(output.scores, arrays[output.scores], output.layout, count * classes)
    deltas = channels_first(output.boxes, arrays[output.boxes], output.layout, count * width)
    rows, columns = scores.shape[1:]
    if deltas.shape[1:] != (rows, columns):
        raise mismatch(output.boxes, arrays[output.boxes], f"{rows} by {columns} cells, as {output.scores!r} has")
    by_class, dropped = chances(output.scores, scores.reshape(count, classes, rows * columns), output.meaning.scores)
    best = np.where(np.isnan(by_class), -1, by_class).max(axis=1).ravel()  # by anchor and cell
    chosen = np.flatnonzero(best >= max(least, 1e-6))
    if len(chosen) > _MOST:
        chosen = np.sort(chosen[np.argpartition(-best[chosen], _MOST)[:_MOST]])
    which, cell = np.divmod(chosen, rows * columns)
    labels = np.where(np.isnan(by_class), -1, by_class).argmax(axis=1)[which, cell]
    delta = deltas.reshape(count, width, rows * columns)[which, :, cell].astype(np.float64)
    boxes = _decoded(output, np.array(anchors)[which], _places(output, rows, columns)[cell], delta)
    if output.directions:
        boxes[:, 6] = _turned(output, boxes[:, 6], count, (rows, columns), which, cell, arrays)
    return Detections(boxes=meant(boxes, output.meaning), scores=best[chosen], labels=labels, dropped=dropped)


def _places(output: AnchorsOutput, rows: int, columns: int) -> Floats:
    """Return x and y of each cell's anchors, rows along y; (rows * columns, 2)."""
    low_x, low_y, high_x, high_y = output.area
    if output.at == "middles":
        xs = low_x + (np.arange(columns) + 0.5) * (high_x - low_x) / columns
        ys = low_y + (np.arange(rows) + 0.5) * (high_y - low_y) / rows
    else:
        xs, ys = np.linspace(low_x, high_x, columns), np.linspace(low_y, high_y, rows)
    return np.column_stack([np.tile(xs, rows), np.repeat(ys, columns)])


def _decoded(output: AnchorsOutput, anchors: Floats, places: Floats, delta: Floats) -> Floats:
    """Return boxes whose z is where the anchors' is, and whose yaw is the network's angle."""
    column = {name: place for place, name in enumerate(output.columns)}
    length, width, height, bottom, yaw = anchors.T
    diagonal = np.hypot(length, width)
    made = np.empty((len(anchors), 7))
    made[:, 0] = places[:, 0] + delta[:, column["x"]] * diagonal
    made[:, 1] = places[:, 1] + delta[:, column["y"]] * diagonal
    made[:, 2] = bottom + height / 2 + delta[:, column["z"]] * height
    for place, (name, side) in enumerate((("l", length), ("w", width), ("h", height)), start=3):
        made[:, place] = side * np.exp(np.clip(delta[:, column[name]], -_MOST_LOG, _MOST_LOG))
    if "yaw" in column:
        made[:, 6] = yaw + delta[:, column["yaw"]]
    else:
        made[:, 6] = np.arctan2(delta[:, column["sin"]] + np.sin(yaw), delta[:, column["cos"]] + np.cos(yaw))
    return made


def _turned(
    output: AnchorsOutput, yaw: Floats, count: int, cells: tuple[int, int], which: NDArray[np.int64],
    cell: NDArray[np.int64], arrays: Mapping[str, NDArray[Any]],
) -> Floats:  # fmt: skip
    """Return angles in the part of a turn that the network chose."""
    given = np.asarray(arrays[output.directions])
    spread = given.shape[-3] if output.layout == "channels-first" and given.ndim >= 3 else given.shape[-1]
    bins = max(1, spread // count)
    votes = channels_first(output.directions, given, output.layout, count * bins)
    if votes.shape[1:] != cells:
        raise mismatch(output.directions, given, f"{cells[0]} by {cells[1]} cells, as {output.scores!r} has")
    chosen = votes.reshape(count, bins, -1)[which, :, cell].argmax(axis=1)
    period = 2 * np.pi / bins
    within = yaw - output.direction_offset
    within = within - np.floor(within / period + output.direction_limit) * period
    return np.asarray(within + output.direction_offset + period * chosen)
